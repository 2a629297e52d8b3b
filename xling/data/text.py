"""Written words: normal form, folding, and cutting a sentence into words."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import regex

from xling.data.language import primary_subtag

__all__ = [
    "APOSTROPHES",
    "INVISIBLE",
    "SEGMENTERS",
    "SENTENCE_END",
    "apostrophe_parts",
    "fold",
    "looks_unsegmented",
    "normalize",
    "same_words",
    "token_stream",
    "tokenize",
    "without_marks",
    "word_pattern",
]

#: Written for the plain apostrophe.
APOSTROPHES = "’‘ʼ＇`´"
#: Marks that only tell where a line may break.
INVISIBLE = "\u00ad\ufeff\u200b"

# Typographic apostrophes become the plain one, blanks that do not break become blanks, and
# marks that only tell where a line may break go.
_CHARACTERS = str.maketrans(
    dict.fromkeys(APOSTROPHES, "'")
    | dict.fromkeys("\u00a0\u202f\u2007\u2060\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029", " ")
    | dict.fromkeys(INVISIBLE)
)

_WORD = r"[\p{L}\p{M}\p{N}]+"
_BETWEEN = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
# A word keeps an apostrophe inside it (don't, o'clock).
_PLAIN = regex.compile(rf"{_WORD}(?:'{_WORD})*")
# Where an article or pronoun is elided before a vowel (l'homme), the apostrophe ends a word.
_ELIDING = regex.compile(rf"{_WORD}'(?=\p{{L}})|{_WORD}")
_ELIDING_LANGUAGES = frozenset({"ca", "co", "fr", "fur", "it", "lmo", "oc", "pms", "scn"})

#: Stands after each sentence in a stream of words; no word can be equal to it.
SENTENCE_END = "\n"
# The patterns above for many sentences at once: the end of a sentence is a match of its own.
_STREAMS = {
    pattern: regex.compile(rf"{pattern.pattern}|{SENTENCE_END}") for pattern in (_PLAIN, _ELIDING)
}

#: Segmenters for languages whose writing has no blanks, by primary language subtag: a function
#: from a normalised sentence to its words.
SEGMENTERS: dict[str, Callable[[str], list[str]]] = {}


def normalize(text: str) -> str:
    """Bring text to the form in which xling reads it.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        NFC; plain apostrophes; plain blanks for non-breaking ones; no soft hyphens.

    Examples
    --------
    >>> normalize("l\u2019e\u0301te\u0301\u00a0!")
    "l'été !"
    """
    # Again afterwards: what a soft hyphen kept apart may compose.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_CHARACTERS))


def fold(word: str) -> str:
    """Give the form under which written forms of a word count as one: NFC and casefold.

    Parameters
    ----------
    word : str
        A word in any casing.

    Returns
    -------
    str
        The same for ``Katze``, ``KATZE`` and ``katze``.

    Examples
    --------
    >>> fold("Straße") == fold("STRASSE")
    True
    """
    return unicodedata.normalize("NFC", normalize(word).casefold())


def same_words(sentence: str) -> str:
    """Give the form under which sentences of the same words count as one.

    Parameters
    ----------
    sentence : str
        In any language.

    Returns
    -------
    str
        Its letters and digits alone, folded; of a sentence without any, all that it has.

    Examples
    --------
    >>> same_words(" Ich mag es!") == same_words("Ich mag es.")
    True
    """
    folded = fold(sentence)
    return _BETWEEN.sub("", folded) or folded.strip()


def without_marks(word: str) -> str:
    """Leave out the marks above, below and after letters.

    Parameters
    ----------
    word : str
        A word.

    Returns
    -------
    str
        NFC.

    Examples
    --------
    >>> without_marks("Hüte"), without_marks("학교")
    ('Hute', '학교')
    """
    letters = (c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(letters))


def apostrophe_parts(word: str) -> list[str]:
    """Give a word, and the words on both sides of its apostrophes.

    Parameters
    ----------
    word : str
        Normalised.

    Returns
    -------
    list of str
        The word itself first; each once.

    Examples
    --------
    >>> apostrophe_parts("pupil's"), apostrophe_parts("pupil")
    (["pupil's", 'pupil', 's'], ['pupil'])
    """
    return list(dict.fromkeys([word, *filter(None, word.split("'"))]))


def tokenize(sentences: Iterable[str], language: str) -> list[list[str]]:
    """Cut sentences into words as written; punctuation is left out.

    Parameters
    ----------
    sentences : iterable of str
        One sentence each; need not be normalised.
    language : str
        BCP-47 tag: decides on elision and on the segmenter.

    Returns
    -------
    list of list of str
        One list of words for each sentence.

    Examples
    --------
    >>> tokenize(["Don’t wake the cat!"], "en")
    [["Don't", 'wake', 'the', 'cat']]
    >>> tokenize(["L’homme dort."], "fr")
    [["L'", 'homme', 'dort']]
    """
    segment = _segmenter(language)
    return [segment(normalize(sentence)) for sentence in sentences]


def token_stream(sentences: Sequence[str], language: str) -> list[str]:
    r"""Cut many sentences into words at once: `tokenize`, several times as fast.

    Parameters
    ----------
    sentences : sequence of str
        One sentence each; need not be normalised.
    language : str
        BCP-47 tag: decides on elision and on the segmenter.

    Returns
    -------
    list of str
        The words that `tokenize` gives, end to end, `SENTENCE_END` after each sentence.

    Examples
    --------
    >>> token_stream(["Don’t wake", "the cat!"], "en")
    ["Don't", 'wake', '\n', 'the', 'cat', '\n']
    """
    primary = primary_subtag(language)
    if primary in SEGMENTERS:
        return [word for words in tokenize(sentences, language) for word in (*words, SENTENCE_END)]
    text = "".join(f"{sentence}{SENTENCE_END}" for sentence in sentences)
    if text.count(SENTENCE_END) != len(sentences):  # a sentence holds a line break itself
        text = "".join(f"{s.replace(SENTENCE_END, ' ')}{SENTENCE_END}" for s in sentences)
    # Nothing composes with or is reordered across a line break, so NFC may see all at once; and
    # replacing one character after another beats str.translate, which is slow beyond ASCII.
    text = unicodedata.normalize("NFC", text)
    for code, replacement in _CHARACTERS.items():
        if (character := chr(code)) != SENTENCE_END:
            text = text.replace(character, replacement or "")
    text = unicodedata.normalize("NFC", text)  # as in `normalize`: a mark may meet its letter now
    words: list[str] = _STREAMS[_pattern(primary)].findall(text)
    return words


def looks_unsegmented(words: Sequence[str], sentences: int) -> bool:
    """Tell whether a text looks like one whose words are not separated by blanks.

    Parameters
    ----------
    words : sequence of str
        The words found in the text.
    sentences : int
        Number of sentences they came from.

    Returns
    -------
    bool
        True for words of over 12 characters on average, or under 2 words a sentence with
        words of over 8 characters: far outside what languages with blanks show.
    """
    if not words:
        return False
    length = sum(map(len, words)) / len(words)
    return length > 12 or (len(words) < 2 * sentences and length > 8)


def word_pattern(language: str) -> str | None:
    """Give the regular expression of a word.

    Parameters
    ----------
    language : str
        BCP-47 tag.

    Returns
    -------
    str or None
        For normalised text; ``None`` for a language that has a segmenter.

    Examples
    --------
    >>> word_pattern("de") == word_pattern("fr")
    False
    """
    primary = primary_subtag(language)
    return None if primary in SEGMENTERS else str(_pattern(primary).pattern)


def _segmenter(language: str) -> Callable[[str], list[str]]:
    """Choose how a language's sentences are cut."""
    primary = primary_subtag(language)
    if primary in SEGMENTERS:
        return SEGMENTERS[primary]
    segment: Callable[[str], list[str]] = _pattern(primary).findall
    return segment


def _pattern(primary: str) -> Any:
    """Choose the pattern of a word, by primary language subtag."""
    return _ELIDING if primary in _ELIDING_LANGUAGES else _PLAIN
