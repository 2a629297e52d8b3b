"""Average precision of gold words under ties."""

from collections.abc import Sequence

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, check_matrix
from xling.evaluation.ranks import check_scores, gold_cells

__all__ = ["average_precisions"]


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
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, scores.shape[1] + 1))])
    starts = np.append(np.searchsorted(rows, np.arange(len(gold))), len(rows))
    precisions = np.empty(len(gold))
    for row, line in enumerate(scores):
        levels, counts = np.unique(found[starts[row] : starts[row + 1]], return_counts=True)
        before, total = 0, 0.0  # gold columns of better levels
        for level, count in zip(levels[::-1], counts[::-1].tolist(), strict=True):
            above, tied = np.count_nonzero(line > level), np.count_nonzero(line == level)
            total += _expected(int(above), int(tied), before, count, harmonic)
            before += count
        precisions[row] = total / before
    return precisions


def _expected(r: int, m: int, c: int, g: int, harmonic: Vector) -> float:
    """Sum the expected precisions at the gold ones among ``m`` tied columns; see above."""
    if m == 1:
        return (c + 1) / (r + 1)
    reciprocals = float(harmonic[r + m] - harmonic[r])  # of the places r + 1 to r + m
    each = (g - 1) / (m - 1)
    return g / m * ((c + 1) * reciprocals + each * (m - (r + 1) * reciprocals))
