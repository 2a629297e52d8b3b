"""The queries of a test lexicon, as a policy counts them, and their places in vocabularies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector
from xling.data.lexicon import Lexicon
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.evaluation.policies import Policy

__all__ = ["Query", "candidate_rows", "resolve_queries"]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Query:
    """A query with its gold words.

    Parameters
    ----------
    word : str
        In the policy's form.
    gold : tuple of str
        In the policy's form, in the lexicon's order; unique.
    written, gold_written : tuple of str
        The same as the lexicon writes them.
    row : int or None
        Of the source vocabulary; ``None`` for a word outside it.
    columns : ndarray, shape (g,), int64
        Rows of the target vocabulary that are right; none where no gold word is in it.
    parts_of_speech : tuple of str
        Of its pairs, each once, as far as the lexicon says.
    """

    word: str
    gold: tuple[str, ...]
    written: tuple[str, ...]
    gold_written: tuple[str, ...]
    row: int | None
    columns: IntVector = field(repr=False)
    parts_of_speech: tuple[str, ...] = ()

    @property
    def in_vocabulary(self) -> bool:
        """Whether its word and at least one gold word are known."""
        return self.row is not None and len(self.columns) > 0


def resolve_queries(
    lexicon: Lexicon, words: Vocabulary, candidates: Vocabulary, policy: Policy
) -> list[Query]:
    """Give all queries of a lexicon; none is dropped.

    Parameters
    ----------
    lexicon : Lexicon
        Its first column holds the queries.
    words, candidates : Vocabulary
        Of the source and of the target language.
    policy : Policy
        What a query is, and which words are known.

    Returns
    -------
    list of Query
        In the lexicon's order.
    """
    grouped: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    tags: dict[tuple[str, ...], dict[str, None]] = {}
    said = lexicon.parts_of_speech or ("",) * len(lexicon)
    for (source, target), tag in zip(lexicon.pairs, said, strict=True):
        key = (policy.form(source), policy.form(target) if policy.by_pair else "")
        grouped.setdefault(key, []).append((source, target))
        tags.setdefault(key, {}).update({tag: None} if tag else {})
    rows = _source_rows(words, (key[0] for key in grouped), policy)
    columns = _target_rows(candidates, (policy.form(word) for _, word in lexicon.pairs), policy)
    found = []
    for place, pairs in grouped.items():
        word = place[0]
        gold = tuple(dict.fromkeys(policy.form(target) for _, target in pairs))
        right = [column for form in gold for column in columns[form]]
        found.append(
            Query(
                word=word,
                gold=gold,
                written=tuple(dict.fromkeys(source for source, _ in pairs)),
                gold_written=tuple(dict.fromkeys(target for _, target in pairs)),
                row=rows[word],
                columns=np.array(right, dtype=np.int64),
                parts_of_speech=tuple(tags[place]),
            )
        )
    return found


def candidate_rows(candidates: Vocabulary, policy: Policy) -> IntVector | None:
    """Give the rows of the target vocabulary that are ranked.

    Parameters
    ----------
    candidates : Vocabulary
        Of the target language.
    policy : Policy
        Which of them exist.

    Returns
    -------
    ndarray, shape (c,), int64, or None
        In order; ``None`` for all of them.
    """
    if policy.limit is None and not policy.one_row:
        return None
    seen: set[str] = set()
    kept = []
    for row, word in enumerate(candidates.words[: policy.limit]):
        form = policy.form(word) if policy.one_row else word
        if form not in seen:
            seen.add(form)
            kept.append(row)
    return None if len(kept) == len(candidates) else np.array(kept, dtype=np.int64)


def _source_rows(
    words: Vocabulary, wanted: Iterable[str], policy: Policy
) -> Mapping[str, int | None]:
    """Find the row of each query."""
    if policy.form is fold:
        return {word: words.find(word) for word in wanted}
    rows: dict[str, int | None] = dict.fromkeys(wanted)
    for row, word in enumerate(words.words[: policy.limit]):
        form = policy.form(word)
        if form in rows and rows[form] is None:
            rows[form] = row
    return rows


def _target_rows(
    candidates: Vocabulary, wanted: Iterable[str], policy: Policy
) -> Mapping[str, list[int]]:
    """Find the rows of gold words: all casings are right where each has a row of its own."""
    rows: dict[str, list[int]] = {form: [] for form in wanted}
    for row, word in enumerate(candidates.words[: policy.limit]):
        form = policy.form(word)
        if form in rows and not (policy.one_row and rows[form]):
            rows[form].append(row)
    return rows
