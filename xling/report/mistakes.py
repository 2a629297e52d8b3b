"""The worst wrong answers, with what a person needs to see why they were given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Levenshtein

from xling.data.text import fold
from xling.model.answers import Translation
from xling.model.side import Side
from xling.report.neighbors import cosine, nearest
from xling.retrieval.hubness import Hubness

__all__ = ["NEIGHBORS", "Judged", "mistakes", "worst"]

#: Neighbours of each word that are shown.
NEIGHBORS = 6

_RARE = 5  # occurrences
_HUB = 5  # times the mean occurrence in neighbourhoods
_CLOSE = 0.5  # cosine from which on two words of one language are called close
_FORM = 0.3  # edits for each letter, up to which two words look like forms of one


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A query in vocabulary with its answers.

    Parameters
    ----------
    query : str
        Folded.
    gold : tuple of str
        Right words, folded.
    rank : float
        Of the best of them.
    answers : tuple of Translation
        Of the model, the best first.
    """

    query: str
    gold: tuple[str, ...]
    rank: float
    answers: tuple[Translation, ...] = field(repr=False)

    @property
    def first(self) -> Translation | None:
        """The first answer, where there is one."""
        return self.answers[0] if self.answers else None

    @property
    def right(self) -> bool:
        """Whether the first answer is a right word."""
        return self.first is not None and fold(self.first.word) in self.gold


def worst(judged: Iterable[Judged], count: int) -> list[Judged]:
    """Choose the worst wrong answers: those given most surely, and those farthest from right.

    Parameters
    ----------
    judged : iterable of Judged
        All queries in vocabulary.
    count : int
        How many are chosen at most: in turn the surest of the wrong answers, and the query whose
        right word comes last.

    Returns
    -------
    list of Judged
        Each once, in the order in which they were chosen.
    """
    wrong = [one for one in judged if one.first is not None and not one.right]
    surest = sorted(wrong, key=lambda one: (-_sureness(one), one.query))
    farthest = sorted(wrong, key=lambda one: (-one.rank, one.query))
    chosen: dict[str, Judged] = {}
    for pair in zip(surest, farthest, strict=True):
        for one in pair:
            if len(chosen) < count:
                chosen.setdefault(one.query, one)
    return list(chosen.values())


def mistakes(
    chosen: Sequence[Judged], asked: Side, answers: Side, hubs: Hubness
) -> list[dict[str, Any]]:
    """Say what is near the words of wrong answers, and what may be the reason.

    Parameters
    ----------
    chosen : sequence of Judged
        With an answer, and in vocabulary.
    asked, answers : Side
        Languages of the queries and of the answers.
    hubs : Hubness
        Of the same direction.

    Returns
    -------
    list of dict
        ``query``, ``answer``, ``gold`` (the right word in vocabulary that is nearest to the
        query), ``others`` (further right words), ``rank``, ``confidence``, ``score``,
        ``answers`` (word and confidence or score), ``cosines``, ``words`` (of each of the three:
        ``word``, ``language``, ``frequency_rank``, ``count``, ``near`` words by language) and
        ``reasons``, in words.
    """
    own = [_row(asked, one.query) for one in chosen]
    given = [_row(answers, one.answers[0].word) for one in chosen]
    right = [_nearest_gold(one, row, asked, answers) for one, row in zip(chosen, own, strict=True)]
    about = zip(
        _about(asked, own, asked, answers),
        _about(answers, given, asked, answers),
        _about(answers, right, asked, answers),
        strict=True,
    )
    found = []
    for one, rows, words in zip(chosen, zip(own, given, right, strict=True), about, strict=True):
        query, answer, gold = words
        first = one.answers[0]
        cosines = {
            "query and answer": cosine(asked, rows[0], answers, rows[1]),
            "query and right word": cosine(asked, rows[0], answers, rows[2]),
            "answer and right word": cosine(answers, rows[1], answers, rows[2]),
        }
        found.append(
            {
                "query": query["word"],
                "answer": answer["word"],
                "gold": gold["word"],
                "others": [word for word in one.gold if word != fold(gold["word"])],
                "rank": one.rank,
                "confidence": first.confidence,
                "score": first.score,
                "answers": [
                    (each.word, each.score if each.confidence is None else each.confidence)
                    for each in one.answers[:NEIGHBORS]
                ],
                "cosines": cosines,
                "words": {"query": query, "answer": answer, "right word": gold},
                "reasons": _reasons(one, words, cosines, int(hubs.counts[rows[1]]), hubs),
            }
        )
    return found


def _sureness(one: Judged) -> float:
    """Give how sure a model is of its first answer."""
    assert one.first is not None
    return one.first.score if one.first.confidence is None else one.first.confidence


def _row(side: Side, word: str) -> int:
    """Find a word that is in the vocabulary."""
    row = side.vocabulary.find(word)
    assert row is not None
    return row


def _nearest_gold(one: Judged, row: int, asked: Side, answers: Side) -> int:
    """Find the right word that is nearest to the query."""
    columns = [answers.vocabulary.find(word) for word in one.gold]
    known = [column for column in columns if column is not None]
    return max(known, key=lambda column: (cosine(asked, row, answers, column), -column))


def _about(side: Side, rows: Sequence[int], asked: Side, answers: Side) -> list[dict[str, Any]]:
    """Say what is known of some words of a language."""
    words = side.vocabulary
    near = zip(
        nearest(side, rows, asked, NEIGHBORS), nearest(side, rows, answers, NEIGHBORS), strict=True
    )
    return [
        {
            "word": words.words[row],
            "language": side.language,
            "frequency_rank": row + 1,
            "count": None if words.counts is None else int(words.counts[row]),
            "near": {asked.language: first, answers.language: second},
        }
        for row, (first, second) in zip(rows, near, strict=True)
    ]


def _reasons(
    one: Judged,
    words: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
    cosines: dict[str, float],
    occurrence: int,
    hubs: Hubness,
) -> list[str]:
    """Say in words what may have led astray; the answer may even be right."""
    query, answer, gold = words
    found = []
    likeness = Levenshtein.normalized_distance(fold(answer["word"]), fold(gold["word"]))
    neighbors = {word for word, _ in gold["near"][gold["language"]]}
    if likeness <= _FORM:
        found.append("the answer looks like another form of the right word")
    elif answer["word"] in neighbors and cosines["answer and right word"] >= _CLOSE:
        found.append("answer and right word are close: a near synonym, or a gap in the lexicon")
    if fold(answer["word"]) == one.query:
        found.append("the answer is the query itself")
    for name, word in (("query", query), ("right word", gold)):
        if word["count"] is not None and word["count"] <= _RARE:
            found.append(f"the {name} is rare: it occurs {word['count']} times")
    if occurrence > _HUB * hubs.mean and occurrence > hubs.k:
        found.append(
            f"the answer is a hub: among the nearest {hubs.k} of {occurrence:,} words, "
            f"{hubs.mean:.0f} on average"
        )
    if cosines["query and right word"] > cosines["query and answer"]:
        found.append("in the space the right word is nearer; hubness or other evidence decided")
    if one.rank == 2:
        found.append("the right word is the second answer")
    return found
