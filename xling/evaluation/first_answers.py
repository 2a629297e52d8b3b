"""The first answer to each query: whether it is right, how sure it is, whether it leads back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from xling.data.text import fold
from xling.evaluation.confidence import confidence_figures, figures_over_all
from xling.model.answers import Lookup

__all__ = ["FirstAnswer", "Translator", "calibration", "first_answers", "two_way"]


class Translator(Protocol):
    """What first answers are asked of."""

    def look_up(
        self,
        words: Sequence[str],
        *,
        source: str | None,
        target: str | None,
        top: int,
        retrieval: str,
        channels: str,
    ) -> list[Lookup]:
        """Translate many words, as `xling.Model.look_up` does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstAnswer:
    """The first answer to a query.

    Parameters
    ----------
    query : str
        Folded.
    word : str or None
        As the model writes it; ``None`` where nothing speaks for any word.
    right : bool
        Whether it is a gold word.
    confidence : float or None
        Probability that the model gives it; ``None`` where it has none.
    returns : bool or None
        Whether its own first translation, the other way, is the query; ``None`` where that was
        not asked.
    """

    query: str
    word: str | None
    right: bool
    confidence: float | None
    returns: bool | None = None


def first_answers(
    model: Translator,
    gold: Mapping[str, Iterable[str]],
    *,
    source: str,
    target: str,
    retrieval: str = "csls",
    channels: str = "all",
    back: bool = True,
) -> tuple[FirstAnswer, ...]:
    """Translate queries, and their first answers back.

    Parameters
    ----------
    model : Translator
        For example an `xling.Model`.
    gold : mapping of str to iterable of str
        From each query to its right answers, all folded.
    source, target : str
        Direction of the queries.
    retrieval, channels : str
        Handed on to the model, in both directions.
    back : bool
        Whether the first answers are translated back, for as much time again.

    Returns
    -------
    tuple of FirstAnswer
        One for each query, in order.

    Raises
    ------
    InputError
        If the model has no such direction, criterion or channel.
    """
    there = {"source": source, "target": target, "retrieval": retrieval, "channels": channels}
    found = model.look_up(list(gold), top=1, **there)
    best = [lookup.translations[0] if lookup.translations else None for lookup in found]
    words = list(dict.fromkeys(one.word for one in best if one is not None))
    leads_to: dict[str, str] = {}
    if back:
        turned = model.look_up(words, top=1, **(there | {"source": target, "target": source}))
        for word, lookup in zip(words, turned, strict=True):
            if lookup.translations:
                leads_to[word] = fold(lookup.translations[0].word)
    return tuple(
        FirstAnswer(
            query=query,
            word=None if one is None else one.word,
            right=one is not None and fold(one.word) in right,
            confidence=None if one is None else one.confidence,
            returns=(one is not None and leads_to.get(one.word) == query) if back else None,
        )
        for (query, right), one in zip(gold.items(), best, strict=True)
    )


def two_way(returns: Iterable[bool], right: Iterable[bool]) -> dict[str, Any]:
    """Tell how often first answers lead back to their query, and what that says of them.

    Parameters
    ----------
    returns, right : iterable of bool
        Of each first answer: as in `FirstAnswer`.

    Returns
    -------
    dict
        ``share`` of the answers that lead back, ``precision_agreeing`` and ``precision_others``,
        the fractions of right ones among these and among the others; ``None`` where there is
        none of the kind.
    """
    agreeing, hits = np.array(list(returns), bool), np.array(list(right), bool)

    def mean(values: np.ndarray) -> float | None:
        return float(values.mean()) if len(values) else None

    return {
        "share": mean(agreeing),
        "precision_agreeing": mean(hits[agreeing]),
        "precision_others": mean(hits[~agreeing]),
    }


def calibration(
    answers: Iterable[FirstAnswer],
    outside: Iterable[FirstAnswer] = (),
    *,
    samples: int = 200,
) -> dict[str, Any] | None:
    """Judge the probabilities of first answers.

    Parameters
    ----------
    answers : iterable of FirstAnswer
        To the queries in vocabulary. Those without a probability count over all queries only.
    outside : iterable of FirstAnswer
        To the other queries, which count over all queries.
    samples : int
        Of the bootstrap.

    Returns
    -------
    dict or None
        Of `xling.evaluation.confidence.confidence_figures`, and under ``all_queries`` of
        `xling.evaluation.confidence.figures_over_all`; ``None`` where no answer has a
        probability.
    """
    inside, others = list(answers), list(outside)
    known = [
        (answer.confidence, answer.right) for answer in inside if answer.confidence is not None
    ]
    if not known:
        return None
    sure, right = zip(*known, strict=True)
    every = [*inside, *others]
    return confidence_figures(np.array(sure), np.array(right, dtype=bool), samples=samples) | {
        "all_queries": figures_over_all(
            np.array([answer.confidence or 0.0 for answer in every]),
            np.array([answer.right for answer in every], dtype=bool),
            np.arange(len(every)) < len(inside),
            samples=samples,
        )
    }
