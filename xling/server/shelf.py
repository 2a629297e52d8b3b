"""The models of a server: loaded when first asked for, replaced when a new version appears."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xling.errors import FormatError, InputError, XlingError
from xling.files import PathLike
from xling.model.collection import model_fingerprint
from xling.model.hub_storage import HUB_KIND, hub_languages, is_hub
from xling.model.manifest import verify_manifest
from xling.model.model import Model
from xling.model.open import load
from xling.model.storage import read_card
from xling.server.loaded import Loaded, Stamp, stamp_of
from xling.server.problems import CallError

__all__ = ["Shelf"]

_HINT = "name one of them: model=NAME; /v1/models says more of each"

_AGAIN = 5  # seconds after which a model that could not be loaded is tried again

_log = logging.getLogger("xling.server")


@dataclass(kw_only=True, eq=False)
class _Entry:
    """A place on the shelf."""

    path: Path
    languages: tuple[str, ...]
    verified: Stamp | None
    loaded: Loaded | None = None
    failed: Stamp | None = None
    failed_at: float = 0.0
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
        If there is no such folder, it is neither, was changed, or is of another format.
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
            stamp = stamp_of(path)
            self._entries[name] = _Entry(path=path, languages=_verified(path), verified=stamp)
        self._names = tuple(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return self._names

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

    def loaded_now(self, name: str) -> Loaded | None:
        """Give a model that is in memory.

        Parameters
        ----------
        name : str
            One of the names.

        Returns
        -------
        Loaded or None
            The version that was loaded last.
        """
        return self._entries[name].loaded

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
                raise CallError(
                    *(400, "missing_model", f"model is missing; there are {known}"), hint=_HINT
                )
            return next(iter(self._entries))
        if name not in self._entries:
            raise CallError(
                *(404, "unknown_model", f"no model {name[:60]!r}; there are {known}"), hint=_HINT
            )
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
        if entry.loaded is None and not _failed_lately(entry):
            await self._once(name, entry)
        if entry.loaded is None:
            raise CallError(
                503,
                "model_unavailable",
                f"the model {name!r} cannot be loaded; the server's log says why",
                hint="ask again once a whole model stands in its folder",
                retry_after=_AGAIN,
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
            verified = stamp == entry.verified  # at the start: the same files need no second look
            entry.loaded = await loop.run_in_executor(
                self._thread, _load, entry.path, stamp, verified
            )
        except (XlingError, OSError) as error:
            # A folder that was exchanged meanwhile is looked at again; a broken one is not.
            entry.failed = stamp if stamp == stamp_of(entry.path) else None
            entry.failed_at = time.monotonic()
            _log.error("model not loaded", extra={"model": name, "reason": str(error)})
            return
        entry.languages, entry.failed = tuple(entry.loaded.model.languages), None
        self.loads += 1
        _log.info("model loaded", extra={"model": name})


def _failed_lately(entry: _Entry) -> bool:
    """Tell whether the same files could not be loaded just now: calls must not read them all."""
    if entry.failed is None or time.monotonic() - entry.failed_at >= _AGAIN:
        return False
    return entry.failed == stamp_of(entry.path)


def _load(path: Path, stamp: Stamp | None, verified: bool) -> Loaded:
    """Read a model, and make ready what its first answer would wait for."""
    if stamp is None:
        raise FormatError(path, "there is no model any more")
    model = load(path, mapped=True, verified=verified)
    fingerprint = model_fingerprint(path) if isinstance(model, Model) else ""
    loaded = Loaded(model=model, stamp=stamp, fingerprint=fingerprint)
    if stamp_of(path) != stamp:
        raise FormatError(path, "another model took its place while it was read")
    if isinstance(loaded.model, Model):
        for pair in _both(loaded.model.languages):
            loaded.make_ready(*pair, "csls", "all")
    return loaded


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
