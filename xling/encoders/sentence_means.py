"""Sentence vectors as weighted means of word vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector, Matrix, Vector, blocks, check_matrix, unit_rows
from xling.data.text import SENTENCE_END, token_stream
from xling.data.vocabulary import Vocabulary
from xling.errors import InputError, ShapeError

__all__ = ["SMOOTHING", "Compose", "SentenceEncoder", "SentenceMeans"]

#: The ``a`` of the weight ``a / (a + p(w))`` of a word.
SMOOTHING = 0.03

#: From words to vectors, and the places of those that have one, as of `xling.model.side.Side`.
Compose = Callable[[Sequence[str]], tuple[Matrix, list[int]]]

_BLOCK = 4096  # sentences encoded at once
_RANK_SHIFT = 2.7  # of the Zipf-Mandelbrot law


@runtime_checkable
class SentenceEncoder(Protocol):
    """Turns sentences of one language into vectors that can be compared with another's."""

    @property
    def language(self) -> str:
        """BCP-47 tag of the sentences."""

    def encode(self, sentences: Sequence[str]) -> Matrix:
        """Give a vector for each sentence.

        Parameters
        ----------
        sentences : sequence of str
            Any number; a row does not depend on the other sentences.

        Returns
        -------
        ndarray, shape (n, d), float32
            Rows of length 1; a zero row for a sentence about which nothing is known.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class SentenceMeans:
    """The mean of a sentence's word vectors, rare words most, less what all have in common.

    A word of relative frequency ``p(w)`` weighs ``a / (a + p(w))``; the mean over the words that
    have a vector, less the mean that sentences have on average, ``sum_w p(w) a / (a + p(w)) v_w``,
    is scaled to length 1. Unlike a principal component of the sentences at hand, that common part
    is known from the vocabulary alone, so that a sentence's vector does not depend on others. Where
    nobody counted the words, the word of rank ``r`` has ``p`` proportional to ``1 / (r + 2.7)``. A
    word outside the vocabulary weighs 1, if it can be composed.

    Parameters
    ----------
    language : str
        BCP-47 tag; decides how sentences are cut into words.
    vocabulary : Vocabulary
        Row ``i`` of ``vectors`` belongs to word ``i``.
    vectors : ndarray, shape (v, d), float32
        In a space that the languages share; zero rows for words of which nothing is known.
    compose : callable, optional
        Gives vectors for words outside the vocabulary.
    smoothing : float
        The ``a``, above 0: the smaller, the less frequent words weigh.
    centred : bool
        Whether the common part is taken away.

    Raises
    ------
    ShapeError
        If there is not one vector for each word.
    InputError
        If ``smoothing`` is not above 0.

    References
    ----------
    Arora et al. (2017), A simple but tough-to-beat baseline for sentence embeddings.
    """

    language: str
    vocabulary: Vocabulary = field(repr=False)
    vectors: Matrix = field(repr=False)
    compose: Compose | None = field(default=None, repr=False)
    smoothing: float = SMOOTHING
    centred: bool = True

    def __post_init__(self) -> None:
        check_matrix(self.vectors, "vectors")
        if len(self.vectors) != len(self.vocabulary):
            raise ShapeError(f"{len(self.vectors)} vectors for {len(self.vocabulary)} words")
        if not self.smoothing > 0:
            raise InputError(f"smoothing is {self.smoothing}; a number above 0 is needed")

    @cached_property
    def frequencies(self) -> Vector:
        """Relative frequency of each word: shape (v,), float64; they add up to 1."""
        counts = self.vocabulary.counts
        if counts is None or not counts.any():
            shares = 1 / (np.arange(1, len(self.vocabulary) + 1) + _RANK_SHIFT)
        else:
            shares = counts.astype(np.float64)
        found: Vector = shares / shares.sum()
        return found

    @cached_property
    def weights(self) -> Vector:
        """Weight of each word, in (0, 1): shape (v,), float64."""
        found: Vector = self.smoothing / (self.smoothing + self.frequencies)
        return found

    @cached_property
    def common(self) -> Vector:
        """What sentences have in common on average: shape (d,), float64."""
        if not self.centred:
            return np.zeros(self.vectors.shape[1])
        known = self.vectors.any(axis=1)
        shares = np.where(known, self.frequencies, 0)
        found: Vector = (shares * self.weights) @ self.vectors / max(shares.sum(), 1e-12)
        return found

    def encode(self, sentences: Sequence[str]) -> Matrix:
        """Give a vector for each sentence.

        Parameters
        ----------
        sentences : sequence of str
            Any number; a row does not depend on the other sentences.

        Returns
        -------
        ndarray, shape (n, d), float32
            Rows of length 1; a zero row for a sentence none of whose words has a vector.
        """
        made = np.zeros((len(sentences), self.vectors.shape[1]), np.float32)
        for part in blocks(len(sentences), _BLOCK):
            made[part] = self._encoded(sentences[part])
        return made

    def _encoded(self, sentences: Sequence[str]) -> Matrix:
        """Encode some sentences at once."""
        words = token_stream(sentences, self.language)
        # Sums go in the order of the words, so that a row's last bit does not depend on the others.
        places = {word: place for place, word in enumerate(sorted(set(words)))}
        rows, weights = self._rows(list(places))
        ends = np.flatnonzero([word == SENTENCE_END for word in words])
        columns = np.array([places[word] for word in words], np.int64)
        inside = np.ones(len(words), bool)
        inside[ends] = False
        known: BoolVector = np.asarray(rows.any(axis=1))
        inside &= known[columns]
        owner = np.searchsorted(ends, np.flatnonzero(inside))
        columns = columns[inside]
        lengths = np.bincount(owner, minlength=len(sentences))
        bags = sparse.csr_array(
            (weights[columns] / lengths[owner], (owner, columns)),
            shape=(len(sentences), len(places)),
        )
        means = bags @ rows
        means[lengths > 0] -= self.common
        return unit_rows(means).astype(np.float32)

    def _rows(self, words: list[str]) -> tuple[Matrix, Vector]:
        """Give the vector of each word, zero where there is none, and its weight."""
        found = self.vocabulary.find_all(words)
        rows = np.where(found[:, None] >= 0, self.vectors[found], 0).astype(np.float64)
        weights = np.where(found >= 0, self.weights[found], 1.0)
        unknown = [place for place in np.flatnonzero(found < 0) if words[place] != SENTENCE_END]
        if self.compose is not None and unknown:
            vectors, which = self.compose([words[place] for place in unknown])
            rows[[unknown[one] for one in which]] = vectors
        return rows, weights
