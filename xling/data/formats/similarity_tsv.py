"""Rated word pairs, ``word TAB word TAB score`` a line."""

import math
import unicodedata
from dataclasses import dataclass

from xling.data.formats.lines import decoded_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.errors import InputError
from xling.files import PathLike

__all__ = ["RatedPair", "read_similarity"]

_WANTED = "a line should be: word TAB word TAB score"


@dataclass(frozen=True, kw_only=True, slots=True)
class RatedPair:
    """Two words, and how similar people find them.

    Parameters
    ----------
    first, second : str
        Words, NFC.
    score : float
        On the file's own scale; larger is more similar.
    """

    first: str
    second: str
    score: float


def read_similarity(
    path: PathLike, *, column: int = 3, strict: bool = False
) -> tuple[tuple[RatedPair, ...], ReadReport]:
    """Read rated word pairs.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``. Lines end at a line feed or a carriage
        return.
    column : int
        Where the score stands, from 3; other columns are ignored.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.

    Returns
    -------
    tuple of RatedPair
        In the order of the file.
    ReadReport
        What was skipped: a header, empty lines, lines with too few columns or without a score,
        pairs that stand twice (the first one is kept).

    Raises
    ------
    InputError
        If ``column`` is below 3.
    FormatError
        If no line holds a rated pair; under ``strict`` for the first bad line.
    FileAccessError
        If the file cannot be read.
    """
    if column < 3:
        raise InputError(
            f"the score's column is {column}; the words stand in 1 and 2, so 3 or more"
        )
    log = ProblemLog(path, strict)
    found: dict[tuple[str, str], RatedPair] = {}
    number = 0
    for _, text in decoded_lines(path, log):
        for line in [""] if text is None else text.split("\r"):
            number += 1
            pair = None if text is None else _pair(line, number, column, log)
            if pair is None:
                continue
            key = (pair.first, pair.second)
            if key in found:
                message = f"the pair {key} stands twice"
                log.problem("duplicate pair", number, message, "first one kept")
            else:
                found[key] = pair
    if not found:
        raise log.nothing_usable(f"no line holds two words and a score; {_WANTED}")
    return tuple(found.values()), log.report("rated pairs", len(found))


def _pair(line: str, number: int, column: int, log: ProblemLog) -> RatedPair | None:
    """Read one line, or report what is wrong with it."""
    columns = [part.strip() for part in unicodedata.normalize("NFC", line).split("\t")]
    if not any(columns):
        log.problem("empty line", number, "empty line", "skipped")
        return None
    if len(columns) < column or not (columns[0] and columns[1]):
        message = f"no two words with a score in column {column}; {_WANTED}"
        log.problem("too few columns", number, message, "line skipped")
        return None
    try:
        score = float(columns[column - 1])
    except ValueError:
        score = math.nan
    if math.isfinite(score):
        return RatedPair(first=columns[0], second=columns[1], score=score)
    message = f"{columns[column - 1]!r} is no score"
    if number == 1:
        log.note("header", number, f"{message}: a header", "line left out")
    else:
        log.problem("no score", number, message, "line skipped")
    return None
