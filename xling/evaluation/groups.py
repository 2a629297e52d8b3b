"""Scores of some of the queries: by frequency, spelling, number of translations and so on."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from xling.arrays import BoolVector, Vector
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.evaluation.metrics import mean_reciprocal_rank, precision_at
from xling.evaluation.queries import Query
from xling.evaluation.resampling import bootstrap_interval
from xling.evaluation.results import CUTS

__all__ = ["Known", "breakdown", "clean_part", "scores_of", "spelling_distance"]

# First and last of each bin; a query that occurs less often than a bin's first is in one before.
_COUNTS = ((1, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 1000), (1001, None))
_RANKS = ((1, 1000), (1001, 5000), (5001, 20_000), (20_001, 50_000), (50_001, None))
_DISTANCES = (0.25, 0.5, 0.75, 1.0)
_MANY = 4


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Known:
    """The queries in vocabulary, with what was found for each.

    Parameters
    ----------
    queries : sequence of Query
        In vocabulary, all of them.
    ranks : ndarray, shape (n,), float64
        Of the best gold word of each.
    words, candidates : Vocabulary
        Of the source and of the target language.
    trained : frozenset of str
        Folded source words that the link was fitted on.
    """

    queries: Sequence[Query]
    ranks: Vector
    words: Vocabulary
    candidates: Vocabulary
    trained: frozenset[str] = frozenset()


def scores_of(
    ranks: Vector, *, samples: int, seed: int, average_precisions: Vector | None = None
) -> dict[str, Any]:
    """Score some queries.

    Parameters
    ----------
    ranks : ndarray, shape (n,), float64
        Of their best gold words.
    samples, seed : int
        Of the bootstrap.
    average_precisions : ndarray, shape (n,), float64, optional
        Over all gold words of each; with it, ``map`` and its interval are given too.

    Returns
    -------
    dict
        ``queries``, ``precision`` at 1, 5 and 10, ``mrr``, the 95 % ``confidence_interval`` of
        P@1, and ``intervals``, those of all four by ``"1"``, ``"5"``, ``"10"`` and ``"mrr"``; all
        but the first ``None`` where there is no query.
    """
    own = ("map",) if average_precisions is not None else ()
    if not len(ranks):
        keys = ("precision", "mrr", *own, "confidence_interval", "intervals")
        return {"queries": 0, **dict.fromkeys(keys)}
    of_each: dict[str, Vector] = {str(k): (ranks <= k).astype(np.float64) for k in CUTS}
    of_each["mrr"] = 1 / ranks
    if average_precisions is not None:
        of_each["map"] = average_precisions
    intervals = {
        name: list(bootstrap_interval(values, samples=samples, seed=seed))
        for name, values in of_each.items()
    }
    return {
        "queries": len(ranks),
        "precision": {str(k): precision_at(ranks, k) for k in CUTS},
        "mrr": mean_reciprocal_rank(ranks),
        **{name: float(of_each[name].mean()) for name in own},
        "confidence_interval": intervals["1"],
        "intervals": intervals,
    }


def breakdown(known: Known, *, samples: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Score groups of queries.

    Parameters
    ----------
    known : Known
        The queries.
    samples, seed : int
        Of the bootstrap intervals.

    Returns
    -------
    dict
        From ``frequency`` (or ``frequency_rank``, where no counts are known), ``identical``,
        ``edit_distance``, ``translations``, ``capitals``, ``training`` and, where the lexicon says
        it, ``part_of_speech`` to a list of groups, each with its name under ``group`` and the keys
        of `scores_of`. Each query is in one group of each; empty groups are left out.

    Notes
    -----
    ``identical`` asks whether the query's own form is among its gold words; ``edit_distance`` is
    the Levenshtein distance to the closest gold word over the longer one's length;
    ``translations`` counts gold words, in vocabulary or not; ``capitals`` tells names where both
    languages write most words small: a capital in the query and in a gold word; ``training`` asks
    whether the query itself was fitted on; a query whose pairs are of different parts of speech is
    in the group *several*, one of which nothing is said in *unknown*.
    """
    kinds: dict[str, tuple[list[str], Callable[[Query], str]]] = {
        _frequency_name(known.words): _by_frequency(known.words),
        "identical": (
            ["identical", "not identical"],
            lambda query: "identical" if _is_identical(query) else "not identical",
        ),
        "edit_distance": _by_distance(),
        "translations": (
            [*map(str, range(1, _MANY)), f"{_MANY} or more"],
            lambda query: str(n) if (n := len(query.gold)) < _MANY else f"{_MANY} or more",
        ),
        "capitals": _by_capitals(known),
        "training": (
            ["never seen", "seen"],
            lambda query: "never seen" if _apart(query, known.trained) else "seen",
        ),
        **_by_part_of_speech(known.queries),
    }
    found = {}
    for kind, (names, name_of) in kinds.items():
        labels = np.array([name_of(query) for query in known.queries], dtype=object)
        found[kind] = [
            {"group": name}
            | scores_of(known.ranks[np.asarray(labels == name, bool)], samples=samples, seed=seed)
            for name in names
            if (labels == name).any()
        ]
    return found


def clean_part(
    known: Known,
    trained: tuple[frozenset[str], frozenset[str]],
    *,
    identical_strings: bool,
    samples: int,
    seed: int,
) -> dict[str, Any]:
    """Score the queries that nothing the link was fitted on holds.

    Parameters
    ----------
    known : Known
        The queries.
    trained : pair of frozenset of str
        Folded words of the source and of the target language that stand in linked sentences or
        in a seed lexicon.
    identical_strings : bool
        Whether words spelled alike in both languages were fitted on.
    samples, seed : int
        Of the bootstrap intervals.

    Returns
    -------
    dict
        ``count``, ``precision``, ``mrr`` and ``confidence_interval`` of the queries of which
        neither the word nor a gold word was fitted on; under ``source_side`` the same of those
        whose own word was not, which is what zero-shot means: their translations may well stand
        in other linked pairs. ``None`` instead of a score over no query.
    """
    spelled = frozenset(map(fold, known.candidates)) if identical_strings else frozenset()

    seen = trained[0] | spelled
    source: BoolVector = np.array([_apart(query, seen) for query in known.queries], dtype=bool)
    both: BoolVector = source & np.array(
        [trained[1].isdisjoint(map(fold, query.gold_written)) for query in known.queries],
        dtype=bool,
    )
    whole, one_side = (
        _counted(scores_of(known.ranks[part], samples=samples, seed=seed))
        for part in (both, source)
    )
    return whole | {"source_side": one_side}


def spelling_distance(query: Query) -> float:
    """Give how far a query's spelling is from that of its closest gold word.

    Parameters
    ----------
    query : Query
        With at least one gold word.

    Returns
    -------
    float
        Levenshtein distance over the length of the longer word, in [0, 1].
    """
    from rapidfuzz.distance import Levenshtein

    distances: list[float] = [
        Levenshtein.normalized_distance(query.word, word) for word in query.gold
    ]
    return min(distances)


def _counted(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Call the number of queries a count."""
    return {"count" if key == "queries" else key: value for key, value in scores.items()}


def _apart(query: Query, words: frozenset[str]) -> bool:
    """Tell whether a query is none of some folded words, however it is written."""
    return words.isdisjoint(map(fold, query.written))


def _is_identical(query: Query) -> bool:
    """Tell whether a query is among its own gold words."""
    return query.word in query.gold


def _frequency_name(words: Vocabulary) -> str:
    """Say what the frequency groups count."""
    return "frequency_rank" if words.counts is None else "frequency"


def _by_frequency(words: Vocabulary) -> tuple[list[str], Callable[[Query], str]]:
    """Group by how often a query's word occurs, or else by its place among all words."""
    bins = _RANKS if words.counts is None else _COUNTS
    names = [f"{low} or more" if high is None else f"{low} to {high}" for low, high in bins]
    starts = [low for low, _ in bins]

    def name_of(query: Query) -> str:
        row = int(query.row or 0)
        number = row + 1 if words.counts is None else int(words.counts[row])
        return names[max(0, int(np.searchsorted(starts, number, side="right")) - 1)]

    return names, name_of


def _by_distance() -> tuple[list[str], Callable[[Query], str]]:
    """Group by how far the spelling is from that of the closest gold word."""
    edges = (0.0, *_DISTANCES)
    names = ["0", *(f"{low:g} to {high:g}" for low, high in pairwise(edges))]
    return names, lambda query: names[int(np.searchsorted(edges, spelling_distance(query)))]


def _by_part_of_speech(
    queries: Sequence[Query],
) -> dict[str, tuple[list[str], Callable[[Query], str]]]:
    """Group by what the lexicon says of the pairs, the largest group first, if it says anything."""

    def name_of(query: Query) -> str:
        tags = query.parts_of_speech
        return (tags[0] if len(tags) == 1 else "several") if tags else "unknown"

    counts = Counter(map(name_of, queries))
    said = [name for name in counts if name not in ("several", "unknown")]
    if not said and "several" not in counts:
        return {}
    names = [*sorted(said, key=lambda name: (-counts[name], name)), "several", "unknown"]
    return {"part_of_speech": (names, name_of)}


def _by_capitals(known: Known) -> tuple[list[str], Callable[[Query], str]]:
    """Group by capitals, in the lexicon or in the vocabularies."""
    names = ["both", "query only", "gold only", "none"]

    def name_of(query: Query) -> str:
        seen = known.words.words[int(query.row or 0)]
        right = [known.candidates.words[column] for column in query.columns]
        capitals = (
            any(map(_capitalised, (*query.written, seen))),
            any(map(_capitalised, (*query.gold_written, *right))),
        )
        return names[(not capitals[0]) * 2 + (not capitals[1])]

    return names, name_of


def _capitalised(word: str) -> bool:
    """Tell whether a word starts with a capital."""
    return word[:1].isupper()
