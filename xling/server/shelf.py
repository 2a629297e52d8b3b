"""The models of a server: loaded when first asked for, replaced when a new version appears."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from xling.errors import FormatError, InputError, XlingError
from xling.files import PathLike
from xling.model.hub import Hub
from xling.model.hub_storage import HUB_KIND, hub_languages, is_hub
from xling.model.manifest import MANIFEST_NAME, verify_manifest
from xling.model.model import Model
from xling.model.open import load
from xling.model.side import Side
from xling.model.storage import read_card
from xling.server.problems import CallError
from xling.server.ready import Ready
from xling.server.suggestions import Suggestions

__all__ = ["Loaded", "Shelf", "Stamp", "stamp_of"]

_WAYS = 16  # of one model, kept ready

_log = logging.getLogger("xling.server")


class Stamp(NamedTuple):
    """What tells one version of a folder from another without reading it."""

    device: int
    inode: int
    bytes: int
    modified: int


def stamp_of(path: Path) -> Stamp | None:
    """Look which version of a model stands in a folder.

    Parameters
    ----------
    path : Path
        The folder.

    Returns
    -------
    Stamp or None
        ``None`` while there is none, for example while it is being replaced.
    """
    try:
        found = (path / MANIFEST_NAME).stat()
    except OSError:
        return None
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """One version of a model, and what was made ready of it.

    Parameters
    ----------
    model : Model or Hub
        As it was read.
    stamp : Stamp
        Of the folder it was read from.
    """

    model: Model | Hub
    stamp: Stamp
    _ways: OrderedDict[tuple[object, ...], Ready] = field(default_factory=OrderedDict, repr=False)
    _suggestions: dict[str, Suggestions] = field(default_factory=dict, repr=False)

    def ready_now(self, key: tuple[object, ...]) -> Ready | None:
        """Give a way that was made ready before.

        Parameters
        ----------
        key : tuple
            As given to `make_ready`.

        Returns
        -------
        Ready or None
            ``None`` if it was not, or is no longer kept.
        """
        return self._ways.get(key)

    def make_ready(self, source: str, target: str, retrieval: str, channels: str) -> Ready:
        """Make a way ready; always from the same thread.

        Parameters
        ----------
        source, target, retrieval, channels : str
            As for `xling.model.model.Model.way`.

        Returns
        -------
        Ready
            The last few are kept.
        """
        key = (source, target, retrieval, channels)
        if key not in self._ways:
            way = self.model.way(source, target, retrieval=retrieval, channels=channels)
            self._ways[key] = Ready.of(way)
            while len(self._ways) > _WAYS:
                self._ways.popitem(last=False)
        return self._ways[key]

    def side(self, language: str) -> Side:
        """Give one language, able to compose vectors; always from the same thread.

        Parameters
        ----------
        language : str
            One of the model's.

        Returns
        -------
        Side
            Of a hub, that of its pair with another language.
        """
        if isinstance(self.model, Model):
            return self.model.side(language)
        other = next(tag for tag in self.model.languages if tag != language)
        return self.model.pair(language, other).side(language)

    def suggestions(self, language: str) -> Suggestions:
        """Give what completes the words of a language; always from the same thread.

        Parameters
        ----------
        language : str
            One of the model's.

        Returns
        -------
        Suggestions
            Made when first asked for.
        """
        if language not in self._suggestions:
            self._suggestions[language] = Suggestions(self.model.vocabulary(language))
        return self._suggestions[language]


@dataclass(kw_only=True, eq=False)
class _Entry:
    """A place on the shelf."""

    path: Path
    languages: tuple[str, ...]
    loaded: Loaded | None = None
    failed: Stamp | None = None
    loading: asyncio.Task[None] | None = None


class Shelf:
    """Models by name; each is verified at the start, and loaded when first asked for.

    Parameters
    ----------
    paths : sequence of path
        Folders of models or hubs, each of another base name.

    Raises
    ------
    InputError
        If there is none, or two have one name.
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If there is no such folder, it is neither, was changed, or is of a newer xling.
    """

    def __init__(self, paths: Sequence[PathLike]) -> None:
        if not paths:
            raise InputError("no model to serve; at least one is needed")
        self._entries: dict[str, _Entry] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="xling-load")
        self.loads = 0
        for path in map(Path, paths):
            name = path.absolute().name
            if name in self._entries:
                raise InputError(
                    f"two models of the name {name!r}: {self._entries[name].path} and {path}",
                    hint="a model is asked for by the name of its folder: rename one",
                )
            self._entries[name] = _Entry(path=path, languages=_verified(path))

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(self._entries)

    @property
    def loaded(self) -> int:
        """How many models are in memory."""
        return sum(entry.loaded is not None for entry in self._entries.values())

    def languages(self, name: str) -> tuple[str, ...]:
        """Give the languages of a model.

        Parameters
        ----------
        name : str
            One of the names.

        Returns
        -------
        tuple of str
            In the model's order.
        """
        return self._entries[name].languages

    def is_loaded(self, name: str) -> bool:
        """Tell whether a model is in memory.

        Parameters
        ----------
        name : str
            One of the names.

        Returns
        -------
        bool
            True once it was asked for.
        """
        return self._entries[name].loaded is not None

    def choose(self, name: str | None) -> str:
        """Find the model that is asked for.

        Parameters
        ----------
        name : str or None
            ``None`` where there is but one.

        Returns
        -------
        str
            One of the names.

        Raises
        ------
        CallError
            If there is none of that name, or several and none is named.
        """
        known = ", ".join(self._entries)
        if name is None:
            if len(self._entries) > 1:
                raise CallError(400, "missing_model", f"model is missing; there are {known}")
            return next(iter(self._entries))
        if name not in self._entries:
            raise CallError(404, "unknown_model", f"no model {name[:60]!r}; there are {known}")
        return name

    async def get(self, name: str) -> Loaded:
        """Give a model, loading it if need be.

        Parameters
        ----------
        name : str
            One of the names.

        Returns
        -------
        Loaded
            The version that was loaded last. Who has it can use it to the end.

        Raises
        ------
        CallError
            If it cannot be loaded any more.
        """
        entry = self._entries[name]
        if entry.loaded is None:
            await self._once(name, entry)
        if entry.loaded is None:
            raise CallError(
                503,
                "model_unavailable",
                f"the model {name!r} cannot be loaded; the server's log says why",
                retry_after=5,
            )
        return entry.loaded

    async def refresh(self) -> list[str]:
        """Load the new versions of models that are in memory; the old ones answer meanwhile.

        Returns
        -------
        list of str
            Names of those that were replaced. One that cannot be loaded leaves the old one.
        """
        replaced = []
        for name, entry in self._entries.items():
            now = stamp_of(entry.path)
            if entry.loaded is None or now in (None, entry.loaded.stamp, entry.failed):
                continue
            before = entry.loaded
            await self._once(name, entry)
            if entry.loaded is not before:
                replaced.append(name)
        return replaced

    def close(self) -> None:
        """Load no more."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _once(self, name: str, entry: _Entry) -> None:
        """Load a model, or wait for it; who no longer waits does not stop it."""
        if entry.loading is None or entry.loading.done():
            loop = asyncio.get_running_loop()
            entry.loading = loop.create_task(self._load(name, entry))
        await asyncio.shield(entry.loading)

    async def _load(self, name: str, entry: _Entry) -> None:
        """Load what stands in a model's folder, and tell the log."""
        stamp = stamp_of(entry.path)
        try:
            loop = asyncio.get_running_loop()
            entry.loaded = await loop.run_in_executor(self._thread, _load, entry.path, stamp)
        except (XlingError, OSError) as error:
            # A folder that was exchanged meanwhile is looked at again; a broken one is not.
            entry.failed = stamp if stamp == stamp_of(entry.path) else None
            _log.error("model not loaded", extra={"model": name, "reason": str(error)})
            return
        entry.languages, entry.failed = tuple(entry.loaded.model.languages), None
        self.loads += 1
        _log.info("model loaded", extra={"model": name})


def _load(path: Path, stamp: Stamp | None) -> Loaded:
    """Read a model, and make ready what its first answer would wait for."""
    if stamp is None:
        raise FormatError(path, "there is no model any more")
    model = load(path)
    if isinstance(model, Model):
        for pair in _both(model.languages):
            model.way(*pair)
    return Loaded(model=model, stamp=stamp)


def _both(pair: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Give both directions."""
    yield pair
    yield pair[::-1]


def _verified(path: Path) -> tuple[str, ...]:
    """Check every byte of a model, and give its languages."""
    if is_hub(path):
        verify_manifest(path, kind=HUB_KIND)
        return tuple(hub_languages(path))
    card: dict[str, Any] = read_card(path)
    return tuple(card["languages"])
