"""Average precision of gold words under ties."""

from collections.abc import Sequence

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks, check_matrix
from xling.evaluation.ranks import check_scores, gold_cells

__all__ = ["average_precisions"]

# Scores compared at a time.
_COMPARED = 1 << 22


def average_precisions(scores: Matrix, gold: Sequence[IntVector]) -> Vector:
    """Give the average precision of each row: the mean, over its gold columns, of precision there.

    ``AP = sum_j (gold columns up to the place of j) / (place of j) / |gold|`` over the gold
    columns ``j`` of a row. Where columns tie, it is the expectation over all orders of the tied
    ones: among ``m`` tied columns of which ``g`` are gold, after ``r`` better ones of which ``c``
    are gold, the place ``r + i`` holds a gold one with probability ``g / m``, and if it does,
    ``(i - 1)(g - 1) / (m - 1)`` of the tied ones before it are gold on average. With one gold
    column and no tie it is the reciprocal rank.

    Parameters
    ----------
    scores : ndarray, shape (n, v), float32 or float64
        Larger is better; ``-inf`` is allowed.
    gold : sequence of n ndarrays, each of shape (g,), int64
        Gold columns of each row, at least one; repetitions count once.

    Returns
    -------
    ndarray, shape (n,), float64
        In (0, 1], larger is better.

    Raises
    ------
    ShapeError, DTypeError, DegenerateInputError, InputError, NonFiniteError
        As `xling.evaluation.ranks.best_gold_ranks`.

    References
    ----------
    McSherry & Najork (2008), Computing information retrieval performance measures efficiently in
    the presence of tied scores.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.5, 0.7, 0.1]])
    >>> average_precisions(scores, [np.array([0, 1])]).round(4).tolist()
    [0.8333]
    """
    check_matrix(scores, "scores")
    rows, columns = gold_cells(scores.shape, gold)
    if not len(gold):
        return np.empty(0)
    check_scores(scores)
    found = scores[rows, columns]
    above, tied = _places(scores, rows, found)
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, scores.shape[1] + 1))])
    starts = np.append(np.searchsorted(rows, np.arange(len(gold))), len(rows))
    precisions = np.empty(len(gold))
    for row in range(len(gold)):
        own = slice(starts[row], starts[row + 1])
        levels, first, counts = np.unique(-found[own], return_index=True, return_counts=True)
        before = np.cumsum(counts) - counts  # gold columns of better levels
        total = 0.0
        for level in range(len(levels)):
            place = starts[row] + first[level]
            total += _expected(
                int(above[place]),
                int(tied[place]),
                int(before[level]),
                int(counts[level]),
                harmonic,
            )
        precisions[row] = total / counts.sum()
    return precisions


def _places(scores: Matrix, rows: IntVector, found: Vector) -> tuple[IntVector, IntVector]:
    """Count the columns above each gold score, and those at it."""
    above = np.empty(len(rows), dtype=np.int64)
    tied = np.empty(len(rows), dtype=np.int64)
    for block in blocks(len(rows), max(1, _COMPARED // scores.shape[1])):
        part, level = scores[rows[block]], found[block, None]
        above[block] = np.count_nonzero(part > level, axis=1)
        tied[block] = np.count_nonzero(part == level, axis=1)
    return above, tied


def _expected(r: int, m: int, c: int, g: int, harmonic: Vector) -> float:
    """Sum the expected precisions at the gold ones among ``m`` tied columns; see above."""
    if m == 1:
        return (c + 1) / (r + 1)
    reciprocals = float(harmonic[r + m] - harmonic[r])  # of the places r + 1 to r + m
    each = (g - 1) / (m - 1)
    return g / m * ((c + 1) * reciprocals + each * (m - (r + 1) * reciprocals))
