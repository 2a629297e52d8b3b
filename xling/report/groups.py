"""Scores of groups of queries: which kinds of words a model translates well."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from xling.data.vocabulary import Vocabulary
from xling.evaluation.metrics import mean_reciprocal_rank, precision_at
from xling.evaluation.resampling import bootstrap_interval
from xling.evaluation.results import CUTS

__all__ = ["RANKS", "grouped", "scored"]

#: Last frequency rank of each group but the open last one.
RANKS = (500, 1_000, 2_000, 5_000, 10_000, 50_000)

_NEAR = 1 / 3  # edits for each letter, up to which two words are spelled in a similar way
_MANY = 3  # gold words from which on they are not told apart


def grouped(
    ranks: Mapping[str, float],
    gold: Mapping[str, Sequence[str]],
    words: Vocabulary,
    trained: frozenset[str],
    *,
    samples: int = 2000,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Score groups of queries.

    Parameters
    ----------
    ranks : mapping of str to float
        From each folded query in vocabulary to the rank of its best gold word.
    gold : mapping of str to sequence of str
        Its gold words, folded.
    words : Vocabulary
        Of the queries' language.
    trained : frozenset of str
        Folded words that the link was fitted on.
    samples, seed : int
        Of the bootstrap.

    Returns
    -------
    list of dict
        For each way to divide the queries, its ``name`` and ``groups``: of each, ``group`` and
        what `scored` says. Groups without a query are left out.
    """
    ways: dict[str, tuple[Callable[[str], str], Iterable[str]]] = {
        "frequency rank of the query": (lambda word: _bin(words.find(word)), map(_named, _bins())),
        "spelling of the nearest right word": (
            lambda word: _spelling(word, gold[word]),
            ("identical", "similar", "different"),
        ),
        "right words in the lexicon": (
            lambda word: _count(len(set(gold[word]))),
            map(_count, range(1, _MANY + 1)),
        ),
        "query in training": (
            lambda word: "seen" if word in trained else "never seen",
            ("never seen", "seen"),
        ),
    }
    found = []
    for name, (group_of, order) in ways.items():
        members: dict[str, list[float]] = {}
        for word, rank in ranks.items():
            members.setdefault(group_of(word), []).append(rank)
        groups = [
            {"group": group, **scored(members[group], samples=samples, seed=seed)}
            for group in order
            if group in members
        ]
        found.append({"name": name, "groups": groups})
    return found


def scored(ranks: Sequence[float], *, samples: int = 2000, seed: int = 0) -> dict[str, Any]:
    """Score some queries.

    Parameters
    ----------
    ranks : sequence of float
        Of the best gold word of each; infinity for a query without a rank.
    samples, seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``queries``, ``precision`` by cut, ``mrr``, and ``confidence_interval`` with the 95 %
        interval of each: by cut and ``"mrr"``. Without a query all are 0.
    """
    values = np.array(ranks, dtype=np.float64)
    of_each = {str(k): (values <= k).astype(np.float64) for k in CUTS} | {"mrr": 1 / values}
    return {
        "queries": len(values),
        "precision": {str(k): precision_at(values, k) for k in CUTS},
        "mrr": mean_reciprocal_rank(values),
        "confidence_interval": {
            name: list(bootstrap_interval(one, samples=samples, seed=seed))
            if len(values)
            else [0.0, 0.0]
            for name, one in of_each.items()
        },
    }


def _bins() -> list[tuple[int, int | None]]:
    """Give the first and last frequency rank of each group."""
    starts = (1, *(last + 1 for last in RANKS))
    return list(zip(starts, (*RANKS, None), strict=True))


def _named(ends: tuple[int, int | None]) -> str:
    """Name a group of frequency ranks."""
    first, last = ends
    return f"from {first:,}" if last is None else f"{first:,} to {last:,}"


def _bin(row: int | None) -> str:
    """Name the group of a row; a query that can be judged has one."""
    rank = 0 if row is None else row + 1
    place = int(np.searchsorted(RANKS, rank))
    return _named(_bins()[place])


def _spelling(word: str, right: Iterable[str]) -> str:
    """Tell how near the spelling of the nearest gold word is."""
    distance = min(Levenshtein.normalized_distance(word, one) for one in right)
    if distance == 0:
        return "identical"
    return "similar" if distance <= _NEAR else "different"


def _count(number: int) -> str:
    """Name a number of gold words."""
    return f"{_MANY} or more" if number >= _MANY else str(number)
