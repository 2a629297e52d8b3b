"""Fitting to a lexicon some of whose pairs are wrong: pairs weighed by whether they are right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, unit_rows
from xling.linalg.mixture import probability_right
from xling.linalg.pairs import check_pairs

__all__ = ["FOLDS", "RobustFit", "Solve", "pairs_needed", "robust_fit"]

#: Finds the maps of both sides, ``None`` for the identity, from paired rows and their weights.
Solve: TypeAlias = Callable[[Matrix, Matrix, Vector], tuple[Matrix | None, Matrix | None]]

#: Parts that are left out in turn.
FOLDS = 5

_LEAST = 4 * FOLDS  # with fewer source rows nothing can be told
_SHIFTS = 20  # wrong partners of each row
_TOLERANCE = 1e-3  # mean change of the probabilities


@dataclass(frozen=True, kw_only=True, eq=False)
class RobustFit:
    """What a robust fit found.

    Parameters
    ----------
    maps : pair of ndarray
        Of the source and the target side, as ``solve`` gave them; ``None`` for the identity.
    probabilities : ndarray, shape (n,), float64
        That a pair is right, in [0, 1].
    history : tuple of float
        Mean cosine of left-out pairs in each round, weighted by weight and probability.
    converged : bool
        Whether the probabilities came to rest.
    """

    maps: tuple[Matrix | None, Matrix | None]
    probabilities: Vector
    history: tuple[float, ...]
    converged: bool


def pairs_needed(least: int) -> int:
    """Give how many pairs a robust fit needs, so that each part of it has enough.

    Parameters
    ----------
    least : int
        What the fit needs by itself.

    Returns
    -------
    int
        Enough where no source row stands in two pairs.
    """
    return -(-least * FOLDS // (FOLDS - 1))


def robust_fit(
    solve: Solve,
    source: Matrix,
    target: Matrix,
    *,
    weights: Vector | None = None,
    rounds: int = 20,
) -> RobustFit:
    """Fit maps to pairs of which some are wrong.

    Repeats two steps until the probabilities rest. The maps are fitted with each pair weighed by
    the probability that it is right, five times, each time without a fifth of the source rows;
    and the cosines of the pairs left out give new probabilities
    (`xling.linalg.mixture.probability_right`), against the cosines of rows that were paired by
    chance. Nothing is tuned: what a wrong pair looks like is measured. Left-out pairs are what
    makes it honest: a wrong pair that a map was fitted to lies too near.

    With fewer than 20 source rows nothing can be told, and all pairs keep the probability 1.

    Parameters
    ----------
    solve : callable
        ``(x, y, weights)`` to the two maps.
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.
    rounds : int
        At most so many.

    Returns
    -------
    RobustFit
        The order of the pairs plays no part in it.

    Raises
    ------
    XlingError
        As of `xling.linalg.pairs.check_pairs` and of ``solve``.

    References
    ----------
    The weights are those of the mixture of McLachlan and Peel (2000), Finite mixture models,
    within iteratively re-weighted fits (Holland and Welsch 1977).
    """
    x, y, counted = check_pairs(source, target, weights)
    probabilities: Vector = np.ones(len(x))
    words, others = (np.unique(rows, axis=0, return_inverse=True)[1].ravel() for rows in (x, y))
    if words.max() + 1 < _LEAST:
        return RobustFit(
            maps=solve(x, y, counted), probabilities=probabilities, history=(), converged=True
        )
    order = np.lexsort((others, words))  # by content: the order of the pairs plays no part
    x, y, counted, parts = x[order], y[order], counted[order], words[order] % FOLDS
    history: list[float] = []
    converged = False
    for _ in range(rounds):
        cosines, chance = _left_out(solve, x, y, counted * probabilities, parts)
        found = probability_right(cosines, chance, weights=counted)
        mass = counted * found
        history.append(float(np.average(cosines, weights=mass)) if mass.any() else 0.0)
        converged = float(np.abs(found - probabilities).mean()) < _TOLERANCE
        probabilities = found
        if converged:
            break
    maps = solve(x, y, counted * probabilities)
    back = np.empty_like(probabilities)
    back[order] = probabilities
    return RobustFit(maps=maps, probabilities=back, history=tuple(history), converged=converged)


def _left_out(
    solve: Solve, x: Matrix, y: Matrix, weights: Vector, parts: IntVector
) -> tuple[Vector, tuple[float, float]]:
    """Give the cosines of pairs that a map was fitted without, and what chance would give."""
    cosines = np.zeros(len(x))
    by_chance: list[Vector] = []
    for part in range(FOLDS):
        out = parts == part
        maps = solve(x[~out], y[~out], weights[~out])
        a, b = (
            unit_rows(rows[out] if one is None else rows[out] @ one)
            for rows, one in zip((x, y), maps, strict=True)
        )
        cosines[out] = np.einsum("ij,ij->i", a, b)
        size = len(a)
        shifts = np.unique(np.linspace(1, size - 1, min(_SHIFTS, size - 1)).astype(int))
        by_chance += [np.einsum("ij,ij->i", a, np.roll(b, shift, axis=0)) for shift in shifts]
    pooled = np.concatenate(by_chance) if by_chance else np.zeros(1)
    return cosines, (float(pooled.mean()), max(float(pooled.std()), 1e-6))
