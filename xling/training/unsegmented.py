"""Text whose words are not cut apart: said as a warning, and as the reason where learning fails."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from xling.data.indexed import IndexedText
from xling.data.text import looks_unsegmented
from xling.errors import CoverageError, DegenerateInputError

__all__ = ["describe_unsegmented", "explaining_unsegmented"]

_SAMPLE = 20_000  # tokens looked at
# Thai and Lao, Tibetan, Burmese, Khmer, kana, Chinese characters: written without blanks.
_WITHOUT_BLANKS = re.compile("[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LONG = 5.0  # characters; words of these scripts that were cut apart are shorter on average


def describe_unsegmented(text: IndexedText) -> str | None:
    """Tell whether a text looks like one without blanks between its words.

    Parameters
    ----------
    text : IndexedText
        Its first tokens are looked at.

    Returns
    -------
    str or None
        A warning that names the language; ``None`` for a text that looks as it should.
    """
    words = [text.types[i] for i in text.written_types[text.written_ids[:_SAMPLE]]]
    sentences = int(np.searchsorted(text.offsets, len(words)))
    if looks_unsegmented(words, sentences) or _long_in_such_a_script(words):
        return (
            f"the {text.language} text looks unsegmented (hardly any blanks): its words are "
            "not cut apart"
        )
    return None


@contextmanager
def explaining_unsegmented(texts: Sequence[IndexedText]) -> Iterator[None]:
    """Give the error that a text says too little the reason, if its words are not cut apart.

    Parameters
    ----------
    texts : sequence of IndexedText
        What is learned from.

    Raises
    ------
    DegenerateInputError, CoverageError
        As raised inside; ``hint`` says which text looks unsegmented, and what helps.
    """
    try:
        yield
    except (DegenerateInputError, CoverageError) as error:
        found = next(filter(None, map(describe_unsegmented, texts)), None)
        if found is not None:
            error.hint = f"{found}; put blanks between them with a segmenter first"
        raise


def _long_in_such_a_script(words: Sequence[str]) -> bool:
    """Tell whether a script without blanks comes in pieces too long for words."""
    letters = sum(map(len, words))
    if letters <= _LONG * len(words):
        return False
    return 2 * sum(len(_WITHOUT_BLANKS.findall(word)) for word in words) > letters
