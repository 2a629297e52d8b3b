"""One way through a model: from one language to the other, by some of its evidence."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import BoolVector, IntVector, Matrix, Vector, blocks
from xling.evidence.base import Asked, Candidates
from xling.evidence.channels import Evidence
from xling.evidence.ranker import COMPETITORS, Ranker
from xling.evidence.table import TableEvidence
from xling.model.answers import Best
from xling.model.side import Side
from xling.retrieval.criteria import NEIGHBORHOOD, Criterion, queries
from xling.retrieval.searcher import Searcher

__all__ = ["Way"]

_BLOCK = 256  # queries whose evidence is gathered at once
_MARGIN = 1.0  # between the worst candidate and the best of the answers that are none


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """What answers queries from one side of a model to the other.

    Parameters
    ----------
    asked, answers : Side
        Where the queries and the answers come from.
    table : TableEvidence, optional
        The queries' language in the rows; ``None`` where a model has none.
    evidence : Evidence, optional
        All channels of the direction; ``None`` where a model has a space alone.
    used : tuple of str
        The channels to be used.
    ranker : Ranker
        Of this direction.
    criterion : str
        Of the space, where it answers alone.
    corrected : callable
        Gives what the criterion needs to know of each answer.
    """

    asked: Side
    answers: Side
    table: TableEvidence | None = field(repr=False)
    evidence: Evidence | None = field(repr=False)
    used: tuple[str, ...]
    ranker: Ranker = field(repr=False)
    criterion: Criterion
    corrected: Callable[[], Vector | None] = field(repr=False)

    @property
    def searcher(self) -> Searcher:
        """The answers' space, searched by the criterion."""
        return Searcher(
            index=self.answers.index, criterion=self.criterion, corrected=self.corrected
        )

    @property
    def ranked_by(self) -> str:
        """What orders the answers: the space's criterion, ``"table"``, or ``"ranker"``."""
        alone: dict[tuple[str, ...], str]
        alone = {("contexts",): self.criterion, ("table",): "table"}
        return alone.get(self.used, "ranker")

    def known(self, rows: IntVector) -> Asked:
        """Prepare words of the vocabulary.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Their rows.

        Returns
        -------
        Asked
            In the same order.
        """
        return Asked(
            rows=np.asarray(rows, np.int64),
            vectors=self.asked.vectors[rows],
            means=self.asked.means[rows],
        )

    def composed(self, vectors: Matrix) -> Asked:
        """Prepare words that are not in the vocabulary.

        Parameters
        ----------
        vectors : ndarray, shape (n, d), float32
            Mapped vectors of length 1.

        Returns
        -------
        Asked
            In the same order.
        """
        plain, _ = queries(vectors, np.zeros(len(vectors), np.float32), "nn")
        near = self.answers.index.search(plain, NEIGHBORHOOD).scores.mean(axis=1)
        rows = np.full(len(vectors), -1, np.int64)
        return Asked(rows=rows, vectors=vectors, means=near.astype(np.float32))

    def scores(self, asked: Asked) -> Matrix:
        """Score every word of the answers' language.

        Parameters
        ----------
        asked : Asked
            As many as memory allows for.

        Returns
        -------
        ndarray, shape (n, m), float32
            Larger is better; ``-inf`` where there is no evidence at all. Where contexts are
            among several channels, words that none brings up come below all others, in the order
            of the space.
        """
        if self.used == ("contexts",):
            return self.searcher.scores(asked.vectors, asked.means)
        shape = (len(asked), len(self.answers.vocabulary))
        dense: Matrix = np.full(shape, -np.inf, np.float32)
        for part in blocks(len(asked), _BLOCK):
            some = asked.part(part)
            candidates, values = self.ranked(some)
            below = dense[part]
            if "contexts" in self.used:
                below[:] = self._below(some, candidates, values)
            below[candidates.owner, candidates.columns] = values
        return dense

    def best(self, asked: Asked, top: int) -> Best:
        """Find the best answers.

        By the space alone this is exact over the whole vocabulary. Otherwise the candidates that
        the channels bring up are ranked; should these be fewer than wanted, the nearest words of
        the space follow where contexts are used, and answers of score ``-inf`` where they are not.

        Parameters
        ----------
        asked : Asked
            Any number.
        top : int
            How many answers for each.

        Returns
        -------
        Best
            ``min(top, m)`` answers for each query.
        """
        width = min(max(top, COMPETITORS), len(self.answers.vocabulary))
        ids = np.zeros((len(asked), width), np.int64)
        scores = np.full((len(asked), width), -np.inf)
        for part in blocks(len(asked), _BLOCK):
            some = asked.part(part)
            ids[part], scores[part] = (
                self._nearest(some, width)
                if self.used == ("contexts",)
                else self._best_ranked(some, width)
            )
        sure = self._confidences(asked, scores)
        return Best(ids=ids[:, :top], scores=scores[:, :top], confidences=sure[:, :top])

    def ranked(self, asked: Asked) -> tuple[Candidates, Vector]:
        """Score the candidates that the channels bring up.

        Parameters
        ----------
        asked : Asked
            A block of queries.

        Returns
        -------
        candidates : Candidates
            Of these queries.
        values : ndarray, shape (c,), float64
            Log-odds of being right; for the table alone its own logarithms. In single precision,
            so that `best` and `scores` have the same order.
        """
        if self.used == ("table",) and self.table is not None:
            cells = self.table.cells(asked.rows)
            return Candidates(ends=cells.ends, columns=cells.columns), _single(cells.values)
        used_by = self._used_by(asked)
        if not used_by:
            return _no_candidates(len(asked)), np.zeros(0)
        candidates, features = self.gather(asked)
        assert self.evidence is not None  # as in `gather`
        used = [name in used_by for name in self.evidence.channels]
        linked = self._linked(asked)[candidates.owner]
        values = np.zeros(len(candidates.columns))
        for judge, which in ((self.ranker.linked, linked), (self.ranker.unlinked, ~linked)):
            values[which] = judge.scores(features[which], self.evidence.groups, used)
        return candidates, _single(values)

    def gather(self, asked: Asked) -> tuple[Candidates, Matrix]:
        """Find the candidates of a block of queries, and all that is known of them.

        Parameters
        ----------
        asked : Asked
            A block of queries.

        Returns
        -------
        candidates : Candidates
            Of these queries.
        features : ndarray, shape (c, f), float32
            As `xling.evidence.channels.features_of` names them.
        """
        assert self.evidence is not None  # a space alone has no channel but contexts
        return self.evidence.gather(asked, self._used_by(asked))

    def _used_by(self, asked: Asked) -> tuple[str, ...]:
        """Of composed words only the vector is known: without contexts there is nothing."""
        if (asked.rows < 0).any():
            return tuple(name for name in self.used if name == "contexts")
        return self.used

    def _below(self, asked: Asked, candidates: Candidates, values: Vector) -> Matrix:
        """Order the whole vocabulary by the space, below the candidates of each query."""
        dense = self.searcher.scores(asked.vectors, asked.means)
        dense -= dense.max(axis=1, keepdims=True)
        worst = -candidates.best_of_query(-values)
        floor = np.zeros(len(asked))
        floor[candidates.owner] = worst
        dense += (floor - _MARGIN).astype(np.float32)[:, None]
        return dense

    def _nearest(self, asked: Asked, width: int) -> tuple[IntVector, Matrix]:
        """Find the best answers by the criterion of the space."""
        near = self.searcher.search(asked.vectors, asked.means, width)
        return near.ids, near.scores.astype(np.float64)

    def _best_ranked(self, asked: Asked, width: int) -> tuple[IntVector, Matrix]:
        """Find the best answers by the ranker."""
        candidates, values = self.ranked(asked)
        ids = np.zeros((len(asked), width), np.int64)
        scores = np.full((len(asked), width), -np.inf)
        few = np.diff(candidates.ends) < width
        for i in range(len(asked)):
            own = slice(candidates.ends[i], candidates.ends[i + 1])
            columns, value = candidates.columns[own], values[own]
            order = np.lexsort((columns, -value))[:width]
            ids[i, : len(order)], scores[i, : len(order)] = columns[order], value[order]
        if few.any() and "contexts" in self.used:
            for i in np.flatnonzero(few).tolist():
                whole = self.scores(asked.part(slice(i, i + 1)))[0]
                order = np.lexsort((np.arange(len(whole)), -whole))[:width]
                ids[i], scores[i] = order, whole[order]
        return ids, scores

    def _linked(self, asked: Asked) -> BoolVector:
        """Tell which queries the table links; without it nobody knows."""
        if self.table is None or "table" not in self._used_by(asked):
            return np.zeros(len(asked), dtype=bool)
        return self.table.linked(asked.rows)

    def _confidences(self, asked: Asked, scores: Matrix) -> Matrix:
        """Turn scores into probabilities, where these were calibrated."""
        sure = np.full(scores.shape, np.nan)
        if self.evidence is None or set(self.used) != set(self.evidence.channels):
            return sure
        linked, inside = self._linked(asked), asked.rows >= 0
        counts = self.asked.vocabulary.log_counts(asked.rows)
        for judge, kind in ((self.ranker.linked, linked), (self.ranker.unlinked, ~linked)):
            which = kind & inside
            found = judge.probabilities(scores[which], counts[which]) if which.any() else None
            if found is not None:
                sure[which] = found
        return sure


def _single(values: Vector) -> Vector:
    """Round to single precision."""
    rounded: Vector = values.astype(np.float32).astype(np.float64)
    return rounded


def _no_candidates(count: int) -> Candidates:
    """Give queries that nothing is known of."""
    return Candidates(ends=np.zeros(count + 1, np.int64), columns=np.zeros(0, np.int64))
