"""Bitext mining: which rows of two sides belong together, where most may have no partner.

Each row's candidates are its nearest rows of the other side. A pair is a candidate's score by a
criterion, and the pairs that are the best of both their rows are mined (Artetxe and Schwenk 2019,
Margin-based parallel corpus mining).
"""

from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks, check_matrix
from xling.errors import UnknownNameError
from xling.progress import Progress, silent
from xling.retrieval.criteria import LEAST_MEAN, NEIGHBORHOOD, Criterion
from xling.retrieval.index import ExactIndex, Neighbors

__all__ = ["MINING_CRITERIA", "MinedPairs", "mine", "mining_criterion"]

#: Criteria that pairs can be scored by.
MINING_CRITERIA: tuple[Criterion, ...] = ("margin", "margin-distance", "csls", "nn")

_BLOCK = 4096  # rows searched between two signs of progress


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
    """

    source: IntVector
    target: IntVector
    scores: Vector
    null: Vector = field(repr=False)

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
    source: Matrix,
    target: Matrix,
    *,
    criterion: str = "margin",
    neighbors: int = NEIGHBORHOOD,
    progress: Progress = silent,
) -> MinedPairs:
    """Find the pairs of rows that are each other's best.

    Parameters
    ----------
    source, target : ndarray, shape (n, d) and (m, d), float32
        Rows of length 1; zero rows, of which nothing is known, are in no pair.
    criterion : str
        One of `MINING_CRITERIA`.
    neighbors : int
        How many nearest rows of the other side are the candidates of a row, and make up the mean
        similarity that the criterion compares with.
    progress : callable
        Called after each block of rows.

    Returns
    -------
    MinedPairs
        Of equal scores, the smaller source row first. Memory beside the inputs grows with
        ``(n + m) * neighbors``.

    Raises
    ------
    UnknownNameError
        If there is no such criterion.
    ShapeError
        If the sides differ in width.
    """
    name = mining_criterion(criterion)
    check_matrix(target, "target", columns=source.shape[1])
    known = np.flatnonzero(source.any(axis=1)), np.flatnonzero(target.any(axis=1))
    if not all(map(len, known)):
        return MinedPairs(
            source=np.zeros(0, np.int64),
            target=np.zeros(0, np.int64),
            scores=np.zeros(0),
            null=np.zeros(0),
        )
    rows = source[known[0]], target[known[1]]
    there = _nearest(rows[0], rows[1], neighbors, "mine forward", progress)
    back = _nearest(rows[1], rows[0], neighbors, "mine backward", progress)
    ones, others, cosines = _candidates(there, back)
    means = there.scores.mean(axis=1), back.scores.mean(axis=1)
    scores = _scored(cosines, name, means[0][ones], means[1][others])
    best = _mutual(ones, others, scores)
    rest = np.ones(len(scores), bool)
    rest[best] = False
    null = scores[rest][_mutual(ones[rest], others[rest], scores[rest])]
    order = best[np.lexsort((ones[best], -scores[best]))]
    return MinedPairs(
        source=known[0][ones[order]],
        target=known[1][others[order]],
        scores=scores[order],
        null=-np.sort(-null),
    )


def _nearest(rows: Matrix, others: Matrix, count: int, stage: str, progress: Progress) -> Neighbors:
    """Find each row's nearest rows of the other side."""
    index = ExactIndex(rows=others)
    wanted = min(count, len(others))
    ids, scores = np.empty((len(rows), wanted), np.int64), np.empty((len(rows), wanted))
    for part in blocks(len(rows), _BLOCK):
        found = index.search(rows[part], wanted)
        ids[part], scores[part] = found.ids, found.scores
        progress(stage, part.stop, len(rows))
    return Neighbors(ids=ids, scores=scores)


def _candidates(there: Neighbors, back: Neighbors) -> tuple[IntVector, IntVector, Vector]:
    """Join the candidates of both directions: each pair once, with its cosine."""
    width, size = there.ids.shape[1], len(back.ids)
    ones = np.concatenate([np.repeat(np.arange(len(there.ids)), width), back.ids.ravel()])
    others = np.concatenate([there.ids.ravel(), np.repeat(np.arange(size), back.ids.shape[1])])
    cosines = np.concatenate([there.scores.ravel(), back.scores.ravel()])
    _, once = np.unique(ones * size + others, return_index=True)
    return ones[once], others[once], cosines[once]


def _scored(cosines: Vector, name: Criterion, means: Vector, answer_means: Vector) -> Vector:
    """Give the criterion's value of each candidate."""
    if name == "nn":
        return cosines
    if name == "margin":
        ratio: Vector = cosines / np.maximum((means + answer_means) / 2, LEAST_MEAN)
        return ratio
    distance: Vector = cosines - (means + answer_means) / 2
    return 2 * distance if name == "csls" else distance


def _mutual(ones: IntVector, others: IntVector, scores: Vector) -> IntVector:
    """Find the candidates that are the best of both their rows; of equal ones, the first."""
    if not len(scores):
        return np.zeros(0, np.int64)
    winners = []
    for rows in (ones, others):
        order = np.lexsort((np.arange(len(scores)), -scores, rows))
        first = np.ones(len(order), bool)
        first[1:] = rows[order][1:] != rows[order][:-1]
        chosen = np.zeros(len(scores), bool)
        chosen[order[first]] = True
        winners.append(chosen)
    found: IntVector = np.flatnonzero(winners[0] & winners[1])
    return found
