"""Any folder that xling wrote for look-up: a model of two languages, or a hub of more."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from xling.errors import UnknownNameError
from xling.files import PathLike
from xling.model import storage
from xling.model.hub import Hub, choose_pair
from xling.model.hub_side import HubSide
from xling.model.hub_storage import hub_languages, is_hub, read_hub
from xling.model.model import Model
from xling.model.side import Side

__all__ = ["load", "load_card", "load_hub", "load_model", "load_pair", "load_side"]


def load(path: PathLike, *, mapped: bool = False, verified: bool = False) -> Model | Hub:
    """Read a model or a hub, and check every byte of it.

    Parameters
    ----------
    path : path
        A folder that `Model.save` or `Hub.save` wrote.
    mapped, verified : bool
        As for `load_model`; a hub is always read and checked.

    Returns
    -------
    Model or Hub
        The same one. Both translate, look up, score and are evaluated in the same way.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If there is no such folder, it is neither, was changed, or is of another format.
    """
    if is_hub(path):
        return load_hub(path)
    return load_model(path, mapped=mapped, verified=verified)


def load_model(path: PathLike, *, mapped: bool = False, verified: bool = False) -> Model:
    """Read a model that `Model.save` wrote, and check every byte of it.

    Parameters
    ----------
    path : path
        The folder.
    mapped : bool
        Whether arrays are only mapped from the files: read when used, shared by all processes
        that map them, and still there after another model has taken the folder's place.
    verified : bool
        Whether the caller has just checked the folder.

    Returns
    -------
    Model
        The same model.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If there is no such folder, it is no model, was changed, or is of another format.
    """
    parts = storage.read_parts(path, mapped=mapped, verified=verified)
    return Model(
        sides=parts.sides,
        table=parts.table,
        spellings=parts.spellings,
        extra=parts.extra,
        rankers=parts.rankers,
        card=parts.card,
        name=Path(path).absolute().name,
        answers=parts.answers,
    )


def load_hub(path: PathLike, languages: Collection[str] | None = None) -> Hub:
    """Read a hub, and check every byte of it.

    Parameters
    ----------
    path : path
        A folder that `Hub.save` wrote.
    languages : collection of str, optional
        Only these, at least two; all by default.

    Returns
    -------
    Hub
        The same one, or a part of it.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        If there is no such folder, it is no hub, was changed, or is of another format.
    """
    parts = read_hub(path, languages)
    return Hub(
        sides=parts.sides,
        links=parts.links,
        fit=parts.fit,
        name=Path(path).absolute().name,
    )


def load_pair(path: PathLike, source: str | None = None, target: str | None = None) -> Model:
    """Read what look-up between two languages needs, and no more.

    Parameters
    ----------
    path : path
        Of a model or a hub.
    source, target : str, optional
        Languages; of a model they are not looked at, of a hub the first two are the default.

    Returns
    -------
    Model
        Of two languages.

    Raises
    ------
    UnknownNameError, InputError
        If the hub has no such direction.
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        As `load`.
    """
    if not is_hub(path):
        return load_model(path)
    pair = choose_pair(hub_languages(path), source, target)
    return load_hub(path, pair).pair(*pair)


def load_side(path: PathLike, language: str) -> Side | HubSide:
    """Read one language of a model or a hub.

    Parameters
    ----------
    path : path
        Of either.
    language : str
        Its tag, in any casing.

    Returns
    -------
    Side or HubSide
        Words, vectors, map and subwords.

    Raises
    ------
    UnknownNameError
        If there is no such language.
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        As `load`.
    """
    if not is_hub(path):
        return load_model(path).side(language)
    languages = hub_languages(path)
    known = [tag for tag in languages if tag.casefold() == language.casefold()]
    if not known:
        raise UnknownNameError("language of this hub", language, languages)
    return read_hub(path, known).sides[0]


def load_card(path: PathLike) -> dict[str, Any]:
    """Read how a model or hub was made, checking the whole of it.

    Parameters
    ----------
    path : path
        Of either.

    Returns
    -------
    dict
        The card.

    Raises
    ------
    FileAccessError, FormatError, ChecksumError, StorageVersionError
        As `load`.
    """
    return load_hub(path).card if is_hub(path) else storage.read_card(path)
