"""Each row's best neighbour on the other side by CSLS, in both directions, from one product.

Write ``s`` for a cosine, ``r(x)`` for the mean of the ``k`` largest of row ``x``, and ``t(x)`` for
any number that is not above the ``k``-th largest; the same for the columns ``y``. An entry below
both ``t(x)`` and ``t(y)`` has a CSLS of ``2 s - r(x) - r(y) < (t(x) - r(x)) + (t(y) - r(y))``,
which is not above zero. So what is at least one of its two floors holds every row's and every
column's ``k`` nearest, hence the means, and the best neighbour by CSLS too wherever the best that
was kept is not below that bound; the few other rows are searched whole. The floors come from a
sample of the other side, and from the neighbours of an earlier round, if there was one. Where
nothing is dropped by chance they are raised on the way, by the best of the entries so far, and
what is then below both of its floors is let go: memory grows with ``k`` and not with the sample's
coarseness.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks, check_matrix
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.retrieval.criteria import NEIGHBORHOOD

__all__ = ["BestNeighbors", "best_neighbors"]

_TILE = (1024, 2048)  # cosines that are held at once
_SAMPLE = (1024, 256)  # rows of the other side from which floors are taken: cold, warm
_LONGEST = 1.001  # unit rows in float32 are not longer
_SLACK = 4e-6  # cosines of unit rows in float32 differ by less, whatever the order of the sum
_PENDING = 1 << 19  # entries after which floors are raised
_SPARE = 2  # times k entries that stay of a row: fewer would leave more rows to be searched whole
_MOST = 200_000_000  # kept entries: more means that nearly all rows are alike


@dataclass(frozen=True, kw_only=True, eq=False)
class BestNeighbors:
    """The best neighbours of both sides.

    Parameters
    ----------
    forward : ndarray, shape (n,), int64
        Best row of ``y`` for each row of ``x``; -1 where dropout left none.
    backward : ndarray, shape (m,), int64
        Best row of ``x`` for each row of ``y``; -1 where dropout left none.
    forward_scores, backward_scores : ndarray, shape (n,) and (m,), float32
        Their CSLS without dropout: the largest of each row and column.
    nearest : pair of ndarray, shape (n, k) and (m, k), int64
        Nearest rows of the other side by cosine, the nearest first; for `best_neighbors` again.
    """

    forward: IntVector
    backward: IntVector
    forward_scores: Vector = field(repr=False)
    backward_scores: Vector = field(repr=False)
    nearest: tuple[IntVector, IntVector] = field(repr=False)

    @property
    def objective(self) -> float:
        """Mean CSLS of both sides' best neighbours, before dropout."""
        return float((self.forward_scores.mean() + self.backward_scores.mean()) / 2)

    @property
    def mutual(self) -> IntVector:
        """Rows of ``x`` that are the best neighbour of their own best neighbour."""
        paired = np.flatnonzero(self.forward >= 0)
        mutual: IntVector = paired[self.backward[self.forward[paired]] == paired]
        return mutual


def best_neighbors(
    x: Matrix,
    y: Matrix,
    *,
    k: int = NEIGHBORHOOD,
    keep: float = 1.0,
    seed: int = 0,
    warm: tuple[IntVector, IntVector] | None = None,
) -> BestNeighbors:
    """Find the best neighbours by CSLS in both directions.

    Memory beside the inputs is a tile of cosines and the entries kept, a small multiple of
    ``k * (n + m)``.

    Parameters
    ----------
    x : ndarray, shape (n, d), float32
        Unit length.
    y : ndarray, shape (m, d), float32
        Unit length.
    k : int
        Size of the neighbourhoods; all rows where there are fewer.
    keep : float
        Probability with which an entry stays in the choice, in (0, 1]. Dropped entries count as
        minus infinity, in each direction by a draw of its own; the choice is then among the
        entries kept as described above, and may be empty.
    seed : int
        Of the draws.
    warm : pair of ndarray, shape (n, k) and (m, k), optional
        `BestNeighbors.nearest` of rows that stood in nearly the same places: saves work, changes
        nothing.

    Returns
    -------
    BestNeighbors
        Of equal scores, the smaller row is the best.

    Raises
    ------
    ShapeError
        If the widths differ.
    InputError
        If ``k`` or ``keep`` is out of range, a side is empty, or a row is longer than 1.
    DegenerateInputError
        If nearly all rows of a side are alike.

    References
    ----------
    Conneau et al. (2018), Word translation without parallel data (CSLS). Artetxe, Labaka and
    Agirre (2018), A robust self-learning method for fully unsupervised cross-lingual mappings of
    word embeddings (both directions, dropout).

    Examples
    --------
    >>> turn = np.eye(3, dtype=np.float32)
    >>> best_neighbors(turn, turn[[2, 0, 1]], k=1).forward.tolist()
    [1, 2, 0]
    """
    for name, side in (("x", x), ("y", y)):
        check_matrix(side, name)
        _check_lengths(side, name)
    if x.shape[1] != y.shape[1]:
        raise ShapeError(f"rows of width {x.shape[1]} and {y.shape[1]}; equal widths are needed")
    if k < 1 or not len(x) or not len(y):
        raise InputError(f"k is {k}, with {len(x)} and {len(y)} rows; at least 1 of each is needed")
    if not 0 < keep <= 1:
        raise InputError(f"keep is {keep}; above 0 and at most 1 is needed")
    widths = (min(k, len(y)), min(k, len(x)))
    before = (None, None) if warm is None else warm
    floors = (_floors(x, y, widths[0], before[0]), _floors(y, x, widths[1], before[1]))
    raised = (_SPARE * widths[0], _SPARE * widths[1]) if keep == 1 else None
    rows, columns, cosines = _kept(x, y, floors, raised)
    across = _by_row(rows, cosines, len(x), widths[0])
    down = _by_row(columns, cosines, len(y), widths[1])
    means = (cosines[across].mean(axis=1), cosines[down].mean(axis=1))
    scores = 2 * cosines - means[0][rows] - means[1][columns]
    bounds = [floor - mean for floor, mean in zip(floors, means, strict=True)]
    fore, fore_scores = _best(rows, columns, scores, len(x))
    back, back_scores = _best(columns, rows, scores, len(y))
    _search_whole(x, y, means, bounds[0] + bounds[1].max(), fore, fore_scores)
    _search_whole(y, x, means[::-1], bounds[1] + bounds[0].max(), back, back_scores)
    if keep < 1:
        draws = np.random.default_rng(seed)
        lost = np.float32(-np.inf)
        chances = draws.random((2, len(scores)), dtype=np.float32) < keep
        fore, _ = _best(rows, columns, np.where(chances[0], scores, lost), len(x))
        back, _ = _best(columns, rows, np.where(chances[1], scores, lost), len(y))
    return BestNeighbors(
        forward=fore,
        backward=back,
        forward_scores=fore_scores,
        backward_scores=back_scores,
        nearest=(columns[across].astype(np.int64), rows[down].astype(np.int64)),
    )


def _check_lengths(rows: Matrix, name: str) -> None:
    """Refuse rows that are not cosines' to be: entries are sorted by row and cosine at once."""
    lengths = np.einsum("nd,nd->n", rows, rows)
    long = np.flatnonzero(~(lengths <= _LONGEST**2))
    if len(long):
        raise InputError(
            f"{name} has a row of length {np.sqrt(lengths[long[0]]):.3g} (row {long[0]}); rows of "
            "length 1 are needed"
        )


def _floors(rows: Matrix, others: Matrix, k: int, nearest: IntVector | None) -> Vector:
    """Give each row a number that is surely not above its k-th largest cosine."""
    step = max(1, len(others) // max(_SAMPLE[nearest is not None], 4 * k))
    sample = np.ascontiguousarray(others[::step])
    floors = np.empty(len(rows), dtype=np.float32)
    for block in blocks(len(rows), _TILE[0]):
        cosines = rows[block] @ sample.T
        floors[block] = np.partition(cosines, len(sample) - k, axis=1)[:, len(sample) - k]
        if nearest is not None:
            again = np.einsum("nd,nkd->nk", rows[block], others[nearest[block]])
            floors[block] = np.maximum(floors[block], again.min(axis=1))
    return floors - np.float32(_SLACK)


#: Rows and columns, int32, and cosines, float32: 12 bytes an entry.
_Entries: TypeAlias = tuple[IntVector, IntVector, Vector]


def _kept(
    x: Matrix, y: Matrix, floors: tuple[Vector, Vector], raised: tuple[int, int] | None
) -> _Entries:
    """Give the entries that reach one of their floors, by row and then by column.

    With ``raised`` (of rows and of columns), a floor goes up to the entry of that rank, and is
    changed in place.
    """
    found: list[_Entries] = []
    count = pending = 0
    for block in blocks(len(x), _TILE[0]):
        for tile in blocks(len(y), _TILE[1]):
            cosines = x[block] @ y[tile].T
            hits = cosines >= floors[0][block, None]
            hits |= cosines >= floors[1][tile]
            flat = np.flatnonzero(hits)
            rows, columns = np.divmod(flat.astype(np.int32), np.int32(cosines.shape[1]))
            rows += np.int32(block.start)
            columns += np.int32(tile.start)
            found.append((rows, columns, cosines.ravel()[flat]))
            count += len(flat)
            pending += len(flat)
            if count > _MOST:
                raise DegenerateInputError(
                    "nearly all rows have the same neighbours; words with different vectors are "
                    "needed"
                )
        if raised is not None and pending > _PENDING:  # between blocks, where all rows are whole
            found = [_pruned(found, floors, raised)]
            count, pending = len(found[0][0]), 0
    entries = _joined(found)
    order = np.argsort(entries[0] * np.int64(len(y)) + entries[1])
    return entries[0][order], entries[1][order], entries[2][order]


def _joined(found: list[_Entries]) -> _Entries:
    """Put the entries of all tiles together, and empty the list."""
    rows, columns, cosines = (np.concatenate(part) for part in zip(*found, strict=True))
    found.clear()
    return rows, columns, cosines


def _pruned(
    found: list[_Entries], floors: tuple[Vector, Vector], raised: tuple[int, int]
) -> _Entries:
    """Raise the floors by what was found, and let go what is now below both."""
    entries = _joined(found)
    cosines = entries[2]
    for ids, floor, k in zip(entries[:2], floors, raised, strict=True):
        order = np.argsort(4.0 * ids - cosines, kind="stable")
        starts = np.searchsorted(ids[order], np.arange(len(floor) + 1))
        many = np.flatnonzero(np.diff(starts) >= k)
        floor[many] = np.maximum(floor[many], cosines[order[starts[many] + k - 1]])
    stay = (cosines >= floors[0][entries[0]]) | (cosines >= floors[1][entries[1]])
    return entries[0][stay], entries[1][stay], cosines[stay]


def _by_row(rows: IntVector, cosines: Vector, size: int, k: int) -> IntVector:
    """Give the positions of each row's k largest entries, shape (size, k)."""
    order = np.argsort(4.0 * rows - cosines, kind="stable")
    starts = np.searchsorted(rows[order], np.arange(size))
    places: IntVector = order[starts[:, None] + np.arange(k)]
    return places


def _best(
    rows: IntVector, columns: IntVector, scores: Vector, size: int
) -> tuple[IntVector, Vector]:
    """Give each row's column with the largest score, -1 where all are minus infinity."""
    best = np.full(size, -np.inf, dtype=np.float32)
    np.maximum.at(best, rows, scores)
    top = np.flatnonzero((scores == best[rows]) & np.isfinite(scores))
    chosen = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(chosen, rows[top], columns[top])
    return np.where(np.isfinite(best), chosen, -1), best


def _search_whole(
    rows: Matrix,
    others: Matrix,
    means: tuple[Vector, Vector],
    bounds: Vector,
    best: IntVector,
    scores: Vector,
) -> None:
    """Put right the rows whose best entry may not have been kept."""
    unsure = np.flatnonzero(scores < bounds)
    for block in blocks(len(unsure), _TILE[0]):
        part = unsure[block]
        whole = 2 * (rows[part] @ others.T) - means[0][part, None] - means[1]
        best[part] = whole.argmax(axis=1)
        scores[part] = whole.max(axis=1)
