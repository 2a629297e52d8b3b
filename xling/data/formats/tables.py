"""Spaces as named arrays: what the ``.npz`` and the safetensors format have in common."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from xling.arrays import blocks
from xling.data.formats.report import ProblemLog, ReadReport
from xling.data.formats.words import WordVectors
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.errors import XlingError

__all__ = ["Arrays", "from_arrays", "to_arrays"]

Arrays = Mapping[str, NDArray[Any]]

_BLOCK = 4096


def to_arrays(space: EmbeddingSpace) -> dict[str, NDArray[Any]]:
    """Give everything of a space but its words and its language.

    Parameters
    ----------
    space : EmbeddingSpace
        What to write.

    Returns
    -------
    dict
        ``vectors`` float32; ``counts`` int64, where they are known; ``subword_vectors`` float32
        and ``subword_lengths`` (shortest and longest n-gram, and 1 for folded words) int64,
        where there are subwords.
    """
    arrays: dict[str, NDArray[Any]] = {"vectors": space.vectors}
    if space.vocabulary.counts is not None:
        arrays["counts"] = space.vocabulary.counts
    if space.subwords is not None:
        arrays["subword_vectors"] = space.subwords.vectors
        table = space.subwords
        lengths = [table.min_length, table.max_length, int(table.folded)]
        arrays["subword_lengths"] = np.array(lengths, dtype=np.int64)
    return arrays


def from_arrays(
    words: Sequence[bytes],
    arrays: Arrays,
    language: str,
    log: ProblemLog,
    *,
    limit: int | None,
) -> tuple[EmbeddingSpace, ReadReport]:
    """Make a space from named arrays.

    Parameters
    ----------
    words : sequence of bytes
        In UTF-8.
    arrays : mapping of str to ndarray
        As `to_arrays` gives them; others are ignored.
    language : str
        BCP-47 tag.
    log : ProblemLog
        Counts what cannot be used, or stops.
    limit : int or None
        How many words are wanted.

    Returns
    -------
    EmbeddingSpace
        The words that can be used.
    ReadReport
        What was skipped.

    Raises
    ------
    FormatError
        If an array is missing, or has the wrong type or shape, or no word can be used; under
        ``strict`` for the first bad word.
    """
    vectors = _array(arrays, "vectors", 2, "f", log)
    counts = _array(arrays, "counts", 1, "iu", log) if "counts" in arrays else None
    sizes = {len(words), len(vectors), len(vectors if counts is None else counts)}
    if len(sizes) != 1 or not vectors.shape[1]:
        held = "" if counts is None else f" and {len(counts)} counts"
        raise log.error(f"{len(words)} words for vectors of shape {vectors.shape}{held}")
    found = WordVectors(log, vectors.shape[1], min(len(words), limit or len(words)))
    taken: list[int] = []
    for block in blocks(len(words), _BLOCK):
        with np.errstate(over="ignore"):  # what float32 cannot hold is reported as Inf
            rows = vectors[block].astype(np.float32)
        numbers = range(block.start + 1, block.stop + 1)
        taken += [block.start + i for i in found.add(words[block], rows, numbers, limit=limit)]
    return found.space(
        language,
        counts=None if counts is None else counts[taken].tolist(),
        subwords=_subwords(arrays, vectors.shape[1], log),
    )


def _subwords(arrays: Arrays, width: int, log: ProblemLog) -> SubwordTable | None:
    """Make the table of subwords, where there is one."""
    if "subword_vectors" not in arrays:
        return None
    rows = _array(arrays, "subword_vectors", 2, "f", log)
    lengths = _array(arrays, "subword_lengths", 1, "iu", log)
    if lengths.shape not in ((2,), (3,)) or rows.shape[1] != width:
        raise log.error(
            f"subword_lengths of shape {lengths.shape} and subword_vectors of shape {rows.shape}; "
            f"(3,) and (buckets, {width}) are needed"
        )
    try:
        return SubwordTable(
            vectors=rows.astype(np.float32),
            min_length=int(lengths[0]),
            max_length=int(lengths[1]),
            folded=bool(lengths[2:].any()),
        )
    except XlingError as error:
        raise log.error(f"unusable subwords: {error}") from error


def _array(
    arrays: Arrays, name: str, dimensions: int, kind: Literal["f", "iu"], log: ProblemLog
) -> NDArray[Any]:
    """Give an array by its name, or say what is wrong with it."""
    if name not in arrays:
        raise log.error(f"no array {name!r}; there are: {', '.join(sorted(arrays)) or 'none'}")
    array = arrays[name]
    if array.ndim != dimensions or array.dtype.kind not in kind:
        wanted = f"{'floats' if kind == 'f' else 'integers'}, number of dimensions {dimensions}"
        raise log.error(f"{name!r} is {array.dtype} of shape {array.shape}; wanted: {wanted}")
    return array
