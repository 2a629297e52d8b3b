"""Which position of the matched sentence a word goes with, by the translation table."""

from itertools import pairwise

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, Matrix, Vector
from xling.counting.sentences import RowSentences
from xling.errors import ShapeError

__all__ = ["partners"]

_RUN_CELLS = 1 << 21  # cells, that is pairs of token positions, that are expanded at once


def partners(
    source: RowSentences, target: RowSentences, table: sparse.csr_array
) -> tuple[IntVector, IntVector]:
    """Find each token's most probable partner in the matched sentence, in both directions.

    Parameters
    ----------
    source, target : RowSentences
        Sentence ``i`` of one matches sentence ``i`` of the other.
    table : sparse array, shape (n, m), float64
        Probability of each pair of words; a pair without a cell is never partners.

    Returns
    -------
    pair of ndarray, int64
        For each source token the number of its target token (counted from the first sentence
        on), for each target token that of its source token; -1 where no word of the matched
        sentence has a cell with it. Of equally probable partners, the one at the most similar
        relative position is taken, then the first one.

    Raises
    ------
    ShapeError
        If the sides differ in length, or the table is not over their vocabularies.
    """
    if len(source) != len(target):
        raise ShapeError(f"{len(source)} source sentences, {len(target)} target sentences")
    if table.shape != (source.size, target.size):
        raise ShapeError(f"a table of {table.shape} for {source.size} and {target.size} words")
    sorted_table = table.copy()
    sorted_table.sum_duplicates()
    rows = np.repeat(np.arange(source.size), np.diff(sorted_table.indptr))
    keys = rows * np.int64(target.size) + sorted_table.indices
    found: list[Matrix] = [np.zeros((0, 4))]
    for first, last in _runs(source.lengths * target.lengths):
        found.append(_cells(source, target, first, last, keys, sorted_table.data))
    one, other, value, apart = np.concatenate(found).T
    ends = one.astype(np.int64), other.astype(np.int64)
    forth = np.lexsort((ends[1], apart, -value, ends[0]))
    back = np.lexsort((ends[0], apart, -value, ends[1]))
    return (
        _first(ends[0][forth], ends[1][forth], len(source.rows)),
        _first(ends[1][back], ends[0][back], len(target.rows)),
    )


def _runs(cells: IntVector) -> list[tuple[int, int]]:
    """Cut the sentence pairs into runs of about so many cells, at least one pair each."""
    before = np.concatenate([[0], np.cumsum(cells)])
    cuts = [0]
    while cuts[-1] < len(cells):
        stop = int(np.searchsorted(before, before[cuts[-1]] + _RUN_CELLS, side="right")) - 1
        cuts.append(max(stop, cuts[-1] + 1))
    return list(pairwise(cuts))


def _cells(
    source: RowSentences,
    target: RowSentences,
    first: int,
    last: int,
    keys: IntVector,
    values: Vector,
) -> Matrix:
    """Give token, token, value and relative distance of the cells that the table has."""
    lengths, widths = source.lengths[first:last], target.lengths[first:last]
    cells = lengths * widths
    pair = np.repeat(np.arange(last - first), cells)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(cells) - cells, cells)
    i, j = np.divmod(within, widths[pair])
    one, other = source.offsets[first + pair] + i, target.offsets[first + pair] + j
    wanted = source.rows[one] * np.int64(target.size) + target.rows[other]
    places = np.searchsorted(keys, wanted)
    places[places == len(keys)] = 0
    hit = np.flatnonzero(keys[places] == wanted) if len(keys) else np.zeros(0, np.int64)
    apart = np.abs((i[hit] + 0.5) / lengths[pair[hit]] - (j[hit] + 0.5) / widths[pair[hit]])
    return np.stack([one[hit], other[hit], values[places[hit]], apart], axis=1)


def _first(asking: IntVector, answer: IntVector, size: int) -> IntVector:
    """Take the first answer of each asking token; -1 where there is none."""
    made = np.full(size, -1, np.int64)
    start = np.flatnonzero(np.diff(asking, prepend=-1))
    made[asking[start]] = answer[start]
    return made
