"""What every encoder is: settings, and a method that turns a text into a space."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from xling.counting.sentences import RowSentences, row_sentences
from xling.data.indexed import IndexedText, vocabulary
from xling.data.space import EmbeddingSpace
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import ConfigError, DegenerateInputError
from xling.progress import Progress, silent

__all__ = ["Encoder", "EncoderInput", "encoder_input"]


@runtime_checkable
class Encoder(Protocol):
    """Learns a space from the text of one language; holds settings and nothing else."""

    @property
    def settings(self) -> Any:
        """How the encoder works: a frozen dataclass of its own type."""

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

        The vocabulary is that of `xling.data.indexed.vocabulary` for every encoder, in its order,
        so that the spaces of two encoders differ in their vectors only.

        Parameters
        ----------
        text : IndexedText
            The language's text.
        dim : int
            Number of dimensions; an encoder that cannot find as many gives fewer.
        min_count : int
            How often a word must occur.
        seed : int
            With one thread, the same seed gives the same bytes.
        threads : int, optional
            ``None``: all processors.
        progress : callable
            Called as the work goes on.

        Returns
        -------
        EmbeddingSpace
            The words and their vectors.

        Raises
        ------
        DegenerateInputError
            If the text is too small to learn from.
        ConfigError
            If ``dim`` is below 1.
        InputError
            If ``min_count`` is below 1.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class EncoderInput:
    """A text over the words that an encoder learns vectors for.

    Parameters
    ----------
    vocabulary : Vocabulary
        At least two words.
    folded : tuple of str
        Each word folded: as it is known to what is trained.
    sentences : RowSentences
        The text as rows of the vocabulary.
    """

    vocabulary: Vocabulary
    folded: tuple[str, ...]
    sentences: RowSentences


def encoder_input(
    text: IndexedText, *, dim: int, min_count: int, threads: int | None
) -> EncoderInput:
    """Check what an encoder was asked for, and bring the text to the form that it needs.

    Parameters
    ----------
    text : IndexedText
        The language's text.
    dim, min_count : int
        See `Encoder.fit`.
    threads : int, optional
        See `Encoder.fit`.

    Returns
    -------
    EncoderInput
        With at least two words, two of which stand in one sentence.

    Raises
    ------
    ConfigError
        If ``dim`` or ``threads`` is below 1.
    InputError
        If ``min_count`` is below 1.
    DegenerateInputError
        If fewer than two words are frequent enough, or no two tokens of them stand together.
    """
    for name, value in (("dim", dim), ("threads", threads)):
        if value is not None and value < 1:
            raise ConfigError(f"{name} is {value}; at least 1 is needed")
    words, rows = vocabulary(text, min_count=min_count)
    if len(words) < 2:
        raise DegenerateInputError(
            f"{len(words)} words of the {text.language} text of {len(text)} sentences occur "
            f"{min_count} times or more; at least 2 are needed",
            hint="give more sentences, or a lower minimum count" if len(text) else None,
        )
    sentences = row_sentences(text, rows, len(words))
    if sentences.lengths.max() < 2:
        raise DegenerateInputError(
            f"no sentence of the {text.language} text holds two words that occur {min_count} "
            "times or more; contexts are needed to learn from"
        )
    return EncoderInput(vocabulary=words, folded=tuple(map(fold, words.words)), sentences=sentences)
