"""Sentences as rows of a vocabulary: what everything that counts is given."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xling.arrays import IntVector, frozen, token_blocks
from xling.data.indexed import IndexedText
from xling.errors import ShapeError

__all__ = ["RowSentences", "equal_sentences", "row_sentences"]

_BLOCK = 1 << 20  # tokens read at once


@dataclass(frozen=True, kw_only=True, eq=False)
class RowSentences:
    """Sentences of one language over a vocabulary; words outside it are left out.

    Parameters
    ----------
    rows : ndarray, shape (tokens,), int32
        Vocabulary row of each token, all sentences end to end.
    offsets : ndarray, shape (n + 1,), int64
        Sentence ``i`` is ``rows[offsets[i]:offsets[i + 1]]``; it may be empty.
    size : int
        Number of words of the vocabulary.

    Raises
    ------
    ShapeError
        If ``offsets`` does not cut the tokens or a row lies outside the vocabulary.
    """

    rows: IntVector
    offsets: IntVector
    size: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", frozen(self.rows, np.int32))
        object.__setattr__(self, "offsets", frozen(self.offsets, np.int64))
        if not self.offsets.size or self.offsets[0] != 0 or self.offsets[-1] != len(self.rows):
            raise ShapeError(f"offsets do not cut {len(self.rows)} tokens")
        if len(self.rows) and not 0 <= self.rows.min() <= self.rows.max() < self.size:
            raise ShapeError(f"a row lies outside the vocabulary of {self.size} words")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> IntVector:
        """The number of tokens of each sentence: shape (n,), int64."""
        return np.diff(self.offsets)

    @property
    def sentence_of_token(self) -> IntVector:
        """The sentence that each token stands in: shape (tokens,), int64."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def select(self, sentences: IntVector) -> "RowSentences":
        """Choose sentences.

        Parameters
        ----------
        sentences : ndarray, shape (m,), integer
            Numbers of the sentences wanted, in the order wanted.

        Returns
        -------
        RowSentences
            ``m`` sentences over the same vocabulary.
        """
        lengths = self.lengths[sentences]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        positions = np.arange(offsets[-1])
        positions += np.repeat(self.offsets[sentences] - offsets[:-1], lengths)
        return RowSentences(rows=self.rows[positions], offsets=offsets, size=self.size)


def row_sentences(text: IndexedText, rows: IntVector, size: int) -> RowSentences:
    """Read an indexed text over a vocabulary.

    Parameters
    ----------
    text : IndexedText
        Any text.
    rows : ndarray, shape (number of types,), int64
        Vocabulary row of each type of the text, -1 for a type outside the vocabulary.
    size : int
        Number of words of the vocabulary.

    Returns
    -------
    RowSentences
        As many sentences as the text has. Memory: 4 bytes a token and 8 bytes a sentence.
    """
    of_form = rows[text.written_types].astype(np.int32)
    offsets = np.zeros(len(text) + 1, np.int64)
    kept = np.empty(len(text.written_ids), np.int32)
    for part in token_blocks(text.offsets, _BLOCK):
        cuts = text.offsets[part.start : part.stop + 1]
        found = of_form[text.written_ids[cuts[0] : cuts[-1]]]
        inside = found >= 0
        start = offsets[part.start]
        before = np.concatenate([[0], np.cumsum(inside)])[cuts - cuts[0]]
        offsets[part.start : part.stop + 1] = start + before
        kept[start : start + before[-1]] = found[inside]
    kept.resize(offsets[-1], refcheck=False)
    for array in (kept, offsets):
        array.flags.writeable = False  # so that they need not be copied
    return RowSentences(rows=kept, offsets=offsets, size=size)


def equal_sentences(ids: IntVector, offsets: IntVector) -> IntVector:
    """Give equal sentences equal numbers.

    Parameters
    ----------
    ids : ndarray, shape (tokens,), integer
        Number of each token, all sentences end to end.
    offsets : ndarray, shape (n + 1,), int64
        Sentence ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.

    Returns
    -------
    ndarray, shape (n,), int64
        From 0, in order of first occurrence.
    """
    numbers: dict[bytes, int] = {}
    raw, ends = ids.tobytes(), (offsets * ids.itemsize).tolist()
    keys = (numbers.setdefault(raw[start:stop], len(numbers)) for start, stop in pairwise(ends))
    return np.fromiter(keys, np.int64, len(offsets) - 1)
