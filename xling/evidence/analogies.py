"""Inflection and derivation as evidence: a linked word of the same stem carries over."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.data.text import without_marks
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
_TINY = 1e-6  # sums of weights below it are rounding errors: one weight is at least 0.01
_SAME: Change = ("=", "=")  # the very same word; "=" is in no word


@dataclass(frozen=True, kw_only=True, eq=False)
class Analogies:
    """A change of ending here goes with a change of ending there.

    The query ``e`` has linked words ``e'`` of the same stem. Each of their translations ``f'``, and
    each answer ``f`` with the stem of ``f'``, is as probable as ``p(f' | e')`` times the
    probability, learned from the table, that the change from ``f'`` to ``f`` goes with the change
    from ``e'`` to ``e``, times the share of letters that ``e`` and ``e'`` have in common. What the
    query's own links would tell, of its translation or of a change, is left out.

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
        return [len(without_marks(word)) for word in self.ground.words[0]]

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
    def _changes(self) -> "_Changes":
        """Learn which changes go together from all pairs of related words that are linked."""
        found = _Changes()
        for word, related in enumerate(self._relations[0]):
            for other, change in related.items() if self._links[word] else ():
                self._add(found, word, other, change)
        return found

    def _add(self, found: "_Changes", word: int, other: int, change: Change) -> None:
        """Count what a change from one linked word to another one goes with."""
        answers = self._relations[1]
        for f, p in self._links[word].items():
            for g, q in self._links[other].items():
                found.add(change, _SAME if f == g else answers[f].get(g), p * q)

    def _own(self, row: int) -> "_Changes":
        """Count what the query itself has told, which is not to be used for it."""
        found = _Changes()
        for other, (ending, its_ending) in self._relations[0][row].items():
            self._add(found, row, other, (ending, its_ending))
            self._add(found, other, row, (its_ending, ending))
        return found

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
        own = self._own(row) if self._links[row] else _Changes()
        best: dict[int, float] = {}
        none: dict[int, float] = {}
        for other, (ending, its_ending) in asked[row].items():
            shared = 2 * (letters[row] - len(ending)) / (letters[row] + letters[other])
            here = (its_ending, ending)
            for f, p in self._links[other].items():
                ways = [(f, _SAME), *answers[f].items()]
                for answer, there in ways:
                    chance = min(p * shared * self._changes.chance(here, there, own), 0.99)
                    if chance > _FLOOR:
                        best[answer] = max(best.get(answer, 0.0), chance)
                        none[answer] = none.get(answer, 1.0) * (1 - chance)
        return best, none


class _Changes:
    """Which change there goes with which change here: sums of the weights of what was seen."""

    def __init__(self) -> None:
        self.both: dict[tuple[Change, Change], float] = defaultdict(float)
        self.here: dict[Change, float] = defaultdict(float)
        self.matched: dict[Change, float] = defaultdict(float)  # of it, with some change there
        self.there: dict[Change, float] = defaultdict(float)
        self.all = 0.0

    def add(self, here: Change, there: Change | None, weight: float) -> None:
        """Count one more; ``None`` where the translations are not of one stem."""
        self.all += weight
        self.here[here] += weight
        if there is not None:
            self.both[here, there] += weight
            self.matched[here] += weight
            self.there[there] += weight

    def chance(self, here: Change, there: Change, own: "_Changes") -> float:
        """Give ``p(there | here)`` by what others than the query itself have told.

        It is drawn to the share of ``there`` in all changes; of this share half is left where
        ``here`` was never seen with any change, and a tenth where only with other ones.
        """
        everything = self.all - own.all
        if everything < _TINY:
            return 0.0
        prior = (self.there.get(there, 0.0) - own.there.get(there, 0.0)) / everything
        if self.matched.get(here, 0.0) - own.matched.get(here, 0.0) < _TINY:
            return prior / 2
        weight = self.both.get((here, there), 0.0) - own.both.get((here, there), 0.0)
        if weight < _TINY:
            return prior / 10
        total = self.here[here] - own.here.get(here, 0.0)
        return (weight + _SHRINKAGE * prior) / (total + _SHRINKAGE)


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
    words = [without_marks(word) for word in words]
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
