"""Word vectors as text, a word and its numbers a line, with a header (word2vec) or not (GloVe)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from xling.data.formats.lines import raw_lines, write_lines
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.words import WordVectors, check_writable
from xling.data.space import EmbeddingSpace
from xling.errors import FormatError
from xling.files import PathLike

__all__ = ["read_vec", "write_glove", "write_vec"]

_T = TypeVar("_T")

_BLOCK = 512
_LARGEST_WIDTH = 1 << 20


def read_vec(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read word vectors from text: a word and its numbers a line, separated by blanks.

    The first line is a header if it is two integers: the number of words and of dimensions
    (word2vec, fastText); otherwise there is none (GloVe).

    Parameters
    ----------
    path : path
        UTF-8; plain, or gzip if its name ends in ``.gz``.
    language : str
        BCP-47 tag.
    strict : bool
        Whether to stop at the first bad line instead of skipping and counting it.
    limit : int, optional
        Read this many words at most, the first ones.

    Returns
    -------
    EmbeddingSpace
        Words in NFC, otherwise as written. Words whose vector is zero are kept, in
        ``empty_words``.
    ReadReport
        What was skipped: empty lines, vectors of the wrong width, duplicate words, words with a
        blank inside, words not in UTF-8; and a wrong count in the header.

    Raises
    ------
    FormatError
        If the file is empty, no line holds a usable vector, one holds NaN or infinity, or its
        gzip data is broken; under ``strict`` for the first bad line.
    FileAccessError
        If it cannot be read.
    """
    log = ProblemLog(path, strict)
    lines = ((number, _trimmed(line)) for number, line in raw_lines(path))
    first = _first_filled(lines, log)
    declared, width = _header(first[1]) or (None, _width(first[1]))
    if not 0 < width <= _LARGEST_WIDTH or declared == 0:
        raise log.error(
            f"{_shown(first[1])} is neither a header (number of words, number of dimensions) "
            "nor a word with its vector",
            line=first[0],
        )
    rows_in_file = 0
    words = WordVectors(log, width, _expected(path, declared, width, limit))
    rest = lines if declared is not None else _chain(first, lines)
    while limit is None or len(words) < limit:
        block = list(islice(rest, _BLOCK))
        if not block:
            break
        rows_in_file += sum(bool(line) for _, line in block)
        _add_block(block, width, words, limit)
    stopped_early = limit is not None and len(words) >= limit
    if declared is not None and declared != rows_in_file and not stopped_early:
        log.problem(
            "wrong header count",
            first[0],
            f"the header declares {declared} words, the file holds {rows_in_file}",
            "all read",
        )
    return words.space(language)


def write_vec(path: PathLike, space: EmbeddingSpace, *, force: bool = False) -> None:
    """Write word vectors as text with a header, as word2vec and fastText do.

    Numbers keep nine digits, enough to give the same float32 back. Counts and subwords are not
    written.

    Parameters
    ----------
    path : path
        The file to make; gzip if its name ends in ``.gz``.
    space : EmbeddingSpace
        What to write.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    FormatError
        If a word contains a blank; nothing is written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    check_writable(path, space)
    header = f"{len(space)} {space.dim}".encode()
    write_lines(path, _chain(header, _lines(space)), force=force)


def write_glove(path: PathLike, space: EmbeddingSpace, *, force: bool = False) -> None:
    """Write word vectors as text without a header, as GloVe does.

    Parameters
    ----------
    path, space, force
        As for `write_vec`.

    Raises
    ------
    FormatError
        If a word contains a blank, or there is one dimension only, which could not be told from
        a header; nothing is written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    check_writable(path, space)
    if space.dim == 1:
        raise FormatError(path, "vectors of one dimension need a header", hint="write a .vec file")
    write_lines(path, _lines(space), force=force)


def _lines(space: EmbeddingSpace) -> Iterator[bytes]:
    """Give each word's line."""
    pattern = " ".join(["%s", *["%.9g"] * space.dim])
    for word, vector in zip(space.words, space.vectors, strict=True):
        yield (pattern % (word, *vector.tolist())).encode()


def _trimmed(line: bytes) -> bytes:
    """Separate by blanks alone, and leave out those at the end."""
    return line.rstrip(b" \t").replace(b"\t", b" ")


def _first_filled(lines: Iterator[tuple[int, bytes]], log: ProblemLog) -> tuple[int, bytes]:
    """Find the first line that is not empty."""
    for number, line in lines:
        if line:
            return number, line
        log.problem("empty line", number, "empty line", "skipped")
    raise log.nothing_usable("no line holds a vector")


def _header(line: bytes) -> tuple[int, int] | None:
    """Read the two integers of a header; ``None`` if it is none."""
    fields = line.split(b" ")
    if len(fields) == 2 and all(field.isdigit() and len(field) < 19 for field in fields):
        return int(fields[0]), int(fields[1])
    return None


def _width(line: bytes) -> int:
    """Count the numbers at the end of a line that is a word and its numbers."""
    fields = line.split(b" ")
    width = 0
    for field in reversed(fields[1:]):
        if _parse([field], 1) is None:
            break
        width += 1
    return width


def _expected(path: PathLike, declared: int | None, width: int, limit: int | None) -> int:
    """Estimate the number of rows: what is declared, but never more than the file can hold."""
    size = Path(path).stat().st_size * (10 if str(path).endswith(".gz") else 1)
    room = size // (2 * width + 2) + 1
    return min(count for count in (declared, limit, room) if count is not None)


def _add_block(
    block: list[tuple[int, bytes]], width: int, words: WordVectors, limit: int | None
) -> None:
    """Parse a block of lines at once; line by line where one of them is bad."""
    cut = [line.partition(b" ") for _, line in block]
    vectors = _parse([numbers for _, _, numbers in cut], width)
    if vectors is not None:
        words.add([w for w, _, _ in cut], vectors, [number for number, _ in block], limit=limit)
        return
    for number, line in block:
        if limit is None or len(words) < limit:
            _add_line(number, line, width, words)


def _add_line(number: int, line: bytes, width: int, words: WordVectors) -> None:
    """Cut a line from its end, since a word may contain blanks, or report what is wrong with it."""
    fields = line.split(b" ")
    word, texts = b" ".join(fields[:-width]), fields[-width:]
    extra = len(fields) > width + 1 and _parse([fields[-width - 1]], 1) is not None
    if not line:
        words.log.problem("empty line", number, "empty line", "skipped")
    elif len(fields) <= width or extra:
        found = f"{len(fields) - 1} number{'s' if len(fields) != 2 else ''}"
        words.log.problem("wrong width", number, f"{found} instead of {width}", "line skipped")
    elif (vectors := _parse([b" ".join(texts)], width)) is not None:
        words.add([word], vectors, [number], limit=None)
    else:
        bad = next(text for text in texts if _parse([text], 1) is None)
        words.log.problem("not a number", number, f"{_shown(bad)} is no number", "line skipped")


def _parse(texts: list[bytes], width: int) -> NDArray[np.float32] | None:
    """Parse rows of exactly ``width`` numbers; ``None`` if one of them is not."""
    if any(text.count(b" ") != width - 1 for text in texts):
        return None
    try:
        rows: NDArray[np.float32] = np.loadtxt(
            [text.decode("latin-1") for text in texts],
            dtype=np.float32,
            delimiter=" ",
            comments=None,
            ndmin=2,
        )
    except ValueError:
        return None
    return rows if rows.shape == (len(texts), width) else None


def _shown(raw: bytes) -> str:
    """Show bytes from a file, cut where they are long."""
    text = raw[:60].decode(errors="replace")
    return repr(text + "..." if len(raw) > 60 else text)


def _chain(first: _T, rest: Iterable[_T]) -> Iterator[_T]:
    """Put one item before others."""
    yield first
    yield from rest
