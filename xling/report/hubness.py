"""How often each word of the answers' language is among the nearest of the queries'."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from xling.arrays import IntVector, blocks
from xling.model.side import Side
from xling.progress import Progress, silent
from xling.retrieval.criteria import NEIGHBORHOOD, Criterion, queries

__all__ = ["QUERIES", "Occurrences", "occurrences"]

#: Queries that are asked at most, the most frequent words.
QUERIES = 10_000

_BLOCK = 1024
_HUBS = 10  # listed by name
_DRAWN_IN = 4  # queries named with each
_CLASSES = (0, 2, 5, 10, 20, 50, 100)  # largest count of each class but the last one


@dataclass(frozen=True, kw_only=True, eq=False)
class Occurrences:
    """``N_k`` of each word: in how many queries' ``k`` nearest it stands.

    Parameters
    ----------
    criterion : {"csls", "nn"}
        Of nearness.
    k, queries : int
        How many neighbours of how many queries were counted.
    counts : ndarray, shape (m,), int64
        Of each word of the answers' language.
    first : dict of int to list of int
        For the biggest hubs, the rows of the first queries that they are near to.
    """

    criterion: Criterion
    k: int
    queries: int
    counts: IntVector = field(repr=False)
    first: dict[int, list[int]] = field(repr=False)

    @property
    def expected(self) -> float:
        """Mean of the counts."""
        return float(self.counts.mean())

    def to_json(self, asked: Side, answers: Side) -> dict[str, Any]:
        """Say it in words and plain numbers.

        Parameters
        ----------
        asked, answers : Side
            Languages of the queries and of the answers.

        Returns
        -------
        dict
            ``criterion``, ``k``, ``queries``, ``skewness``, ``never`` (fraction of words in
            nobody's neighbourhood), ``classes`` (name and number of words of each class of
            counts) and ``hubs`` (``word``, ``count``, ``near``).
        """
        even = bool((self.counts == self.counts[0]).all())
        return {
            "criterion": self.criterion,
            "k": self.k,
            "queries": self.queries,
            "mean": self.expected,
            "skewness": 0.0 if even else float(stats.skew(self.counts)),
            "never": float((self.counts == 0).mean()),
            "classes": _classes(self.counts),
            "hubs": [
                {
                    "word": answers.vocabulary.words[row],
                    "count": int(self.counts[row]),
                    "near": [asked.vocabulary.words[one] for one in near],
                }
                for row, near in self.first.items()
            ],
        }


def occurrences(
    asked: Side, answers: Side, criterion: Criterion, *, progress: Progress = silent
) -> Occurrences:
    """Count the neighbourhoods that each word is in.

    Parameters
    ----------
    asked, answers : Side
        Languages of the queries and of the answers.
    criterion : {"csls", "nn"}
        Of nearness.
    progress : callable
        Called after each block of queries.

    Returns
    -------
    Occurrences
        Over the most frequent `QUERIES` words; memory grows with their number only.

    References
    ----------
    Radovanović, Nanopoulos & Ivanović (2010), Hubs in space.
    """
    number = min(len(asked.vocabulary), QUERIES)
    k = min(NEIGHBORHOOD, len(answers.vocabulary))
    near = np.empty((number, k), np.int64)
    for part in blocks(number, _BLOCK):
        rows, _ = queries(asked.vectors[part], asked.means[part], criterion)
        near[part] = answers.index.search(rows, k).ids
        progress(f"hubs by {criterion}", part.stop, number)
    counts = np.bincount(near.ravel(), minlength=len(answers.vocabulary))
    biggest = np.lexsort((np.arange(len(counts)), -counts))[:_HUBS].tolist()
    return Occurrences(
        criterion=criterion,
        k=k,
        queries=number,
        counts=counts,
        first={
            row: np.flatnonzero((near == row).any(axis=1))[:_DRAWN_IN].tolist()
            for row in biggest
            if counts[row]
        },
    )


def _classes(counts: IntVector) -> list[tuple[str, int]]:
    """Count the words of each class; classes after the last word are left out."""
    found = []
    start = 0
    for last in _CLASSES:
        name = str(last) if start == last else f"{start}–{last}"
        found.append((name, int(((counts >= start) & (counts <= last)).sum())))
        start = last + 1
    found.append((f"{start}+", int((counts >= start).sum())))
    while found and not found[-1][1]:
        found.pop()
    return found
