"""What can be linked: a trained encoder, word vectors, or rows that were encoded elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from xling.arrays import Matrix
from xling.data.formats.vectors import VECTOR_READERS, read_vectors, write_vectors
from xling.data.npy_rows import read_rows
from xling.data.space import EmbeddingSpace
from xling.encoders.pretrained.checkpoint import is_checkpoint, quiet
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.encoders.sentence_means import SentenceMeans
from xling.errors import FormatError, ShapeError
from xling.files import PathLike
from xling.linking.verified import open_verified
from xling.model.manifest import MANIFEST_NAME
from xling.model.model import Model
from xling.model.open import load_pair
from xling.model.sentences import sentence_encoders

__all__ = [
    "CheckpointSource",
    "MatrixSource",
    "MeansSource",
    "Source",
    "open_source",
    "open_stored",
]

_VECTORS = "vectors.npz"


class Source(Protocol):
    """A sentence encoder of one language that can be stored."""

    @property
    def name(self) -> str:
        """Where it comes from."""

    @property
    def kind(self) -> str:
        """How it is stored."""

    @property
    def language(self) -> str:
        """BCP-47 tag."""

    def rows(self, sentences: Sequence[str]) -> Matrix:
        """Give a vector for each sentence, in the encoder's own space.

        Parameters
        ----------
        sentences : sequence of str
            Any number.

        Returns
        -------
        ndarray, shape (n, d), float32
            A zero row for a sentence of which nothing is known.
        """

    def warnings(self) -> list[str]:
        """Say what was noticed since it was opened.

        Returns
        -------
        list of str
        """

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the encoder.

        Parameters
        ----------
        folder : Path
            Empty.

        Returns
        -------
        dict
            What `open_stored` needs besides; JSON can hold it.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class CheckpointSource:
    """A trained encoder of sentence-transformers or transformers.

    Parameters
    ----------
    encoder : TransformerEncoder
        Its rows have length 1.
    """

    encoder: TransformerEncoder
    noticed: list[str] = field(default_factory=list, repr=False)

    kind = "sentence-transformers"

    @property
    def name(self) -> str:
        """As the caller named the encoder."""
        return self.encoder.checkpoint.name

    @property
    def language(self) -> str:
        """BCP-47 tag."""
        return self.encoder.language

    def rows(self, sentences: Sequence[str]) -> Matrix:
        """Encode; see `Source.rows`."""
        rows, counts = self.encoder.encode_counted(sentences)
        for line in counts.describe(self.encoder.checkpoint.name, self.language):
            if line not in self.noticed:
                self.noticed.append(line)
        return rows

    def warnings(self) -> list[str]:
        """Say which sentences were cut, and what the tokenizer did not know."""
        return list(self.noticed)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the encoder as sentence-transformers reads it."""
        with quiet():
            self.encoder.checkpoint.model.save(str(folder), create_model_card=False)
        return {"prompt": self.encoder.before, "name": self.encoder.checkpoint.name}


@dataclass(frozen=True, kw_only=True, eq=False)
class MeansSource:
    """Weighted means of word vectors.

    Parameters
    ----------
    means : SentenceMeans
        Any; words that it composes are not stored with it.
    name : str
        Where the vectors come from.
    """

    means: SentenceMeans
    name: str

    kind = "word-vectors"

    @property
    def language(self) -> str:
        """BCP-47 tag."""
        return self.means.language

    def rows(self, sentences: Sequence[str]) -> Matrix:
        """Encode; see `Source.rows`."""
        return self.means.encode(sentences)

    def warnings(self) -> list[str]:
        """Say nothing."""
        return []

    def save(self, folder: Path) -> dict[str, Any]:
        """Write words and vectors."""
        words = self.means.vocabulary.words
        empty = frozenset(words[row] for row in np.flatnonzero(~self.means.vectors.any(axis=1)))
        folder.mkdir(parents=True)
        write_vectors(
            folder / _VECTORS,
            EmbeddingSpace(
                language=self.language,
                vocabulary=self.means.vocabulary,
                vectors=self.means.vectors,
                empty_words=empty,
            ),
        )
        return {"smoothing": self.means.smoothing, "centred": self.means.centred, "name": self.name}


@dataclass(frozen=True, kw_only=True, eq=False)
class MatrixSource:
    """Rows that were encoded elsewhere, one a sentence pair; nothing new can be encoded.

    Parameters
    ----------
    language : str
        BCP-47 tag.
    matrix : ndarray, shape (n, d), float32
        In the order of the pairs.
    name : str
        The file.
    """

    language: str
    matrix: Matrix = field(repr=False)
    name: str

    kind = "matrix"

    def rows(self, sentences: Sequence[str]) -> Matrix:
        """Give the rows of the pairs; refuse other sentences."""
        if len(sentences) != len(self.matrix):
            raise ShapeError(
                f"{self.name} has {len(self.matrix):,} rows, for {len(sentences):,} sentences",
                hint="a matrix holds one row a pair; it cannot encode further sentences: link the "
                "encoder itself, or give retrieve .npy files",
            )
        return self.matrix

    def warnings(self) -> list[str]:
        """Say nothing."""
        return []

    def save(self, folder: Path) -> dict[str, Any]:  # noqa: ARG002 - nothing to store
        """Write nothing: the map is all that is needed."""
        return {"name": self.name}


def open_source(
    name: PathLike,
    language: str,
    *,
    device: str | None = None,
    prompt: str | None = None,
) -> Source:
    """Open whatever can be linked.

    Parameters
    ----------
    name : path
        Folder or hub's name of a trained encoder; folder of a model of xling; file of word
        vectors; ``.npy`` with one row a sentence pair.
    language : str
        BCP-47 tag.
    device : str, optional
        Of a trained encoder, as torch names it.
    prompt : str, optional
        Of a trained encoder: before each sentence; its own default by default.

    Returns
    -------
    Source
        Ready to encode.

    Raises
    ------
    FileAccessError, FormatError
        If there is nothing that can be linked.
    UnknownNameError
        If a model of xling does not have the language.
    """
    place = Path(name)
    if place.name.casefold().endswith(".npy"):
        return MatrixSource(language=language, matrix=read_rows(place), name=str(name))
    if place.name.casefold().endswith(tuple(VECTOR_READERS)):
        space, _ = read_vectors(place, language)
        return MeansSource(means=_means_of(space), name=str(name))
    if (place / MANIFEST_NAME).is_file() and not is_checkpoint(place):
        model = load_pair(place)
        return MeansSource(means=_side_of(model, language), name=str(name))
    checkpoint = open_verified(name, device=device)
    return CheckpointSource(
        encoder=TransformerEncoder(checkpoint=checkpoint, language=language, prompt=prompt)
    )


def open_stored(
    folder: Path, kind: str, language: str, meta: dict[str, Any], *, device: str | None = None
) -> Source:
    """Open what `Source.save` wrote.

    Parameters
    ----------
    folder : Path
        Where it stands.
    kind, language, meta
        As stored.
    device : str, optional
        Of a trained encoder, as torch names it.

    Returns
    -------
    Source
        The same one.

    Raises
    ------
    FormatError
        If there is no such kind.
    """
    if kind == "sentence-transformers":
        return open_source(folder, language, device=device, prompt=str(meta.get("prompt", "")))
    if kind == "word-vectors":
        space, _ = read_vectors(folder / _VECTORS, language)
        means = SentenceMeans(
            language=language,
            vocabulary=space.vocabulary,
            vectors=space.vectors,
            smoothing=float(meta["smoothing"]),
            centred=bool(meta["centred"]),
        )
        return MeansSource(means=means, name=str(meta["name"]))
    if kind == "matrix":
        nothing = np.zeros((0, int(meta.get("dim", 1))), np.float32)
        return MatrixSource(language=language, matrix=nothing, name=str(meta["name"]))
    raise FormatError(folder, f"a stored encoder of kind {kind!r}, which this xling does not know")


def _means_of(space: EmbeddingSpace) -> SentenceMeans:
    """Make sentence vectors of word vectors."""
    return SentenceMeans(
        language=space.language, vocabulary=space.vocabulary, vectors=space.vectors
    )


def _side_of(model: Model, language: str) -> SentenceMeans:
    """Take one language's encoder out of a model."""
    side = model.side(language)
    return next(one for one in sentence_encoders(model) if one.language == side.language)
