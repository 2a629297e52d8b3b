"""Sentences of one language with their vectors, to be searched from another language.

::

    manifest.json          every other file with its SHA-256 sums
    collection.json        language, number of sentences, and which model made the vectors
    sentences.txt          one a line
    vectors.safetensors    one row of length 1 for each; zero where nothing is known
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xling.arrays import Matrix
from xling.data.tensors import map_tensors, save_tensors
from xling.encoders.sentence_means import SentenceMeans
from xling.errors import DegenerateInputError, FormatError, InputError
from xling.files import PathLike, atomic_directory
from xling.model.manifest import Manifest, read_manifest, verify_manifest, write_manifest
from xling.retrieval.index import ExactIndex

__all__ = ["COLLECTION_KIND", "Collection", "load_collection", "model_fingerprint"]

#: What the manifest of a collection says it is.
COLLECTION_KIND = "xling-collection"

_APART = ("answers.safetensors",)  # computed from the rest of a model


@dataclass(frozen=True, kw_only=True, eq=False)
class Collection:
    """Sentences that can be searched.

    Parameters
    ----------
    language : str
        Of the sentences.
    sentences : tuple of str
        One line each.
    index : ExactIndex
        Row ``i`` belongs to sentence ``i``.
    model : str
        Fingerprint of the model whose encoder made the rows.
    name : str
        The base name of the folder it was read from, or ``""``.
    """

    language: str
    sentences: tuple[str, ...] = field(repr=False)
    index: ExactIndex = field(repr=False)
    model: str
    name: str = ""

    def __len__(self) -> int:
        return len(self.sentences)

    @classmethod
    def of(cls, sentences: Sequence[str], encoder: SentenceMeans, model: str) -> "Collection":
        """Encode sentences.

        Parameters
        ----------
        sentences : sequence of str
            At least one; blanks at their ends are dropped.
        encoder : SentenceMeans
            Of their language.
        model : str
            Of `model_fingerprint`.

        Returns
        -------
        Collection
            In the same order.

        Raises
        ------
        DegenerateInputError
            If there is none, or nothing is known about any of them.
        InputError
            If one has more than one line.
        """
        kept = tuple(one.strip() for one in sentences)
        broken = next((one for one in kept if len(one.splitlines()) > 1), None)
        if broken is not None:
            raise InputError(f"a sentence of a collection has several lines: {broken[:60]!r}")
        rows = encoder.encode(kept)
        if not rows.any():
            raise DegenerateInputError(
                f"nothing is known about any of {len(kept)} sentences in {encoder.language}"
            )
        index = ExactIndex(rows=rows)
        return cls(language=encoder.language, sentences=kept, index=index, model=model)

    def search(self, row: Matrix, top: int) -> list[tuple[int, str, float]]:
        """Find the sentences that mean what a vector means.

        Parameters
        ----------
        row : ndarray, shape (1, d), float32
            Of length 1, or zero.
        top : int
            How many, at least 1.

        Returns
        -------
        list of (int, str, float)
            Line numbers from 1, sentences and cosines, the best first; empty for a zero vector.
        """
        if not row.any():
            return []
        near = self.index.search(row, top)
        found = zip(near.ids[0].tolist(), near.scores[0].tolist(), strict=True)
        return [(place + 1, self.sentences[place], score) for place, score in found]

    def save(self, path: PathLike, *, force: bool = False) -> None:
        """Write the collection as a folder, whole or not at all.

        Parameters
        ----------
        path : path
            The folder to make.
        force : bool
            Whether a folder that xling wrote is replaced.

        Raises
        ------
        FileAccessError
            If the place is taken, or the disk refuses.
        """
        facts = {"language": self.language, "model": self.model, "sentences": len(self)}
        with atomic_directory(path, force=force) as folder:
            text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
            (folder / "collection.json").write_bytes(text.encode() + b"\n")
            (folder / "sentences.txt").write_bytes(
                "".join(f"{s}\n" for s in self.sentences).encode()
            )
            save_tensors({"rows": self.index.rows}, folder / "vectors.safetensors")
            write_manifest(folder, kind=COLLECTION_KIND)


def load_collection(path: PathLike) -> Collection:
    """Read a collection, and check every byte of it; its vectors are mapped.

    Parameters
    ----------
    path : path
        A folder that `Collection.save` wrote.

    Returns
    -------
    Collection
        The same one.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If there is no such folder, it is no collection, was changed, or is of another format.
    """
    folder = Path(path)
    verify_manifest(folder, kind=COLLECTION_KIND)
    try:
        facts = json.loads((folder / "collection.json").read_bytes())
        lines = (folder / "sentences.txt").read_bytes().decode().split("\n")[:-1]
        rows = map_tensors(folder / "vectors.safetensors")["rows"]
        if not len(rows) == len(lines) == facts["sentences"]:
            raise ValueError(f"{len(lines)} sentences, {len(rows)} vectors")
        return Collection(
            language=str(facts["language"]),
            sentences=tuple(lines),
            index=ExactIndex(rows=rows),
            model=str(facts["model"]),
            name=folder.absolute().name,
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise FormatError(folder, f"the collection is not complete: {error!r}") from error


def model_fingerprint(path: PathLike) -> str:
    """Tell one model from another, whether its answers are stored or not.

    Parameters
    ----------
    path : path
        Folder of a model that was checked before.

    Returns
    -------
    str
        SHA-256 over the sums of its files, in hexadecimal.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If there is no such folder, or it is no model of two languages.
    """
    manifest: Manifest = read_manifest(Path(path))
    made = hashlib.sha256()
    for name, record in sorted(manifest.files.items()):
        if name not in _APART:
            made.update("\0".join((name, *record.sha256_blocks, "")).encode())
    return made.hexdigest()
