"""Where the wanted words stand in sentences, as characters and as tokens."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from xling.data.segmenters import needs_segmenter, segmenter
from xling.data.text import normalize, tokenize

__all__ = ["Occurrence", "cutter", "occurrences", "tokens_of"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of a wanted word.

    Parameters
    ----------
    row : int
        Of the word.
    start, stop : int
        Characters of the normalised sentence.
    """

    row: int
    start: int
    stop: int


def cutter(language: str) -> Callable[[str], list[str]]:
    """Give what cuts a normalised sentence into words.

    Parameters
    ----------
    language : str
        BCP-47 tag.

    Returns
    -------
    callable
        From a sentence to its words in order, each a part of it.

    Raises
    ------
    MissingExtraError
        If the language is written without blanks and its segmenter is not installed.
    """
    if needs_segmenter(language):
        return segmenter(language)
    return lambda sentence: tokenize([sentence], language)[0]


def occurrences(
    sentence: str, cut: Callable[[str], list[str]], find: Callable[[str], int | None]
) -> tuple[str, list[Occurrence]]:
    """Find the wanted words of a sentence.

    Parameters
    ----------
    sentence : str
        As written.
    cut : callable
        From `cutter`.
    find : callable
        From a word to its row; ``None`` for one that is not wanted.

    Returns
    -------
    text : str
        The sentence, normalised.
    places : list of Occurrence
        In order.
    """
    text = normalize(sentence)
    found, place = [], 0
    for word in cut(text):
        start = text.find(word, place)
        if start < 0:  # a segmenter that changes what it cuts
            continue
        place = start + len(word)
        row = find(word)
        if row is not None:
            found.append(Occurrence(row, start, place))
    return text, found


def tokens_of(
    places: Sequence[Occurrence], offsets: Sequence[tuple[int, int]]
) -> Iterator[tuple[Occurrence, list[int]]]:
    """Give the tokens that lie in each occurrence.

    Parameters
    ----------
    places : sequence of Occurrence
        Of one sentence.
    offsets : sequence of pair of int
        Start and stop of each token, as characters; equal for special tokens.

    Yields
    ------
    tuple of Occurrence and list of int
        Numbers of its tokens; occurrences without any, cut off at the end, are left out.
    """
    for place in places:
        inside = [
            number
            for number, (start, stop) in enumerate(offsets)
            if start < place.stop and stop > place.start
        ]
        if inside:
            yield place, inside
