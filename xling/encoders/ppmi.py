"""Words by what they stand with: positive PMI of co-occurrence counts, then truncated SVD."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from xling.counting.cooccurrence import cooccurrence
from xling.counting.ppmi import positive_pmi
from xling.counting.sentences import RowSentences
from xling.data.indexed import IndexedText
from xling.data.space import EmbeddingSpace
from xling.encoders.base import encoder_input
from xling.errors import ConfigError
from xling.linalg.sparse_product import multiply
from xling.linalg.svd import truncated_svd
from xling.progress import Progress, silent

__all__ = ["PpmiEncoder", "PpmiSettings", "associations"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PpmiSettings:
    """How words are counted and decomposed.

    Parameters
    ----------
    window : int, optional
        Largest distance of a context word, in words, near ones counting more; ``None`` for the
        whole sentence, all words of it alike.
    smoothing : float
        Exponent of the context counts, in (0, 1].
    power : float
        Exponent of the singular values that the vectors are scaled with, in [0, 1].
    passes : int
        Of the truncated SVD.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    window: int | None = 10
    smoothing: float = 0.75
    power: float = 0.75
    passes: int = 1

    def __post_init__(self) -> None:
        if self.window is not None and self.window < 1:
            raise ConfigError(f"window is {self.window}; at least 1 is needed, or none")
        if not 0 < self.smoothing <= 1:
            raise ConfigError(f"smoothing is {self.smoothing}; a number in (0, 1] is needed")
        if not 0 <= self.power <= 1:
            raise ConfigError(f"power is {self.power}; a number in [0, 1] is needed")
        if self.passes < 0:
            raise ConfigError(f"passes is {self.passes}; at least 0 is needed")


def associations(sentences: RowSentences, settings: PpmiSettings) -> sparse.csr_array:
    """Weigh how strongly each two words stand together.

    Parameters
    ----------
    sentences : RowSentences
        The text.
    settings : PpmiSettings
        Window and smoothing.

    Returns
    -------
    sparse array, shape (n, n), float32
        Positive PMI.
    """
    return positive_pmi(
        cooccurrence(sentences, window=settings.window), smoothing=settings.smoothing
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PpmiEncoder:
    """Truncated SVD of the positive PMI matrix, ``U * S**power``.

    Parameters
    ----------
    settings : PpmiSettings
        How words are counted and decomposed.

    References
    ----------
    Levy, Goldberg and Dagan (2015), Improving distributional similarity with lessons learned
    from word embeddings.
    """

    settings: PpmiSettings = PpmiSettings()

    def fit(
        self,
        text: IndexedText,
        *,
        dim: int,
        min_count: int = 3,
        seed: int = 0,
        threads: int | None = None,
        progress: Progress = silent,
    ) -> EmbeddingSpace:
        """Learn a vector for each word that occurs often enough.

        Parameters
        ----------
        text : IndexedText
            The language's text.
        dim : int
            Number of dimensions; fewer where there are fewer words.
        min_count : int
            How often a word must occur.
        seed : int
            Of the truncated SVD.
        threads : int, optional
            ``None``: all processors. The result does not depend on it.
        progress : callable
            Called as the decomposition goes on.

        Returns
        -------
        EmbeddingSpace
            The words of `xling.data.indexed.vocabulary`; a word seen with no other has a zero
            row and is listed as empty.

        Raises
        ------
        DegenerateInputError
            If fewer than two words are frequent enough, or no two stand together.
        ConfigError
            If ``dim`` is below 1.
        """
        given = encoder_input(text, dim=dim, min_count=min_count, threads=threads)
        words = given.vocabulary
        matrix = associations(given.sentences, self.settings)
        vectors, values = truncated_svd(
            lambda block: multiply([matrix], block, threads=threads),
            lambda block: multiply([sparse.csr_array(matrix.T)], block, threads=threads),
            (len(words), len(words)),
            min(dim, len(words)),
            seed=seed,
            passes=self.settings.passes,
            progress=progress,
        )
        scaled = vectors * (values**self.settings.power).astype(np.float32)
        empty = np.flatnonzero(~scaled.any(axis=1))
        return EmbeddingSpace(
            language=text.language,
            vocabulary=words,
            vectors=scaled,
            empty_words=frozenset(words.words[row] for row in empty),
        )
