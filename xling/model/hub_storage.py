"""A hub as a folder: the files of each language apart, so that a further one changes no other's.

::

    manifest.json             every other file with its SHA-256 sums
    hub.json                  the languages in order, and how the hub was made
    LANGUAGE.words.txt        the vocabulary, most frequent first
    LANGUAGE.language.json    its map's settings, and its links to earlier languages
    LANGUAGE.safetensors      its vectors in the shared space, its map, counts, subword vectors, and
                              the mean similarities with each earlier language, in both directions

No pickle; the same hub gives the same bytes.
"""

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xling.data.subwords import SubwordTable
from xling.data.tensors import save_tensors
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError
from xling.files import PathLike, atomic_directory
from xling.mapping.base import Tensors
from xling.mapping.registry import map_from_tensors
from xling.model.hub_side import HubSide
from xling.model.manifest import MANIFEST_NAME, verify_manifest, write_manifest

__all__ = ["HUB_KIND", "HubParts", "LinkRecord", "hub_languages", "is_hub", "read_hub", "write_hub"]

#: What the manifest of a hub says it is.
HUB_KIND = "xling-hub"

_ENDINGS = ("words.txt", "language.json", "safetensors")


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRecord:
    """What is kept of a lexicon that linked two languages.

    Parameters
    ----------
    source, target : str
        Its languages.
    pairs : int
        Pairs that the maps were fitted on.
    coverage : float
        Share of its pairs that both vocabularies cover.
    cosine : float
        Mean cosine of the pairs after the maps.
    trained : pair of frozenset of str
        Its words, folded.
    """

    source: str
    target: str
    pairs: int
    coverage: float
    cosine: float
    trained: tuple[frozenset[str], frozenset[str]] = field(repr=False)

    def trained_of(self, language: str) -> frozenset[str]:
        """Give the words of one language.

        Parameters
        ----------
        language : str
            Any.

        Returns
        -------
        frozenset of str
            None for a language that the lexicon is not in.
        """
        named = zip((self.source, self.target), self.trained, strict=True)
        return frozenset().union(*(words for tag, words in named if tag == language))

    def summary(self) -> dict[str, Any]:
        """Give all but the words; JSON can hold it.

        Returns
        -------
        dict
            By the names of the fields.
        """
        names = ("source", "target", "pairs", "coverage", "cosine")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, kw_only=True, slots=True)
class HubParts:
    """What a hub's folder holds.

    Parameters
    ----------
    sides : tuple of HubSide
        In order; all of them, or those that were asked for.
    links : tuple of LinkRecord
        All of them.
    fit : dict
        How the hub was made; JSON can hold it.
    """

    sides: tuple[HubSide, ...]
    links: tuple[LinkRecord, ...]
    fit: dict[str, Any]


def is_hub(path: PathLike) -> bool:
    """Tell a hub from a model of two languages, and from anything else.

    Parameters
    ----------
    path : path
        Any place.

    Returns
    -------
    bool
        Whether its manifest says that it is one; nothing is checked.
    """
    try:
        kind = json.loads((Path(path) / MANIFEST_NAME).read_bytes())["kind"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return bool(kind == HUB_KIND)


def write_hub(
    hub: HubParts, path: PathLike, *, force: bool = False, kept: PathLike | None = None
) -> None:
    """Write a hub as a folder, whole or not at all.

    Parameters
    ----------
    hub : HubParts
        All of a hub.
    path : path
        The folder to make.
    force : bool
        Whether a folder that stands there is replaced.
    kept : path, optional
        Another hub, which may stand at ``path``: the files of its languages are copied from it.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    languages = [side.language for side in hub.sides]
    old = [] if kept is None else hub_languages(kept)
    with atomic_directory(path, force=force) as folder:
        for place, side in enumerate(hub.sides):
            if kept is not None and side.language in old:
                for ending in _ENDINGS:
                    name = f"{side.language}.{ending}"
                    shutil.copyfile(Path(kept) / name, folder / name)
                continue
            here = set(languages[: place + 1])
            own = [
                one
                for one in hub.links
                if side.language in (one.source, one.target) and {one.source, one.target} <= here
            ]
            _write_side(side, own, folder)
        _write_json(folder / "hub.json", {"languages": languages, "fit": hub.fit})
        write_manifest(folder, kind=HUB_KIND)


def hub_languages(path: PathLike) -> list[str]:
    """Read which languages a hub has; nothing is checked.

    Parameters
    ----------
    path : path
        The folder.

    Returns
    -------
    list of str
        In order.

    Raises
    ------
    FormatError
        If the folder holds no hub.
    """
    try:
        languages = json.loads((Path(path) / "hub.json").read_bytes())["languages"]
        return [str(language) for language in languages]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(path, f"the hub is not complete: {error!r}") from error


def read_hub(path: PathLike, languages: Collection[str] | None = None) -> HubParts:
    """Read a hub, and check every byte of it.

    Parameters
    ----------
    path : path
        The folder.
    languages : collection of str, optional
        Which ones to read; all by default. The links are always all of them.

    Returns
    -------
    HubParts
        As they were written.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If the folder is not there, is no hub, was changed, or is of another format.
    """
    from safetensors import SafetensorError

    folder = Path(path)
    verify_manifest(folder, kind=HUB_KIND)
    try:
        stored = json.loads((folder / "hub.json").read_bytes())
        sides, links = [], []
        wanted = [tag for tag in stored["languages"] if languages is None or tag in languages]
        for language in stored["languages"]:
            meta = json.loads((folder / f"{language}.language.json").read_bytes())
            links += [_link(link) for link in meta["links"]]
            if language in wanted:
                sides.append(_read_side(meta, folder, wanted))
        return HubParts(sides=tuple(sides), links=tuple(links), fit=stored["fit"])
    except (KeyError, TypeError, ValueError, OSError, SafetensorError) as error:
        raise FormatError(folder, f"the hub is not complete: {error!r}") from error


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document in one way."""
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_bytes(text.encode() + b"\n")


def _write_side(side: HubSide, links: list[LinkRecord], folder: Path) -> None:
    """Write one language's files."""
    language = side.language
    lines = "".join(f"{word}\n" for word in side.vocabulary)
    (folder / f"{language}.words.txt").write_bytes(lines.encode())
    parts, mapping = side.mapping.to_tensors()
    tensors: Tensors = {f"map.{name}": part for name, part in parts.items()}
    tensors["vectors"] = side.vectors
    for other, (own, theirs) in side.means.items():
        tensors |= {f"means.{other}.own": own, f"means.{other}.theirs": theirs}
    if side.vocabulary.counts is not None:
        tensors["counts"] = side.vocabulary.counts
    table = side.subwords
    if table is not None:
        tensors["subwords"] = table.vectors
    save_tensors(dict(sorted(tensors.items())), folder / f"{language}.safetensors")
    meta = {
        "language": language,
        "mapping": mapping,
        "subwords": None if table is None else [table.min_length, table.max_length, table.folded],
        "fingerprint": side.fingerprint,
        "added": side.added,
        "earlier": list(side.means),
        "links": [
            {**link.summary(), "trained": [sorted(words) for words in link.trained]}
            for link in links
        ],
    }
    _write_json(folder / f"{language}.language.json", meta)


def _read_side(meta: Mapping[str, Any], folder: Path, wanted: Collection[str]) -> HubSide:
    """Read what `_write_side` wrote; of the mean similarities, those with wanted languages."""
    from safetensors.numpy import load_file

    language = meta["language"]
    words = (folder / f"{language}.words.txt").read_bytes().decode().split("\n")[:-1]
    tensors = load_file(folder / f"{language}.safetensors")
    parts = {
        name.removeprefix("map."): part for name, part in tensors.items() if name.startswith("map.")
    }
    subwords = None
    if meta["subwords"] is not None:
        shortest, longest, folded = meta["subwords"]
        subwords = SubwordTable(
            vectors=tensors["subwords"], min_length=shortest, max_length=longest, folded=folded
        )
    for name, part in tensors.items():
        if name in ("vectors", "subwords"):
            part.flags.writeable = False  # so that they need no copy
    return HubSide(
        language=language,
        vocabulary=Vocabulary(words=tuple(words), counts=tensors.get("counts")),
        mapping=map_from_tensors(parts, meta["mapping"]),
        vectors=tensors["vectors"],
        means={
            other: (tensors[f"means.{other}.own"], tensors[f"means.{other}.theirs"])
            for other in meta["earlier"]
            if other in wanted
        },
        subwords=subwords,
        fingerprint=meta["fingerprint"],
        added=meta["added"],
    )


def _link(stored: Mapping[str, Any]) -> LinkRecord:
    """Read one link."""
    first, second = (frozenset(words) for words in stored["trained"])
    return LinkRecord(**{**stored, "trained": (first, second)})
