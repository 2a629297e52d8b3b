"""Inflection and derivation as evidence: a linked word of the same stem carries over."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.evidence.base import Asked, Candidates, Ground, values_at

__all__ = ["Analogies", "Change", "Relations", "relations"]

#: From one ending to another: ``("ung", "en")`` for Meldung to melden.
Change = tuple[str, str]

#: For each word, the words of the same stem, each with the change that leads there.
Relations = tuple[dict[int, Change], ...]

_STEM = 3  # letters that two words must share at their start
_ENDING = 5  # letters of an ending, at most
_LIKELY = 0.1  # table cells below it are not learned from, nor carried over
_SHRINKAGE = 2.0  # pseudo-counts: how much a change must be seen to be believed
_FLOOR = 1e-5  # probabilities below it are left out
_NOTHING = 1e-3  # added before the logarithm
_SAME: Change = ("=", "=")  # the very same word; "=" is in no word


@dataclass(frozen=True, kw_only=True, eq=False)
class Analogies:
    """A change of ending here goes with a change of ending there.

    The query ``e`` has linked words ``e'`` of the same stem. Each of their translations ``f'``, and
    each answer ``f`` with the stem of ``f'``, is as probable as ``p(f' | e')`` times the
    probability, learned from the table, that the change from ``f'`` to ``f`` goes with the change
    from ``e'`` to ``e``, times the share of letters that ``e`` and ``e'`` have in common.

    Parameters
    ----------
    ground : Ground
        Of the direction.
    """

    FEATURES: ClassVar[tuple[str, ...]] = ("any", "best", "log_any", "log_best", "query_best")

    ground: Ground = field(repr=False)

    @cached_property
    def _relations(self) -> tuple[Relations, Relations]:
        first, second = (relations(words) for words in self.ground.words)
        return first, second

    @cached_property
    def _letters(self) -> list[int]:
        """How many letters each query word has, marks left out."""
        return [len(_without_marks(word)) for word in self.ground.words[0]]

    @cached_property
    def _links(self) -> tuple[dict[int, float], ...]:
        """For each word its likely translations with their probabilities."""
        table = self.ground.translations
        columns, values = table.indices.tolist(), table.data.tolist()
        return tuple(
            {columns[i]: values[i] for i in range(start, stop) if values[i] >= _LIKELY}
            for start, stop in zip(table.indptr[:-1], table.indptr[1:], strict=True)
        )

    @cached_property
    def _chances(self) -> tuple[Mapping[Change, Mapping[Change, float]], Mapping[Change, float]]:
        """Learn ``p(change there | change here)``, and each change's share of all changes."""
        seen: dict[Change, dict[Change, float]] = defaultdict(lambda: defaultdict(float))
        totals: dict[Change, float] = defaultdict(float)
        overall: dict[Change, float] = defaultdict(float)
        for here, there, weight in self._seen_changes():
            totals[here] += weight
            if there is not None:
                seen[here][there] += weight
                overall[there] += weight
        everything = sum(totals.values()) or 1.0
        prior = {there: weight / everything for there, weight in overall.items()}
        chances = {
            here: {
                there: (weight + _SHRINKAGE * prior[there]) / (totals[here] + _SHRINKAGE)
                for there, weight in theres.items()
            }
            for here, theres in seen.items()
        }
        return chances, prior

    def _seen_changes(self) -> Iterator[tuple[Change, Change | None, float]]:
        """Go through the pairs of related words of which both are linked."""
        asked, answers = self._relations
        links = self._links
        for word, related in enumerate(asked):
            for other, change in related.items() if links[word] else ():
                for f, p in links[word].items():
                    for g, q in links[other].items():
                        yield change, _SAME if f == g else answers[f].get(g), p * q

    def look(self, asked: Asked) -> "_Carried":
        """Carry related words over; see `xling.evidence.base.Channel.look`."""
        width = self.ground.translations.shape[1]
        columns: list[int] = []
        any_of: list[float] = []
        best_of: list[float] = []
        ends = [0]
        for row in asked.rows.tolist():
            best, none = self._carry(row)
            for column in sorted(best):
                columns.append(column)
                best_of.append(best[column])
                any_of.append(1 - none[column])
            ends.append(len(columns))
        shape = (len(asked), width)
        parts = (np.array(columns, np.int64), np.array(ends, np.int64))
        return _Carried(
            any_of=sparse.csr_array((np.array(any_of, np.float32), *parts), shape=shape),
            best_of=sparse.csr_array((np.array(best_of, np.float32), *parts), shape=shape),
        )

    def _carry(self, row: int) -> tuple[dict[int, float], dict[int, float]]:
        """Give each answer's most probable way, and the probability that no way leads there."""
        asked, answers = self._relations
        letters = self._letters
        best: dict[int, float] = {}
        none: dict[int, float] = {}
        for other, (ending, its_ending) in asked[row].items():
            shared = 2 * (letters[row] - len(ending)) / (letters[row] + letters[other])
            here = (its_ending, ending)
            for f, p in self._links[other].items():
                ways = [(f, _SAME), *answers[f].items()]
                for answer, there in ways:
                    chance = min(p * shared * self._chance(here, there), 0.99)
                    if chance > _FLOOR:
                        best[answer] = max(best.get(answer, 0.0), chance)
                        none[answer] = none.get(answer, 1.0) * (1 - chance)
        return best, none

    def _chance(self, here: Change, there: Change) -> float:
        """Give ``p(there | here)``, drawn to the share of ``there`` where ``here`` is rare."""
        chances, prior = self._chances
        if here not in chances:
            return prior.get(there, 0.0) / 2
        found = chances[here].get(there)
        return prior.get(there, 0.0) * 0.1 if found is None else found


@dataclass(frozen=True, kw_only=True, eq=False)
class _Carried:
    """The answers that related words lead to, with both probabilities: shape (n, m)."""

    any_of: sparse.csr_array
    best_of: sparse.csr_array

    @property
    def proposed(self) -> sparse.csr_array:
        """All of them."""
        return self.any_of

    def measure(self, candidates: Candidates) -> Matrix:
        """Give both probabilities and their logarithms, and the query's best."""
        any_of = values_at(self.any_of, candidates)
        best_of = values_at(self.best_of, candidates)
        return np.column_stack(
            [
                any_of,
                best_of,
                np.log(any_of + np.float32(_NOTHING)),
                np.log(best_of + np.float32(_NOTHING)),
                candidates.best_of_query(any_of),
            ]
        )


def relations(words: Sequence[str]) -> Relations:
    """Find the words of the same stem as each word.

    Parameters
    ----------
    words : sequence of str
        Folded words.

    Returns
    -------
    tuple of dict
        For each word the rows of the others that share at least 3 letters at the start, and all
        but 5 of either word, with the change from this word's ending to the other's: what is left
        after the longest start that they share. Accents and other marks are left out, since a
        change of form often sets one (Hut, Hüte).

    Examples
    --------
    >>> relations(["desire", "desires", "wish"])
    ({1: ('', 's')}, {0: ('s', '')}, {})
    """
    words = [_without_marks(word) for word in words]
    starts: dict[str, list[int]] = defaultdict(list)
    for row, word in enumerate(words):
        for cut in range(max(_STEM, len(word) - _ENDING), len(word) + 1):
            starts[word[:cut]].append(row)
    found: list[dict[int, Change]] = []
    for row, word in enumerate(words):
        own: dict[int, Change] = {}
        for cut in range(len(word), max(_STEM, len(word) - _ENDING) - 1, -1):
            for other in starts[word[:cut]]:  # the longest start comes first
                if other != row and other not in own:
                    own[other] = (word[cut:], words[other][cut:])
        found.append(own)
    return tuple(found)


def _without_marks(word: str) -> str:
    """Leave out the marks above, below and after letters."""
    letters = (c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(letters))
