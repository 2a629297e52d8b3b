"""Monolingual text of any size, one sentence a line, streamed from one or several files."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from xling.data.formats.lines import clear_errors
from xling.data.formats.report import ProblemLog, ReadReport
from xling.errors import FormatError, InputError
from xling.files import PathLike, open_binary
from xling.progress import Progress, silent

__all__ = ["SentenceFiles", "check_unmatched", "count_lines"]

_LONGEST = 1 << 20  # bytes of a line that is taken as a sentence
_BLOCK = 1 << 20  # bytes read at once where only lines are counted
_SIGN = 4096  # lines between two signs of progress


class SentenceFiles:
    """Sentences of one language, in the order of the files; one line at a time is in memory.

    Can be iterated over again and again, which reads the files anew (pipes can be read once).

    Parameters
    ----------
    paths : sequence of path
        UTF-8, one sentence a line; plain, or gzip where the name ends in ``.gz``.
    strict : bool
        Whether to stop at the first line that is too long or not UTF-8, instead of skipping and
        counting it. Empty lines never stop.
    progress : callable
        Called now and then with the bytes read and the bytes there are.

    Attributes
    ----------
    reports : list of ReadReport
        What was skipped in each file that has been read to its end.
    """

    def __init__(
        self, paths: Sequence[PathLike], *, strict: bool = False, progress: Progress = silent
    ) -> None:
        self.paths = tuple(paths)
        self.reports: list[ReadReport] = []
        self._strict = strict
        self._progress = progress

    def __iter__(self) -> Iterator[str]:
        """Read the files.

        Yields
        ------
        str
            A sentence as written, without blanks at its ends.

        Raises
        ------
        FormatError
            If a file is empty, no line of it holds a sentence, or its gzip data is broken; under
            ``strict`` for the first bad line.
        FileAccessError
            If one cannot be read.
        """
        self.reports = []
        for path in self.paths:
            yield from self._read(path)

    def _read(self, path: PathLike) -> Iterator[str]:
        """Give the sentences of one file."""
        log, sentences, number = ProblemLog(path, self._strict), 0, 0
        stage = f"read {Path(path).name}"
        with open_binary(path) as stream, clear_errors(path):
            size = os.fstat(stream.fileno()).st_size
            for number, line in enumerate(_bounded(stream), start=1):
                text = _sentence(line, number, log)
                if text:
                    sentences += 1
                    yield text
                if size and not number % _SIGN:
                    self._progress(stage, min(_position(stream), size - 1), size)
            if size and number:
                self._progress(stage, size, size)
        if not number:
            raise FormatError(path, "the file is empty")
        if not sentences:
            raise log.nothing_usable("no line holds a sentence")
        self.reports.append(log.report("sentences", sentences))


def count_lines(path: PathLike) -> int:
    """Count the lines of a file without keeping any.

    Parameters
    ----------
    path : path
        Plain, or gzip if its name ends in ``.gz``.

    Returns
    -------
    int
        All of them, the last one also where it has no line end.

    Raises
    ------
    FormatError
        If its gzip data is broken.
    FileAccessError
        If it cannot be read.
    """
    lines, last = 0, b"\n"
    with open_binary(path) as stream, clear_errors(path):
        while block := stream.read(_BLOCK):
            lines += block.count(b"\n")
            last = block
    return lines + (not last.endswith(b"\n"))


def check_unmatched(source: Sequence[PathLike], target: Sequence[PathLike]) -> None:
    """Refuse monolingual files of two languages that look line-aligned.

    Parameters
    ----------
    source, target : sequence of path
        Files of either language. The lines of each source file are compared with those of each
        target file, and the lines of all of them together.

    Raises
    ------
    InputError
        If two numbers of lines are equal, or a file is a pipe, which can be read only once.
    FormatError, FileAccessError
        If a file cannot be read.
    """
    if not source or not target:
        return
    counts: list[dict[str, int]] = []
    for paths in (source, target):
        for path in paths:
            if not Path(path).is_file():
                raise InputError(
                    f"{path} is no regular file, so its lines cannot be counted beforehand",
                    hint="give a file, or, if the texts of the two languages are not "
                    "line-aligned, add --accept-line-aligned",
                )
        lines = {str(path): count_lines(path) for path in paths}
        counts.append(lines | {" and ".join(map(str, paths)): sum(lines.values())})
    for one, here in counts[0].items():
        for other, there in counts[1].items():
            if here == there > 0:  # an empty file is refused when it is read
                raise InputError(
                    f"{one} and {other} both have {here} lines, so they are probably "
                    "line-aligned, which would leak matched sentences into monolingual text",
                    hint="give line-aligned files as --source-file and --target-file, or, if "
                    "they are not, add --accept-line-aligned",
                )


def _sentence(line: bytes | None, number: int, log: ProblemLog) -> str:
    """Decode a line; empty for one that is no sentence, which is counted."""
    if line is None:
        log.problem(
            "too long", number, f"longer than {_LONGEST:,} bytes; one sentence a line is needed",
            "line skipped",
        )  # fmt: skip
        return ""
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError as error:
        log.problem(
            "not UTF-8",
            number,
            f"byte 0x{line[error.start]:02x} at position {error.start + 1} of the line is not "
            "UTF-8",
            "line skipped",
        )
        return ""
    if not text:
        log.note("empty line", number, "empty line", "skipped")
    return text


def _bounded(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Give the lines of a file; ``None`` for one that is too long, of which nothing is kept."""
    while line := stream.readline(_LONGEST + 1):
        if len(line) <= _LONGEST or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_LONGEST)
        yield None


def _position(stream: IO[bytes]) -> int:
    """Tell how much of a file, as it lies on the disk, has been read."""
    with suppress(OSError):
        return os.lseek(stream.fileno(), 0, os.SEEK_CUR)
    return 0
