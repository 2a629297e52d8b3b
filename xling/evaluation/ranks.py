"""Ranks of gold words under ties."""

from collections.abc import Sequence

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks, check_matrix
from xling.errors import DegenerateInputError, InputError, NonFiniteError, ShapeError

__all__ = ["best_gold_ranks", "check_scores", "gold_cells"]

# Scores compared at a time: the Boolean temporary of a comparison has one byte for each.
_COMPARED = 1 << 22


def best_gold_ranks(scores: Matrix, gold: Sequence[IntVector]) -> Vector:
    """Give the rank of each row's best gold column, ties at their expected rank.

    With ``r`` columns strictly above the best gold score, and ``m`` columns at that score of
    which ``g`` are gold, the best of the ``g`` stands, when ties are broken at random, at rank
    ``r + (m + 1) / (g + 1)`` on average. Scores are compared exactly, as they are given.

    Parameters
    ----------
    scores : ndarray, shape (n, v), float32 or float64
        Larger is better. Infinite scores are allowed: ``-inf`` says "no evidence", and all such
        columns tie at the bottom.
    gold : sequence of n ndarrays, each of shape (g,), int64
        Gold columns of each row, at least one, from 0 to ``v - 1``; repetitions count once.

    Returns
    -------
    ndarray, shape (n,), float64
        Ranks in ``[1, v]``, dimensionless; 1 is best. A fraction where there are ties.

    Raises
    ------
    ShapeError
        If there is not one set of gold columns for each row.
    DTypeError
        If the scores are not floats.
    DegenerateInputError
        If a row has no gold column.
    InputError
        If a gold column lies outside ``[0, v)``.
    NonFiniteError
        If a score is NaN.

    References
    ----------
    Berrendorf et al. (2020), On the ambiguity of rank-based evaluation of entity alignment or
    link prediction methods.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.5, 0.5, 0.5], [0.1, 0.2, 0.3, 0.4]])
    >>> best_gold_ranks(scores, [np.array([2]), np.array([3, 0])]).tolist()
    [3.0, 1.0]
    """
    check_matrix(scores, "scores")
    rows, columns = gold_cells(scores.shape, gold)
    if not len(gold):
        return np.empty(0)
    check_scores(scores)
    gold_scores = scores[rows, columns]
    starts = np.searchsorted(rows, np.arange(len(gold)))
    best = np.maximum.reduceat(gold_scores, starts)
    gold_tied = np.add.reduceat(gold_scores == best[rows], starts, dtype=np.int64)
    above = np.empty(len(gold), dtype=np.int64)
    tied = np.empty(len(gold), dtype=np.int64)
    for block in blocks(len(gold), max(1, _COMPARED // scores.shape[1])):
        level = best[block, None]
        above[block] = np.count_nonzero(scores[block] > level, axis=1)
        tied[block] = np.count_nonzero(scores[block] == level, axis=1)
    ranks: Vector = above + (tied + 1) / (gold_tied + 1)
    return ranks


def gold_cells(shape: tuple[int, ...], gold: Sequence[IntVector]) -> tuple[IntVector, IntVector]:
    """Give row and column of each gold cell once, by row.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the scores.
    gold : sequence of ndarray, each of shape (g,), int64
        Gold columns of each row, at least one; repetitions count once.

    Returns
    -------
    rows, columns : ndarray, shape (c,), int64
        Sorted by row, then by column.

    Raises
    ------
    ShapeError
        If there is not one set of gold columns for each row.
    DegenerateInputError
        If a row has no gold column.
    InputError
        If a gold column is no integer, or lies outside the matrix.
    """
    count, width = shape
    if len(gold) != count:
        raise ShapeError(f"{len(gold)} sets of gold columns for {count} rows of scores")
    sizes = np.array([len(columns) for columns in gold], dtype=np.int64)
    if not sizes.all():
        raise DegenerateInputError(
            f"row {int(np.argmin(sizes))} has no gold column; each row needs at least one"
        )
    rows = np.repeat(np.arange(count), sizes)
    columns = np.concatenate([np.empty(0, dtype=np.int64), *gold])
    if columns.dtype.kind not in "iu":
        raise InputError(f"gold columns are {columns.dtype}; integers are needed")
    outside = (columns < 0) | (columns >= width)
    if outside.any():
        at = int(np.argmax(outside))
        raise InputError(
            f"row {int(rows[at])} has the gold column {int(columns[at])}; "
            f"it must be at least 0 and less than {width}"
        )
    cells = np.unique(rows * width + columns) if count else rows
    return cells // max(width, 1), cells % max(width, 1)


def check_scores(scores: Matrix) -> None:
    """Refuse NaN, which has no rank; a minimum keeps it and needs no temporary.

    Parameters
    ----------
    scores : ndarray, shape (n, v), float32 or float64
        At least one column.

    Raises
    ------
    NonFiniteError
        If a score is NaN.
    """
    lost = np.isnan(scores.min(axis=1))
    if lost.any():
        raise NonFiniteError(
            f"the scores of row {int(np.argmax(lost))} hold NaN, which has no rank; "
            "-inf says 'no evidence'"
        )
