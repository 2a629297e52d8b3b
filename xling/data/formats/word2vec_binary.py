"""Word vectors in word2vec's binary form: a header line, then word, blank and 32-bit floats."""

import numpy as np

from xling.data.formats.binary import BinaryFile
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.words import WordVectors, check_writable
from xling.data.space import EmbeddingSpace
from xling.files import PathLike, atomic_file

__all__ = ["read_word2vec_binary", "write_word2vec_binary"]

_BLOCK = 512
_LARGEST_WIDTH = 1 << 20


def read_word2vec_binary(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read word vectors in word2vec's binary form.

    Parameters
    ----------
    path : path
        Plain, or gzip if its name ends in ``.gz``.
    language : str
        BCP-47 tag.
    strict : bool
        Whether to stop at the first bad word instead of skipping and counting it.
    limit : int, optional
        Read this many words at most, the first ones.

    Returns
    -------
    EmbeddingSpace
        Words in NFC, otherwise as written. Words whose vector is zero are kept, in
        ``empty_words``.
    ReadReport
        What was skipped: duplicate words, words with a blank that does not break, words
        not in UTF-8; and words beyond the number in the header, not read.

    Raises
    ------
    FormatError
        If the file is empty, has no header, ends too early, or holds NaN, infinity or no usable
        vector; under ``strict`` for the first bad word.
    FileAccessError
        If it cannot be read.
    """
    log = ProblemLog(path, strict, unit="word")
    with BinaryFile(path) as file:
        if file.at_end():
            raise log.error("the file is empty")
        declared, width = _header(file, log)
        words = WordVectors(log, width, min(declared, limit or declared, _BLOCK))
        number = 0
        while number < declared and (limit is None or len(words) < limit):
            size = min(_BLOCK, declared - number)
            _add_block(file, words, number, size, width, limit)
            number += size
        if limit is None or len(words) < limit:
            _check_end(file, log, declared)
    return words.space(language)


def write_word2vec_binary(path: PathLike, space: EmbeddingSpace, *, force: bool = False) -> None:
    """Write word vectors in word2vec's binary form; counts and subwords are not written.

    Parameters
    ----------
    path : path
        The file to make.
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
    vectors = space.vectors.astype("<f4", copy=False)
    with atomic_file(path, force=force) as temporary, open(temporary, "wb") as stream:
        stream.write(f"{len(space)} {space.dim}\n".encode())
        for word, vector in zip(space.words, vectors, strict=True):
            stream.write(word.encode() + b" " + vector.tobytes() + b"\n")


def _header(file: BinaryFile, log: ProblemLog) -> tuple[int, int]:
    """Read the number of words and of dimensions."""
    fields = file.until(b"\n", "its header").split()
    if len(fields) == 2 and all(field.isdigit() and len(field) < 19 for field in fields):
        declared, width = int(fields[0]), int(fields[1])
        if declared and 0 < width <= _LARGEST_WIDTH:
            return declared, width
    raise log.error(
        "neither a fastText model nor word2vec's binary form, whose first line is the number of "
        "words and of dimensions"
    )


def _add_block(
    file: BinaryFile, words: WordVectors, before: int, size: int, width: int, limit: int | None
) -> None:
    """Read some words with their vectors."""
    names, rows = [], []
    for number in range(before + 1, before + size + 1):
        what = f"word {number}"
        names.append(file.until(b" ", what).removeprefix(b"\n"))
        rows.append(file.take(4 * width, what))
    vectors = np.frombuffer(b"".join(rows), dtype="<f4").reshape(size, width)
    words.add(names, vectors, range(before + 1, before + size + 1), limit=limit)


def _check_end(file: BinaryFile, log: ProblemLog, declared: int) -> None:
    """Report bytes after the last word that the header declares."""
    rest = b"" if file.at_end() else file.take(1, "its end")
    if rest not in (b"", b"\n") or not file.at_end():
        log.problem(
            "wrong header count",
            None,
            f"the header declares {declared} words, but more follow",
            "the others not read",
        )
