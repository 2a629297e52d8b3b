"""Rows of sentence pairs through ``datasets``: Parquet files, saved folders, and the hub."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

from xling.data.formats.pair_rows import Row
from xling.errors import FormatError, InputError, RemoteError
from xling.files import open_binary

__all__ = ["HUB", "HubName", "dataset_rows", "hub_rows", "parse_hub"]

#: What the name of a data set on the hub begins with.
HUB = "hub:"

_KEYS = ("config", "split", "revision")
_PATIENCE = 10  # seconds until a hub that does not answer counts as unreachable
_BY_HAND = "where there is a network, save it with datasets' save_to_disk, and give that folder"


@dataclass(frozen=True, kw_only=True, slots=True)
class HubName:
    """A data set on the hub.

    Parameters
    ----------
    name : str
        ``OWNER/NAME``.
    config, revision : str, optional
        A part of it, and a commit or tag.
    split : str
        For example ``train``.
    """

    name: str
    config: str | None = None
    split: str = "train"
    revision: str | None = None


def parse_hub(text: str) -> HubName:
    """Read ``hub:OWNER/NAME?config=...&split=...&revision=...``.

    Parameters
    ----------
    text : str
        All after the name can be left out.

    Returns
    -------
    HubName
        What is asked for.

    Raises
    ------
    InputError
        If there is no name, or something else is asked for.

    Examples
    --------
    >>> parse_hub("hub:Helsinki-NLP/opus-100?config=de-en").config
    'de-en'
    """
    name, _, query = text.removeprefix(HUB).partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    bad = [key for key, value in given.items() if key not in _KEYS or not value]
    if not name.strip("/ ") or bad or (query and not given):
        raise InputError(
            f"data set {text!r}; hub:OWNER/NAME is needed, and after ? any of "
            f"{', '.join(f'{key}=...' for key in _KEYS)}, with & between them"
        )
    return HubName(name=name, **given)


def hub_rows(text: str) -> Generator[Row, None, None]:
    """Stream a data set from the hub; nothing is stored.

    Parameters
    ----------
    text : str
        As for `parse_hub`.

    Yields
    ------
    tuple of (int, mapping)
        Number of the row from 1, and values by name.

    Raises
    ------
    RemoteError
        If the hub cannot be reached, or has no such data set, config or split.
    """
    wanted = parse_hub(text)
    import datasets

    _check_reachable(str(datasets.config.HF_ENDPOINT), text)
    try:
        with _quiet():
            rows = datasets.load_dataset(
                wanted.name,
                wanted.config,
                split=wanted.split,
                revision=wanted.revision,
                streaming=True,
            )
            yield from enumerate(rows, start=1)
    except (GeneratorExit, KeyboardInterrupt):
        raise
    except Exception as error:
        raise RemoteError(f"{text}: {_line(error)}", hint=_BY_HAND) from error


def dataset_rows(path: Path) -> Generator[Row, None, None]:
    """Stream a Parquet file, or a folder that ``datasets`` saved or can load.

    Parameters
    ----------
    path : Path
        Exists. Of a folder with several splits, ``train`` is read.

    Yields
    ------
    tuple of (int, mapping)
        Number of the row from 1, and values by name.

    Raises
    ------
    FormatError
        If it cannot be read as that.
    FileAccessError
        If there is no such file, or it may not be read.
    """
    import datasets

    if not path.is_dir():
        open_binary(path).close()

    try:
        with _quiet():
            yield from enumerate(_open(datasets, path), start=1)
    except (GeneratorExit, KeyboardInterrupt):
        raise
    except Exception as error:
        what = "a directory without a data set" if path.is_dir() else "no Parquet file"
        raise FormatError(path, f"{what} that can be read ({_line(error)})") from error


def _open(datasets: Any, path: Path) -> Any:
    """Open a file or folder as rows."""
    if not path.is_dir():
        return datasets.load_dataset("parquet", data_files=str(path), split="train", streaming=True)
    if (path / "dataset_dict.json").is_file() or (path / "state.json").is_file():
        found = datasets.load_from_disk(str(path))
        return found["train"] if isinstance(found, dict) else found
    return datasets.load_dataset(str(path), split="train", streaming=True)


def _check_reachable(endpoint: str, text: str) -> None:
    """Ask the hub for a sign of life: its own library tries for half a minute."""
    try:
        urlopen(Request(endpoint, method="HEAD"), timeout=_PATIENCE).close()
    except HTTPError as error:
        error.close()  # it answers
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise RemoteError(f"{text}: cannot reach {endpoint} ({reason})", hint=_BY_HAND) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep progress bars and warnings of the libraries off the terminal."""
    import datasets

    bars = datasets.are_progress_bars_disabled()
    loggers = [logging.getLogger(name) for name in ("datasets", "huggingface_hub", "fsspec")]
    levels = [logger.level for logger in loggers]
    datasets.disable_progress_bars()
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if not bars:
            datasets.enable_progress_bars()


def _line(error: Exception) -> str:
    """Give an error of another library as one short line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300].rstrip(".")
