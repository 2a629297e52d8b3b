"""A model as a folder: safetensors, JSON, one word a line, the index; no pickle.

::

    manifest.json            every other file with its SHA-256 sums
    model.json               how it was made, the ranker's weights, the maps' settings
    LANGUAGE.words.txt       the vocabulary, most frequent first
    LANGUAGE.trained.txt     folded words that the link was fitted on
    LANGUAGE.held-out.txt    folded words that were kept out of it
    LANGUAGE.index.faiss     mapped vectors, each with its mean similarity to the other side
    tensors.safetensors      maps, means, counts, the table, spellings, subword vectors
    answers.safetensors      the best answers of every word, where `xling index` computed them

The same model gives the same bytes: nothing of the time or place of the run is stored.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from xling.arrays import Matrix
from xling.data.subwords import SubwordTable
from xling.data.tensors import map_tensors, save_tensors
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError
from xling.evidence.ranker import Ranker
from xling.evidence.table import TableEvidence
from xling.files import PathLike, atomic_directory
from xling.mapping.base import Tensors
from xling.mapping.registry import map_from_tensors
from xling.model.answer_table import AnswerTable
from xling.model.manifest import read_manifest, verify_manifest, write_manifest
from xling.model.side import Side
from xling.retrieval.index import ExactIndex

__all__ = ["Parts", "read_card", "read_parts", "write_parts"]

_ANSWERS = "answers.safetensors"
_TABLE_PARTS = ("forward", "backward", "links")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a model's folder holds.

    Parameters
    ----------
    sides : pair of Side
        Source and target language.
    table : TableEvidence, optional
        Counted from matched sentences.
    spellings : pair of ndarray, shape (n, k) and (m, k), float32, optional
        How the words of both languages are written, comparably.
    extra : tuple of str
        Channels that only some models have.
    rankers : dict
        The weights of each direction.
    card : dict
        How the model was made; JSON can hold it.
    answers : dict
        From ``"en>de"`` and so on to the best answers of every word.
    """

    sides: tuple[Side, Side]
    table: TableEvidence | None
    spellings: tuple[Matrix, Matrix] | None
    extra: tuple[str, ...]
    rankers: dict[str, Ranker]
    card: dict[str, Any]
    answers: dict[str, AnswerTable] = field(default_factory=dict)


def write_parts(model: Parts, path: PathLike, *, force: bool = False) -> None:
    """Write a model as a folder, whole or not at all.

    Parameters
    ----------
    model : Parts
        Of any model.
    path : path
        The folder to make.
    force : bool
        Whether a folder that stands there is replaced.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    with atomic_directory(path, force=force) as folder:
        tensors: Tensors = {}
        sides = [_write_side(side, folder, tensors) for side in model.sides]
        if model.table is not None:
            _put_table(model.table, tensors)
        for side, part in zip(model.sides, model.spellings or (), strict=False):
            tensors[f"{side.language}.spellings"] = part
        stored = {
            "sides": sides,
            "table": model.table is not None,
            "extra": list(model.extra),
            "rankers": {name: ranker.as_dict() for name, ranker in model.rankers.items()},
            "card": model.card,
        }
        text = json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")
        save_tensors(dict(sorted(tensors.items())), folder / "tensors.safetensors")
        if model.answers:
            save_tensors(_put_answers(model.answers), folder / _ANSWERS)
        write_manifest(folder)


def read_parts(path: PathLike, *, mapped: bool = False, verified: bool = False) -> Parts:
    """Read a model, and check every byte of it.

    Parameters
    ----------
    path : path
        The folder.
    mapped : bool
        Whether arrays are only mapped from the files: read when used, and shared by all processes
        that have them so. A table of answers always is.
    verified : bool
        Whether the caller has just checked it.

    Returns
    -------
    Parts
        As they were written.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If the folder is not there, is no model, was changed, or is of another format.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    folder = Path(path)
    manifest = read_manifest(folder) if verified else verify_manifest(folder)
    try:
        stored = _read_json(folder)
        read = map_tensors if mapped else load_file
        tensors = read(folder / "tensors.safetensors")
        first, second = (_read_side(side, folder, tensors, mapped) for side in stored["sides"])
        return Parts(
            sides=(first, second),
            table=_get_table(tensors, first, second) if stored["table"] else None,
            spellings=_get_spellings(tensors, first, second) if stored["table"] else None,
            extra=tuple(stored["extra"]),
            rankers={name: Ranker.from_dict(parts) for name, parts in stored["rankers"].items()},
            card=stored["card"],
            answers=_get_answers(folder / _ANSWERS) if _ANSWERS in manifest.files else {},
        )
    except (LookupError, TypeError, ValueError, OSError, SafetensorError) as error:
        raise FormatError(folder, f"the model is not complete: {error!r}") from error


def read_card(path: PathLike) -> dict[str, Any]:
    """Read how a model was made, checking the whole model but loading none of its vectors.

    Parameters
    ----------
    path : path
        The folder.

    Returns
    -------
    dict
        The card.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        As `read_parts`.
    """
    verify_manifest(Path(path))
    card: dict[str, Any] = _read_json(Path(path))["card"]
    return card


def _read_json(folder: Path) -> dict[str, Any]:
    """Read the part of a model that is JSON."""
    stored: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return stored


def _write_side(side: Side, folder: Path, tensors: Tensors) -> dict[str, Any]:
    """Write one language's files, add its tensors, and give what goes into the JSON."""
    language = side.language
    lists = {
        "words": side.vocabulary.words,
        "trained": sorted(side.trained),
        "held-out": sorted(side.held_out),
    }
    for name, words in lists.items():
        lines = "".join(f"{word}\n" for word in words)
        (folder / f"{language}.{name}.txt").write_bytes(lines.encode())
    side.index.save(folder / f"{language}.index.faiss")
    parts, mapping = side.mapping.to_tensors()
    tensors |= {f"{language}.map.{name}": part for name, part in parts.items()}
    if side.vocabulary.counts is not None:
        tensors[f"{language}.counts"] = side.vocabulary.counts
    meta: dict[str, Any] = {"language": language, "mapping": mapping, "subwords": None}
    if side.subwords is not None:
        tensors[f"{language}.subwords"] = side.subwords.vectors
        table = side.subwords
        meta["subwords"] = [table.min_length, table.max_length, table.folded]
    return meta


def _read_side(meta: Mapping[str, Any], folder: Path, tensors: Tensors, mapped: bool) -> Side:
    """Read what `_write_side` wrote."""
    language = meta["language"]

    def words(name: str) -> list[str]:
        return (folder / f"{language}.{name}.txt").read_bytes().decode().split("\n")[:-1]

    own = f"{language}.map."
    parts = {name.removeprefix(own): t for name, t in tensors.items() if name.startswith(own)}
    subwords = None
    if meta["subwords"] is not None:
        shortest, longest, folded = meta["subwords"]
        subwords = SubwordTable(
            vectors=tensors[f"{language}.subwords"],
            min_length=shortest,
            max_length=longest,
            folded=folded,
        )
    return Side(
        language=language,
        vocabulary=Vocabulary(
            words=tuple(words("words")), counts=tensors.get(f"{language}.counts")
        ),
        mapping=map_from_tensors(parts, meta["mapping"]),
        index=ExactIndex.load(folder / f"{language}.index.faiss", mapped=mapped),
        subwords=subwords,
        trained=frozenset(words("trained")),
        held_out=frozenset(words("held-out")),
    )


def _put_table(table: TableEvidence, tensors: Tensors) -> None:
    """Add the table's tensors; its parts share their cells."""
    tensors["table.ends"] = table.forward.indptr.astype(np.int64)
    tensors["table.columns"] = table.forward.indices.astype(np.int32)
    for name in _TABLE_PARTS:
        tensors[f"table.{name}"] = getattr(table, name).data.astype(np.float32)


def _get_table(tensors: Tensors, first: Side, second: Side) -> TableEvidence:
    """Put the table together again."""
    shape = (len(first.vocabulary), len(second.vocabulary))
    ends, columns = tensors["table.ends"], tensors["table.columns"]
    forward, backward, links = (
        sparse.csr_array((tensors[f"table.{name}"], columns, ends), shape=shape)
        for name in _TABLE_PARTS
    )
    return TableEvidence(forward=forward, backward=backward, links=links)


def _get_spellings(tensors: Tensors, first: Side, second: Side) -> tuple[Matrix, Matrix]:
    """Read how the words of both languages are written."""
    one, other = (tensors[f"{side.language}.spellings"] for side in (first, second))
    return one, other


def _put_answers(answers: Mapping[str, AnswerTable]) -> Tensors:
    """Name the tensors of all tables of answers."""
    return {
        f"{direction}.{name}": part
        for direction, table in sorted(answers.items())
        for name, part in sorted(table.to_tensors().items())
    }


def _get_answers(path: Path) -> dict[str, AnswerTable]:
    """Map all tables of answers."""
    parts: dict[str, Tensors] = {}
    for name, part in map_tensors(path).items():
        direction, _, field_name = name.rpartition(".")
        parts.setdefault(direction, {})[field_name] = part
    return {direction: AnswerTable.from_tensors(found) for direction, found in parts.items()}
