"""Bitext mining: which rows of two sides belong together, where most may have no partner.

Each row's candidates are its nearest rows of the other side. A pair is a candidate's score by a
criterion, and the pairs that are the best of both their rows are mined (Artetxe and Schwenk 2019,
Margin-based parallel corpus mining). Copies of a row are left out: with ten of them, a row would
have no other neighbours.
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from xling.arrays import IntVector, Vector
from xling.errors import InputError, ShapeError, UnknownNameError
from xling.progress import Progress, silent
from xling.retrieval.block_search import block_size, nearest_rows
from xling.retrieval.criteria import LEAST_MEAN, NEIGHBORHOOD, Criterion
from xling.retrieval.distinct import Rows, distinct_rows
from xling.retrieval.mutual_best import mutual_best

__all__ = ["MINING_CRITERIA", "MinedPairs", "mine", "mining_criterion"]

#: Criteria that pairs can be scored by.
MINING_CRITERIA: tuple[Criterion, ...] = ("margin", "margin-distance", "csls", "nn")


@dataclass(frozen=True, kw_only=True, eq=False)
class MinedPairs:
    """Pairs of rows that are each other's best, the best pair first.

    Parameters
    ----------
    source, target : ndarray, shape (p,), int64
        Rows of either side; none stands in two pairs.
    scores : ndarray, shape (p,), float64
        By the criterion; not increasing.
    null : ndarray, shape (q,), float64
        Scores of pairs that are each other's best once the candidates of ``source`` and
        ``target`` are taken away: what is found where partners are missing. Not increasing.
    comparisons : int
        How many distinct rows were compared with each other, both ways.
    """

    source: IntVector
    target: IntVector
    scores: Vector
    null: Vector = field(repr=False)
    comparisons: int = 0

    def __len__(self) -> int:
        return len(self.scores)


def mining_criterion(name: str) -> Criterion:
    """Find what pairs are scored by.

    Parameters
    ----------
    name : str
        One of `MINING_CRITERIA`.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    for known in MINING_CRITERIA:
        if known == name:
            return known
    raise UnknownNameError("criterion of mining", name, MINING_CRITERIA)


def mine(
    source: Rows,
    target: Rows,
    *,
    criterion: str = "margin",
    neighbors: int = NEIGHBORHOOD,
    block: int | None = None,
    progress: Progress = silent,
) -> MinedPairs:
    """Find the pairs of rows that are each other's best, by exact search.

    The rows are read block by block, again and again, and may stand in files. Beside them memory
    holds about ``60 + 8 k`` bytes a row, ``k`` being ``neighbors``, and 256 MiB at most for what
    is compared at the moment.

    Parameters
    ----------
    source, target : Rows, shape (n, d) and (m, d), float32
        Rows of length 1; zero rows, of which nothing is known, are in no pair. The first of rows
        that are bitwise equal stands for all: copies are in no pair and nobody's neighbours.
    criterion : str
        One of `MINING_CRITERIA`.
    neighbors : int
        How many nearest distinct rows of the other side are the candidates of a row, and make up
        the mean similarity that the criterion compares with.
    block : int, optional
        How many rows are searched at once; by default as many as fit into 64 MiB. Nothing that is
        found depends on it.
    progress : callable
        Called after each block of rows.

    Returns
    -------
    MinedPairs
        Of equal scores, the smaller source row first.

    Raises
    ------
    UnknownNameError
        If there is no such criterion.
    ShapeError
        If the sides differ in width.
    InputError
        If ``neighbors`` or ``block`` is below 1.
    """
    name = mining_criterion(criterion)
    if source.shape[1] != target.shape[1]:
        raise ShapeError(f"target has rows of width {target.shape[1]}; {source.shape[1]} is needed")
    size = block_size(source.shape[1]) if block is None else block
    for what, value in (("neighbors", neighbors), ("block", size)):
        if value < 1:
            raise InputError(f"{what} is {value}; at least 1 is needed")
    one, other = ((rows, distinct_rows(rows, size)) for rows in (source, target))
    if not len(one[1]) or not len(other[1]):
        none = np.zeros(0, np.int64)
        return MinedPairs(source=none, target=none, scores=np.zeros(0), null=np.zeros(0))
    there = nearest_rows(one, other, neighbors, block=size, stage="mine forward", progress=progress)
    back = nearest_rows(other, one, neighbors, block=size, stage="mine backward", progress=progress)
    score = partial(_scored, name)
    partner, scores = mutual_best(there, back, score)
    rest, null = mutual_best(there, back, score, without=partner)
    found = np.flatnonzero(partner >= 0)
    order = found[np.lexsort((found, -scores[found]))]
    return MinedPairs(
        source=one[1][order],
        target=other[1][partner[order]],
        scores=scores[order],
        null=-np.sort(-null[rest >= 0]),
        comparisons=2 * len(one[1]) * len(other[1]),
    )


def _scored(name: Criterion, cosines: Vector, means: Vector, answer_means: Vector) -> Vector:
    """Give the criterion's value of each candidate."""
    if name == "nn":
        return cosines
    if name == "margin":
        ratio: Vector = cosines / np.maximum((means + answer_means) / 2, LEAST_MEAN)
        return ratio
    distance: Vector = cosines - (means + answer_means) / 2
    return 2 * distance if name == "csls" else distance
