"""Exact nearest rows of another side, of which a block at a time is in memory.

FAISS finds the best rows of a block by ``float32`` products, whose rounding depends on where a row
stands; a few more than are wanted are taken and their products computed anew in ``float64``. Where
the worst of them, with the largest error that ``float32`` can make, might still be beaten by one
that was not taken, more are taken. What is found therefore does not depend on the blocks.
"""

from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks
from xling.progress import Progress, silent
from xling.retrieval.distinct import Rows
from xling.retrieval.index import ExactIndex

__all__ = ["NearestRows", "block_size", "nearest_rows"]

_BLOCK_BYTES = 1 << 26  # of the rows that are searched at once: 64 MiB
_QUERIES = 4096  # rows that are looked up at once
_SPARE = 4  # rows found by float32 products beyond those that are wanted


@dataclass(frozen=True, kw_only=True, eq=False)
class NearestRows:
    """The nearest rows of the other side, the nearest first; of equally near ones, the smaller.

    Parameters
    ----------
    ids : ndarray, shape (n, k), int32
        Places of rows among those of the other side that were searched.
    cosines : ndarray, shape (n, k), float32
        Not increasing along a row.
    """

    ids: IntVector = field(repr=False)
    cosines: Matrix = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def means(self) -> Vector:
        """Give the mean cosine with the nearest rows: shape (n,), float64.

        Returns
        -------
        ndarray
            Of each row of ``ids``.
        """
        found: Vector = self.cosines.mean(axis=1, dtype=np.float64)
        return found


def block_size(width: int) -> int:
    """Give how many rows of a width fit into 64 MiB.

    Parameters
    ----------
    width : int
        Number of dimensions.

    Returns
    -------
    int
        At least 4,096.
    """
    return max(_QUERIES, _BLOCK_BYTES // (4 * max(width, 1)))


def nearest_rows(
    rows: tuple[Rows, IntVector],
    others: tuple[Rows, IntVector],
    count: int,
    *,
    block: int,
    stage: str = "search",
    progress: Progress = silent,
) -> NearestRows:
    """Find the nearest rows of the other side for some rows, exactly.

    Parameters
    ----------
    rows, others : pair of Rows and ndarray of int
        Rows of length 1, and the numbers of those to look at: increasing, at least one.
    count : int
        How many nearest rows, at least 1; at most as many as there are.
    block : int
        How many of ``others`` are in memory at once, at least 1.
    stage : str
        What progress calls this.
    progress : callable
        Called after each block, with the products done.

    Returns
    -------
    NearestRows
        The same for every ``block``.
    """
    wanted = min(count, len(others[1]))
    ids = np.full((len(rows[1]), wanted), np.iinfo(np.int32).max, np.int32)
    scores = np.full((len(rows[1]), wanted), -np.inf, np.float32)
    total, done = len(rows[1]) * len(others[1]), 0
    for there in blocks(others[0].shape[0], block):
        chosen, columns = _read(*others, there)
        chosen.flags.writeable = False
        index = ExactIndex(rows=chosen)
        for here in blocks(rows[0].shape[0], min(block, _QUERIES)) if len(index) else ():
            queries, part = _read(*rows, here)
            found, values = _best(index, queries, wanted, scores[part, -1])
            ids[part], scores[part] = _first(
                np.hstack([ids[part], found + columns.start]),
                np.hstack([scores[part], values]),
                wanted,
            )
            done += len(index) * len(queries)
            progress(stage, done, total)
    return NearestRows(ids=ids, cosines=scores)


def _read(rows: Rows, chosen: IntVector, part: slice) -> tuple[Matrix, slice]:
    """Read those of a part of the rows that are looked at, and tell their places among them."""
    first, last = np.searchsorted(chosen, (part.start, part.stop)).tolist()
    return rows[part][chosen[first:last] - part.start], slice(first, last)


def _best(
    index: ExactIndex, queries: Matrix, wanted: int, least: Vector, spare: int = _SPARE
) -> tuple[IntVector, Matrix]:
    """Find the best rows of a block by exact products, down to a score that is needed at least."""
    found = index.search(queries, wanted + spare)
    ids, scores = _first(found.ids, _products(queries, index.rows, found.ids), wanted)
    if found.ids.shape[1] < len(index):
        # Twice the largest error of a float32 product of rows of length 1, and some rounding.
        error = (queries.shape[1] + 8) * float(np.finfo(np.float32).eps)
        unsure = np.flatnonzero(found.scores[:, -1] + error >= np.maximum(least, scores[:, -1]))
        if len(unsure):
            more = 2 * (wanted + spare)
            ids[unsure], scores[unsure] = _best(
                index, queries[unsure], wanted, least[unsure], more - wanted
            )
    return ids, scores


def _products(queries: Matrix, rows: Matrix, ids: IntVector) -> Matrix:
    """Give the products of queries with rows: in float64, so that no order of sums matters."""
    exact = queries.astype(np.float64)
    made = np.empty(ids.shape, np.float32)
    for column in range(ids.shape[1]):
        made[:, column] = np.einsum("ij,ij->i", exact, rows[ids[:, column]].astype(np.float64))
    return made


def _first(ids: IntVector, scores: Matrix, wanted: int) -> tuple[IntVector, Matrix]:
    """Keep the best of each row; of equal ones, the smaller."""
    order = np.lexsort((ids, -scores), axis=1)[:, :wanted]
    return np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1)
