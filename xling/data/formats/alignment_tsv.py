"""Gold word alignments, ``source tokens TAB target tokens TAB links`` a line."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from xling.data.formats.lines import decoded_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.files import PathLike

__all__ = ["AlignedSentences", "alignment_line", "read_alignments"]

_WANTED = "a line should be: source tokens TAB target tokens TAB links, as in 0-0 1-2 1?3"
_LINK = re.compile(r"(\d+)([-?p])(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignedSentences:
    """A sentence in two languages, and which of its tokens belong together.

    Parameters
    ----------
    source, target : tuple of str
        Tokens, NFC.
    sure, possible : frozenset of (int, int)
        Positions of source and target token, from 0; sure links are possible, too.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]


def alignment_line(
    source: Iterable[str], target: Iterable[str], links: Iterable[tuple[int, int]]
) -> str:
    r"""Write a line of such a file.

    Parameters
    ----------
    source, target : iterable of str
        Tokens without blanks.
    links : iterable of (int, int)
        Sure links.

    Returns
    -------
    str
        Without a line feed.

    Examples
    --------
    >>> alignment_line(["a", "cat"], ["eine", "Katze"], [(0, 0), (1, 1)])
    'a cat\teine Katze\t0-0 1-1'
    """
    marks = " ".join(f"{one}-{other}" for one, other in links)
    return "\t".join((" ".join(source), " ".join(target), marks))


def read_alignments(
    path: PathLike, *, strict: bool = False
) -> tuple[tuple[AlignedSentences, ...], ReadReport]:
    """Read gold word alignments.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``. A link is ``i-j``, or ``i?j`` (also
        ``ipj``) where it is possible only; positions count from 0.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.

    Returns
    -------
    tuple of AlignedSentences
        In the order of the file.
    ReadReport
        What was skipped: lines of other than three columns, and with links that are none or lead
        outside the sentences.

    Raises
    ------
    FormatError
        If no line is aligned; under ``strict`` for the first bad line.
    FileAccessError
        If the file cannot be read.
    """
    log = ProblemLog(path, strict)
    found = []
    for number, line in decoded_lines(path, log):
        one = None if line is None else _sentences(line, number, log)
        if one is not None:
            found.append(one)
    if not found:
        raise log.nothing_usable(f"no line is aligned; {_WANTED}")
    return tuple(found), log.report("aligned sentence pairs", len(found))


def _sentences(line: str, number: int, log: ProblemLog) -> AlignedSentences | None:
    """Read one line, or report what is wrong with it."""
    columns = [part.split() for part in unicodedata.normalize("NFC", line).split("\t")]
    if len(columns) != 3 or not all(columns[:2]):
        message = f"{len(columns)} columns, or an empty sentence; {_WANTED}"
        log.problem("not aligned", number, message, "line skipped")
        return None
    marks = [_LINK.fullmatch(text) for text in columns[2]]
    links = [(int(mark[1]), int(mark[3]), mark[2]) for mark in marks if mark is not None]
    source, target = (tuple(tokens) for tokens in columns[:2])
    if len(links) < len(marks) or any(i >= len(source) or j >= len(target) for i, j, _ in links):
        message = f"a link that is none, or leads outside the sentences; {_WANTED}"
        log.problem("bad link", number, message, "line skipped")
        return None
    sure = frozenset((i, j) for i, j, kind in links if kind == "-")
    return AlignedSentences(
        source=source,
        target=target,
        sure=sure,
        possible=sure | {(i, j) for i, j, _ in links},
    )
