"""Parts of speech by name: what lexicon files call them, and what they are called here."""

from collections.abc import Iterable, Sequence

from xling.errors import InputError

__all__ = ["FIRST_TAG_COLUMN", "found_tags", "part_of_speech"]

#: The two columns before it hold the words.
FIRST_TAG_COLUMN = 3

_MOSTLY = 0.9  # of the lines that say anything, where a column is taken without being named

_NAMES = {
    "noun": ("noun", "n", "nn", "nns", "s", "subst", "substantive"),
    "proper noun": ("propn", "proper noun", "nnp", "nnps", "ne", "name"),
    "verb": ("verb", "v", "vb", "vbd", "vbg", "vbn", "vbp", "vbz"),
    "auxiliary": ("aux", "auxiliary"),
    "adjective": ("adj", "adjective", "a", "jj", "jjr", "jjs"),
    "adverb": ("adv", "adverb", "r", "rb", "rbr", "rbs"),
    "pronoun": ("pron", "pronoun", "prp"),
    "determiner": ("det", "determiner", "dt", "article"),
    "adposition": ("adp", "adposition", "prep", "preposition", "in"),
    "conjunction": ("conj", "cconj", "sconj", "conjunction", "cc"),
    "numeral": ("num", "numeral", "cd", "number"),
    "particle": ("part", "particle", "rp"),
    "interjection": ("intj", "interjection", "uh"),
    "punctuation": ("punct", "punctuation"),
    "symbol": ("sym", "symbol"),
    "other": ("x", "other"),
}
_KNOWN = {tag: name for name, tags in _NAMES.items() for tag in tags}


def part_of_speech(tag: str) -> str:
    """Give the name of a part of speech.

    Parameters
    ----------
    tag : str
        Of Universal Dependencies, of the Penn Treebank, a letter of WordNet, or a name.

    Returns
    -------
    str
        Its name in small letters; the tag itself, in small letters, where it is unknown.

    Examples
    --------
    >>> part_of_speech("NOUN"), part_of_speech("n"), part_of_speech("Idiom")
    ('noun', 'noun', 'idiom')
    """
    return _KNOWN.get(tag.casefold(), tag.casefold())


def found_tags(
    rows: Sequence[Sequence[str]], column: int | None = None
) -> tuple[tuple[str, ...], int] | None:
    """Read the parts of speech of a lexicon's lines.

    Parameters
    ----------
    rows : sequence of sequence of str
        The columns of each line.
    column : int, optional
        Where they stand, from 3. ``None`` takes column 3 or 4, whichever first holds the usual
        names of parts of speech in 90 % of the lines that say anything there, half of all at least.

    Returns
    -------
    pair of tuple of str and int, or None
        The name for each line, ``""`` where the line has none, and the column; ``None`` where no
        column was named and none is found.

    Raises
    ------
    InputError
        If ``column`` is below 3, or blank on all lines.
    """
    if column is not None:
        if column < FIRST_TAG_COLUMN:
            raise InputError(f"column {column} cannot hold parts of speech; the words stand there")
        tags = tuple(part_of_speech(tag) for tag in _column(rows, column))
        if not any(tags):
            raise InputError(f"column {column} is blank on all lines; it should hold tags")
        return tags, column
    for place in (FIRST_TAG_COLUMN, FIRST_TAG_COLUMN + 1):
        said = [tag for tag in _column(rows, place) if tag]
        usual = sum(tag.casefold() in _KNOWN for tag in said)
        if said and usual >= _MOSTLY * len(said) and 2 * len(said) >= len(rows):
            return tuple(part_of_speech(tag) for tag in _column(rows, place)), place
    return None


def _column(rows: Iterable[Sequence[str]], number: int) -> list[str]:
    """Give a column, blank where a line is too short."""
    return [row[number - 1] if len(row) >= number else "" for row in rows]
