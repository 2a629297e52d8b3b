"""Spaces as NumPy's ``.npz``: arrays ``words``, ``vectors`` and what else is known."""

import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.tables import from_arrays, to_arrays
from xling.data.formats.words import check_writable
from xling.data.space import EmbeddingSpace
from xling.files import PathLike, atomic_file, open_binary

__all__ = ["read_npz", "write_npz"]

_NAMES = ("words", "vectors", "counts", "subword_vectors", "subword_lengths")


def read_npz(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read a space from ``.npz``; nothing in the file is executed.

    Parameters
    ----------
    path : path
        With arrays ``words`` (Unicode), ``vectors`` (floats, one row a word) and, where known,
        ``counts``, ``subword_vectors`` and ``subword_lengths`` (integers).
    language : str
        BCP-47 tag.
    strict : bool
        Whether to stop at the first bad word instead of skipping and counting it.
    limit : int, optional
        Keep this many words at most, the first ones.

    Returns
    -------
    EmbeddingSpace
        Words in NFC, otherwise as written. Words whose vector is zero are kept, in
        ``empty_words``.
    ReadReport
        What was skipped: duplicate words, words with a blank.

    Raises
    ------
    FormatError
        If the file is empty, no ``.npz``, cut short, lacks an array, or holds one of the wrong
        type or shape, NaN or infinity, or no usable word; under ``strict`` for the first bad
        word.
    FileAccessError
        If it cannot be read.
    """
    log = ProblemLog(path, strict, unit="word")
    arrays = _load(path, log)
    words = arrays.pop("words", None)
    if words is None:
        raise log.error(f"no array 'words'; there are: {', '.join(sorted(arrays)) or 'none'}")
    if words.ndim != 1 or words.dtype.kind != "U":
        raise log.error(
            f"'words' is {words.dtype} of shape {words.shape}; a row of Unicode is needed"
        )
    raw = [word.encode(errors="surrogatepass") for word in words.tolist()]
    return from_arrays(raw, arrays, language, log, limit=limit)


def write_npz(path: PathLike, space: EmbeddingSpace, *, force: bool = False) -> None:
    """Write a space as ``.npz``, with counts and subwords where there are any.

    Parameters
    ----------
    path : path
        The file to make.
    space : EmbeddingSpace
        What to write; the language is not written.
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
    arrays = {"words": np.array(space.words, dtype=np.str_), **to_arrays(space)}
    with atomic_file(path, force=force) as temporary, open(temporary, "wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _load(path: PathLike, log: ProblemLog) -> dict[str, NDArray[Any]]:
    """Read the known arrays of an archive."""
    with open_binary(path) as stream:
        if not stream.read(1):
            raise log.error("the file is empty")
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as archive:
                found = {
                    name: _read_member(archive, f"{name}.npy")
                    for name in _NAMES
                    if f"{name}.npy" in archive.namelist()
                }
        except (
            zipfile.BadZipFile,
            ValueError,
            EOFError,
            OSError,
            zlib.error,
            NotImplementedError,
        ) as error:
            reason = str(error).splitlines()[0] if str(error) else "cut short"
            raise log.error(f"not a usable .npz file ({reason})") from error
    return found


def _read_member(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Read one array, to its end, so that its checksum is compared."""
    with archive.open(name) as member:
        array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
        while member.read(1 << 20):
            pass
    return array
