"""The way back as evidence: whether the answer, looked up itself, would lead to the query."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, Matrix, Vector
from xling.evidence.base import Asked, Candidates, nothing_proposed
from xling.retrieval.criteria import queries
from xling.retrieval.index import ExactIndex

__all__ = ["TwoWay"]

_BLOCK = 1 << 16  # candidates whose vectors are laid side by side at once


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoWay:
    """How far the query is from what the answer itself leads to, by CSLS in the shared space.

    A rotation or a shared space makes the nearest neighbour of a word easily found, but that
    neighbour may be nearer to many other words: agreement of the look-up there and back.

    Parameters
    ----------
    index, back : ExactIndex
        Rows ``[y, r(y)]`` of the answers' and ``[x, r(x)]`` of the queries' language.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("back_gap", "back_first")

    index: ExactIndex = field(repr=False)
    back: ExactIndex = field(repr=False)
    _best: Vector = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_best", np.full(len(self.index), np.nan, np.float32))

    def look(self, asked: Asked) -> "_ThereAndBack":
        """Prepare the way back; see `xling.evidence.base.Channel.look`."""
        return _ThereAndBack(
            channel=self, asked=asked, proposed=nothing_proposed(len(asked), len(self.index))
        )

    def best(self, columns: IntVector) -> Vector:
        """Give the best CSLS that some answers have with any word of the queries' language.

        Parameters
        ----------
        columns : ndarray, shape (c,), int64
            Rows of the answers' vocabulary.

        Returns
        -------
        ndarray, shape (c,), float32
            Without the answer's own neighbourhood mean, which is the same for all of them. Each
            answer is searched once.
        """
        new = np.unique(columns[np.isnan(self._best[columns])])
        if len(new):
            vectors, _ = queries(self.index.rows[new, :-1], np.zeros(len(new), np.float32), "csls")
            first = self.back.search(vectors, 1).ids[:, 0]
            # Summed in one order, so that a word's value is the same alone and among others.
            self._best[new] = np.einsum("ij,ij->i", vectors, self.back.rows[first])
        found: Vector = self._best[columns]
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class _ThereAndBack:
    """The way back from any answer to some queries; it proposes nothing."""

    channel: TwoWay
    asked: Asked
    proposed: sparse.csr_array

    def measure(self, candidates: Candidates) -> Matrix:
        """Give how far the query is from the answer's best, and whether it is the best."""
        owner, columns = candidates.owner, candidates.columns
        products = np.empty(len(columns), np.float32)
        for start in range(0, len(columns), _BLOCK):
            part = slice(start, start + _BLOCK)
            rows = self.channel.index.rows[columns[part], :-1]
            products[part] = np.einsum("ij,ij->i", self.asked.vectors[owner[part]], rows)
        here = 2 * products - self.asked.means[owner]
        gap = np.maximum(self.channel.best(columns) - here, 0)
        return np.column_stack([gap, (gap < 1e-6).astype(np.float32)])
