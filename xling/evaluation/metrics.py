"""Scores computed from ranks, each with its range and its value by chance."""

import numpy as np

from xling.arrays import Vector
from xling.errors import InputError

__all__ = [
    "chance_precision_at",
    "chance_reciprocal_rank",
    "mean_reciprocal_rank",
    "precision_at",
]


def precision_at(ranks: Vector, k: int) -> float:
    """Give the fraction of queries whose best gold word is among the first ``k``.

    ``P@k = |{i : rank_i <= k}| / n``. By chance: `chance_precision_at`. Where all candidates of
    a query tie, its expected rank lies in the middle, and it is no hit at a small ``k``.

    Parameters
    ----------
    ranks : ndarray, shape (n,), float64
        At least 1 each; infinity for a query without a rank.
    k : int
        At least 1.

    Returns
    -------
    float
        A fraction in [0, 1], larger is better; 0 for no query.

    Raises
    ------
    InputError
        If ``k`` or a rank is below 1, or a rank is NaN.

    Examples
    --------
    >>> precision_at(np.array([1.0, 5.0, 5.5, np.inf]), 5)
    0.5
    """
    _check_ranks(ranks)
    _check_at_least_one("k", k)
    return float(np.mean(ranks <= k)) if len(ranks) else 0.0


def mean_reciprocal_rank(ranks: Vector) -> float:
    """Give the mean of ``1 / rank`` over queries.

    ``MRR = sum_i (1 / rank_i) / n``; the ranking is not cut. By chance:
    `chance_reciprocal_rank`.

    Parameters
    ----------
    ranks : ndarray, shape (n,), float64
        At least 1 each; infinity for a query without a rank, which counts 0.

    Returns
    -------
    float
        In [0, 1], larger is better; 0 for no query.

    Raises
    ------
    InputError
        If a rank is below 1 or NaN.

    Examples
    --------
    >>> mean_reciprocal_rank(np.array([1.0, 4.0, np.inf, np.inf]))
    0.3125
    """
    _check_ranks(ranks)
    return float(np.mean(1.0 / ranks)) if len(ranks) else 0.0


def chance_precision_at(k: int, v: int, g: int) -> float:
    """Give the P@k that candidates in random order reach.

    One minus the hypergeometric probability that none of the first ``k`` is gold:
    ``1 - C(v - g, k) / C(v, k)``.

    Parameters
    ----------
    k : int
        At least 1.
    v : int
        Number of candidates.
    g : int
        Number of gold candidates, from 0 to ``v``.

    Returns
    -------
    float
        A probability in [0, 1].

    Raises
    ------
    InputError
        If ``k`` is below 1 or ``g`` lies outside ``[0, v]``.

    Examples
    --------
    >>> round(chance_precision_at(1, 4, 1), 6), round(chance_precision_at(2, 4, 2), 6)
    (0.25, 0.833333)
    """
    _check_at_least_one("k", k)
    _check_gold(v, g)
    if k > v - g:
        return 1.0 if g else 0.0
    # C(v - g, k) / C(v, k) = prod_i (1 - g / (v - i)) over i < k, and the same with k and g
    # exchanged; in logarithms nothing of a small chance is lost.
    few, many = sorted((k, g))
    return float(-np.expm1(np.log1p(-many / (v - np.arange(few))).sum()))


def chance_reciprocal_rank(v: int, g: int) -> float:
    """Give the mean reciprocal rank that candidates in random order reach.

    ``sum_r (1 / r) * C(v - r, g - 1) / C(v, g)``; for one gold word ``H_v / v``.

    Parameters
    ----------
    v : int
        Number of candidates.
    g : int
        Number of gold candidates, from 0 to ``v``.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    InputError
        If ``g`` lies outside ``[0, v]``.

    Examples
    --------
    >>> chance_reciprocal_rank(2, 1)
    0.75
    """
    _check_gold(v, g)
    if not g:
        return 0.0
    ranks = np.arange(1, v - g + 2)
    later = (v - ranks[1:] - g + 2) / (v - ranks[1:] + 1)  # P(rank = r) / P(rank = r - 1)
    chances = g / v * np.cumprod(np.concatenate([[1.0], later]))
    return float(np.sum(chances / ranks))


def _check_ranks(ranks: Vector) -> None:
    """Refuse what is no rank."""
    wrong = ~(ranks >= 1)  # true for NaN too
    if wrong.any():
        raise InputError(f"the rank {ranks[wrong][0]} is not at least 1")


def _check_at_least_one(name: str, value: int) -> None:
    """Refuse a count below one."""
    if value < 1:
        raise InputError(f"{name} is {value}; at least 1 is needed")


def _check_gold(v: int, g: int) -> None:
    """Refuse more gold candidates than candidates."""
    if not 0 <= g <= v:
        raise InputError(f"{g} gold of {v} candidates; from 0 to {v} are possible")
