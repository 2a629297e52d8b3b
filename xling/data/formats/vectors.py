"""Word vectors in whichever format the name of the file tells."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from xling.data.formats.report import ReadReport
from xling.data.language import check_language
from xling.data.space import EmbeddingSpace
from xling.errors import InputError, UnknownNameError
from xling.files import PathLike, check_output

__all__ = ["VECTOR_READERS", "VECTOR_WRITERS", "read_vectors", "write_vectors"]

#: Readers of word vectors by the end of the file's name.
VECTOR_READERS: dict[str, str] = {
    ".bin": "bin_file:read_bin",
    ".bin.gz": "bin_file:read_bin",
    ".npz": "npz:read_npz",
    ".safetensors": "safetensors_file:read_safetensors",
    ".txt": "word2vec_text:read_vec",
    ".txt.gz": "word2vec_text:read_vec",
    ".vec": "word2vec_text:read_vec",
    ".vec.gz": "word2vec_text:read_vec",
}

#: Writers of word vectors by the end of the file's name.
VECTOR_WRITERS: dict[str, str] = {
    ".bin": "word2vec_binary:write_word2vec_binary",
    ".npz": "npz:write_npz",
    ".safetensors": "safetensors_file:write_safetensors",
    ".txt": "word2vec_text:write_glove",
    ".txt.gz": "word2vec_text:write_glove",
    ".vec": "word2vec_text:write_vec",
    ".vec.gz": "word2vec_text:write_vec",
}


def read_vectors(
    path: PathLike, language: str, *, strict: bool = False, limit: int | None = None
) -> tuple[EmbeddingSpace, ReadReport]:
    """Read word vectors in the format that the name of the file tells.

    Parameters
    ----------
    path : path
        ``.vec`` or ``.txt`` (text, with a header or without, also ``.gz``), ``.bin`` (fastText
        or word2vec), ``.npz``, ``.safetensors``.
    language : str
        BCP-47 tag.
    strict : bool
        Whether to stop at the first problem instead of skipping and counting it.
    limit : int, optional
        Read this many words at most, the first ones.

    Returns
    -------
    EmbeddingSpace
        Words in NFC, otherwise as written, in the order of the file; with counts and subwords
        where the file holds them. Words whose vector is zero are kept, in ``empty_words``.
    ReadReport
        What was skipped.

    Raises
    ------
    UnknownNameError
        If the name of the file ends in none of the known ways.
    InputError
        If the language is malformed, or ``limit`` is less than 1.
    FormatError
        If the file breaks its format in a way that cannot be skipped, or ``strict`` is set.
    FileAccessError
        If it cannot be read.
    """
    check_language(language)
    if limit is not None and limit < 1:
        raise InputError(f"limit is {limit}; at least 1 is needed")
    read = _find(path, VECTOR_READERS)
    result: tuple[EmbeddingSpace, ReadReport] = read(path, language, strict=strict, limit=limit)
    return result


def write_vectors(path: PathLike, space: EmbeddingSpace, *, force: bool = False) -> None:
    """Write word vectors in the format that the name of the file tells.

    Only ``.npz`` and ``.safetensors`` keep counts and subwords; no format keeps the language.

    Parameters
    ----------
    path : path
        ``.vec`` (text with a header), ``.txt`` (text without one), both also ``.gz``; ``.bin``
        (word2vec), ``.npz``, ``.safetensors``.
    space : EmbeddingSpace
        What to write.
    force : bool
        Whether a file that stands there is replaced.

    Raises
    ------
    UnknownNameError
        If the name of the file ends in none of the known ways.
    FormatError
        If a word contains a blank; nothing is written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    write = _find(path, VECTOR_WRITERS)
    check_output(path, force=force)
    write(path, space, force=force)


def _find(path: PathLike, known: dict[str, str]) -> Callable[..., Any]:
    """Find the function for a file by the end of its name."""
    name = Path(path).name.casefold()
    ending = next((ending for ending in known if name.endswith(ending)), None)
    if ending is None:
        raise UnknownNameError(f"ending of the vector file {path}:", Path(path).suffix, known)
    module, function = known[ending].split(":")
    found: Callable[..., Any] = getattr(import_module(f"xling.data.formats.{module}"), function)
    return found
