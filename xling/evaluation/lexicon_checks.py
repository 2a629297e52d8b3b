"""A test lexicon that is evidently not what it should be: noticed, and said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from xling.data.language import primary_subtag
from xling.data.lexicon import Lexicon
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, FormatError, LanguageMismatchError

__all__ = ["check_directions", "check_test_lexicon", "without_header"]

_NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?%?", re.IGNORECASE)
_MOSTLY = 0.8  # of a column's words
_CLEARLY = 5  # times as many pairs the other way round
_SHOWN = 3

_HEADINGS = frozenset(
    {
        *("source", "target", "src", "tgt", "trg", "word", "words", "word1", "word2", "query"),
        *("queries", "gold", "translation", "translations"),
        *("english", "german", "french", "spanish", "italian", "portuguese", "dutch", "russian"),
        *("polish", "czech", "finnish", "swedish", "danish", "norwegian", "turkish", "arabic"),
        *("hebrew", "hindi", "chinese", "japanese", "korean", "vietnamese", "thai", "greek"),
        *("ukrainian", "hungarian", "romanian", "bulgarian", "croatian", "estonian", "swahili"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Directions:
    """How many pairs of different words the vocabularies hold, as given and the other way round."""

    given: int
    turned: int

    @property
    def swapped(self) -> bool:
        """Whether the columns are evidently exchanged."""
        return self.turned > 0 and self.turned >= _CLEARLY * self.given


def without_header(lexicon: Lexicon) -> tuple[Lexicon, str | None]:
    """Take a header line out of a lexicon.

    Parameters
    ----------
    lexicon : Lexicon
        As read.

    Returns
    -------
    Lexicon
        Without its first pair, if both words of it are headings: *source*, *target*, *word*, a
        language's English name, or the tags of the lexicon's own languages.
    str or None
        What was noticed.

    Examples
    --------
    >>> pairs = (("English", "German"), ("cat", "Katze"))
    >>> lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
    >>> without_header(lexicon)[0].pairs
    (('cat', 'Katze'),)
    """
    tags = {
        form
        for tag in (lexicon.source_language, lexicon.target_language)
        for form in (tag.casefold(), primary_subtag(tag))
    }
    first = lexicon.pairs[0] if lexicon.pairs else ("", "")
    folded = [fold(word).removeprefix("#").strip().replace(" ", "") for word in first]
    if folded[0] == folded[1] or not all(word in _HEADINGS | tags for word in folded):
        return lexicon, None
    rest = lexicon.some(range(1, len(lexicon)))
    return rest, f"the first line, {first[0]!r} and {first[1]!r}, looks like a header; left out"


def check_test_lexicon(
    lexicon: Lexicon, words: Vocabulary, candidates: Vocabulary, *, place: str
) -> list[str]:
    """Refuse a test lexicon that cannot judge a model.

    Parameters
    ----------
    lexicon : Lexicon
        In the direction that is judged, without a header.
    words, candidates : Vocabulary
        Of the source and of the target language.
    place : str
        Name of the file, for the messages.

    Returns
    -------
    list of str
        What else was noticed.

    Raises
    ------
    FormatError
        If it is empty, or one of its columns holds numbers.
    LanguageMismatchError
        If its columns are evidently exchanged.
    CoverageError
        If no query is in vocabulary with one of its gold words; shows three.
    """
    if not len(lexicon):
        raise FormatError(place, "no line but the header holds a word pair")
    _check_numbers(lexicon, place)
    check_directions(lexicon, words, candidates, place=place)
    if not any(word in words and gold in candidates for word, gold in lexicon.pairs):
        raise _not_covered(lexicon, words, candidates, place)
    same = sum(fold(a) == fold(b) for a, b in lexicon.pairs)
    if same > _MOSTLY * len(lexicon):
        return [
            f"{place}: {same} of {len(lexicon)} pairs hold the same word twice; are these the "
            "right columns?"
        ]
    return []


def check_directions(
    lexicon: Lexicon, words: Vocabulary, candidates: Vocabulary, *, place: str
) -> None:
    """Refuse word pairs whose columns are evidently exchanged.

    Parameters
    ----------
    lexicon : Lexicon
        Pairs of two languages.
    words, candidates : Vocabulary
        Of the languages of its first and its second column.
    place : str
        Name of the file, for the message.

    Raises
    ------
    LanguageMismatchError
        If at least five times as many pairs are known the other way round.
    """
    found = _directions(lexicon, words, candidates)
    languages = lexicon.source_language, lexicon.target_language
    if found.swapped:
        raise LanguageMismatchError(
            f"{place}: its columns look exchanged: {found.turned} of {len(lexicon)} pairs are "
            f"known as {languages[1]} and {languages[0]}, {found.given} as {languages[0]} and "
            f"{languages[1]}",
            hint=f"judge the other direction with --from {languages[1]} --to {languages[0]}, or "
            "exchange the columns",
        )


def _check_numbers(lexicon: Lexicon, place: str) -> None:
    """Refuse a column of numbers beside one of words."""
    columns = tuple(zip(*lexicon.pairs, strict=True))
    shares = [_number_share(column) for column in columns]
    for number, (column, share) in enumerate(zip(columns, shares, strict=True), start=1):
        if share >= _MOSTLY and min(shares) < _MOSTLY:
            raise FormatError(
                place,
                f"column {number} holds numbers, not words: {_some(column)}",
                hint="a line should be: source word TAB target word",
            )


def _number_share(column: Sequence[str]) -> float:
    """Give the fraction of a column that is numbers."""
    return sum(_NUMBER.fullmatch(word) is not None for word in column) / len(column)


def _directions(lexicon: Lexicon, words: Vocabulary, candidates: Vocabulary) -> _Directions:
    """Count known pairs both ways; words that are spelled alike tell nothing."""
    pairs = [(a, b) for a, b in lexicon.pairs if fold(a) != fold(b)]
    return _Directions(
        given=sum(a in words and b in candidates for a, b in pairs),
        turned=sum(b in words and a in candidates for a, b in pairs),
    )


def _not_covered(
    lexicon: Lexicon, words: Vocabulary, candidates: Vocabulary, place: str
) -> CoverageError:
    """Say that nothing can be judged, and why."""
    queries = lexicon.queries()
    source = sum(word in words for word in queries)
    target = sum(any(form in candidates for form in gold) for gold in queries.values())
    languages = lexicon.source_language, lexicon.target_language
    shown = _some(f"{word} ({gold[0]})" for word, gold in queries.items())
    return CoverageError(
        f"{place}: coverage is 0 of {len(queries)} queries, for example {shown}: {source} "
        f"{languages[0]} words and the gold of {target} are in vocabulary, none together",
        hint=f"are its columns {languages[0]} and {languages[1]}, the languages of the model?",
    )


def _some(words: Iterable[str]) -> str:
    """Show three words."""
    return ", ".join(islice(words, _SHOWN))
