"""Inflection-tolerant gold: words that share a lemma with a gold word are right as well."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from xling.arrays import IntVector
from xling.data.language import primary_subtag
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import InputError
from xling.evaluation.queries import Query
from xling.optional import require

__all__ = ["Lemmas", "tolerant_columns"]


class Lemmas:
    """Finds what a word may be an inflected form of.

    Parameters
    ----------
    language : str
        BCP-47 tag; only its primary subtag counts.

    Raises
    ------
    MissingExtraError
        If simplemma is not installed.
    InputError
        If it has no data for the language.
    """

    def __init__(self, language: str) -> None:
        self.language = primary_subtag(language)
        self._package: Any = require(
            "simplemma", extra="lemmas", purpose="an inflection-tolerant score"
        )
        self._of = lru_cache(maxsize=1 << 18)(self._look_up)
        try:
            self._package.lemmatize("a", lang=self.language)
        except ValueError as error:
            raise InputError(
                f"no lemmas are known of the language {language!r}; an inflection-tolerant score "
                "needs a language that simplemma has data for, for example en, de, es or fi"
            ) from error

    @property
    def version(self) -> str:
        """Version of simplemma, whose data decides what a lemma is."""
        return str(self._package.__version__)

    def of(self, word: str) -> frozenset[str]:
        """Give the possible lemmas of a word.

        Parameters
        ----------
        word : str
            In any casing: lower case may stand for a word with a capital.

        Returns
        -------
        frozenset of str
            Folded; the word itself where nothing is known of it.

        Examples
        --------
        >>> sorted(Lemmas("de").of("häuser"))
        ['haus']
        """
        return self._of(word)

    def _look_up(self, word: str) -> frozenset[str]:
        """Lemmatise a word, small and with a capital."""
        folded = fold(word)
        return frozenset(
            fold(self._package.lemmatize(form, lang=self.language))
            for form in (folded, folded.capitalize())
        )


def tolerant_columns(
    queries: Sequence[Query], candidates: Vocabulary, lemmas: Lemmas
) -> list[IntVector]:
    """Give the columns of each query that are right up to inflection.

    Parameters
    ----------
    queries : sequence of Query
        Of a policy.
    candidates : Vocabulary
        Of the target language.
    lemmas : Lemmas
        Of the target language.

    Returns
    -------
    list of ndarray, each of shape (g,), int64
        Rows of the target vocabulary that share a lemma with a gold word, with all the columns
        that are right anyway.
    """
    wanted = [frozenset().union(*map(lemmas.of, query.gold_written)) for query in queries]
    needed = frozenset().union(*wanted)
    rows: dict[str, list[int]] = {lemma: [] for lemma in needed}
    for row, word in enumerate(candidates):
        for lemma in lemmas.of(word) & needed:
            rows[lemma].append(row)
    found: list[IntVector] = []
    for query, own in zip(queries, wanted, strict=True):
        near = [row for lemma in own for row in rows[lemma]]
        found.append(np.unique(np.array([*query.columns.tolist(), *near], np.int64)))
    return found
