"""How queries and hits are counted: xling's own way, and those of published evaluations."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from xling.data.text import fold
from xling.errors import UnknownNameError

__all__ = ["POLICIES", "Measure", "Policy", "find_policy"]

Measure = Literal["precision_at_1", "map"]

_USUAL = 200_000  # words of a language that the published figures are computed with


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A way to count.

    Parameters
    ----------
    name : str
        What the option takes.
    text : str
        The way, in words.
    form : callable
        From a word as written to the form under which it is compared.
    limit : int, optional
        Only this many words of each vocabulary exist, the most frequent ones.
    one_row : bool
        Whether words of one form are one candidate, the most frequent of them.
    by_pair : bool
        Whether each pair of the lexicon is a query with one gold word.
    measure : {"precision_at_1", "map"}
        The figure that is published under it.
    """

    name: str
    text: str
    form: Callable[[str], str]
    limit: int | None = None
    one_row: bool = False
    by_pair: bool = False
    measure: Measure = "precision_at_1"


def _lower(word: str) -> str:
    """Lower-case a word; unlike folding, this keeps ``ß`` and typographic apostrophes."""
    return unicodedata.normalize("NFC", word.lower())


def _exact(word: str) -> str:
    """Give a word as written."""
    return unicodedata.normalize("NFC", word)


_DEFAULT = Policy(
    name="default",
    text=(
        "A query is a distinct folded source word; a hit is any of its gold words in the top k. "
        "The whole target vocabulary is ranked; ties count at their expected rank. A query is in "
        "vocabulary if its word and at least one gold word are; precision, mrr, map and the "
        "interval are over those, precision_overall over all queries, the others counted wrong."
    ),
    form=fold,
)
_MUSE = Policy(
    name="muse",
    text=(
        "As Conneau et al. (2018) count: all words are lower-cased, of each vocabulary the 200,000 "
        "most frequent words exist, and of words that differ in casing the most frequent one. "
        "Pairs with an unknown word are dropped; a query is a distinct source word of the others, "
        "a hit any of its gold words in the top k. Published figure: P@1."
    ),
    form=_lower,
    limit=_USUAL,
    one_row=True,
)
_VECMAP = Policy(
    name="vecmap",
    text=(
        "As Artetxe et al. (2018) count: words are compared as written, casing and all, and the "
        "whole vocabularies are used. A query is a distinct source word; those of which no pair "
        "is known are left out of the accuracy and lower the coverage. Published figure: P@1, "
        "beside the coverage."
    ),
    form=_exact,
)
_XLING_EVAL = Policy(
    name="xling-eval",
    text=(
        "As Glavaš et al. (2019) count: lower-cased words, the 200,000 most frequent of each "
        "vocabulary. Each pair is a query with one gold word, so that a further translation of "
        "the same word that comes first counts as wrong; pairs with an unknown word are dropped. "
        "Published figure: MAP, which with one gold word is MRR."
    ),
    form=_lower,
    limit=_USUAL,
    one_row=True,
    by_pair=True,
    measure="map",
)

#: The policies by name.
POLICIES = {policy.name: policy for policy in (_DEFAULT, _MUSE, _VECMAP, _XLING_EVAL)}


def find_policy(name: str) -> Policy:
    """Find a policy.

    Parameters
    ----------
    name : str
        One of `POLICIES`.

    Returns
    -------
    Policy
        Of that name.

    Raises
    ------
    UnknownNameError
        If there is none.

    Examples
    --------
    >>> find_policy("vecmap").form("Katze"), find_policy("muse").form("Katze")
    ('Katze', 'katze')
    """
    if name not in POLICIES:
        raise UnknownNameError("policy", name, POLICIES)
    return POLICIES[name]
