"""How far the surest answers are the right ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from xling.evaluation.abstention import risk_coverage
from xling.evaluation.calibration import expected_calibration_error, reliability
from xling.model.answers import Translation

__all__ = ["CURVE", "judged"]

#: Points of a risk-coverage curve that are drawn at most.
CURVE = 200


def judged(answers: Sequence[tuple[Translation, bool]]) -> dict[str, Any] | None:
    """Judge first answers by how sure the model is of them.

    Parameters
    ----------
    answers : sequence of (Translation, bool)
        First answers, and whether they are right.

    Returns
    -------
    dict or None
        ``by``: ``"probability"``, of the answers that have one, or ``"score"`` where none has;
        ``answers``, how many are judged; ``curve`` and ``area``, coverage and risk; with
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
    points = np.unique(np.linspace(0, len(values) - 1, min(CURVE, len(values))).astype(int))
    found: dict[str, Any] = {
        "by": "probability" if known else "score",
        "answers": len(values),
        "curve": [[float(curve.coverage[i]), float(curve.risk[i])] for i in points],
        "area": curve.area,
    }
    if known:
        bins = reliability(values, right)
        found["error"] = expected_calibration_error(values, right)
        found["bins"] = [
            {"confidence": float(mean), "right": float(share), "answers": int(count)}
            for mean, share, count in zip(bins.confidence, bins.right, bins.counts, strict=True)
        ]
    return found
