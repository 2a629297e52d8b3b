"""Linked encoders as a folder: encoders, their maps into one space, and how they were linked.

::

    manifest.json            every other file with its SHA-256 sums
    model.json               languages, kinds of encoder, the maps' settings, the card
    tensors.safetensors      the maps
    encoders/LANGUAGE/       each encoder, as its own library reads it
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xling.arrays import Matrix, check_matrix, unit_rows
from xling.data.tensors import save_tensors
from xling.errors import FormatError, ShapeError, UnknownNameError
from xling.files import PathLike, atomic_directory
from xling.linking.sources import Source, open_stored
from xling.mapping.base import SpaceMap, Tensors
from xling.mapping.linear import LinearMap
from xling.mapping.registry import map_from_tensors
from xling.model.manifest import MANIFEST_NAME, verify_manifest, write_manifest

__all__ = ["LINKED_KIND", "LinkedEncoder", "LinkedEncoders", "is_linked", "unlinked"]

#: What a folder of linked encoders says it is.
LINKED_KIND = "xling-encoders"


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkedEncoder:
    """A sentence encoder and its map into the shared space.

    Parameters
    ----------
    source : Source
        The encoder.
    mapping : SpaceMap
        From its space.
    """

    source: Source = field(repr=False)
    mapping: SpaceMap = field(repr=False)

    @property
    def language(self) -> str:
        """BCP-47 tag."""
        return self.source.language

    def encode(self, sentences: Sequence[str]) -> Matrix:
        """Give a vector in the shared space for each sentence.

        Parameters
        ----------
        sentences : sequence of str
            Any number.

        Returns
        -------
        ndarray, shape (n, d), float32
            Rows of length 1; zero for a sentence of which nothing is known.
        """
        return self.map_rows(self.source.rows(sentences))

    def map_rows(self, rows: Matrix) -> Matrix:
        """Bring rows of the encoder's own space into the shared one.

        Parameters
        ----------
        rows : ndarray, shape (n, e), float32
            As the encoder gives them.

        Returns
        -------
        ndarray, shape (n, d), float32
            Rows of length 1.

        Raises
        ------
        ShapeError
            If the rows are not as wide as the encoder's.
        """
        check_matrix(rows, f"the {self.language} rows", columns=self.mapping.dim_in)
        return unit_rows(self.mapping.apply(rows))


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkedEncoders:
    """The encoders of two languages, into one space.

    Parameters
    ----------
    sides : pair of LinkedEncoder
        Source and target.
    card : dict
        How they were linked; JSON can hold it.
    name : str
        Of the folder.

    Raises
    ------
    ShapeError
        If the maps do not lead to one width.
    """

    sides: tuple[LinkedEncoder, LinkedEncoder]
    card: dict[str, Any] = field(repr=False)
    name: str = "unsaved"

    def __post_init__(self) -> None:
        widths = [side.mapping.dim_out for side in self.sides]
        if widths[0] != widths[1]:
            raise ShapeError(f"the maps lead to {widths[0]} and {widths[1]} columns, not to one")

    @property
    def languages(self) -> tuple[str, str]:
        """Source and target language."""
        return self.sides[0].language, self.sides[1].language

    def pair(
        self, source: str | None = None, target: str | None = None
    ) -> tuple[LinkedEncoder, LinkedEncoder]:
        """Give the encoders of a direction.

        Parameters
        ----------
        source, target : str, optional
            Languages; of one alone the other follows.

        Returns
        -------
        pair of LinkedEncoder

        Raises
        ------
        UnknownNameError
            If there is no such direction.
        """
        known = {side.language.casefold(): side for side in self.sides}
        for asked in (source, target):
            if asked is not None and asked.casefold() not in known:
                raise UnknownNameError(
                    "language of these encoders", asked, [side.language for side in self.sides]
                )
        first, second = self.languages
        turned = (source or first).casefold() == second.casefold()
        if source is None and target is not None:
            turned = target.casefold() == first.casefold()
        pair = self.sides[::-1] if turned else self.sides
        if target is not None and pair[1].language.casefold() != target.casefold():
            raise UnknownNameError("direction", f"{source} to {target}", ["-".join(self.languages)])
        return pair[0], pair[1]

    def save(self, path: PathLike, *, force: bool = False, readme: str | None = None) -> None:
        """Write the folder, whole or not at all.

        Parameters
        ----------
        path : path
            To make.
        force : bool
            Whether a folder that xling wrote is replaced.
        readme : str, optional
            A model card in Markdown, as hubs show it.

        Raises
        ------
        FileAccessError
            If the place is taken, or the disk refuses.
        """
        with atomic_directory(path, force=force) as folder:
            tensors: Tensors = {}
            stored = []
            for side in self.sides:
                parts, meta = side.mapping.to_tensors()
                tensors |= {f"{side.language}.{name}": part for name, part in parts.items()}
                place = folder / "encoders" / side.language
                stored.append(
                    {
                        "language": side.language,
                        "kind": side.source.kind,
                        "encoder": side.source.save(place),
                        "map": meta,
                    }
                )
            document = {"sides": stored, "card": self.card}
            text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
            (folder / "model.json").write_text(text + "\n", encoding="utf-8")
            save_tensors(dict(sorted(tensors.items())), folder / "tensors.safetensors")
            if readme is not None:
                (folder / "README.md").write_text(readme, encoding="utf-8")
            write_manifest(folder, kind=LINKED_KIND)

    @classmethod
    def load(cls, path: PathLike, *, device: str | None = None) -> "LinkedEncoders":
        """Read a folder, and check every byte of it.

        Parameters
        ----------
        path : path
            That `save` wrote.
        device : str, optional
            Of trained encoders, as torch names it.

        Returns
        -------
        LinkedEncoders
            The same ones.

        Raises
        ------
        FileAccessError, FormatError, ChecksumError, StorageVersionError
            If there is no such folder, it is something else, was changed, or is of another format.
        """
        from safetensors.numpy import load_file

        folder = Path(path)
        verify_manifest(folder, kind=LINKED_KIND)
        try:
            document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            tensors = load_file(folder / "tensors.safetensors")
            sides = [_side(folder, one, tensors, device) for one in document["sides"]]
            return cls(
                sides=(sides[0], sides[1]), card=document["card"], name=folder.absolute().name
            )
        except (KeyError, TypeError, IndexError) as error:
            raise FormatError(folder, f"linked encoders that make no sense: {error!r}") from error


def is_linked(path: PathLike) -> bool:
    """Tell whether a folder holds linked encoders, without reading them.

    Parameters
    ----------
    path : path
        Anything.

    Returns
    -------
    bool
    """
    try:
        found = json.loads((Path(path) / MANIFEST_NAME).read_bytes())
        return bool(found["kind"] == LINKED_KIND)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def unlinked(source: Source, dim: int) -> LinkedEncoder:
    """Give an encoder that is in the shared space already.

    Parameters
    ----------
    source : Source
        The encoder.
    dim : int
        Width of its rows.

    Returns
    -------
    LinkedEncoder
        With the identity as its map.
    """
    return LinkedEncoder(source=source, mapping=LinearMap(dim_in=dim))


def _side(
    folder: Path, stored: dict[str, Any], tensors: Tensors, device: str | None
) -> LinkedEncoder:
    """Put one side together."""
    language = str(stored["language"])
    start = f"{language}."
    parts = {name[len(start) :]: t for name, t in tensors.items() if name.startswith(start)}
    source = open_stored(
        folder / "encoders" / language,
        str(stored["kind"]),
        language,
        dict(stored["encoder"]),
        device=device,
    )
    return LinkedEncoder(source=source, mapping=map_from_tensors(parts, stored["map"]))
