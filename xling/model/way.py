"""One way through a model: from one language to the other, by some of its evidence."""

from dataclasses import dataclass, field

import numpy as np

from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.evidence.ranker import COMPETITORS, Ranker
from xling.evidence.table import TableEvidence
from xling.model.answers import Best
from xling.model.side import Side
from xling.retrieval.criteria import NEIGHBORHOOD, Criterion, queries

__all__ = ["Queries", "Way"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Queries:
    """Query words, ready to be answered.

    Parameters
    ----------
    rows : ndarray, shape (n,), int64
        Rows in the vocabulary, -1 for composed words.
    vectors : ndarray, shape (n, d + 1), float32
        To be multiplied with the rows of the answers' index.
    offsets : ndarray, shape (n,), float32
        To be taken away from the products.
    """

    rows: IntVector
    vectors: Matrix = field(repr=False)
    offsets: Vector = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """What answers queries from one side of a model to the other.

    Parameters
    ----------
    asked, answers : Side
        Where the queries and the answers come from.
    table : TableEvidence, optional
        The queries' language in the rows; ``None`` where it is not to be used.
    contexts : bool
        Whether the space is to be used.
    ranker : Ranker
        Weights of this direction and criterion, for where both are used.
    calibrated : bool
        Whether the ranker's probabilities hold for this choice of evidence.
    criterion : {"csls", "nn"}
        Of the space.
    """

    asked: Side
    answers: Side
    table: TableEvidence | None
    contexts: bool
    ranker: Ranker
    calibrated: bool
    criterion: Criterion

    def known(self, rows: IntVector) -> Queries:
        """Prepare words of the vocabulary.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Their rows.

        Returns
        -------
        Queries
            In the same order.
        """
        vectors, offsets = queries(self.asked.vectors[rows], self.asked.means[rows], self.criterion)
        return Queries(rows=np.asarray(rows, np.int64), vectors=vectors, offsets=offsets)

    def composed(self, vectors: Matrix) -> Queries:
        """Prepare words that are not in the vocabulary.

        Parameters
        ----------
        vectors : ndarray, shape (n, d), float32
            Mapped vectors of length 1.

        Returns
        -------
        Queries
            In the same order.
        """
        plain, _ = queries(vectors, np.zeros(len(vectors), np.float32), "nn")
        near = self.answers.index.search(plain, NEIGHBORHOOD).scores.mean(axis=1)
        ready, offsets = queries(vectors, near.astype(np.float32), self.criterion)
        return Queries(rows=np.full(len(vectors), -1), vectors=ready, offsets=offsets)

    @np.errstate(invalid="ignore")  # BLAS raises the flag where it reads beyond a row's end
    def scores(self, asking: Queries) -> Matrix:
        """Score every word of the answers' language.

        Parameters
        ----------
        asking : Queries
            As many as memory allows for.

        Returns
        -------
        ndarray, shape (n, m), float32
            Larger is better; ``-inf`` where there is no evidence at all.
        """
        shape = (len(asking), len(self.answers.vocabulary))
        dense: Matrix = np.full(shape, -np.inf, np.float32)
        if self.contexts:
            dense = asking.vectors @ self.answers.index.rows.T
            dense -= asking.offsets[:, None]
        if self.table is None:
            return dense
        ends, columns, values = self._cells(asking)
        owner = np.repeat(np.arange(len(asking)), np.diff(ends))
        if not self.contexts:
            dense[owner, columns] = values
            return dense
        weights, constants = self._weights(asking)
        dense *= weights.astype(np.float32)[:, None]
        dense += constants.astype(np.float32)[:, None]
        dense[owner, columns] += values.astype(np.float32)
        return dense

    @np.errstate(invalid="ignore")
    def best(self, asking: Queries, top: int) -> Best:
        """Find the best answers.

        Exact: an answer without a table cell is ordered by the criterion alone, so that the
        best ``k`` by all evidence are among the best ``k + c`` by the criterion and the ``c``
        answers with a cell.

        Parameters
        ----------
        asking : Queries
            Any number.
        top : int
            How many answers for each.

        Returns
        -------
        Best
            ``min(top, m)`` answers for each query.
        """
        size = len(self.answers.vocabulary)
        width = min(max(top, COMPETITORS), size)
        ids = np.zeros((len(asking), width), np.int64)
        scores = np.full((len(asking), width), -np.inf)
        ends, columns, values = self._cells(asking)
        if self.contexts and len(asking):
            near = self.answers.index.search(
                asking.vectors, min(width + int(np.diff(ends).max()), size)
            )
            weights, constants = self._weights(asking)
        for i in range(len(asking)):
            own = slice(ends[i], ends[i + 1])
            places, value = columns[own], values[own]
            if self.contexts:
                outside = ~np.isin(near.ids[i], places)
                inner = self.answers.index.rows[places] @ asking.vectors[i]
                context = np.concatenate([inner, near.scores[i][outside]]) - asking.offsets[i]
                places = np.concatenate([places, near.ids[i][outside]])
                cells, value = value, weights[i] * context.astype(np.float64) + constants[i]
                value[: len(cells)] += cells
            order = np.lexsort((places, -value))[:width]
            ids[i, : len(order)], scores[i, : len(order)] = places[order], value[order]
        confidences = self._confidences(asking, scores)
        return Best(ids=ids[:, :top], scores=scores[:, :top], confidences=confidences[:, :top])

    def _linked(self, asking: Queries) -> BoolVector:
        """Tell which queries the table links."""
        if self.table is None:
            return np.zeros(len(asking), dtype=bool)
        return self.table.linked(asking.rows)

    def _weights(self, asking: Queries) -> tuple[Vector, Vector]:
        """Give each query the weight of the criterion, and its constant."""
        if self.table is None:  # the space alone answers by the criterion itself
            return np.ones(len(asking)), np.zeros(len(asking))
        linked, (yes, no) = self._linked(asking), (self.ranker.linked, self.ranker.unlinked)
        weights = np.where(linked, yes.contexts, no.contexts)
        return weights, np.where(linked, yes.offset, no.offset)

    def _cells(self, asking: Queries) -> tuple[IntVector, IntVector, Vector]:
        """Give where each query's table cells start and end, their answers and their scores."""
        if self.table is None:
            return np.zeros(len(asking) + 1, np.int64), np.zeros(0, np.int64), np.zeros(0)
        cells = self.table.cells(asking.rows)
        if not self.contexts:
            return cells.ends, cells.columns, cells.natural
        return cells.ends, cells.columns, cells.features @ np.array(self.ranker.linked.cells)

    def _confidences(self, asking: Queries, scores: Matrix) -> Matrix:
        """Turn scores into probabilities, where these were calibrated."""
        sure = np.full(scores.shape, np.nan)
        if not self.calibrated:
            return sure
        linked = self._linked(asking)
        for judge, which in ((self.ranker.linked, linked), (self.ranker.unlinked, ~linked)):
            found = judge.probabilities(scores[which]) if which.any() else None
            if found is not None:
                sure[which] = found
        return sure
