"""The words of one language, most frequent first, found as written or folded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xling.arrays import IntVector, Vector, frozen
from xling.data.text import fold
from xling.errors import InputError, ShapeError

__all__ = ["Vocabulary"]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Words with their frequencies; the row of a word is its frequency rank.

    Parameters
    ----------
    words : tuple of str
        Unique, most frequent first, each in its most frequent written form.
    counts : ndarray, shape (n,), int64, optional
        How often each word occurs, over all its written forms. ``None`` where it is not known.

    Raises
    ------
    InputError
        If a word stands twice.
    ShapeError
        If there is not one count for each word.
    """

    words: tuple[str, ...]
    counts: IntVector | None = None

    def __post_init__(self) -> None:
        if len(self._rows) != len(self.words):
            twice = next(w for i, w in enumerate(self.words) if self._rows[w] != i)
            raise InputError(f"the word {twice!r} stands twice in the vocabulary")
        if self.counts is not None:
            if self.counts.shape != (len(self.words),):
                raise ShapeError(f"{self.counts.shape} counts for {len(self.words)} words")
            object.__setattr__(self, "counts", frozen(self.counts, np.int64))

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: str) -> bool:
        return self.find(word) is not None

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def _folded_rows(self) -> dict[str, int]:
        rows: dict[str, int] = {}
        for row, word in enumerate(self.words):
            rows.setdefault(fold(word), row)  # the most frequent written form wins
        return rows

    def find(self, word: str) -> int | None:
        """Find a word as written, or else folded.

        Parameters
        ----------
        word : str
            In any casing.

        Returns
        -------
        int or None
            Its row; where several rows differ in casing only, the most frequent one.

        Examples
        --------
        >>> Vocabulary(words=("the", "Katze")).find("katze")
        1
        """
        row = self._rows.get(word)
        return self._folded_rows.get(fold(word)) if row is None else row

    def find_all(self, words: Iterable[str]) -> IntVector:
        """Find many words.

        Parameters
        ----------
        words : iterable of str
            In any casing.

        Returns
        -------
        ndarray, shape (n,), int64
            A row for each word, -1 where there is none.
        """
        found = (self.find(word) for word in words)
        return np.array([-1 if row is None else row for row in found], dtype=np.int64)

    def log_counts(self, rows: IntVector) -> Vector:
        """Give the natural logarithm of how often some words occur.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            -1 for words outside the vocabulary.

        Returns
        -------
        ndarray, shape (n,), float64
            0 where nothing is known.
        """
        if self.counts is None or not len(self.counts):
            return np.zeros(len(rows))
        logs: Vector = np.log(np.maximum(self.counts[rows], 1))
        return np.where(rows >= 0, logs, 0.0)
