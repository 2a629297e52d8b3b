"""Words as bags of the character n-grams they are written with."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector

__all__ = ["best_cells", "ngram_profiles", "unit_sparse_rows"]


def ngram_profiles(words: Sequence[str], shortest: int, longest: int) -> sparse.csr_array:
    """Count the character n-grams of each word, with marks for its start and end.

    Parameters
    ----------
    words : sequence of str
        Folded words.
    shortest, longest : int
        Lengths of the n-grams.

    Returns
    -------
    sparse array, shape (n, g), float32
        Rows of length 1, n-grams weighted by ``log((1 + n) / (1 + words with it))``. N-grams of a
        single word are left out, for they make it like no other word, and those of all words, for
        they tell none apart; a word that has no others has an empty row.

    Examples
    --------
    >>> found = ngram_profiles(["wait", "waits", "said"], 3, 3)
    >>> [round(float(x), 2) for x in (found @ found.T).toarray()[0]]
    [1.0, 1.0, 0.0]
    """
    numbers: dict[str, int] = {}
    columns: list[int] = []
    lengths = np.zeros(len(words), np.int64)
    for row, word in enumerate(words):
        marked = f"<{word}>"
        own = {
            marked[start : start + size]
            for size in range(shortest, longest + 1)
            for start in range(len(marked) - size + 1)
        }
        lengths[row] = len(own)
        columns.extend(sorted(numbers.setdefault(gram, len(numbers)) for gram in sorted(own)))
    ends = np.concatenate([[0], np.cumsum(lengths)])
    shape = (len(words), max(len(numbers), 1))
    ones = np.ones(len(columns), np.float32)
    counts = sparse.csr_array((ones, np.array(columns, np.int64), ends), shape=shape)
    spread = np.bincount(counts.indices, minlength=shape[1])
    shared = np.flatnonzero(spread >= 2)
    weights = np.log((1 + len(words)) / (1 + spread[shared])).astype(np.float32)
    kept = sparse.csr_array(counts[:, shared])
    kept.data *= weights[kept.indices]
    kept.eliminate_zeros()
    return unit_sparse_rows(kept)


def unit_sparse_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Scale each row that is not empty to length 1.

    Parameters
    ----------
    matrix : sparse array, shape (n, m)
        Not changed.

    Returns
    -------
    sparse array, shape (n, m), same dtype
        The same cells.
    """
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scaled = matrix.copy()
    scale = 1 / np.where(lengths > 0, lengths, 1)
    scaled.data = (matrix.data * np.repeat(scale, np.diff(matrix.indptr))).astype(matrix.dtype)
    return scaled


def best_cells(matrix: sparse.csr_array, count: int) -> sparse.csr_array:
    """Keep the largest cells of each row.

    Parameters
    ----------
    matrix : sparse array, shape (n, m)
        Not changed.
    count : int
        How many cells of each row, at least 1.

    Returns
    -------
    sparse array, shape (n, m), same dtype
        At most ``count`` cells in a row, columns rising; of equal ones the smaller column.
    """
    kept: BoolVector = np.ones(matrix.nnz, dtype=bool)
    for start, stop in pairwise(matrix.indptr.tolist()):
        if stop - start > count:
            values = matrix.data[start:stop]
            least = np.partition(values, -count)[-count]
            kept[start:stop] = values > least
            equal = start + np.flatnonzero(values == least)
            by_column = equal[np.argsort(matrix.indices[equal])]
            kept[by_column[: count - int(kept[start:stop].sum())]] = True
    ends = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    found = sparse.csr_array((matrix.data[kept], matrix.indices[kept], ends), shape=matrix.shape)
    found.sort_indices()
    return found
