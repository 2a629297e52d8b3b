"""Hubness: how unevenly the words of one side are retrieved by those of the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks
from xling.errors import DegenerateInputError, InputError
from xling.progress import Progress, silent
from xling.retrieval.searcher import Searcher

__all__ = ["QUERIES", "Hubness", "hubness", "spread"]

#: Queries that are asked at most; more of them change little.
QUERIES = 20_000

_BLOCK = 1024  # queries between two signs of progress
_EXAMPLES = 4  # queries remembered with each answer
_CLASSES = (0, 2, 5, 10, 20, 50, 100)  # largest count of each class but the last one


@dataclass(frozen=True, kw_only=True, eq=False)
class Hubness:
    """In how many queries' first ``k`` answers each answer stands.

    Parameters
    ----------
    counts : ndarray, shape (m,), int64
        ``N_k`` of each answer; they add up to ``queries * k``.
    k : int
        Answers of each query.
    queries : int
        How many were asked.
    first : ndarray, shape (m, 4), int64, optional
        The first queries, by their place among those that were asked, that each answer is given to;
        -1 where there are fewer.
    """

    counts: IntVector = field(repr=False)
    k: int
    queries: int
    first: IntVector | None = field(default=None, repr=False)

    @property
    def mean(self) -> float:
        """Mean of the counts, what each answer would have if all had the same."""
        return float(self.counts.mean())

    @property
    def classes(self) -> list[tuple[str, int]]:
        """Names of classes of counts, and how many answers are in each; the last is not empty."""
        found = []
        start = 0
        for last in _CLASSES:
            name = str(last) if start == last else f"{start}–{last}"
            found.append((name, int(((self.counts >= start) & (self.counts <= last)).sum())))
            start = last + 1
        found.append((f"{start}+", int((self.counts >= start).sum())))
        while found and not found[-1][1]:
            found.pop()
        return found

    @property
    def skewness(self) -> float:
        """Third standardised moment of ``N_k``: 0 for an even spread, large with hubs."""
        deviations = self.counts - self.counts.mean()
        spread = float((deviations**2).mean())
        return float((deviations**3).mean()) / spread**1.5 if spread else 0.0

    @property
    def never_retrieved(self) -> float:
        """Fraction of the answers that are in nobody's first ``k``."""
        return float((self.counts == 0).mean())

    def hubs(self, count: int = 10) -> IntVector:
        """Give the answers that are retrieved most.

        Parameters
        ----------
        count : int
            How many.

        Returns
        -------
        ndarray, shape (count,), int64
            Their rows, the biggest hub first; of equal ones, the smaller row.
        """
        order: IntVector = np.lexsort((np.arange(len(self.counts)), -self.counts))[:count]
        return order

    def to_json(self, words: Sequence[str], *, hubs: int = 10) -> dict[str, Any]:
        """Write it as plain values.

        Parameters
        ----------
        words : sequence of str
            Names of the answers.
        hubs : int
            How many of them are listed.

        Returns
        -------
        dict
            ``k``, ``queries``, ``skewness``, ``never_retrieved`` and ``hubs``, each with its word
            and count.
        """
        return {
            "k": self.k,
            "queries": self.queries,
            "skewness": self.skewness,
            "never_retrieved": self.never_retrieved,
            "hubs": [
                {"word": words[row], "count": int(self.counts[row])} for row in self.hubs(hubs)
            ],
        }


def hubness(
    searcher: Searcher,
    rows: Matrix,
    means: Vector,
    *,
    k: int = 10,
    progress: Progress = silent,
) -> Hubness:
    """Ask all queries, and count who is answered.

    Parameters
    ----------
    searcher : Searcher
        The answers, and the criterion.
    rows : ndarray, shape (n, d), float32
        Queries of unit length.
    means : ndarray, shape (n,), float32
        Their mean similarity with the answers.
    k : int
        How many answers of each query count; all, where there are fewer.
    progress : callable
        Called after each block of queries.

    Returns
    -------
    Hubness
        Of all queries; memory grows with the answers only.

    Raises
    ------
    InputError
        If ``k`` is below 1.
    DegenerateInputError
        If there is no query.

    References
    ----------
    Radovanović et al. (2010), Hubs in space.
    """
    if k < 1:
        raise InputError(f"k is {k}; at least 1 is needed")
    if not len(rows):
        raise DegenerateInputError("there is no query to count the answers of")
    counts = np.zeros(len(searcher.index), np.int64)
    first = np.full((len(counts), _EXAMPLES), -1)
    for part in blocks(len(rows), _BLOCK):
        found = searcher.search(rows[part], means[part], k)
        _remember(first, counts, found.ids, part.start)
        counts += np.bincount(found.ids.ravel(), minlength=len(counts))
        progress("hubness", part.stop, len(rows))
    return Hubness(counts=counts, k=min(k, len(counts)), queries=len(rows), first=first)


def _remember(first: IntVector, counts: IntVector, ids: IntVector, start: int) -> None:
    """Note the queries of a block beside their answers, while there is room."""
    answers = ids.ravel()
    order = np.argsort(answers, kind="stable")
    answers, asked = answers[order], start + order // ids.shape[1]
    begins = np.searchsorted(answers, answers)
    places = counts[answers] + np.arange(len(answers)) - begins
    room = places < _EXAMPLES
    first[answers[room], places[room]] = asked[room]


def spread(count: int, most: int = QUERIES) -> IntVector:
    """Choose queries evenly over all ranks of frequency.

    Parameters
    ----------
    count : int
        How many words there are.
    most : int
        How many are chosen at most.

    Returns
    -------
    ndarray, shape (min(count, most),), int64
        Rows, increasing.
    """
    if count <= most:
        return np.arange(count)
    chosen: IntVector = (np.arange(most) * count) // most
    return chosen
