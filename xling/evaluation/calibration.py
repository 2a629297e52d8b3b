"""How far probabilities can be trusted: calibration error, Brier skill, discrimination."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy import stats

from xling.arrays import BoolVector, IntVector, Vector
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = [
    "Equal",
    "Reliability",
    "auroc",
    "brier_score",
    "brier_skill",
    "expected_calibration_error",
    "perfect_calibration_error",
    "reliability",
]

#: What is the same for all bins: their width, or (but for ties) the number of their answers.
Equal: TypeAlias = Literal["width", "mass"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliability:
    """Answers in bins of like probability; bins without an answer are left out.

    Parameters
    ----------
    counts : ndarray, shape (b,), int64
        Answers in each bin.
    confidence : ndarray, shape (b,), float64
        Their mean probability.
    right : ndarray, shape (b,), float64
        The fraction of them that is right.
    """

    counts: IntVector
    confidence: Vector
    right: Vector


def reliability(
    confidences: Vector, right: BoolVector, *, bins: int = 10, equal: Equal = "width"
) -> Reliability:
    """Put answers into bins of like probability.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Probabilities of being right.
    right : ndarray, shape (n,), bool
        Which answers are.
    bins : int
        How many bins there are at most; a bin holds its lower edge, the last one its upper one
        too.
    equal : {"width", "mass"}
        Whether the bins divide [0, 1] evenly, or the answers; answers of one probability stay in
        one bin.

    Returns
    -------
    Reliability
        Lowest bin first.

    Raises
    ------
    DegenerateInputError
        If there is no answer.
    ShapeError
        If the two are not vectors of one length.
    InputError
        If ``bins`` is below 1 or a probability lies outside [0, 1].
    """
    sure, hits = _checked(confidences, right)
    if bins < 1:
        raise InputError(f"bins is {bins}; at least 1 is needed")
    if equal == "mass":
        smaller = np.searchsorted(np.sort(sure), sure)
        place = smaller * bins // len(sure)
    else:
        place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place, minlength=bins)
    used = counts > 0
    means = (np.bincount(place, values, bins)[used] / counts[used] for values in (sure, hits))
    return Reliability(counts=counts[used], confidence=next(means), right=next(means))


def expected_calibration_error(
    confidences: Vector, right: BoolVector, *, bins: int = 10, equal: Equal = "width"
) -> float:
    """Give how far probability and fraction right lie apart, on average over answers.

    ``sum_b n_b / n * |mean probability in b - fraction right in b|`` over the bins.
    Never negative even of a perfect model: see `perfect_calibration_error`.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Probabilities of being right.
    right : ndarray, shape (n,), bool
        Which answers are.
    bins, equal
        As in `reliability`.

    Returns
    -------
    float
        In [0, 1], smaller is better.

    Raises
    ------
    InputError
        As `reliability`.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian
    binning.

    Examples
    --------
    >>> round(expected_calibration_error(np.array([0.9, 0.9, 0.2]), np.array([1, 0, 0]) > 0), 3)
    0.333
    """
    found = reliability(confidences, right, bins=bins, equal=equal)
    gaps = np.abs(found.confidence - found.right)
    return float(np.average(gaps, weights=found.counts))


def perfect_calibration_error(
    confidences: Vector,
    *,
    bins: int = 10,
    equal: Equal = "width",
    samples: int = 200,
    seed: int = 0,
) -> float:
    """Give the calibration error that these probabilities would show if they were true.

    Each sample draws every answer as right with its own probability.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Probabilities of being right.
    bins, equal
        As in `reliability`.
    samples : int
        How many times all answers are drawn, at least 1.
    seed : int
        Same seed, same error.

    Returns
    -------
    float
        Mean over the samples: what chance alone adds for as many answers.

    Raises
    ------
    InputError
        As `reliability`, or if ``samples`` is below 1.
    """
    if samples < 1:
        raise InputError(f"samples is {samples}; at least 1 is needed")
    rng = np.random.default_rng(seed)
    drawn = (rng.random(len(confidences)) < confidences for _ in range(samples))
    errors = [
        expected_calibration_error(confidences, right, bins=bins, equal=equal) for right in drawn
    ]
    return float(np.mean(errors))


def brier_score(confidences: Vector, right: BoolVector) -> float:
    """Give the mean squared distance of probability and outcome.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Probabilities of being right.
    right : ndarray, shape (n,), bool
        Which answers are.

    Returns
    -------
    float
        In [0, 1], smaller is better.

    Raises
    ------
    InputError
        As `reliability`.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability.
    """
    sure, hits = _checked(confidences, right)
    return float(np.mean((sure - hits) ** 2))


def brier_skill(confidences: Vector, right: BoolVector) -> float | None:
    """Give the Brier score against that of saying the fraction right for every answer.

    ``1 - score / (p (1 - p))``.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Probabilities of being right.
    right : ndarray, shape (n,), bool
        Which answers are.

    Returns
    -------
    float or None
        At most 1, larger is better, 0 for telling nothing; ``None`` where all answers are
        right, or none is.

    Raises
    ------
    InputError
        As `reliability`.
    """
    score, share = brier_score(confidences, right), float(np.mean(right))
    plain = share * (1 - share)
    return 1 - score / plain if plain else None


def auroc(confidences: Vector, right: BoolVector) -> float | None:
    """Give the probability that a right answer is surer than a wrong one; ties count half.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Larger for surer.
    right : ndarray, shape (n,), bool
        Which answers are right.

    Returns
    -------
    float or None
        In [0, 1], larger is better, 0.5 by chance; ``None`` where all answers are right, or none
        is.

    Raises
    ------
    InputError
        As `reliability`.

    References
    ----------
    Hanley & McNeil (1982), The meaning and use of the area under a ROC curve.
    """
    sure, hits = _checked(confidences, right)
    yes = int(hits.sum())
    no = len(hits) - yes
    if not yes or not no:
        return None
    ranks = stats.rankdata(sure)
    return float((ranks[hits > 0].sum() - yes * (yes + 1) / 2) / (yes * no))


def _checked(confidences: Vector, right: BoolVector) -> tuple[Vector, Vector]:
    """Give both as numbers, and refuse what is no probability."""
    sure, hits = np.asarray(confidences, np.float64), np.asarray(right, np.float64)
    if sure.ndim != 1 or sure.shape != hits.shape:
        raise ShapeError(f"{sure.shape} probabilities for {hits.shape} answers; one each is needed")
    if not len(sure):
        raise DegenerateInputError("no answer is given; there is nothing to judge")
    outside = ~((sure >= 0) & (sure <= 1))  # true for NaN too
    if outside.any():
        raise InputError(f"the probability {sure[outside][0]} lies outside [0, 1]")
    return sure, hits
