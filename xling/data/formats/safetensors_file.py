"""Spaces as safetensors: the tensors of a space, its words as UTF-8 bytes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.tables import from_arrays, to_arrays
from xling.data.formats.words import check_writable
from xling.data.space import EmbeddingSpace
from xling.data.tensors import save_tensors
from xling.files import PathLike, atomic_file, open_binary

__all__ = ["read_safetensors", "write_safetensors"]

_NAMES = ("words", "vectors", "counts", "subword_vectors", "subword_lengths")


def read_safetensors(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read a space from safetensors.

    Parameters
    ----------
    path : path
        With tensors ``words`` (uint8: the words in UTF-8, a line feed between them),
        ``vectors`` (floats, one row a word) and, where known, ``counts``, ``subword_vectors``
        and ``subword_lengths`` (integers).
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
        What was skipped: duplicate words, words with a blank, words not in UTF-8.

    Raises
    ------
    FormatError
        If the file is empty, no safetensors, cut short, lacks a tensor, or holds one of the
        wrong type or shape, NaN or infinity, or no usable word; under ``strict`` for the first
        bad word.
    FileAccessError
        If it cannot be read.
    """
    log = ProblemLog(path, strict, unit="word")
    arrays = _load(path, log)
    words = arrays.pop("words", None)
    if words is None:
        raise log.error(f"no tensor 'words'; there are: {', '.join(sorted(arrays)) or 'none'}")
    if words.ndim != 1 or words.dtype != np.uint8:
        raise log.error(
            f"'words' is {words.dtype} of shape {words.shape}; a row of uint8 is needed"
        )
    return from_arrays(words.tobytes().split(b"\n"), arrays, language, log, limit=limit)


def write_safetensors(path: PathLike, space: EmbeddingSpace, *, force: bool = False) -> None:
    """Write a space as safetensors, with counts and subwords where there are any.

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
    joined = np.frombuffer("\n".join(space.words).encode(), dtype=np.uint8)
    with atomic_file(path, force=force) as temporary:
        save_tensors({"words": joined, **to_arrays(space)}, temporary)


def _load(path: PathLike, log: ProblemLog) -> dict[str, NDArray[Any]]:
    """Read the known tensors of a file."""
    with open_binary(path) as stream:
        if not stream.read(1):
            raise log.error("the file is empty")
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in _NAMES if name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError) as error:
        raise log.error(f"not a usable safetensors file ({error})") from error
