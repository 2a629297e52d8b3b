"""Segmenters of languages whose writing has no blanks: packages that are extras."""

from collections.abc import Callable
from typing import Any

from xling.data.language import primary_subtag
from xling.data.text import normalize
from xling.errors import UnknownNameError
from xling.optional import require

__all__ = ["SEGMENTER_EXTRAS", "needs_segmenter", "segmenter"]

#: Of each language without blanks, by primary subtag: the package that cuts it, and our extra.
SEGMENTER_EXTRAS: dict[str, tuple[str, str]] = {
    "ja": ("fugashi", "japanese"),
    "th": ("pythainlp", "thai"),
    "yue": ("jieba", "chinese"),
    "zh": ("jieba", "chinese"),
}


def needs_segmenter(language: str) -> bool:
    """Tell whether a language is written without blanks, and we know a package that cuts it.

    Parameters
    ----------
    language : str
        BCP-47 tag.

    Returns
    -------
    bool

    Examples
    --------
    >>> needs_segmenter("zh-Hant"), needs_segmenter("de")
    (True, False)
    """
    return primary_subtag(language) in SEGMENTER_EXTRAS


def segmenter(language: str) -> Callable[[str], list[str]]:
    """Load the segmenter of a language.

    Parameters
    ----------
    language : str
        BCP-47 tag of a language in `SEGMENTER_EXTRAS`.

    Returns
    -------
    callable
        From a sentence to its words in order, as written; punctuation and blanks are left out.

    Raises
    ------
    UnknownNameError
        If there is none for the language.
    MissingExtraError
        If its package is not installed; the hint holds the line that installs it.
    """
    primary = primary_subtag(language)
    if primary not in SEGMENTER_EXTRAS:
        raise UnknownNameError("language without blanks", language, SEGMENTER_EXTRAS)
    package, extra = SEGMENTER_EXTRAS[primary]
    module = require(package, extra=extra, purpose=f"cutting {language} sentences into words")
    cut = {"jieba": _jieba, "fugashi": _fugashi, "pythainlp": _pythainlp}[package](module)
    return lambda sentence: [word for word in cut(normalize(sentence)) if _is_word(word)]


def _jieba(module: Any) -> Callable[[str], list[str]]:
    """Cut Chinese."""
    module.setLogLevel(60)  # it tells on stderr that it loads its dictionary
    return lambda sentence: list(module.cut(sentence))


def _fugashi(module: Any) -> Callable[[str], list[str]]:
    """Cut Japanese."""
    tagger = module.Tagger()
    return lambda sentence: [word.surface for word in tagger(sentence)]


def _pythainlp(module: Any) -> Callable[[str], list[str]]:
    """Cut Thai."""
    return lambda sentence: list(module.word_tokenize(sentence, keep_whitespace=False))


def _is_word(text: str) -> bool:
    """Tell a word from punctuation and blanks."""
    return any(character.isalnum() for character in text)
