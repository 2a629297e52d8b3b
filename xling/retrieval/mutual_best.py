"""Pairs of rows that are the best of both, out of candidates of both directions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from xling.arrays import IntVector, Vector, blocks
from xling.retrieval.block_search import NearestRows

__all__ = ["Score", "mutual_best"]

#: From cosines, and both rows' mean cosines with their nearest rows, to scores.
Score: TypeAlias = Callable[[Vector, Vector, Vector], Vector]

_BLOCK = 1 << 16  # rows whose candidates are looked at at once

_Candidates: TypeAlias = tuple[IntVector, IntVector, Vector]


@dataclass(kw_only=True, slots=True, eq=False)
class _Best:
    """The best candidate of each row so far; of equal ones, the smaller row."""

    scores: Vector
    others: IntVector

    @classmethod
    def of_none(cls, count: int) -> "_Best":
        """Start without candidates."""
        return cls(scores=np.full(count, -np.inf), others=np.full(count, -1, np.int64))

    def update(self, rows: IntVector, others: IntVector, scores: Vector) -> None:
        """Look at more candidates."""
        order = np.lexsort((others, -scores, rows))
        first = np.ones(len(order), bool)
        first[1:] = rows[order[1:]] != rows[order[:-1]]
        chosen = order[first]
        rows, others, scores = rows[chosen], others[chosen], scores[chosen]
        now = self.scores[rows]
        better = (scores > now) | ((scores == now) & (others < self.others[rows]))
        self.scores[rows[better]] = scores[better]
        self.others[rows[better]] = others[better]


def mutual_best(
    there: NearestRows, back: NearestRows, score: Score, *, without: IntVector | None = None
) -> tuple[IntVector, Vector]:
    """Find the pairs that are the best candidate of both their rows.

    Parameters
    ----------
    there, back : NearestRows
        The candidates of the rows of either side, of which there are ``n`` and ``m``.
    score : callable
        Gives the scores of candidates; larger is better.
    without : ndarray, shape (n,), int64, optional
        For each row of the first side a row of the other one, or -1: that pair is no candidate.

    Returns
    -------
    partner : ndarray, shape (n,), int64
        The row of the other side, or -1. Of equally good candidates, the smaller row is better.
    scores : ndarray, shape (n,), float64
        Of the pairs; of no meaning where there is none.
    """
    one, other = _Best.of_none(len(there)), _Best.of_none(len(back))
    for ones, others, scores in _candidates(there, back, score):
        if without is not None:
            kept = without[ones] != others
            ones, others, scores = ones[kept], others[kept], scores[kept]
        one.update(ones, others, scores)
        other.update(others, ones, scores)
    partner = one.others
    has = partner >= 0
    mutual = has.copy()
    mutual[has] = other.others[partner[has]] == np.flatnonzero(has)
    return np.where(mutual, partner, -1), one.scores


def _candidates(there: NearestRows, back: NearestRows, score: Score) -> Iterator[_Candidates]:
    """Give the candidates of both directions, some rows' at a time; a pair may come twice."""
    means = there.means(), back.means()
    for side, turned in ((there, False), (back, True)):
        for part in blocks(len(side), _BLOCK):
            rows = np.repeat(np.arange(part.start, part.stop), side.ids.shape[1])
            others = side.ids[part].ravel().astype(np.int64)
            cosines = side.cosines[part].ravel().astype(np.float64)
            ones, others = (others, rows) if turned else (rows, others)
            yield ones, others, score(cosines, means[0][ones], means[1][others])
