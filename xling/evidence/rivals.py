"""Rivals as evidence: an answer that is already some other word's translation."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, Matrix, Vector
from xling.evidence.base import Asked, Candidates, Ground, nothing_proposed

__all__ = ["Rivals"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rivals:
    """How firmly the matched sentences link an answer to words other than the query.

    Words tend to have one translation: an answer that is the sure translation of another word is
    a less likely one of this word (mutual exclusivity).

    Parameters
    ----------
    ground : Ground
        Of the direction.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("rival", "linked")

    ground: Ground = field(repr=False)

    @cached_property
    def _best(self) -> tuple[IntVector, Vector, Vector]:
        """For each answer its best query word, that cell's value, and the second best value."""
        turned = sparse.csr_array(self.ground.translations.T)
        rows = np.repeat(np.arange(turned.shape[0]), np.diff(turned.indptr))
        order = np.lexsort((turned.indices, -turned.data, rows))
        place = np.arange(len(rows)) - np.repeat(turned.indptr[:-1], np.diff(turned.indptr))
        owner = np.full(turned.shape[0], -1, np.int64)
        values = np.zeros((2, turned.shape[0]), np.float32)
        for rank in (0, 1):
            chosen = order[place == rank]
            values[rank, rows[chosen]] = turned.data[chosen]
            if rank == 0:
                owner[rows[chosen]] = turned.indices[chosen]
        return owner, values[0], values[1]

    def look(self, asked: Asked) -> "_Taken":
        """Look the rivals up; see `xling.evidence.base.Channel.look`."""
        owner, first, second = self._best
        return _Taken(
            rows=asked.rows,
            owner=owner,
            first=first,
            second=second,
            proposed=nothing_proposed(len(asked), len(owner)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Taken:
    """The rivals for all answers; they propose nothing."""

    rows: IntVector
    owner: IntVector
    first: Vector
    second: Vector
    proposed: sparse.csr_array

    def measure(self, candidates: Candidates) -> Matrix:
        """Give the best rival's probability, and whether there is one."""
        columns = candidates.columns
        mine = self.owner[columns] == self.rows[candidates.owner]
        rival = np.where(mine, self.second[columns], self.first[columns])
        return np.column_stack([rival, (rival > 0).astype(np.float32)])
