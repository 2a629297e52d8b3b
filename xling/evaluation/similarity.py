"""Graded similarity: whether cosines order pairs of words, or of sentences, as people do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.stats import rankdata

from xling.arrays import Matrix, Vector, blocks
from xling.data.formats.similarity_tsv import RatedPair
from xling.data.vocabulary import Vocabulary
from xling.encoders.sentence_means import SentenceEncoder
from xling.errors import CoverageError, DegenerateInputError, InputError

__all__ = [
    "SimilarityResult",
    "WordVectors",
    "sentence_similarity",
    "spearman",
    "word_similarity",
]

_FEWEST = 3  # pairs without which a correlation says nothing
_DRAWN = 1 << 20  # numbers drawn at a time


class WordVectors(Protocol):
    """What similarity needs of a language."""

    @property
    def language(self) -> str:
        """Its tag."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Its words."""

    @property
    def vectors(self) -> Matrix:
        """Vectors of length 1 in the shared space, zero where nothing is known; shape (n, d)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SimilarityResult:
    """How well cosines agree with ratings.

    Parameters
    ----------
    pairs, pairs_in_vocabulary : int
        All of them, and those of which both words have a vector.
    spearman : float
        Rank correlation over the pairs in vocabulary, in [-1, 1].
    confidence_interval : tuple of float
        95 % bootstrap interval of it, over pairs.
    spearman_overall : float
        The same over all pairs, the others being given the mean cosine: what is not known orders
        nothing.
    similarities : tuple of float or None
        The cosine of each pair, ``None`` where a word has no vector.
    samples, seed : int
        Of the bootstrap.
    """

    pairs: int
    pairs_in_vocabulary: int
    spearman: float
    confidence_interval: tuple[float, float]
    spearman_overall: float
    similarities: tuple[float | None, ...]
    samples: int
    seed: int

    @property
    def coverage(self) -> float:
        """Fraction of the pairs in vocabulary."""
        return self.pairs_in_vocabulary / self.pairs

    def to_json(self) -> dict[str, Any]:
        """Give the scores as plain values.

        Returns
        -------
        dict
            All but the similarities of single pairs.
        """
        return {
            "pairs": self.pairs,
            "pairs_in_vocabulary": self.pairs_in_vocabulary,
            "coverage": self.coverage,
            "spearman": self.spearman,
            "confidence_interval": list(self.confidence_interval),
            "spearman_overall": self.spearman_overall,
            "bootstrap": {"samples": self.samples, "seed": self.seed},
        }


def word_similarity(
    pairs: Sequence[RatedPair],
    first: WordVectors,
    second: WordVectors,
    *,
    samples: int = 2000,
    seed: int = 0,
) -> SimilarityResult:
    """Compare cosines with ratings.

    Parameters
    ----------
    pairs : sequence of RatedPair
        Rated by people.
    first, second : WordVectors
        The languages of the first and the second words; the same one for a monolingual test.
    samples, seed : int
        Of the bootstrap interval.

    Returns
    -------
    SimilarityResult
        The correlation and the coverage.

    Raises
    ------
    CoverageError
        If fewer than three pairs are in vocabulary; shows three that are not.
    DegenerateInputError
        If all ratings of these are equal.
    InputError
        If ``samples`` is below 1.

    References
    ----------
    Hill, Reichart & Korhonen (2015), SimLex-999: evaluating semantic models with (genuine)
    similarity estimation.
    """
    rows = first.vocabulary.find_all(pair.first for pair in pairs)
    columns = second.vocabulary.find_all(pair.second for pair in pairs)
    known = (rows >= 0) & (columns >= 0)
    cosines = np.where(known, _cosines(first.vectors[rows], second.vectors[columns]), np.nan)
    languages = first.language, second.language
    return _result(pairs, cosines, "word", languages, samples=samples, seed=seed)


def sentence_similarity(
    pairs: Sequence[RatedPair],
    first: SentenceEncoder,
    second: SentenceEncoder,
    *,
    samples: int = 2000,
    seed: int = 0,
) -> SimilarityResult:
    """Compare cosines of sentences with ratings.

    Parameters
    ----------
    pairs : sequence of RatedPair
        Sentences, rated by people.
    first, second : SentenceEncoder
        Of the languages of the first and the second sentences.
    samples, seed : int
        Of the bootstrap interval.

    Returns
    -------
    SimilarityResult
        A pair is in vocabulary if something is known of both sentences.

    Raises
    ------
    CoverageError
        If fewer than three pairs are; shows three that are not.
    DegenerateInputError
        If all ratings of these are equal.
    InputError
        If ``samples`` is below 1.

    References
    ----------
    Cer et al. (2017), SemEval-2017 task 1: semantic textual similarity.
    """
    rows = first.encode([pair.first for pair in pairs])
    others = second.encode([pair.second for pair in pairs])
    languages = first.language, second.language
    cosines = _cosines(rows, others)
    return _result(pairs, cosines, "sentence", languages, samples=samples, seed=seed)


def _result(
    pairs: Sequence[RatedPair],
    cosines: Vector,
    kind: str,
    languages: tuple[str, str],
    *,
    samples: int,
    seed: int,
) -> SimilarityResult:
    """Compare the cosines that there are with the ratings."""
    if samples < 1:
        raise InputError(f"samples is {samples}; at least 1 is needed")
    known = ~np.isnan(cosines)
    if known.sum() < _FEWEST:
        missing = [pair for pair, there in zip(pairs, known, strict=True) if not there]
        shown = ", ".join(f"{pair.first} and {pair.second}" for pair in missing[:3])
        named = f"; not there are for example {shown}" if missing else ""
        raise CoverageError(
            f"{known.sum()} of {len(pairs)} {kind} pairs are in vocabulary; a correlation needs "
            f"at least {_FEWEST}{named}",
            hint=f"are the first {kind}s {languages[0]} and the second ones {languages[1]}?",
        )
    ratings = np.array([pair.score for pair in pairs])
    if (ratings[known] == ratings[known][0]).all():
        raise DegenerateInputError(
            f"all ratings of {kind} pairs in vocabulary are {ratings[known][0]:g}; a correlation "
            "needs different ones",
            hint="is it the column of the ratings?",
        )
    return SimilarityResult(
        pairs=len(pairs),
        pairs_in_vocabulary=int(known.sum()),
        spearman=spearman(cosines[known], ratings[known]),
        confidence_interval=_interval(cosines[known], ratings[known], samples, seed),
        spearman_overall=spearman(np.where(known, cosines, cosines[known].mean()), ratings),
        similarities=tuple(
            None if np.isnan(cosine) else float(cosine) for cosine in cosines.tolist()
        ),
        samples=samples,
        seed=seed,
    )


def spearman(a: Vector, b: Vector) -> float:
    """Give the rank correlation of two variables, ties at their mean rank.

    Parameters
    ----------
    a, b : ndarray, shape (n,), float64
        Index ``i`` is the same item in both.

    Returns
    -------
    float
        In [-1, 1]; 0 where one of them is constant, and so orders nothing.

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 9.0]), np.array([0.1, 0.3, 0.2]))
    0.5
    """
    return float(_correlations(a[None], b[None])[0])


def _cosines(rows: Matrix, others: Matrix) -> Vector:
    """Give the cosine of each pair of rows of length 1; NaN where nothing is known of one."""
    known = rows.any(axis=1) & others.any(axis=1)
    products = np.einsum("ij,ij->i", rows, others, dtype=np.float64)
    return np.where(known, products, np.nan)


def _correlations(a: Matrix, b: Matrix) -> Vector:
    """Give the rank correlation of each row of one matrix with that of the other."""
    x, y = (rankdata(values, axis=1) for values in (a, b))
    x -= x.mean(axis=1, keepdims=True)
    y -= y.mean(axis=1, keepdims=True)
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    found: Vector = (x * y).sum(axis=1) / np.where(scale > 0, scale, 1.0)
    return found


def _interval(a: Vector, b: Vector, samples: int, seed: int) -> tuple[float, float]:
    """Give the percentile bootstrap interval over pairs."""
    rng = np.random.default_rng(seed)
    found = np.empty(samples)
    for block in blocks(samples, max(1, _DRAWN // len(a))):
        drawn = rng.integers(0, len(a), size=(block.stop - block.start, len(a)))
        found[block] = _correlations(a[drawn], b[drawn])
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
