"""Vectors for words outside a vocabulary, composed from character n-grams."""

from dataclasses import dataclass

import numpy as np

from xling.arrays import Matrix, Vector, check_finite, check_matrix, frozen
from xling.data.text import fold
from xling.errors import InputError

__all__ = ["SubwordTable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SubwordTable:
    """The hashed character n-grams of a fastText model.

    A word's n-grams are taken from ``<word>``, hashed with 32-bit FNV-1a over their UTF-8 bytes
    (bytes above 127 sign-extended, as fastText does), and the hash modulo the number of buckets
    is a row of ``vectors``; the word's vector is their mean (Bojanowski et al. 2017, Enriching
    word vectors with subword information).

    Parameters
    ----------
    vectors : ndarray, shape (buckets, d), float32
        One row for each bucket.
    min_length, max_length : int
        Shortest and longest n-gram, in characters.
    folded : bool
        Whether the table was learned from folded words, so that words are folded first.

    Raises
    ------
    InputError
        If the lengths are not ``1 <= min_length <= max_length``.
    """

    vectors: Matrix
    min_length: int
    max_length: int
    folded: bool = False

    def __post_init__(self) -> None:
        check_matrix(self.vectors, "subword vectors")
        check_finite(self.vectors, "subword vectors")
        if not 1 <= self.min_length <= self.max_length or not len(self.vectors):
            raise InputError(
                f"n-gram lengths {self.min_length} to {self.max_length} over "
                f"{len(self.vectors)} buckets; 1 <= min <= max and a bucket are needed"
            )
        object.__setattr__(self, "vectors", frozen(self.vectors, np.float32))

    def compose(self, word: str) -> Vector | None:
        """Compose the vector of a word from its n-grams.

        Parameters
        ----------
        word : str
            Any word.

        Returns
        -------
        ndarray, shape (d,), float32, or None
            ``None`` for a word that has no n-gram.
        """
        rows = self.buckets(word)
        if not rows:
            return None
        mean: Vector = self.vectors[rows].mean(axis=0, dtype=np.float32)
        return mean

    def buckets(self, word: str) -> list[int]:
        """Give the bucket of each n-gram of a word, shortest n-grams of the first place first.

        Parameters
        ----------
        word : str
            Any word.

        Returns
        -------
        list of int
            With repetitions, where n-grams share a bucket.
        """
        marked = f"<{fold(word) if self.folded else word}>"
        found = []
        for start in range(len(marked)):
            for length in range(self.min_length, self.max_length + 1):
                stop = start + length
                if stop > len(marked):
                    break
                if length == 1 and (start == 0 or stop == len(marked)):
                    continue  # fastText leaves out the bare boundary marks
                found.append(_fnv1a(marked[start:stop].encode()) % len(self.vectors))
        return found


def _fnv1a(raw: bytes) -> int:
    """Hash bytes with 32-bit FNV-1a, each byte taken as signed."""
    value = 2166136261
    for byte in raw:
        value = ((value ^ (byte | 0xFFFFFF00 if byte > 127 else byte)) * 16777619) & 0xFFFFFFFF
    return value
