"""Contexts as evidence: how near two words are in the shared space."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.evidence.base import Asked, Candidates
from xling.retrieval.criteria import queries
from xling.retrieval.index import ExactIndex

__all__ = ["Contexts"]

_NEAR = 50  # answers that the space brings up
_BLOCK = 1 << 16  # candidates whose vectors are laid side by side at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Contexts:
    """The shared space, asked by CSLS.

    Parameters
    ----------
    index : ExactIndex
        Rows ``[y, r(y)]`` of the answers' language.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("csls", "gap", "query_mean", "answer_mean")

    index: ExactIndex = field(repr=False)

    def look(self, asked: Asked) -> "_Near":
        """Find the nearest answers; see `xling.evidence.base.Channel.look`."""
        vectors, _ = queries(asked.vectors, asked.means, "csls")
        near = self.index.search(vectors, min(_NEAR, len(self.index)))
        count, width = near.ids.shape
        cells = (np.ones(near.ids.size, np.float32), near.ids.ravel())
        ends = np.arange(count + 1) * width
        shape = (count, len(self.index))
        return _Near(
            index=self.index,
            asked=asked,
            vectors=vectors,
            proposed=sparse.csr_array((*cells, ends), shape=shape),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Near:
    """The nearest answers of some queries."""

    index: ExactIndex
    asked: Asked
    vectors: Matrix
    proposed: sparse.csr_array

    def measure(self, candidates: Candidates) -> Matrix:
        """Give CSLS, how far it is from the query's best, and both neighbourhood means."""
        owner, columns = candidates.owner, candidates.columns
        products = np.empty(len(columns), np.float32)
        for start in range(0, len(columns), _BLOCK):
            part = slice(start, start + _BLOCK)
            rows = self.index.rows[columns[part]]
            products[part] = np.einsum("ij,ij->i", self.vectors[owner[part]], rows)
        means = self.asked.means[owner]
        csls = products - means
        gap = candidates.best_of_query(csls) - csls
        return np.column_stack([csls, gap, means, self.index.rows[columns, -1]])
