"""What an evaluation found, as an object that survives JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from xling.errors import InputError

__all__ = ["CUTS", "BliResult"]

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
    "confidence_interval",
    "identical_queries",
    "precision_non_identical",
    "overlap_with_training",
    "candidates",
    "chance_precision_at_1",
    "policy",
    "versions",
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
    confidence_interval : tuple of float
        95 % bootstrap interval of P@1 over the queries in vocabulary.
    identical_queries : int
        Queries in vocabulary with their own form among the gold.
    precision_non_identical : dict of str to float
        P@k over the other queries in vocabulary.
    overlap_with_training : int
        Queries whose source word, in this direction, stands in a linked pair or in a seed
        lexicon of the model.
    candidates : int
        Size of the target vocabulary: every word of it is ranked.
    chance_precision_at_1 : float
        P@1 of a random ranking over the queries in vocabulary.
    samples, seed : int
        Of the bootstrap.
    policy : str
        How it was counted, in words.
    versions : dict of str to str
        Packages that computed it.
    ranks : tuple of (str, float or None)
        Each query, in the lexicon's order, with the rank of its best gold word; ``None`` out of
        vocabulary.
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
    confidence_interval: tuple[float, float]
    identical_queries: int
    precision_non_identical: Mapping[str, float]
    overlap_with_training: int
    candidates: int
    chance_precision_at_1: float
    samples: int
    seed: int
    policy: str
    versions: Mapping[str, str]
    ranks: tuple[tuple[str, float | None], ...] = ()

    def __post_init__(self) -> None:
        for name in (*_PRECISIONS, "versions"):
            object.__setattr__(self, name, dict(getattr(self, name)))
        low, high = self.confidence_interval
        object.__setattr__(self, "confidence_interval", (low, high))

    @property
    def to(self) -> str:
        """Target language, under its JSON key."""
        return self.target_language

    def to_json(self, *, per_query: bool = False) -> dict[str, Any]:
        """Give the document of ``evaluate --json``.

        Parameters
        ----------
        per_query : bool
            Whether to add ``"per_query"``, a list of ``{"query", "rank"}`` in the lexicon's
            order; the rank of a query out of vocabulary is null.

        Returns
        -------
        dict
            Strings, numbers, lists and dicts only, ready for `json.dumps`.
        """
        document: dict[str, Any] = {"from": self.source_language, "to": self.target_language}
        for name in _PLAIN:
            value = getattr(self, name)
            document[name] = dict(value) if isinstance(value, Mapping) else value
        document["confidence_interval"] = list(self.confidence_interval)  # JSON has no tuples
        document["bootstrap"] = {"samples": self.samples, "seed": self.seed}
        if per_query:
            document["per_query"] = [{"query": word, "rank": rank} for word, rank in self.ranks]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "BliResult":
        """Make a result from its document.

        Parameters
        ----------
        document : mapping
            What `to_json` gave. Without ``"per_query"`` the ranks are empty; further keys are
            ignored.

        Returns
        -------
        BliResult
            Equal to the one that was written, if its ranks were written too.

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
                ranks=tuple((row["query"], row["rank"]) for row in document.get("per_query", ())),
                **{name: document[name] for name in _PLAIN},
            )
        except KeyError as error:
            raise InputError(f"no key {error} in the result of an evaluation") from error


# The contract's keys are attributes; this one cannot be spelt in a class body.
setattr(BliResult, "from", property(attrgetter("source_language")))
