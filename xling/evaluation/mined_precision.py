"""How many of the mined pairs are right, estimated without gold.

Let ``S(t)`` be the share of mined pairs that score ``t`` or more, and ``S0(t)`` the share among the
pairs that are mined when every sentence's best partner is taken away (`MinedPairs.null`): so score
sentences without a partner. If a share ``w`` of the mined pairs is wrong and wrong pairs score as
those do, the estimated precision at ``t`` is ``1 - w S0(t) / S(t)``. ``w`` itself is read off where
nearly all pairs are wrong, below the median ``m`` of the null: ``w = (1 - S(m)) / (1 - S0(m))``,
1 at most (Storey 2002, A direct approach to false discovery rates).

What this assumes can fail: right pairs that score below the median count as wrong ones (the
estimate is too low then), and a sentence without a partner may find a better wrong one than the
second best of a sentence with a partner (too high). Paraphrases of a right partner stand in the
null as if they were wrong (too low).
"""

from dataclasses import dataclass

import numpy as np

from xling.arrays import IntVector, Vector
from xling.errors import InputError

__all__ = ["PrecisionCurve", "choose_threshold", "precision_curve"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PrecisionCurve:
    """Estimates for each number of pairs kept, the best first.

    Parameters
    ----------
    scores : ndarray, shape (p,), float64
        Of the mined pairs; not increasing.
    precision : ndarray, shape (p,), float64
        Estimated share of right ones among the first ``i + 1`` pairs; not increasing.
    f1 : ndarray, shape (p,), float64
        Estimated F1 of them, if all right pairs are among the mined ones.
    wrong : float
        Estimated share of wrong ones among all mined pairs.
    """

    scores: Vector
    precision: Vector
    f1: Vector
    wrong: float


def precision_curve(scores: Vector, null: Vector) -> PrecisionCurve:
    """Estimate the precision of mined pairs at every threshold.

    Parameters
    ----------
    scores, null : ndarray, shape (p,) and (q,), float64
        Of `xling.retrieval.mining.MinedPairs`; not increasing.

    Returns
    -------
    PrecisionCurve
        Without a null, nothing is known to be wrong.
    """
    count = len(scores)
    if not count or not len(null):
        ones = np.ones(count)
        return PrecisionCurve(scores=scores, precision=ones, f1=_f1(ones, 0.0), wrong=0.0)
    median = float(np.median(null))
    below = float((null < median).mean())
    wrong = min(1.0, float((scores < median).mean()) / below) if below else 0.0
    kept = _last_equal(scores) + 1
    above = np.searchsorted(np.sort(null), scores, side="left")
    expected = wrong * count * (1 - above / len(null))
    precision = np.clip(1 - expected / kept, 0, 1)
    # A lower threshold never has a higher precision: the best that is reached from there on.
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return PrecisionCurve(scores=scores, precision=precision, f1=_f1(precision, wrong), wrong=wrong)


def choose_threshold(curve: PrecisionCurve, precision: float | None = None) -> float | None:
    """Choose the score from which on pairs are kept.

    Parameters
    ----------
    curve : PrecisionCurve
        Of the mined pairs.
    precision : float, optional
        The lowest threshold with this estimated precision; ``None`` for the one with the best
        estimated F1.

    Returns
    -------
    float or None
        ``None`` if no threshold is good enough, or there is no pair.

    Raises
    ------
    InputError
        If ``precision`` is not in (0, 1].
    """
    if precision is not None and not 0 < precision <= 1:
        raise InputError(f"precision is {precision}; a number above 0, at most 1, is needed")
    if not len(curve.scores):
        return None
    if precision is None:
        return float(curve.scores[int(curve.f1.argmax())]) if curve.f1.max() > 0 else None
    good = np.flatnonzero(curve.precision >= precision)
    return float(curve.scores[good[-1]]) if len(good) else None


def _last_equal(scores: Vector) -> IntVector:
    """Give for each score the place of the last one that is equal to it."""
    found: IntVector = len(scores) - 1 - np.searchsorted(scores[::-1], scores, side="left")
    return found


def _f1(precision: Vector, wrong: float) -> Vector:
    """Estimate F1, of as many right pairs as are not wrong."""
    kept = np.arange(1, len(precision) + 1)
    right = len(precision) * (1 - wrong)
    found: Vector = 2 * precision * kept / (kept + right)
    return found
