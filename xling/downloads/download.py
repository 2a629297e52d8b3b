"""Fetch a data set into the cache, and make it ready."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from xling.downloads.fetch import Fetched, fetch
from xling.downloads.prepare import flores_pairs, moses_pairs
from xling.downloads.table import DATA_SETS, Remote, remotes
from xling.errors import InputError
from xling.progress import Progress, silent

__all__ = ["Downloaded", "cache_folder", "download"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Downloaded:
    """What was fetched, and what can be used.

    Parameters
    ----------
    files : tuple of Fetched
        As they came.
    ready : tuple of Path
        What other commands read.
    example : str
        A call that reads it.
    """

    files: tuple[Fetched, ...]
    ready: tuple[Path, ...]
    example: str


def cache_folder() -> Path:
    """Say where fetched files are kept.

    Returns
    -------
    Path
        What ``XLING_CACHE`` says, or else the platform's folder for caches.
    """
    own = os.environ.get("XLING_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "xling"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "xling"


def download(
    name: str,
    languages: Sequence[str],
    *,
    corpus: str | None = None,
    version: str | None = None,
    mirror: str | None = None,
    cache: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Downloaded:
    """Fetch a data set, unless it is there, and make it ready.

    Parameters
    ----------
    name : str
        Of `xling.downloads.table.DATA_SETS`.
    languages : sequence of str
        Two for pairs and lexicons, one or more for vectors.
    corpus, version : str, optional
        Of ``opus``.
    mirror : str, optional
        Address of a server that has the same paths, in place of the source's own.
    cache : Path, optional
        Where files are kept; `cache_folder` by default.
    force : bool
        Whether to fetch anew what is there.
    progress : callable
        Called with bytes.

    Returns
    -------
    Downloaded
        In order.

    Raises
    ------
    InputError
        If something is missing or malformed.
    RemoteError, ChecksumError, FormatError, FileAccessError
        As for `xling.downloads.fetch.fetch` and `xling.downloads.prepare`.
    """
    wanted = remotes(name, languages, corpus=corpus, version=version)
    folder = (cache or cache_folder()) / name
    files = tuple(
        fetch(
            _mirrored(one, mirror),
            folder / one.name,
            sha256=one.sha256,
            force=force,
            progress=progress,
        )
        for one in wanted
    )
    kind = DATA_SETS[name].kind
    tags = ",".join(languages)
    if kind == "vectors":
        ready = tuple(file.path for file in files)
        shown = " ".join(map(str, ready)) if len(ready) > 1 else f"{ready[0]} OTHER.vec"
        pair = tags if len(ready) > 1 else f"{tags},OTHER"
        example = f"xling align {shown} --languages {pair} --output MODEL"
    elif kind == "lexicon":
        ready = tuple(file.path for file in files)
        example = f"xling evaluate MODEL {ready[-1]} --from {languages[0]} --to {languages[1]}"
    else:
        ready = _pairs(kind, files[0].path, (languages[0], languages[1]))
        example = f"xling train {ready[0]} --languages {tags} --output MODEL"
        if kind == "flores":
            example = f"cut -f1 {ready[1]} > a; cut -f2 {ready[1]} > b; xling retrieve MODEL a b"
    return Downloaded(files=files, ready=ready, example=example)


def _pairs(kind: str, archive: Path, languages: tuple[str, str]) -> tuple[Path, ...]:
    """Write the pairs of an archive beside it."""
    tags = "-".join(languages)
    if kind == "flores":
        made = []
        for split in ("dev", "devtest"):
            made.append(archive.with_name(f"flores200-{split}-{tags}.tsv"))
            flores_pairs(archive, languages, split, made[-1])
        return tuple(made)
    stem = archive.name.removesuffix(".txt.zip").rpartition("-")[0].rpartition("-")[0]
    output = archive.with_name(f"{stem}-{tags}.tsv.gz")
    moses_pairs(archive, languages, output)
    return (output,)


def _mirrored(one: Remote, mirror: str | None) -> str:
    """Put another server in place of a file's own."""
    if mirror is None:
        return one.url
    if urlsplit(mirror).scheme not in ("http", "https"):
        raise InputError(f"mirror {mirror!r}; an address is needed: https://HOST")
    return mirror.rstrip("/") + urlsplit(one.url).path
