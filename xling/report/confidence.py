"""How far the surest answers are the right ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from xling.arrays import Vector
from xling.evaluation.abstention import RiskCoverage, risk_coverage, risk_over_all
from xling.evaluation.calibration import expected_calibration_error, reliability
from xling.model.answers import Translation

__all__ = ["CURVE", "judged"]

#: Points of a risk-coverage curve that are drawn at most.
CURVE = 200


def judged(
    answers: Sequence[tuple[Translation, bool]], outside: Sequence[Translation | None] = ()
) -> dict[str, Any] | None:
    """Judge first answers by how sure the model is of them.

    Parameters
    ----------
    answers : sequence of (Translation, bool)
        First answers to queries in vocabulary, and whether they are right.
    outside : sequence of Translation or None
        First answers to the other queries, none of which is right; ``None`` for no answer, also
        to a query in vocabulary.

    Returns
    -------
    dict or None
        ``by``: ``"probability"``, of the answers that have one, or ``"score"`` where none has;
        ``answers``, how many are judged; ``curve`` and ``area``, coverage and risk;
        ``all_queries``, how many there are with those ``outside``, and curves over all of them:
        ``counted_wrong`` and ``not_answered`` (`xling.evaluation.abstention.OverAll`); with
        probabilities ``bins`` (``confidence``, ``right``, ``answers``) and ``error``, the expected
        calibration error. ``None`` where there is no answer.
    """
    if not answers:
        return None
    known = [(one.confidence, hit) for one, hit in answers if one.confidence is not None]
    pairs = known or [(one.score, hit) for one, hit in answers]
    values = np.array([sure for sure, _ in pairs], np.float64)
    right = np.array([hit for _, hit in pairs], dtype=bool)
    curve = risk_coverage(values, right)
    every = [*answers, *((one, False) for one in outside)]
    over_all = risk_over_all(
        _sureness([one for one, _ in every], probability=bool(known)),
        np.array([hit for _, hit in every], dtype=bool),
        np.arange(len(every)) < len(answers),
    )
    found: dict[str, Any] = {
        "by": "probability" if known else "score",
        "answers": len(values),
        "curve": _points(curve),
        "area": curve.area,
        "all_queries": {
            "queries": len(every),
            "counted_wrong": _points(over_all.counted_wrong),
            "not_answered": _points(over_all.not_answered),
        },
    }
    if known:
        bins = reliability(values, right)
        found["error"] = expected_calibration_error(values, right)
        found["bins"] = [
            {"confidence": float(mean), "right": float(share), "answers": int(count)}
            for mean, share, count in zip(bins.confidence, bins.right, bins.counts, strict=True)
        ]
    return found


def _sureness(answers: Sequence[Translation | None], *, probability: bool) -> Vector:
    """Say how sure answers are; no answer, or one without a value, is less sure than any."""
    values = np.array(
        [
            np.nan if one is None else (one.confidence if probability else one.score)
            for one in answers
        ],
        np.float64,  # where None becomes NaN
    )
    return np.where(np.isnan(values), np.nanmin(values) - 1, values)


def _points(curve: RiskCoverage) -> list[list[float]]:
    """Give the points of a curve that are drawn."""
    count = len(curve.risk)
    places = np.unique(np.linspace(0, count - 1, min(CURVE, count)).astype(int))
    return [[float(curve.coverage[i]), float(curve.risk[i])] for i in places]
