"""Lexicons, ``source TAB target`` (or blanks) a line."""

import math
import unicodedata

import numpy as np

from xling.data.formats.lines import decoded_lines, write_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.language import check_language_pair
from xling.data.lexicon import Lexicon
from xling.data.parts_of_speech import found_tags
from xling.errors import FormatError, InputError
from xling.files import PathLike

__all__ = ["read_lexicon", "write_lexicon"]

_WANTED = "a line should be: source word TAB target word"


def read_lexicon(
    path: PathLike,
    languages: tuple[str, str],
    *,
    strict: bool = False,
    pos_column: int | None = None,
) -> tuple[Lexicon, ReadReport]:
    """Read a lexicon, ``source TAB target`` a line, or blanks where a line has no TAB.

    A side may hold several words where a TAB separates the sides. A third column after a second
    TAB is the confidence of the pair, if it is a number in (0, 1] on every line. Parts of speech
    are read from ``pos_column``, or else from the third or fourth column, if it holds the usual
    names of them. Everything else is ignored.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``.
    languages : tuple of str
        Source and target language.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.
    pos_column : int, optional
        Column of the parts of speech, from 3.

    Returns
    -------
    Lexicon
        Words in NFC, otherwise as written; in the order of the file.
    ReadReport
        What was skipped: empty lines, lines of one column, blank sides, several words without a
        TAB, duplicate pairs (the first one is kept), lines not in UTF-8.

    Raises
    ------
    FormatError
        If the file is empty, no line holds a pair, ``pos_column`` is no column of tags, or its gzip
        data is broken; under ``strict`` for the first bad line.
    FileAccessError
        If it cannot be read.
    """
    source_language, target_language = check_language_pair(languages)
    log = ProblemLog(path, strict)
    pairs: dict[tuple[str, str], list[str]] = {}
    for number, line in decoded_lines(path, log):
        columns = None if line is None else _columns(line, number, log)
        if columns is None:
            continue
        pair = (columns[0], columns[1])
        if pair in pairs:
            log.problem("duplicate pair", number, f"the pair {pair} stands twice", "first one kept")
        else:
            pairs[pair] = columns
    if not pairs:
        raise log.nothing_usable(f"no line holds a word pair; {_WANTED}")
    try:
        tags = found_tags(list(pairs.values()), pos_column)
    except InputError as error:
        raise FormatError(path, str(error), hint="name another column") from error
    confidences = np.array([_confidence(columns) for columns in pairs.values()])
    known = ~np.isnan(confidences)
    if known.any() and not known.all():
        log.note(
            "partial confidences",
            None,
            f"only {known.sum()} of {len(pairs)} pairs have a confidence in column 3",
            "column ignored",
        )
    lexicon = Lexicon(
        source_language=source_language,
        target_language=target_language,
        pairs=tuple(pairs),
        confidences=confidences if known.all() else None,
        parts_of_speech=None if tags is None else tags[0],
    )
    return lexicon, log.report("word pairs", len(lexicon))


def write_lexicon(path: PathLike, lexicon: Lexicon, *, force: bool = False) -> None:
    """Write a lexicon, ``source TAB target`` a line, with a third column for confidences.

    Parameters
    ----------
    path : path
        The file to make; gzip if its name ends in ``.gz``.
    lexicon : Lexicon
        What to write.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    FormatError
        If there is no pair, or a word is blank or holds a TAB or a line feed; nothing is
        written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    if not len(lexicon):
        raise FormatError(path, "the lexicon holds no pair; there is nothing to write")
    for number, pair in enumerate(lexicon.pairs, start=1):
        for word in pair:
            if not word.strip() or "\t" in word or "\n" in word:
                raise FormatError(
                    path, f"pair {number} holds a blank word, a TAB or a line feed: {word!r}"
                )
    lines = ("\t".join(pair) for pair in lexicon.pairs)
    if lexicon.confidences is not None:
        values = lexicon.confidences.tolist()
        lines = (f"{line}\t{value!r}" for line, value in zip(lines, values, strict=True))
    write_lines(path, (line.encode() for line in lines), force=force)


def _columns(line: str, number: int, log: ProblemLog) -> list[str] | None:
    """Cut a line into its columns, or report what is wrong with it."""
    line = unicodedata.normalize("NFC", line)
    if not line.strip():
        log.problem("empty line", number, "empty line", "skipped")
        return None
    if "\t" in line:
        columns = [column.strip() for column in line.split("\t")]
        if columns[0] and columns[1]:
            return columns
        side = "target" if columns[0] else "source"
        log.problem("blank side", number, f"the {side} side is blank", "line skipped")
        return None
    words = [word for word in line.strip().split(" ") if word]
    if len(words) == 2:
        return words
    if len(words) == 1:
        log.problem("one column", number, f"one column only; {_WANTED}", "line skipped")
    else:
        log.problem(
            "several words",
            number,
            f"{len(words)} words without a TAB, so that the sides cannot be told; {_WANTED}",
            "line skipped",
        )
    return None


def _confidence(columns: list[str]) -> float:
    """Read the third column; NaN where it is no number in (0, 1]."""
    try:
        value = float(columns[2])
    except (IndexError, ValueError):
        return math.nan
    return value if 0 < value <= 1 else math.nan
