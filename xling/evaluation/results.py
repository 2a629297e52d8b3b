"""What an evaluation found, as an object that survives JSON."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from xling.errors import InputError
from xling.evaluation.top_answers import Answer

__all__ = ["CUTS", "BliResult", "QueryDetail"]

#: The ``k`` of each reported P@k.
CUTS = (1, 5, 10)

_PRECISIONS = ("precision", "precision_overall", "precision_non_identical")
_PLAIN = (
    "retrieval",
    "channels",
    "queries",
    "queries_in_vocabulary",
    "coverage",
    "precision",
    "precision_overall",
    "mrr",
    "map",
    "confidence_interval",
    "identical_queries",
    "precision_non_identical",
    "overlap_with_training",
    "clean",
    "groups",
    "inflection_tolerant",
    "candidates",
    "chance_precision_at_1",
    "policy_name",
    "policy",
    "versions",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryDetail:
    """What was found for one query.

    Parameters
    ----------
    query : str
        In the policy's form.
    gold : tuple of str
        Its right answers, in the policy's form.
    rank : float or None
        Of its best gold word; ``None`` out of vocabulary, and so the others.
    average_precision : float or None
        Over its gold words in vocabulary.
    tolerant_rank : float or None
        Rank of the best form of a gold word, where lemmas were asked for.
    answers : tuple of Answer
        The best ones, if answers were kept.
    best_wrong : Answer or None
        The best answer that is no gold word, if answers were kept.
    """

    query: str
    gold: tuple[str, ...]
    rank: float | None = None
    average_precision: float | None = None
    tolerant_rank: float | None = None
    answers: tuple[Answer, ...] = ()
    best_wrong: Answer | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the same as plain values.

        Returns
        -------
        dict
            With the attributes as keys, ``tolerant_rank`` only where there is one.
        """
        document: dict[str, Any] = {
            "query": self.query,
            "rank": self.rank,
            "average_precision": self.average_precision,
            "gold": list(self.gold),
            "answers": [answer.to_json() for answer in self.answers],
            "best_wrong": None if self.best_wrong is None else self.best_wrong.to_json(),
        }
        if self.tolerant_rank is not None:
            document["tolerant_rank"] = self.tolerant_rank
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "QueryDetail":
        """Make one from its document.

        Parameters
        ----------
        document : mapping
            What `to_json` gave; further keys are ignored.

        Returns
        -------
        QueryDetail
            Equal to the one that was written.

        Raises
        ------
        KeyError
            If a key is missing.
        """
        wrong = document["best_wrong"]
        return cls(
            query=document["query"],
            gold=tuple(document["gold"]),
            rank=document["rank"],
            average_precision=document["average_precision"],
            tolerant_rank=document.get("tolerant_rank"),
            answers=tuple(Answer(**answer) for answer in document["answers"]),
            best_wrong=None if wrong is None else Answer(**wrong),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class BliResult:
    """How well a model translates the words of a test lexicon.

    Each JSON key is an attribute of the same name, except that ``from`` is a keyword in Python:
    the direction is ``source_language`` to ``target_language`` (``result.to`` and
    ``getattr(result, "from")`` work too). All scores are fractions, never per cent.

    Parameters
    ----------
    source_language, target_language : str
        Direction; ``from`` and ``to`` in JSON.
    retrieval, channels : str
        What the ranking was made with.
    queries : int
        Distinct folded source words of the lexicon.
    queries_in_vocabulary : int
        Those whose word and at least one gold word are in the vocabularies.
    coverage : float
        ``queries_in_vocabulary / queries``.
    precision : dict of str to float
        P@k over the queries in vocabulary, for ``"1"``, ``"5"`` and ``"10"``.
    precision_overall : dict of str to float
        The same over all queries, those out of vocabulary counted wrong.
    mrr : float
        Mean reciprocal rank over the queries in vocabulary, the ranking not cut.
    map : float
        Mean average precision over the queries in vocabulary: each gold word in vocabulary
        counts, not only the best one. Where no scores tie, equal to ``mrr`` on a lexicon with
        one gold word a query.
    confidence_interval : tuple of float
        95 % bootstrap interval of P@1 over the queries in vocabulary.
    identical_queries : int
        Queries in vocabulary with their own form among the gold.
    precision_non_identical : dict of str to float
        P@k over the other queries in vocabulary.
    overlap_with_training : int
        Queries whose source word, in this direction, stands in a linked pair or in a seed
        lexicon of the model.
    clean : dict
        Scores of the queries that nothing fitted on holds; see
        `xling.evaluation.groups.clean_part`.
    groups : dict
        Scores of parts of the queries; see `xling.evaluation.groups.breakdown`.
    inflection_tolerant : dict or None
        Scores where forms of one lemma count as one word; ``None`` if they were not asked for.
    candidates : int
        Number of target words that are ranked: the whole vocabulary, unless the policy says
        otherwise.
    chance_precision_at_1 : float
        P@1 of a random ranking over the queries in vocabulary.
    samples, seed : int
        Of the bootstrap.
    policy_name, policy : str
        How it was counted, by name and in words.
    versions : dict of str to str
        Packages that computed it.
    scores : tuple of dict
        The same scores with the intervals of all of them, ``over`` the queries ``"in vocabulary"``,
        ``"all queries"`` and those ``"not identical"``; see `xling.evaluation.groups.scores_of`.
    details : tuple of QueryDetail
        Each query, in the lexicon's order, with all that was found for it.
    """

    source_language: str
    target_language: str
    retrieval: str
    channels: str
    queries: int
    queries_in_vocabulary: int
    coverage: float
    precision: Mapping[str, float]
    precision_overall: Mapping[str, float]
    mrr: float
    map: float
    confidence_interval: tuple[float, float]
    identical_queries: int
    precision_non_identical: Mapping[str, float]
    overlap_with_training: int
    clean: Mapping[str, Any]
    groups: Mapping[str, Sequence[Mapping[str, Any]]]
    candidates: int
    chance_precision_at_1: float
    samples: int
    seed: int
    policy_name: str
    policy: str
    versions: Mapping[str, str]
    inflection_tolerant: Mapping[str, Any] | None = None
    scores: tuple[Mapping[str, Any], ...] = ()
    details: tuple[QueryDetail, ...] = ()

    def __post_init__(self) -> None:
        for name in (*_PRECISIONS, "versions", "clean", "groups", "inflection_tolerant"):
            object.__setattr__(self, name, deepcopy(getattr(self, name)))
        object.__setattr__(self, "scores", tuple(map(deepcopy, self.scores)))
        low, high = self.confidence_interval
        object.__setattr__(self, "confidence_interval", (low, high))

    @property
    def ranks(self) -> tuple[tuple[str, float | None], ...]:
        """Each query, in the lexicon's order, with the rank of its best gold word or ``None``."""
        return tuple((detail.query, detail.rank) for detail in self.details)

    @property
    def to(self) -> str:
        """Target language, under its JSON key."""
        return self.target_language

    def to_json(self, *, per_query: bool = False) -> dict[str, Any]:
        """Give the document of ``evaluate --json``.

        Parameters
        ----------
        per_query : bool
            Whether to add ``"per_query"``, the documents of `QueryDetail` in the lexicon's
            order; the rank of a query out of vocabulary is null.

        Returns
        -------
        dict
            Strings, numbers, lists and dicts only, ready for `json.dumps`.
        """
        document: dict[str, Any] = {"from": self.source_language, "to": self.target_language}
        for name in _PLAIN:
            document[name] = deepcopy(getattr(self, name))
        document["confidence_interval"] = list(self.confidence_interval)  # JSON has no tuples
        document["scores"] = deepcopy(list(self.scores))
        document["bootstrap"] = {"samples": self.samples, "seed": self.seed}
        if per_query:
            document["per_query"] = [detail.to_json() for detail in self.details]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "BliResult":
        """Make a result from its document.

        Parameters
        ----------
        document : mapping
            What `to_json` gave. Without ``"per_query"`` the details are empty; further keys are
            ignored.

        Returns
        -------
        BliResult
            Equal to the one that was written, if its queries were written too.

        Raises
        ------
        InputError
            If a key is missing.
        """
        try:
            return cls(
                source_language=document["from"],
                target_language=document["to"],
                samples=document["bootstrap"]["samples"],
                seed=document["bootstrap"]["seed"],
                scores=tuple(document.get("scores", ())),
                details=tuple(map(QueryDetail.from_json, document.get("per_query", ()))),
                **{name: document[name] for name in _PLAIN},
            )
        except KeyError as error:
            raise InputError(f"no key {error} in the result of an evaluation") from error


# The contract's keys are attributes; this one cannot be spelt in a class body.
setattr(BliResult, "from", property(attrgetter("source_language")))
