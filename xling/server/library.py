"""The collections of sentences of a server, by name."""

from collections.abc import Sequence
from pathlib import Path

from xling.errors import InputError
from xling.files import PathLike
from xling.model.collection import Collection, load_collection
from xling.server.problems import CallError

__all__ = ["Library"]

_HINT = "name one of them: collection=NAME; /v1/collections lists them"


class Library:
    """Collections, each read and checked at the start.

    Parameters
    ----------
    paths : sequence of path
        Folders of collections, each of another base name; there may be none.

    Raises
    ------
    InputError
        If two have one name.
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        As of `xling.model.collection.load_collection`.
    """

    def __init__(self, paths: Sequence[PathLike] = ()) -> None:
        self._collections: dict[str, Collection] = {}
        for path in paths:
            name = Path(path).absolute().name
            if name in self._collections:
                raise InputError(
                    f"two collections of the name {name!r}",
                    hint="a collection is asked for by the name of its folder: rename one",
                )
            self._collections[name] = load_collection(path)

    @property
    def all(self) -> tuple[Collection, ...]:
        """All collections, in order."""
        return tuple(self._collections.values())

    def choose(self, name: str | None) -> Collection:
        """Find the collection that is asked for.

        Parameters
        ----------
        name : str or None
            ``None`` where there is but one.

        Returns
        -------
        Collection
            One of them.

        Raises
        ------
        CallError
            If there is none of that name, or several and none is named.
        """
        known = ", ".join(self._collections) or "none: xling serve --collection adds one"
        if name is None and len(self._collections) == 1:
            return next(iter(self._collections.values()))
        if name is None and self._collections:
            raise CallError(
                *(400, "missing_collection", f"collection is missing; there are {known}"),
                hint=_HINT,
            )
        if name is None or name not in self._collections:
            asked = "" if name is None else f" {name[:60]!r}"
            raise CallError(
                *(404, "unknown_collection", f"no collection{asked}; there are {known}"),
                hint=_HINT,
            )
        return self._collections[name]
