"""One language's words and their vectors."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from xling.arrays import Matrix, check_finite, check_matrix, frozen
from xling.data.language import check_language
from xling.data.subwords import SubwordTable
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, ShapeError

__all__ = ["EmbeddingSpace"]


@dataclass(frozen=True, kw_only=True)
class EmbeddingSpace:
    """A vocabulary with a vector for each word; rows are words, most frequent first.

    Parameters
    ----------
    language : str
        BCP-47 tag.
    vocabulary : Vocabulary
        The words; row ``i`` of ``vectors`` belongs to word ``i``.
    vectors : ndarray, shape (n, d), float32
        Copied if the caller could still write to it; finite.
    subwords : SubwordTable, optional
        Composes vectors for words outside the vocabulary.
    empty_words : frozenset of str
        Words about which nothing is known: only their rows may be zero.

    Raises
    ------
    ShapeError
        If there is not one row for each word.
    DegenerateInputError
        If there is no word, or a row is zero whose word is not listed in ``empty_words``.
    NonFiniteError
        If a vector holds NaN or infinity.
    """

    language: str
    vocabulary: Vocabulary
    vectors: Matrix
    subwords: SubwordTable | None = None
    empty_words: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        check_language(self.language)
        check_matrix(self.vectors, "vectors")
        if len(self.vectors) != len(self.vocabulary):
            raise ShapeError(f"{len(self.vectors)} vectors for {len(self.vocabulary)} words")
        if not len(self.vocabulary) or not self.vectors.shape[1]:
            raise DegenerateInputError(f"the {self.language} space has no word or no dimension")
        check_finite(self.vectors, "vectors")
        object.__setattr__(self, "vectors", frozen(self.vectors, np.float32))
        for row in np.flatnonzero(~self.vectors.any(axis=1)):
            word = self.vocabulary.words[row]
            if word not in self.empty_words:
                raise DegenerateInputError(
                    f"the vector of {word!r} is zero; list the word in empty_words if nothing "
                    "is known about it"
                )

    def __len__(self) -> int:
        return len(self.vocabulary)

    @property
    def words(self) -> tuple[str, ...]:
        """The words, most frequent first."""
        return self.vocabulary.words

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the words and the bytes of the vectors, in hexadecimal."""
        digest = hashlib.sha256("\n".join((self.language, *self.words)).encode())
        digest.update(np.ascontiguousarray(self.vectors).data.cast("B"))
        return digest.hexdigest()
