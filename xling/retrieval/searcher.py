"""One side of two, searched from the other by any criterion."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import Matrix, Vector
from xling.retrieval.criteria import LINEAR, Criterion, correction, queries, rescored
from xling.retrieval.index import ExactIndex, Neighbors

__all__ = ["Corrections", "Searcher"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Corrections:
    """What some criteria need to know of each row of two sides: found out once, when asked for.

    Parameters
    ----------
    indexes : pair of ExactIndex
        Rows ``[y, r(y)]`` of either side.
    """

    indexes: tuple[ExactIndex, ExactIndex] = field(repr=False)
    _known: dict[tuple[int, Criterion], Vector | None] = field(
        default_factory=dict, init=False, repr=False
    )

    def get(self, asked: int, name: Criterion) -> Vector | None:
        """Give the correction of a criterion for one direction.

        Parameters
        ----------
        asked : {0, 1}
            The side of the queries.
        name : str
            A criterion.

        Returns
        -------
        ndarray, shape (m,), float32, or None
            Of `xling.retrieval.criteria.correction`, for each row of the other side.
        """
        if name in LINEAR:
            return None
        if (asked, name) not in self._known:
            self._known[asked, name] = correction(
                name, self.indexes[1 - asked], self.indexes[asked]
            )
        return self._known[asked, name]


@dataclass(frozen=True, kw_only=True, eq=False)
class Searcher:
    """An index that is searched by a criterion.

    Parameters
    ----------
    index : ExactIndex
        Rows ``[y, r(y)]`` of the answers.
    criterion : str
        One of `xling.retrieval.criteria.CRITERIA`.
    corrected : callable
        Gives the criterion's correction for each answer; called only where one is needed.
    """

    index: ExactIndex = field(repr=False)
    criterion: Criterion
    corrected: Callable[[], Vector | None] = field(repr=False)

    def scores(self, rows: Matrix, means: Vector) -> Matrix:
        """Score every answer.

        Parameters
        ----------
        rows : ndarray, shape (n, d), float32
            Queries of unit length; as many as memory allows for.
        means : ndarray, shape (n,), float32
            Their mean similarity with the answers.

        Returns
        -------
        ndarray, shape (n, m), float32
            Larger is better.
        """
        asking, offsets = queries(rows, means, self.criterion)
        with np.errstate(invalid="ignore"):  # BLAS raises the flag where it reads past a row
            dense: Matrix = asking @ self.index.rows.T
        if self.criterion in LINEAR:
            dense -= offsets[:, None]
            return dense
        return self._rescored(dense, means)

    def search(self, rows: Matrix, means: Vector, k: int) -> Neighbors:
        """Find the best answers, exactly.

        Parameters
        ----------
        rows : ndarray, shape (n, d), float32
            Queries of unit length; any number.
        means : ndarray, shape (n,), float32
            Their mean similarity with the answers.
        k : int
            How many answers for each, at least 1.

        Returns
        -------
        Neighbors
            ``min(k, m)`` answers for each query, with the criterion's value.

        Raises
        ------
        InputError
            If ``k`` is below 1.
        """
        asking, offsets = queries(rows, means, self.criterion)
        if self.criterion in LINEAR:
            near = self.index.search(asking, k)
            # In double precision: a constant for each query must not make two scores equal.
            scores = near.scores.astype(np.float64) - offsets[:, None]
            return Neighbors(ids=near.ids, scores=scores)
        return self.index.scan(asking, k, lambda dense, part: self._rescored(dense, means[part]))

    def _rescored(self, cosines: Matrix, means: Vector) -> Matrix:
        """Turn cosines with all answers into the criterion's values."""
        corrected = self.corrected()
        return rescored(cosines, self.criterion, means, self.index.rows[:, -1], corrected)
