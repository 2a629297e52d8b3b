"""All that is asked of the probabilities of first answers, with intervals over queries."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from xling.arrays import BoolVector, IntVector, Vector
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evaluation.abstention import RiskCoverage, risk_coverage, risk_over_all
from xling.evaluation.calibration import (
    Equal,
    auroc,
    brier_score,
    brier_skill,
    expected_calibration_error,
    perfect_calibration_error,
)

__all__ = ["RISK", "confidence_figures", "figures_over_all"]

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
        "risk_coverage": _points(risk_coverage(sure, hits)),
    }


def figures_over_all(
    confidences: Vector,
    right: BoolVector,
    known: BoolVector,
    *,
    queries: IntVector | None = None,
    samples: int = 500,
    seed: int = 0,
) -> dict[str, Any]:
    """Say what abstaining gains over all queries, also those out of vocabulary.

    A probability is that of an answer being right where a right answer is in the vocabulary, and
    `confidence_figures` are over such queries. The others can only be answered wrong.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Of the first answers to all queries; 0 for one without an answer or a probability.
    right : ndarray, shape (n,), bool
        Which answers are right.
    known : ndarray, shape (n,), bool
        Which queries are in vocabulary: themselves, and one of their right answers.
    queries : ndarray, shape (n,), int64, optional
        As for `confidence_figures`.
    samples, seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``asked``, how many answers these are, ``in_vocabulary``, the fraction of them whose query
        is, and of the two ways to count the others (`xling.evaluation.abstention.OverAll`):
        ``counted_wrong`` with ``risk_coverage_area``, and ``not_answered``, each with
        ``coverage_at_risk_0.2``, ``confidence_interval`` and the points ``risk_coverage``.

    Raises
    ------
    DegenerateInputError
        If there is no query.
    ShapeError
        If the vectors differ in length.
    InputError
        If ``samples`` is below 1.
    """
    sure, hits = np.asarray(confidences, np.float64), np.asarray(right, bool)
    inside = np.asarray(known, bool)
    curves = risk_over_all(sure, hits, inside)
    query = np.arange(len(sure)) if queries is None else np.asarray(queries)
    if query.shape != sure.shape:
        raise ShapeError(f"{query.shape} queries for {sure.shape} answers; one each is needed")
    if samples < 1:
        raise InputError(f"samples is {samples}; at least 1 is needed")
    drawn = [
        _over_all(sure[places], hits[places], inside[places])
        for places in _resampled(query, samples, seed)
    ]
    found: dict[str, Any] = {"asked": len(sure), "in_vocabulary": float(inside.mean())}
    for way, figures in _over_all(sure, hits, inside).items():
        found[way] = {
            **figures,
            "confidence_interval": {
                name: _interval([one[way][name] for one in drawn]) for name in figures
            },
            "risk_coverage": _points(getattr(curves, way)),
        }
    return found


def _over_all(sure: Vector, hits: BoolVector, inside: BoolVector) -> dict[str, _Figures]:
    """Compute the figures over all queries that have an interval."""
    curves = risk_over_all(sure, hits, inside)
    name = f"coverage_at_risk_{RISK}"
    return {
        "counted_wrong": {
            "risk_coverage_area": curves.counted_wrong.area,
            name: curves.counted_wrong.coverage_at(RISK),
        },
        "not_answered": {name: curves.not_answered.coverage_at(RISK)},
    }


def _points(curve: RiskCoverage) -> list[list[float]]:
    """Give some points of a curve, its ends among them."""
    count = len(curve.risk)
    places = np.unique(np.linspace(0, count - 1, min(_CURVE, count)).astype(int))
    return [[round(float(curve.coverage[i]), 4), round(float(curve.risk[i]), 4)] for i in places]


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
