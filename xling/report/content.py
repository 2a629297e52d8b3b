"""Everything that a report shows, gathered from a model and a judgement of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.arrays import blocks
from xling.data.text import fold
from xling.evaluation.results import BliResult
from xling.model.answers import Translation
from xling.model.card import by_language, card_facts
from xling.model.model import Model
from xling.model.way import Way
from xling.progress import Progress, silent
from xling.report.confidence import judged as judge_confidence
from xling.report.hubness import described, measured
from xling.report.mistakes import NEIGHBORS, Judged, mistakes, worst
from xling.report.word_map import WORDS, word_map
from xling.retrieval.criteria import Criterion

__all__ = ["LISTED", "MISTAKES", "Judgement", "gather"]

#: Wrong answers that are shown with their neighbours at most.
MISTAKES = 24
#: Queries that are listed at most.
LISTED = 5_000

_BLOCK = 256  # words answered between two signs of progress
_LINKS = 3  # right words of one query that the map joins to it
_CRITERIA: tuple[Criterion, ...] = ("nn", "csls")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A model judged by a test lexicon.

    Parameters
    ----------
    result : BliResult
        With its queries.
    document : mapping
        That of ``evaluate --json``.
    """

    result: BliResult
    document: Mapping[str, Any] = field(repr=False)


def gather(
    model: Model,
    way: Way,
    judgement: Judgement | None = None,
    *,
    words: int = WORDS,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Gather what a report shows.

    Parameters
    ----------
    model : Model
        Of the two languages.
    way : Way
        The direction and the evidence.
    judgement : Judgement, optional
        Of the same way; without it the report has no scores and no mistakes.
    words : int
        Words on the map, both languages together.
    seed : int
        Of the map.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        Plain values: ``model``, ``from``, ``to``, ``retrieval``, ``channels``, ``ranked_by``,
        ``facts``, ``hubness``, ``map``, and of a judgement ``evaluation``, ``scores``,
        ``groups``, ``confidence``, ``mistakes``, ``queries`` and ``missing``.
    """
    asked, answers = way.asked, way.answers
    ways = {
        one: model.way(asked.language, answers.language, retrieval=one, channels="contexts")
        for one in _CRITERIA
    }
    hubs = {one: measured(each, progress=progress) for one, each in ways.items()}
    document: dict[str, Any] = {
        "model": model.name,
        "from": asked.language,
        "to": answers.language,
        "retrieval": way.criterion,
        "channels": ", ".join(way.used),
        "ranked_by": way.ranked_by,
        "facts": list(card_facts({**by_language(model.card), "channels": model.channels})),
        "hubness": [described(hubs[one], each) for one, each in ways.items()],
    }
    found: list[Judged] = []
    chosen: list[Judged] = []
    if judgement is not None:
        found = _answered(model, way, judgement, progress)
        chosen = worst(found, MISTAKES)
        document |= _judged(judgement, found, _outside(model, way, judgement))
        document["mistakes"] = mistakes(
            chosen, asked, answers, hubs.get(way.criterion, hubs["csls"])
        )
    progress("map", 0, 1)
    partners = _partners(way, [*chosen[: words // 6], *found], words // 2)
    document["map"] = word_map(asked, answers, partners, words=words, seed=seed)
    progress("map", 1, 1)
    return document


def _answered(model: Model, way: Way, judgement: Judgement, progress: Progress) -> list[Judged]:
    """Ask for the best answers to each query in vocabulary."""
    known = [one for one in judgement.result.details if one.rank is not None]
    found: list[Judged] = []
    for part in blocks(len(known), _BLOCK):
        looked_up = model.look_up(
            [one.query for one in known[part]],
            source=way.asked.language,
            target=way.answers.language,
            top=NEIGHBORS,
            retrieval=judgement.result.retrieval,
            channels=judgement.result.channels,
        )
        found.extend(
            Judged(
                query=one.query,
                gold=tuple(dict.fromkeys(map(fold, one.gold))),
                rank=float(one.rank or 0),
                answers=each.translations,
            )
            for one, each in zip(known[part], looked_up, strict=True)
        )
        progress("answers", part.stop, len(known))
    return found


def _outside(model: Model, way: Way, judgement: Judgement) -> list[Translation | None]:
    """Ask for the first answer to each query out of vocabulary."""
    looked_up = model.look_up(
        [one.query for one in judgement.result.details if one.rank is None],
        source=way.asked.language,
        target=way.answers.language,
        top=1,
        retrieval=judgement.result.retrieval,
        channels=judgement.result.channels,
    )
    return [one.translations[0] if one.translations else None for one in looked_up]


def _judged(
    judgement: Judgement, found: Sequence[Judged], outside: Sequence[Translation | None]
) -> dict[str, Any]:
    """Say how good the answers are: the scores are those of the evaluation."""
    document = dict(judgement.document)
    missing = [one.query for one in judgement.result.details if one.rank is None]
    return {
        "evaluation": document,
        "scores": document["scores"],
        "groups": document["groups"],
        "confidence": judge_confidence(
            [(one.first, one.right) for one in found if one.first is not None],
            [*outside, *(None for one in found if one.first is None)],
        ),
        "queries": [_listed(one) for one in found[:LISTED]],
        "missing": missing[:LISTED],
        "left_out": max(0, len(found) - LISTED) + max(0, len(missing) - LISTED),
    }


def _listed(one: Judged) -> list[Any]:
    """Give a query in short: query, right words, answer, rank, confidence, and whether right."""
    first = one.first
    return [
        one.query,
        list(one.gold),
        None if first is None else first.word,
        one.rank,
        None if first is None else first.confidence,
        one.right,
    ]


def _partners(way: Way, judged: Sequence[Judged], count: int) -> dict[int, list[tuple[int, str]]]:
    """Find what the map joins: queries with right and wrong words, others with their answer."""
    asked, answers = way.asked.vocabulary, way.answers.vocabulary
    found: dict[int, list[tuple[int, str]]] = {}
    for one in judged[: count * 2 // 3]:
        row = asked.find(one.query)
        right = [answers.find(word) for word in one.gold]
        kind = "right" if one.right else "missed"
        links = [(column, kind) for column in right if column is not None][:_LINKS]
        if one.first is not None and not one.right:
            wrong = answers.find(one.first.word)
            links += [(wrong, "wrong")] if wrong is not None else []
        if row is not None:
            found[row] = links
    frequent = [row for row in range(min(count, len(asked))) if row not in found]
    best = way.best(way.known(np.array(frequent, dtype=np.int64)), 1)
    for row, columns, scores in zip(frequent, best.ids, best.scores, strict=True):
        if scores[0] > float("-inf"):
            found[row] = [(int(columns[0]), "answer")]
    return found
