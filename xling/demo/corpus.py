"""Sentence pairs with gold word alignments, and unmatched sentences, drawn from the grammar."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import xling.demo.english as english
import xling.demo.german as german
import xling.demo.spanish as spanish
from xling.demo.frames import FRAMES
from xling.demo.phrases import Builder
from xling.demo.sampling import Draws, Table
from xling.demo.syntax import UNALIGNED, Sentence, Tokens
from xling.errors import UnknownNameError

__all__ = [
    "LANGUAGES",
    "DemoPair",
    "align",
    "check_language",
    "derivations",
    "frames",
    "generate_pairs",
    "generate_sentences",
]

LANGUAGES = ("en", "de", "es")
_LINEARISE: dict[str, Callable[[Sentence], Tokens]] = {
    "en": english.linearise,
    "de": german.linearise,
    "es": spanish.linearise,
}
#: Random streams: matched pairs take stream 0, the unmatched text of each language its own.
_PAIR_STREAM = 0
_TEXT_STREAM = {language: index for index, language in enumerate(LANGUAGES, start=1)}
_MAX_REDRAWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPair:
    """A sentence in two languages, with the words that correspond.

    Attributes
    ----------
    source, target : str
        The sentences as written.
    source_tokens, target_tokens : tuple of str
        Words and punctuation marks as they stand in the sentences.
    alignment : tuple of (int, int)
        Positions of corresponding tokens, sorted; known from the derivation, not estimated.
    frame : str
        Name of the sentence frame.
    """

    source: str
    target: str
    source_tokens: tuple[str, ...]
    target_tokens: tuple[str, ...]
    alignment: tuple[tuple[int, int], ...]
    frame: str


def frames() -> tuple[str, ...]:
    """Give the names of all sentence frames, sorted.

    Examples
    --------
    >>> "relative_object" in frames()
    True
    """
    return tuple(sorted(FRAMES))


def check_language(language: str) -> None:
    """Raise `UnknownNameError` unless the grammar speaks the language."""
    if language not in _LINEARISE:
        raise UnknownNameError("demo language", language, LANGUAGES)


def derivations(seed: int, stream: int = _PAIR_STREAM) -> Iterator[Sentence]:
    """Draw derivations without end.

    Parameters
    ----------
    seed : int
    stream : int
        Which of the independent random streams of the seed to draw from.
    """
    draws = Draws(seed, stream)
    build = Builder(draws)
    table = Table((frame, weight) for frame, weight in FRAMES.values())
    while True:
        frame = table.pick(draws)
        sentence = frame(build)
        while sentence is None:
            sentence = frame(build)
        yield sentence


def generate_pairs(
    source: str, target: str, *, count: int = 30_000, seed: int = 0
) -> list[DemoPair]:
    """Generate sentence pairs of two languages with gold word alignments.

    The same seed gives the same derivations for every pair of languages.

    Parameters
    ----------
    source, target : {"en", "de", "es"}
    count : int
        Number of pairs.
    seed : int

    Returns
    -------
    list of DemoPair

    Raises
    ------
    UnknownNameError
        If a language is not one of `LANGUAGES`.

    Examples
    --------
    >>> pair = generate_pairs("en", "de", count=1)[0]
    >>> len(pair.source_tokens) > 2
    True
    """
    check_language(source)
    check_language(target)
    speak, speak_target = _LINEARISE[source], _LINEARISE[target]
    spoken = english.linearise if source != "en" else speak
    pairs: list[DemoPair] = []
    seen: set[str] = set()
    redraws = 0
    for sentence in derivations(seed):
        if len(pairs) >= count:
            break
        source_tokens = speak(sentence)
        pivot = source_tokens if speak is spoken else spoken(sentence)
        mark = " ".join([word for word, _ in pivot])
        if mark in seen and redraws < _MAX_REDRAWS:
            redraws += 1
            continue
        seen.add(mark)
        redraws = 0
        target_tokens = speak_target(sentence)
        words, target_words = _written(source_tokens), _written(target_tokens)
        pairs.append(
            DemoPair(
                source=_join(words),
                target=_join(target_words),
                source_tokens=words,
                target_tokens=target_words,
                alignment=align(source_tokens, target_tokens),
                frame=sentence.frame,
            )
        )
    return pairs


def generate_sentences(language: str, *, count: int, seed: int = 0) -> list[str]:
    """Generate unmatched text of one language, from derivations of its own.

    Parameters
    ----------
    language : {"en", "de", "es"}
    count : int
        Number of sentences.
    seed : int

    Returns
    -------
    list of str

    Raises
    ------
    UnknownNameError
        If the language is not one of `LANGUAGES`.
    """
    check_language(language)
    speak = _LINEARISE[language]
    stream = derivations(seed, _TEXT_STREAM[language])
    return [_join(_written(speak(next(stream)))) for _ in range(count)]


def align(source: Tokens, target: Tokens) -> tuple[tuple[int, int], ...]:
    """Pair the positions of tokens that stand for the same abstract node.

    Examples
    --------
    >>> align([("the", 10), ("dog", 13)], [("im", (48, 10)), ("Hund", 13)])
    ((0, 0), (1, 1))
    """
    single: dict[int, int] = {}
    further: dict[int, list[int]] = {}
    for position, (_, node) in enumerate(target):
        for one in node if isinstance(node, tuple) else (node,):
            if one in single:
                further.setdefault(one, []).append(position)
            else:
                single[one] = position
    single.pop(UNALIGNED, None)
    found: list[tuple[int, int]] = []
    for position, (_, node) in enumerate(source):
        if isinstance(node, int):
            if node in single:
                found.append((position, single[node]))
                if node in further:
                    found.extend([(position, other) for other in further[node]])
        else:
            both = {single[one] for one in node if one in single}
            both.update(other for one in node if one in single for other in further.get(one, ()))
            found.extend((position, other) for other in sorted(both))
    return tuple(found)


def _written(tokens: Tokens) -> tuple[str, ...]:
    words = [word for word, _ in tokens]
    first = 1 if words[0] == "¿" else 0
    words[first] = words[first][0].upper() + words[first][1:]
    return tuple(words)


def _join(words: tuple[str, ...]) -> str:
    text = " ".join(words[:-1]) + words[-1]
    if "," in text:
        text = text.replace(" ,", ",")
    return text.replace("¿ ", "¿", 1) if text[0] == "¿" else text
