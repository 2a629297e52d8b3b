"""All that is asked of the probabilities of first answers, with intervals over queries."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from xling.arrays import BoolVector, IntVector, Vector
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evaluation.abstention import risk_coverage
from xling.evaluation.calibration import (
    Equal,
    auroc,
    brier_score,
    brier_skill,
    expected_calibration_error,
    perfect_calibration_error,
)

__all__ = ["RISK", "confidence_figures"]

#: The risk at which the coverage is told: one answer of five is wrong.
RISK = 0.2

_CURVE = 50  # points of a risk-coverage curve that are kept

_PERFECT: dict[str, Equal] = {
    "error_of_a_perfect_model": "width",
    "equal_mass_error_of_a_perfect_model": "mass",
}

_Figures: TypeAlias = dict[str, float | None]


def confidence_figures(
    confidences: Vector,
    right: BoolVector,
    *,
    queries: IntVector | None = None,
    runs: IntVector | None = None,
    samples: int = 500,
    seed: int = 0,
) -> dict[str, Any]:
    """Judge the probabilities of first answers.

    Calibration errors are those of each run, averaged, so that they can be read beside those of
    a perfect model on as many queries; all else is over all answers.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Probabilities of being right.
    right : ndarray, shape (n,), bool
        Which answers are.
    queries : ndarray, shape (n,), int64, optional
        Which answers are to the same query, asked of several models: the bootstrap draws them
        together. ``None``: each answer has a query of its own.
    runs : ndarray, shape (n,), int64, optional
        Which answers are of the same run, such as a seed. ``None``: all are.
    samples, seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``answers``, ``right`` (the fraction), ``mean_confidence``, the figures named in the page
        about experiments, ``confidence_interval`` with the 95 % bootstrap interval of each, and
        ``risk_coverage``, points of the curve. A figure that needs right and wrong answers is
        ``None`` without them. The intervals of calibration errors lie high, because drawing
        adds noise of its own.

    Raises
    ------
    DegenerateInputError
        If there is no answer.
    ShapeError
        If the vectors differ in length.
    InputError
        If a probability lies outside [0, 1], or ``samples`` is below 1.
    """
    sure, hits = np.asarray(confidences, np.float64), np.asarray(right, bool)
    count = len(sure)
    query = np.arange(count) if queries is None else np.asarray(queries)
    run = np.zeros(count, np.int64) if runs is None else np.asarray(runs)
    if not query.shape == run.shape == sure.shape:
        raise ShapeError(
            f"{query.shape} queries and {run.shape} runs for {sure.shape} answers; one each is "
            "needed"
        )
    if not count:
        raise DegenerateInputError("no answer is given; there is nothing to judge")
    if samples < 1:
        raise InputError(f"samples is {samples}; at least 1 is needed")
    found = _figures(sure, hits, run)
    curve = risk_coverage(sure, hits)
    points = np.unique(np.linspace(0, count - 1, min(_CURVE, count)).astype(int))
    drawn = [
        _figures(sure[places], hits[places], run[places])
        for places in _resampled(query, samples, seed)
    ]
    perfect: dict[str, float] = {}
    for name, equal in _PERFECT.items():

        def error(mine: BoolVector, equal: Equal = equal) -> float:
            return perfect_calibration_error(sure[mine], equal=equal)

        perfect[name] = _mean_over(run, error)
    return {
        "answers": count,
        "right": float(hits.mean()),
        "mean_confidence": float(sure.mean()),
        **found,
        **perfect,
        "confidence_interval": {name: _interval([one[name] for one in drawn]) for name in found},
        "risk_coverage": [
            [round(float(curve.coverage[i]), 4), round(float(curve.risk[i]), 4)] for i in points
        ],
    }


def _figures(sure: Vector, hits: BoolVector, run: IntVector) -> _Figures:
    """Compute the figures that have an interval."""
    curve = risk_coverage(sure, hits)
    return {
        "expected_calibration_error": _mean_over(
            run, lambda mine: expected_calibration_error(sure[mine], hits[mine])
        ),
        "equal_mass_calibration_error": _mean_over(
            run, lambda mine: expected_calibration_error(sure[mine], hits[mine], equal="mass")
        ),
        "brier_score": brier_score(sure, hits),
        "brier_skill": brier_skill(sure, hits),
        "auroc": auroc(sure, hits),
        "risk_coverage_area": curve.area,
        f"coverage_at_risk_{RISK}": curve.coverage_at(RISK),
    }


def _mean_over(run: IntVector, figure: Callable[[BoolVector], float]) -> float:
    """Average a figure over runs."""
    return float(np.mean([figure(run == one) for one in np.unique(run)]))


def _resampled(query: IntVector, samples: int, seed: int) -> list[IntVector]:
    """Draw queries with replacement; give the places of their answers."""
    order = np.argsort(query, kind="stable")
    _, starts, sizes = np.unique(query[order], return_index=True, return_counts=True)
    rng = np.random.default_rng(seed)
    found: list[IntVector] = []
    for _ in range(samples):
        drawn = rng.integers(0, len(starts), len(starts))
        lengths = sizes[drawn]
        first = np.repeat(starts[drawn] - (np.cumsum(lengths) - lengths), lengths)
        found.append(order[first + np.arange(len(first))])
    return found


def _interval(values: list[float | None]) -> list[float] | None:
    """Cut the same share off both ends; a sample without the figure does not count."""
    known = [value for value in values if value is not None]
    return [float(end) for end in np.quantile(known, [0.025, 0.975])] if known else None
