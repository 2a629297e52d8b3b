"""A model's contents for other programs: aligned vectors, or the whole induced lexicon."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np

from xling.arrays import blocks
from xling.data.formats.lines import write_lines
from xling.data.formats.vectors import write_vectors
from xling.data.space import EmbeddingSpace
from xling.errors import FormatError, InputError, UnknownNameError
from xling.files import PathLike, atomic_directory
from xling.model.hub import Hub
from xling.model.model import Model
from xling.progress import Progress, silent

__all__ = [
    "EXPORT_FORMATS",
    "aligned_space",
    "chosen_languages",
    "export_lexicons",
    "export_vectors",
    "without_blanks",
]

#: Names of the formats: those of vectors, the look-up of every word, and those of libraries.
EXPORT_FORMATS = ("vec", "npz", "lexicon", "sentence-transformers", "gensim", "spacy", "faiss")

_VECTOR_FORMATS = EXPORT_FORMATS[:2]
_BLOCK = 1024  # words looked up between two signs of progress


def aligned_space(model: Model | Hub, language: str) -> EmbeddingSpace:
    """Give one language's words with their vectors in the shared space.

    Parameters
    ----------
    model : Model or Hub
        Any.
    language : str
        One of its languages.

    Returns
    -------
    EmbeddingSpace
        Rows of length 1, or zero where nothing is known about a word; counts where they are
        known, no subwords.

    Raises
    ------
    UnknownNameError
        If the model has no such language.
    """
    side = model.side(language)
    words = side.vocabulary.words
    return EmbeddingSpace(
        language=side.language,
        vocabulary=side.vocabulary,
        vectors=np.ascontiguousarray(side.vectors),
        empty_words=frozenset(words[row] for row in np.flatnonzero(~side.vectors.any(axis=1))),
    )


def export_vectors(
    model: Model | Hub,
    path: PathLike,
    *,
    file_format: str = "vec",
    languages: Sequence[str] | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Write a folder with the vectors of all languages in the shared space.

    Parameters
    ----------
    model : Model or Hub
        Any; of its evidence only the space is written. Units are written with ``_`` for
        the blanks between their words, since no vector file can hold a blank.
    path : path
        The folder to make, whole or not at all.
    file_format : {"vec", "npz"}
        Of the files, ``LANGUAGE.vec`` or ``LANGUAGE.npz``.
    languages : sequence of str, optional
        Which ones; all by default.
    force : bool
        Whether a folder that stands there is replaced.
    progress : callable
        Called after each language.

    Returns
    -------
    list of str
        Names of the files, in the order of the languages.

    Raises
    ------
    UnknownNameError
        If there is no such format or language.
    InputError
        If another word is already written as a unit would be; nothing is written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    if file_format not in _VECTOR_FORMATS:
        raise UnknownNameError("vector format", file_format, _VECTOR_FORMATS)
    chosen = chosen_languages(model, languages)
    names = [f"{language}.{file_format}" for language in chosen]
    with atomic_directory(path, force=force) as folder:
        for done, (language, name) in enumerate(zip(chosen, names, strict=True), start=1):
            write_vectors(folder / name, without_blanks(aligned_space(model, language)))
            progress("write vectors", done, len(names))
    return names


def without_blanks(space: EmbeddingSpace) -> EmbeddingSpace:
    """Write units as one word: ``New_York``.

    Parameters
    ----------
    space : EmbeddingSpace
        Any.

    Returns
    -------
    EmbeddingSpace
        That every vector file can hold.

    Raises
    ------
    InputError
        If another word is already written as a unit would be.
    """
    if not any(" " in word for word in space.words):
        return space
    vocabulary = space.vocabulary
    return replace(
        space,
        vocabulary=replace(vocabulary, words=tuple(w.replace(" ", "_") for w in vocabulary.words)),
        empty_words=frozenset(word.replace(" ", "_") for word in space.empty_words),
    )


def export_lexicons(
    model: Model | Hub,
    path: PathLike,
    *,
    top: int = 1,
    retrieval: str = "csls",
    channels: str = "all",
    languages: Sequence[str] | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Write a folder with the best translations of every word, in all directions.

    Each line holds word, translation, confidence and score with a TAB between them, most frequent
    word first, best translation first; where a confidence was not calibrated, its column is
    empty. `xling.data.formats.read_lexicon` reads such a file, confidences included.

    Parameters
    ----------
    model : Model or Hub
        Any.
    path : path
        The folder to make, whole or not at all.
    top : int
        How many translations of each word; words without any evidence are left out.
    retrieval, channels : str
        As for `Model.translate`.
    languages : sequence of str, optional
        Between which ones, at least two; all by default.
    force : bool
        Whether a folder that stands there is replaced.
    progress : callable
        Called after each block of words.

    Returns
    -------
    list of str
        Names of the files, ``SOURCE-TARGET.tsv`` for each direction.

    Raises
    ------
    InputError
        If ``top`` is below 1, fewer than two languages are chosen, or a language, the criterion
        or a channel does not exist.
    FormatError
        If a word contains a TAB or a line feed; nothing is written then.
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    chosen = chosen_languages(model, languages)
    if len(chosen) < 2:
        raise InputError(f"a lexicon between {', '.join(chosen)} alone; two languages are needed")
    ends = {"source": chosen[0], "target": chosen[1]}
    model.look_up([], top=top, retrieval=retrieval, channels=channels, **ends)  # checks the names
    names = []
    with atomic_directory(path, force=force) as folder:
        for source, target in permutations(chosen, 2):
            names.append(f"{source}-{target}.tsv")
            lines = _lines(
                model, source, target, top, retrieval, channels, folder / names[-1], progress
            )
            write_lines(folder / names[-1], lines)
    return names


def chosen_languages(model: Model | Hub, languages: Sequence[str] | None) -> list[str]:
    """Give the languages to be written, each once.

    Parameters
    ----------
    model : Model or Hub
        Any.
    languages : sequence of str, optional
        Which ones; all by default.

    Returns
    -------
    list of str
        As the model writes them.

    Raises
    ------
    UnknownNameError
        If the model has no such language.
    """
    wanted = model.languages if languages is None else languages
    return list(dict.fromkeys(model.side(language).language for language in wanted))


def _lines(
    model: Model | Hub,
    source: str,
    target: str,
    top: int,
    retrieval: str,
    channels: str,
    path: Path,
    progress: Progress,
) -> Iterator[bytes]:
    """Give a line for each translation of each word."""
    words = model.vocabulary(source).words
    for part in blocks(len(words), _BLOCK):
        found = model.look_up(
            words[part],
            source=source,
            target=target,
            top=top,
            retrieval=retrieval,
            channels=channels,
        )
        for answer in found:
            for one in answer.translations:
                if any(mark in answer.word + one.word for mark in "\t\n\r"):
                    raise FormatError(
                        path.name, f"a TAB or line feed in {answer.word!r} or {one.word!r}"
                    )
                sure = "" if one.confidence is None else f"{one.confidence:.6g}"
                yield f"{answer.word}\t{one.word}\t{sure}\t{one.score:.6g}".encode()
        progress(f"look up {source}-{target}", part.stop, len(words))
