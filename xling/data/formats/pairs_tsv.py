"""Parallel sentences, ``source TAB target`` a line."""

from collections.abc import Iterator

from xling.data.corpus import ParallelCorpus
from xling.data.formats.lines import decoded_lines, write_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.language import check_language_pair
from xling.errors import FormatError
from xling.files import PathLike

__all__ = ["read_pairs", "stream_pairs", "write_pairs"]

_WANTED = "a line should be: source sentence TAB target sentence"


def read_pairs(
    path: PathLike, languages: tuple[str, str], *, strict: bool = False
) -> tuple[ParallelCorpus, ReadReport]:
    """Read parallel sentences, ``source TAB target`` a line; further columns are ignored.

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``.
    languages : tuple of str
        Source and target language.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.

    Returns
    -------
    ParallelCorpus
        Sentences as written, without blanks at their ends.
    ReadReport
        What was skipped: empty lines, lines of one column, blank sides, lines not in UTF-8.

    Raises
    ------
    FormatError
        If the file is empty, no line holds a pair, or its gzip data is broken; under ``strict``
        for the first bad line.
    FileAccessError
        If it cannot be read.
    """
    source_language, target_language = check_language_pair(languages)
    log = ProblemLog(path, strict)
    source: list[str] = []
    target: list[str] = []
    for one, other in stream_pairs(path, log):
        source.append(one)
        target.append(other)
    if not source:
        raise log.nothing_usable(f"no line holds a sentence pair; {_WANTED}")
    corpus = ParallelCorpus(
        source_language=source_language,
        target_language=target_language,
        source=tuple(source),
        target=tuple(target),
    )
    return corpus, log.report("sentence pairs", len(corpus))


def stream_pairs(path: PathLike, log: ProblemLog) -> Iterator[tuple[str, str]]:
    """Read parallel sentences one at a time.

    Parameters
    ----------
    path : path
        As for `read_pairs`.
    log : ProblemLog
        Counts bad lines, or stops at the first one.

    Yields
    ------
    tuple of str
        Source and target sentence, neither blank.

    Raises
    ------
    FormatError
        As for `read_pairs`, except that a file without any pair is no error here.
    FileAccessError
        If the file cannot be read.
    """
    for number, line in decoded_lines(path, log):
        if line is None:
            continue
        if not line.strip():
            log.problem("empty line", number, "empty line", "skipped")
            continue
        columns = line.split("\t", 2)
        if len(columns) == 1:
            log.problem("one column", number, f"one column only; {_WANTED}", "line skipped")
            continue
        source, target = columns[0].strip(), columns[1].strip()
        if source and target:
            yield source, target
        else:
            side = "target" if source else "source"
            log.problem("blank side", number, f"the {side} side is blank", "line skipped")


def write_pairs(path: PathLike, corpus: ParallelCorpus, *, force: bool = False) -> None:
    """Write parallel sentences, ``source TAB target`` a line.

    Parameters
    ----------
    path : path
        The file to make; gzip if its name ends in ``.gz``.
    corpus : ParallelCorpus
        What to write.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    FormatError
        If a sentence holds a TAB or a line feed; nothing is written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    for number, pair in enumerate(zip(corpus.source, corpus.target, strict=True), start=1):
        for side in pair:
            if "\t" in side or "\n" in side:
                raise FormatError(path, f"pair {number} holds a TAB or a line feed: {side!r}")
    lines = (f"{a}\t{b}".encode() for a, b in zip(corpus.source, corpus.target, strict=True))
    write_lines(path, lines, force=force)
