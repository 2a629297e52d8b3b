"""A seed lexicon read off a translation table: pairs that are each other's best."""

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, Vector

__all__ = ["mutual_best"]


def mutual_best(
    table: sparse.csr_array, *, threshold: float = 0.1
) -> tuple[IntVector, IntVector, Vector]:
    """Find the pairs of words of which each is the other's best translation.

    Parameters
    ----------
    table : sparse array, shape (n, m)
        Symmetrised probabilities, in (0, 1].
    threshold : float
        Pairs below it are left out.

    Returns
    -------
    source_rows, target_rows : ndarray, shape (p,), int64
        The pairs, by source row; no row stands twice on either side. Of equal translations,
        the more frequent word (the smaller row) is the best.
    confidences : ndarray, shape (p,), float64
        The table's value of each pair.

    Examples
    --------
    >>> table = sparse.csr_array(np.array([[0.9, 0.5], [0.6, 0.2]]))
    >>> [part.tolist() for part in mutual_best(table)]
    [[0], [0], [0.9]]
    """
    best_target, values = _best_columns(table)
    best_source, _ = _best_columns(sparse.csr_array(table.T))
    rows = np.flatnonzero(best_target >= 0)
    rows = rows[best_source[best_target[rows]] == rows]
    columns, values = best_target[rows], values[rows]
    kept = values >= threshold
    return rows[kept], columns[kept], values[kept]


def _best_columns(table: sparse.csr_array) -> tuple[IntVector, Vector]:
    """Give the column and the value of the largest cell of each row, -1 and 0 for an empty row."""
    cells = table.tocoo()
    row, column = cells.coords
    order = np.lexsort((-column, cells.data, row))  # the last of a row is its best
    best = np.full(table.shape[0], -1, dtype=np.int64)
    best[row[order]] = column[order]
    values = np.zeros(table.shape[0])
    values[row[order]] = cells.data[order]
    return best, values
