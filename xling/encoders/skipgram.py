"""Words by predicting their neighbours: skip-gram with negative sampling."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import numpy as np

from xling.counting.sentences import RowSentences
from xling.data.indexed import IndexedText
from xling.data.space import EmbeddingSpace
from xling.encoders.base import EncoderInput, encoder_input
from xling.errors import ConfigError
from xling.progress import Progress, silent

__all__ = ["SkipgramEncoder", "SkipgramSettings", "gensim_settings", "train"]

_CHUNK = 1_000  # sentences turned into words at once
_LONGEST = 10_000  # gensim drops what a sentence has beyond this many words


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipgramSettings:
    """How skip-gram is trained.

    Parameters
    ----------
    window : int
        Largest distance of a word that is predicted, in words.
    epochs : int
        How often the text is read.
    negative : int
        Words drawn at random against each word that is predicted.
    subsample : float
        Words more frequent than this fraction of the text are left out now and then; 0 leaves
        out none.
    learning_rate : float
        At the start; it falls linearly to a 250th.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    window: int = 5
    epochs: int = 10
    negative: int = 5
    subsample: float = 1e-3
    learning_rate: float = 0.025

    def __post_init__(self) -> None:
        for name in ("window", "epochs", "negative"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        if not 0 <= self.subsample < 1:
            raise ConfigError(f"subsample is {self.subsample}; a number in [0, 1) is needed")
        if not 0 < self.learning_rate <= 1:
            raise ConfigError(f"learning_rate is {self.learning_rate}; (0, 1] is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipgramEncoder:
    """Skip-gram with negative sampling, trained by gensim.

    Always gives the dimensions that were asked for. A word with no neighbour keeps the small
    random vector that training starts from.

    Parameters
    ----------
    settings : SkipgramSettings
        How it is trained.

    References
    ----------
    Mikolov, Sutskever, Chen, Corrado and Dean (2013), Distributed representations of words and
    phrases and their compositionality.
    """

    settings: SkipgramSettings = SkipgramSettings()

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
            The words of `xling.data.indexed.vocabulary`.

        Raises
        ------
        DegenerateInputError
            If the text is too small to learn from.
        ConfigError
            If ``dim`` or ``threads`` is below 1.
        InputError
            If ``min_count`` is below 1.
        """
        from gensim.models import Word2Vec

        given = encoder_input(text, dim=dim, min_count=min_count, threads=threads)
        model = Word2Vec(vector_size=dim, **gensim_settings(self.settings, seed, threads))
        train(model, given, stage="skip-gram", progress=progress)
        return EmbeddingSpace(
            language=text.language, vocabulary=given.vocabulary, vectors=model.wv.vectors
        )


def gensim_settings(settings: SkipgramSettings, seed: int, threads: int | None) -> dict[str, Any]:
    """Name the settings as gensim does.

    Parameters
    ----------
    settings : SkipgramSettings
        How skip-gram is trained.
    seed : int
        Any whole number.
    threads : int, optional
        ``None``: all processors.

    Returns
    -------
    dict
        Keyword arguments of ``Word2Vec`` and ``FastText``.
    """
    return {
        "sg": 1,
        "window": settings.window,
        "epochs": settings.epochs,
        "negative": settings.negative,
        "sample": settings.subsample,
        "alpha": settings.learning_rate,
        "min_alpha": settings.learning_rate / 250,
        "min_count": 1,  # the vocabulary has been chosen
        "sorted_vocab": 0,  # and is in order
        "seed": seed % 2**32,
        "workers": threads or os.cpu_count() or 1,
        "hashfxn": len,  # not used for vectors; the default differs from run to run
    }


def train(model: Any, given: EncoderInput, *, stage: str, progress: Progress) -> None:
    """Train a gensim model on a text; its vectors are then in the order of the vocabulary.

    gensim runs in a thread of its own, so that an interrupt (Ctrl-C) is raised here at once; the
    text then comes to an early end, gensim finishes, and no thread is left behind.

    Parameters
    ----------
    model : gensim.models.Word2Vec
        Not yet trained; it is changed.
    given : EncoderInput
        The text over its vocabulary.
    stage : str
        Name for ``progress``.
    progress : callable
        Called after each epoch, in the caller's thread.
    """
    from gensim.models.callbacks import CallbackAny2Vec

    ended: SimpleQueue[bool] = SimpleQueue()

    class Epochs(CallbackAny2Vec):  # type: ignore[misc]
        """Reports the end of each epoch, and ends training once the text was stopped."""

        def on_epoch_end(self, model: Any) -> None:  # noqa: ARG002
            ended.put(True)
            if sentences.stopped:
                raise InterruptedError  # between two epochs: no thread of gensim's is at work

    counts = np.bincount(given.sentences.rows, minlength=given.sentences.size)
    frequencies = dict(zip(given.folded, counts.tolist(), strict=True))
    sentences = _Sentences(given.sentences, given.folded)
    model.build_vocab_from_freq(frequencies, corpus_count=len(sentences))

    def run() -> None:
        try:
            model.train(
                sentences,
                total_words=sum(frequencies.values()),
                epochs=model.epochs,
                callbacks=[Epochs()],
            )
        finally:
            ended.put(False)

    with ThreadPoolExecutor(max_workers=1) as pool:
        training = pool.submit(run)
        try:
            done = 0
            while ended.get():
                done += 1
                progress(stage, done, model.epochs)
        except BaseException:
            sentences.stopped = True
            raise
        training.result()


class _Sentences:
    """The sentences as lists of words, as often as they are asked for, until stopped."""

    def __init__(self, sentences: RowSentences, words: tuple[str, ...]) -> None:
        self.stopped = False
        self._sentences = sentences
        self._words = words

    def __len__(self) -> int:
        return len(self._sentences)

    def __iter__(self) -> Iterator[list[str]]:
        rows, offsets = self._sentences.rows, self._sentences.offsets
        for first in range(0, len(self), _CHUNK):
            if self.stopped:
                return
            cuts = offsets[first : first + _CHUNK + 1].tolist()
            words = [self._words[row] for row in rows[cuts[0] : cuts[-1]].tolist()]
            start = 0
            for cut in cuts[1:]:
                stop = cut - cuts[0]
                for begin in range(start, stop, _LONGEST):
                    yield words[begin : min(begin + _LONGEST, stop)]
                start = stop
