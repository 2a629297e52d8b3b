"""Spelling across languages as evidence: names and cognates, in any two scripts."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from anyascii import anyascii
from rapidfuzz.distance import Indel, JaroWinkler
from scipy import sparse
from threadpoolctl import threadpool_limits

from xling.arrays import IntVector, Matrix, unit_rows
from xling.evidence.base import Asked, Candidates, Ground
from xling.evidence.ngrams import ngram_profiles
from xling.linalg.sparse_product import multiply
from xling.linalg.svd import truncated_svd
from xling.retrieval.index import ExactIndex

__all__ = ["Spelling", "spelling_space"]

_LENGTHS = (2, 4)  # of the n-grams
_DIM = 150
_RIDGE = 1.0
_PROPOSED = 20  # answers that look most like the query should


def spelling_space(
    words: tuple[tuple[str, ...], tuple[str, ...]],
    translations: sparse.csr_array,
    *,
    seed: int = 0,
    threads: int | None = None,
) -> tuple[Matrix, Matrix]:
    """Learn how the spelling of one language goes over into that of the other.

    Each language's character n-gram profiles are reduced by a truncated SVD; a ridge regression
    from the first language's onto the second's, over all likely cells of the table weighted by
    their probability, minimises ``sum_i t_i ||x_i W - y_i||^2 + ||W||^2``. Between related
    languages, and between scripts, it learns which letters go with which; between others it
    learns next to nothing.

    Parameters
    ----------
    words : pair of tuple of str
        Folded words of both languages.
    translations : sparse array, shape (n, m)
        Likely translations, in (0, 1].
    seed : int
        Of the decompositions.
    threads : int, optional
        ``None``: all processors. The result does not depend on it.

    Returns
    -------
    pair of ndarray, shape (n, k) and (m, k), float32
        Rows of length 1 in the second language's space; zero for words without an n-gram that
        another word of their language has.
    """
    reduced = []
    possible = min(_DIM, *(len(part) for part in words))
    for part in words:
        reduced.append(_reduced(ngram_profiles(part, *_LENGTHS), possible, seed, threads))
    width = max(part.shape[1] for part in reduced)
    first, second = (np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in reduced)
    cells = translations.tocoo()
    rows, columns = cells.coords
    with threadpool_limits(1, user_api="blas"):  # the same bytes on any number of processors
        x, y = first[rows].astype(np.float64), second[columns].astype(np.float64)
        weighted = x * cells.data[:, None]
        gram = weighted.T @ x + _RIDGE * np.eye(width)
        carried = first @ np.linalg.solve(gram, weighted.T @ y).astype(np.float32)
    return unit_rows(carried).astype(np.float32), unit_rows(second).astype(np.float32)


def _reduced(profiles: sparse.csr_array, dim: int, seed: int, threads: int | None) -> Matrix:
    """Reduce profiles by a truncated SVD; without an n-gram to one column of zeros."""
    dim = min(dim, *profiles.shape)
    if dim == 0:
        return np.zeros((profiles.shape[0], 1), np.float32)
    turned = sparse.csr_array(profiles.T)
    vectors, values = truncated_svd(
        lambda block: multiply([profiles], block, threads=threads),
        lambda block: multiply([turned], block, threads=threads),
        profiles.shape,
        dim,
        seed=seed,
    )
    scaled: Matrix = vectors * values.astype(np.float32)
    return scaled


@dataclass(frozen=True, kw_only=True, eq=False)
class Spelling:
    """How alike two words are written, by learned correspondences and letter by letter.

    Parameters
    ----------
    ground : Ground
        Of the direction.
    """

    FEATURES: ClassVar[tuple[str, ...]] = (
        "learned", "learned_gap", "alike", "start_alike", "identical", "query_length", "length",
    )  # fmt: skip

    ground: Ground = field(repr=False)

    @cached_property
    def _index(self) -> ExactIndex:
        return ExactIndex(rows=self.ground.spellings[1])

    @cached_property
    def _latin(self) -> tuple[list[str], list[str]]:
        """All words in Latin letters without marks, so that scripts can be compared.

        Words that have no such letters stay as they are, for else all of them would be alike.
        """
        first, second = (
            [anyascii(word).casefold() or word for word in words] for words in self.ground.words
        )
        return first, second

    def look(self, asked: Asked) -> "_Written":
        """Find the answers written as expected; see `xling.evidence.base.Channel.look`."""
        vectors = self.ground.spellings[0][asked.rows]
        near = self._index.search(vectors, min(_PROPOSED, len(self._index)))
        count, width = near.ids.shape
        parts = (np.ones(near.ids.size, np.float32), near.ids.ravel(), np.arange(count + 1) * width)
        return _Written(
            latin=self._latin,
            rows=asked.rows,
            vectors=vectors,
            answers=self._index.rows,
            proposed=sparse.csr_array(parts, shape=(count, len(self._index))),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Written:
    """How some queries are written."""

    latin: tuple[list[str], list[str]]
    rows: IntVector
    vectors: Matrix
    answers: Matrix
    proposed: sparse.csr_array

    def measure(self, candidates: Candidates) -> Matrix:
        """Give learned and plain likeness, and both lengths in letters."""
        owner, columns = candidates.owner, candidates.columns
        learned = np.einsum("ij,ij->i", self.vectors[owner], self.answers[columns])
        asked = [self.latin[0][row] for row in self.rows[owner].tolist()]
        answers = [self.latin[1][column] for column in columns.tolist()]
        pairs = list(zip(asked, answers, strict=True))
        plain = np.array(
            [
                (
                    Indel.normalized_similarity(a, b),
                    JaroWinkler.similarity(a, b),
                    float(a == b),
                    len(a),
                    len(b),
                )
                for a, b in pairs
            ],
            dtype=np.float32,
        ).reshape(len(pairs), 5)
        gap = candidates.best_of_query(learned) - learned
        return np.column_stack([learned, gap, plain])
