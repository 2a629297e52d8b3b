"""A tokenizer of the ``tokenizers`` library that finds the words that xling finds."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from xling.data.text import APOSTROPHES, INVISIBLE, fold, word_pattern
from xling.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["word_tokenizer"]

_MARK = "▁"  # stands before each word; no word holds it


def word_tokenizer(words: Sequence[str], language: str) -> "Tokenizer":
    """Make a tokenizer that cuts text as `xling.data.text.tokenize` does, and folds it.

    Words outside the vocabulary are left out: there is no token for the unknown. Casefolding is
    lowercasing and, for the letters whose folded form may stand in the vocabulary, a replacement.

    Parameters
    ----------
    words : sequence of str
        Folded, each once; token ``i`` is word ``i``.
    language : str
        BCP-47 tag, of a language without a segmenter.

    Returns
    -------
    tokenizers.Tokenizer
        Of whole words.

    Raises
    ------
    InputError
        If the language has a segmenter, which no tokenizer file can hold.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    pattern = word_pattern(language)
    if pattern is None:
        raise InputError(f"{language!r} has a segmenter, which no tokenizer file can hold")
    # Whole words are looked up as they are; what is not found falls apart into characters, none
    # of which is a token, since each token begins with the mark.
    vocabulary = {_MARK + word: row for row, word in enumerate(words)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[], ignore_merges=True))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(Regex(f"[{APOSTROPHES}]"), "'"),
            normalizers.Replace(Regex(f"[{INVISIBLE}]"), ""),
            normalizers.NFC(),
            normalizers.Lowercase(),
            *(normalizers.Replace(a, b) for a, b in _folded_letters(words)),
            normalizers.NFC(),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "removed", invert=True),
            pre_tokenizers.Metaspace(replacement=_MARK, prepend_scheme="always", split=False),
        ]
    )
    return made


def _folded_letters(words: Iterable[str]) -> list[tuple[str, str]]:
    """Give the small letters that casefolding changes into letters of the vocabulary."""
    known = {letter for word in words for letter in word}
    small = (c for c in map(chr, range(sys.maxunicode + 1)) if c.casefold() != c == c.lower())
    return [(c, c.casefold()) for c in small if set(fold(c)) <= known]
