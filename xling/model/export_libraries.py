"""Aligned vectors as other libraries keep them: gensim, spaCy and FAISS."""

import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from xling.data.formats.lines import write_lines
from xling.data.space import EmbeddingSpace
from xling.errors import FormatError, UnknownNameError
from xling.files import PathLike, atomic_directory
from xling.model.export import aligned_space, chosen_languages
from xling.model.export_marks import write_mark
from xling.model.hub import Hub
from xling.model.model import Model
from xling.progress import Progress, silent
from xling.retrieval.index import write_index

__all__ = ["LIBRARIES", "export_for_library", "string_hash"]

_MASK = (1 << 64) - 1


def export_for_library(
    model: Model | Hub,
    path: PathLike,
    *,
    library: str,
    languages: Sequence[str] | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Write a folder with the vectors of all languages in the shared space.

    ``gensim``: ``LANGUAGE.kv``, read by ``KeyedVectors.load``. ``spacy``: a folder ``LANGUAGE``,
    read by ``Vectors.from_disk``. ``faiss``: ``LANGUAGE.faiss``, an exact inner-product index
    that is read by ``read_index``, with ``LANGUAGE.ids.tsv``, number and word a line.

    Parameters
    ----------
    model : Model or Hub
        Any; of its evidence only the space is written.
    path : path
        The folder to make, whole or not at all.
    library : {"gensim", "spacy", "faiss"}
        Whose form.
    languages : sequence of str, optional
        Which ones; all by default.
    force : bool
        Whether a folder that stands there is replaced.
    progress : callable
        Called after each language.

    Returns
    -------
    list of str
        Relative names of the files.

    Raises
    ------
    UnknownNameError
        If there is no such library or language.
    FormatError
        If a word holds a TAB or line feed, which a list of words cannot.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    if library not in LIBRARIES:
        raise UnknownNameError("library", library, LIBRARIES)
    chosen = chosen_languages(model, languages)
    with atomic_directory(path, force=force) as folder:
        for done, language in enumerate(chosen, start=1):
            LIBRARIES[library](folder, aligned_space(model, language))
            progress("write vectors", done, len(chosen))
        return write_mark(folder, library, chosen)


def string_hash(text: str) -> int:
    """Give the number by which spaCy knows a string: 64-bit MurmurHash2 with the seed 1.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    int
        Below ``2 ** 64``; 0 for the empty string.

    References
    ----------
    Appleby (2008), MurmurHash2, 64-bit version for 64-bit platforms.

    Examples
    --------
    >>> string_hash("apple")
    8566208034543834098
    """
    if not text:
        return 0
    raw = text.encode()
    factor = 0xC6A4A7935BD1E995

    def mixed(value: int) -> int:
        value = value * factor & _MASK
        return (value ^ value >> 47) * factor & _MASK

    state = (1 ^ len(raw) * factor) & _MASK
    whole = len(raw) // 8 * 8
    for (value,) in struct.iter_unpack("<Q", raw[:whole]):
        state = (state ^ mixed(value)) * factor & _MASK
    if rest := raw[whole:]:
        state = (state ^ int.from_bytes(rest, "little")) * factor & _MASK
    state = (state ^ state >> 47) * factor & _MASK
    return state ^ state >> 47


def _gensim(folder: Path, space: EmbeddingSpace) -> None:
    """Write ``KeyedVectors``, with the counts where they are known."""
    from gensim.models import KeyedVectors

    words = space.vocabulary
    made = KeyedVectors(space.dim, dtype=np.float32)
    made.add_vectors(list(words.words), np.asarray(space.vectors))
    if words.counts is not None:
        for word, count in zip(words.words, words.counts.tolist(), strict=True):
            made.set_vecattr(word, "count", count)
    made.save(str(folder / f"{space.language}.kv"))


def _spacy(folder: Path, space: EmbeddingSpace) -> None:
    """Write what ``spacy.vectors.Vectors.to_disk`` writes."""
    place = folder / space.language
    place.mkdir()
    words = space.vocabulary.words
    (place / "strings.json").write_text(json.dumps(sorted(words), ensure_ascii=False), "utf-8")
    (place / "vectors.cfg").write_text('{"mode":"default"}', "utf-8")
    with (place / "vectors").open("wb") as stream:
        np.save(stream, np.ascontiguousarray(space.vectors), allow_pickle=False)
    # MessagePack: a map of up to 2^32 entries, from 64-bit to 32-bit numbers without sign.
    entries = (
        struct.pack(">BQBI", 0xCF, string_hash(word), 0xCE, row) for row, word in enumerate(words)
    )
    (place / "key2row").write_bytes(struct.pack(">BI", 0xDF, len(words)) + b"".join(entries))


def _faiss(folder: Path, space: EmbeddingSpace) -> None:
    """Write an exact index of inner products, and its words by number."""
    import faiss

    words = space.vocabulary.words
    for word in words:
        if any(mark in word for mark in "\t\n\r"):
            raise FormatError(f"{space.language}.ids.tsv", f"a TAB or line feed in {word!r}")
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(space.dim))
    index.add_with_ids(np.ascontiguousarray(space.vectors), np.arange(len(words), dtype=np.int64))
    write_index(index, str(folder / f"{space.language}.faiss"))
    lines = (f"{row}\t{word}".encode() for row, word in enumerate(words))
    write_lines(folder / f"{space.language}.ids.tsv", lines)


#: By name, what writes the files of one language.
LIBRARIES: dict[str, Callable[[Path, EmbeddingSpace], None]] = {
    "gensim": _gensim,
    "spacy": _spacy,
    "faiss": _faiss,
}
