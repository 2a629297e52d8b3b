"""Hubness of a direction, in words."""

from collections.abc import Sequence
from typing import Any

from xling.model.way import Way
from xling.progress import Progress, silent
from xling.retrieval.hubness import Hubness, hubness, spread

__all__ = ["QUERIES", "described", "measured"]

#: Queries that are asked at most: so many that a large vocabulary takes seconds, not minutes.
QUERIES = 5_000


def measured(way: Way, *, k: int = 10, progress: Progress = silent) -> Hubness:
    """Measure the hubness of a direction of the space.

    Parameters
    ----------
    way : Way
        The direction and the criterion; of its evidence the space alone is asked.
    k : int
        Answers of each query that count.
    progress : callable
        Called after each block of queries.

    Returns
    -------
    Hubness
        Of `QUERIES` words at most, spread over all frequencies.
    """
    asked = way.known(spread(len(way.asked.vocabulary), QUERIES))
    return hubness(way.searcher, asked.vectors, asked.means, k=k, progress=progress)


def described(found: Hubness, way: Way) -> dict[str, Any]:
    """Say it in words and plain numbers.

    Parameters
    ----------
    found : Hubness
        As measured.
    way : Way
        Of which.

    Returns
    -------
    dict
        ``criterion``, the keys of `xling.retrieval.hubness.Hubness.to_json`, ``mean``, ``classes``
        (name and number of words of each class of counts), and for each hub ``near``, some queries
        that it answers.
    """
    queries = spread(len(way.asked.vocabulary), QUERIES).tolist()
    document = found.to_json(way.answers.vocabulary.words)
    rows = found.hubs(len(document["hubs"])).tolist()
    hubs = [
        hub | {"near": _named(found, row, queries, way.asked.vocabulary.words)}
        for hub, row in zip(document["hubs"], rows, strict=True)
        if hub["count"]
    ]
    return {
        "criterion": way.criterion,
        **document,
        "mean": found.mean,
        "classes": found.classes,
        "hubs": hubs,
    }


def _named(found: Hubness, row: int, queries: Sequence[int], words: Sequence[str]) -> list[str]:
    """Name the queries that are remembered with an answer."""
    if found.first is None:
        return []
    return [words[queries[place]] for place in found.first[row].tolist() if place >= 0]
