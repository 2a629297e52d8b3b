"""Lines of text files, plain or gzip: read with clear errors, written whole or not at all."""

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, cast

from xling.data.formats.report import ProblemLog
from xling.errors import FileAccessError, FormatError
from xling.files import PathLike, atomic_file, open_binary

__all__ = ["clear_errors", "decoded_lines", "raw_lines", "write_lines"]


@contextmanager
def clear_errors(path: PathLike) -> Iterator[None]:
    """Turn what the system and gzip say while a file is read into errors that name the file.

    Parameters
    ----------
    path : path
        The file, as the caller named it.

    Raises
    ------
    FormatError
        If it is cut short or damaged as gzip.
    FileAccessError
        If the system cannot read it.
    """
    try:
        yield
    except EOFError as error:
        raise FormatError(
            path, "the gzip data is cut short", hint="was the file copied or downloaded whole?"
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FormatError(path, f"damaged gzip data ({error})") from error
    except OSError as error:
        raise FileAccessError(f"cannot read {path}: {error.strerror or error}") from error


def raw_lines(path: PathLike) -> Iterator[tuple[int, bytes]]:
    """Read a file line by line; lines end at a line feed.

    Parameters
    ----------
    path : path
        Plain, or gzip if its name ends in ``.gz``.

    Yields
    ------
    tuple of (int, bytes)
        Line number from 1, and the line without its end and without a byte order mark.

    Raises
    ------
    FormatError
        If the file is empty, or its gzip data is cut short or damaged.
    FileAccessError
        If it cannot be read.
    """
    number = 0
    with open_binary(path) as stream, clear_errors(path):
        for number, line in enumerate(stream, start=1):
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            yield number, line.rstrip(b"\r\n")
    if number == 0:
        raise FormatError(path, "the file is empty")


def decoded_lines(path: PathLike, log: ProblemLog) -> Iterator[tuple[int, str | None]]:
    """Read a file line by line as UTF-8.

    Parameters
    ----------
    path : path
        Plain, or gzip if its name ends in ``.gz``.
    log : ProblemLog
        Counts the lines that are not UTF-8, or stops.

    Yields
    ------
    tuple of (int, str or None)
        Line number from 1, and the line; ``None`` for one that is not UTF-8.

    Raises
    ------
    FormatError
        If the file is empty or its gzip data is broken; under ``strict`` for the first line
        that is not UTF-8.
    FileAccessError
        If it cannot be read.
    """
    for number, line in raw_lines(path):
        try:
            yield number, line.decode()
        except UnicodeDecodeError as error:
            byte = line[error.start]
            log.problem(
                "not UTF-8",
                number,
                f"byte 0x{byte:02x} at position {error.start + 1} of the line is not UTF-8",
                "line skipped",
                path=path,
            )
            yield number, None


def write_lines(path: PathLike, lines: Iterable[bytes], *, force: bool = False) -> None:
    """Write a file that appears under its name only when it is complete.

    Parameters
    ----------
    path : path
        The file to make; gzip if its name ends in ``.gz`` (same bytes for the same lines).
    lines : iterable of bytes
        Without line ends.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    with atomic_file(path, force=force) as temporary, open(temporary, "wb") as raw:
        if str(path).endswith(".gz"):
            with gzip.GzipFile(
                filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6
            ) as packed:
                _write_all(cast("IO[bytes]", packed), lines)
        else:
            _write_all(raw, lines)


def _write_all(stream: IO[bytes], lines: Iterable[bytes]) -> None:
    """Write lines with their ends."""
    for line in lines:
        stream.write(line + b"\n")
