"""Words by predicting their neighbours from their character n-grams: fastText."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.data.indexed import IndexedText
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.encoders.base import encoder_input
from xling.encoders.skipgram import SkipgramSettings, gensim_settings, train
from xling.errors import ConfigError
from xling.progress import Progress, silent

__all__ = ["FastTextEncoder", "FastTextSettings", "subword_table"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FastTextSettings:
    """How fastText is trained.

    Parameters
    ----------
    skipgram : SkipgramSettings
        What it shares with skip-gram.
    min_length, max_length : int
        Shortest and longest n-gram, in characters.
    buckets : int
        Vectors that the n-grams are hashed to, each of ``4 * dim`` bytes; n-grams in one bucket
        share a vector.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    skipgram: SkipgramSettings = field(default_factory=SkipgramSettings)
    min_length: int = 3
    max_length: int = 6
    buckets: int = 200_000

    def __post_init__(self) -> None:
        if not 1 <= self.min_length <= self.max_length:
            raise ConfigError(
                f"n-grams of {self.min_length} to {self.max_length} characters; "
                "1 <= min_length <= max_length is needed"
            )
        if self.buckets < 1:
            raise ConfigError(f"buckets is {self.buckets}; at least 1 is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class FastTextEncoder:
    """Skip-gram over character n-grams, trained by gensim; composes words that it has not seen.

    Always gives the dimensions that were asked for.

    Parameters
    ----------
    settings : FastTextSettings
        How it is trained.

    References
    ----------
    Bojanowski, Grave, Joulin and Mikolov (2017), Enriching word vectors with subword information.
    """

    settings: FastTextSettings = FastTextSettings()

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
        """Learn a vector for each word that occurs often enough, and for its n-grams.

        Parameters
        ----------
        text : IndexedText
            The language's text.
        dim : int
            Number of dimensions.
        min_count : int
            How often a word must occur.
        seed : int
            With one thread, the same seed gives the same bytes; with more, about the same
            vectors.
        threads : int, optional
            ``None``: all processors.
        progress : callable
            Called after each epoch.

        Returns
        -------
        EmbeddingSpace
            The words of `xling.data.indexed.vocabulary`, and the n-grams of their folded forms:
            fold a word before composing it.

        Raises
        ------
        DegenerateInputError
            If the text is too small to learn from.
        ConfigError
            If ``dim`` or ``threads`` is below 1.
        InputError
            If ``min_count`` is below 1.
        """
        from gensim.models import FastText

        given = encoder_input(text, dim=dim, min_count=min_count, threads=threads)
        model = FastText(
            vector_size=dim,
            min_n=self.settings.min_length,
            max_n=self.settings.max_length,
            bucket=self.settings.buckets,
            **gensim_settings(self.settings.skipgram, seed, threads),
        )
        train(model, given, stage="fasttext", progress=progress)
        return EmbeddingSpace(
            language=text.language,
            vocabulary=given.vocabulary,
            vectors=model.wv.vectors,
            subwords=subword_table(model.wv),
        )


def subword_table(vectors: Any) -> SubwordTable:
    """Take the n-grams out of trained gensim vectors.

    Parameters
    ----------
    vectors : gensim.models.fasttext.FastTextKeyedVectors
        Trained; not changed.

    Returns
    -------
    SubwordTable
        A bucket that no word of the vocabulary has an n-gram in is zero: gensim leaves its
        random start there, which would pass for knowledge.
    """
    table = np.zeros_like(vectors.vectors_ngrams)
    known = np.unique(np.concatenate(vectors.buckets_word)).astype(np.int64)
    table[known] = vectors.vectors_ngrams[known]
    table.flags.writeable = False
    return SubwordTable(
        vectors=table, min_length=vectors.min_n, max_length=vectors.max_n, folded=True
    )
