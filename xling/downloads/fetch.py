"""Fetch a file over HTTP: gone on with where it stopped, verified, and whole or not at all."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from xling.errors import ChecksumError, FileAccessError, InputError, RemoteError
from xling.files import atomic_file
from xling.progress import Progress, silent

__all__ = ["Fetched", "fetch"]

_BLOCK = 1 << 20
_TRIES = 3  # connections in a row that bring nothing new
_PATIENCE = 30  # seconds without any sign


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A file that is there.

    Parameters
    ----------
    path : Path
        Where it lies.
    url : str
        Where it came from.
    sha256 : str
        Of its bytes.
    size : int
        Bytes.
    cached : bool
        Whether it was there before.
    """

    path: Path
    url: str
    sha256: str
    size: int
    cached: bool


def fetch(
    url: str,
    path: Path,
    *,
    sha256: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Fetched:
    """Fetch a file, unless it is there.

    What came before a connection was cut stays in ``PATH.part``, and the next call goes on from
    there. The checksum of the file is kept in ``PATH.json``; a file that is there is compared
    with it. A file that was put there by hand is taken as it is.

    Parameters
    ----------
    url : str
        ``http`` or ``https``.
    path : Path
        Where it is to lie; folders are made.
    sha256 : str, optional
        What it must be; ``None`` where that is not known before.
    force : bool
        Whether to fetch it anew.
    progress : callable
        Called with the bytes that are there and those that there will be.

    Returns
    -------
    Fetched
        With its checksum.

    Raises
    ------
    RemoteError
        If the server cannot be reached, has no such file, or cuts the connection again and again.
    ChecksumError
        If what came, or what is there, is not what it must be.
    FileAccessError
        If it cannot be written.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise InputError(f"{url!r} is no address; http:// or https:// is needed")
    record = path.with_name(f"{path.name}.json")
    if path.is_file() and not force:
        return _kept(url, path, record, sha256)
    part, state = (path.with_name(f"{path.name}.{end}") for end in ("part", "part.json"))
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        found = _Transfer(url, part, state, path, progress).run()
        if sha256 is not None and found != sha256:
            _forget(part, state)
            raise ChecksumError(
                f"{url}: SHA-256 is {found}, not {sha256}: the file is damaged or was changed",
                hint="fetch it again; if it stays so, the file at its source is another one now",
            )
        _write_record(record, url, found, part.stat().st_size)
        part.replace(path)
        _forget(state)
    return Fetched(path=path, url=url, sha256=found, size=path.stat().st_size, cached=False)


def _kept(url: str, path: Path, record: Path, sha256: str | None) -> Fetched:
    """Compare a file that is there with what is known of it."""
    with _told(path):
        found, size = _digest(path), path.stat().st_size
        stored = _read(record)
        wanted = sha256 or (stored.get("sha256") if stored.get("url") == url else None)
        if wanted is not None and found != wanted:
            raise ChecksumError(
                f"{path}: SHA-256 is {found}, not {wanted}: the file is damaged or was changed",
                hint="--force fetches it anew",
            )
        if wanted is None or not stored:
            _write_record(record, url, found, size)
    return Fetched(path=path, url=url, sha256=found, size=size, cached=True)


class _Transfer:
    """Brings one file into its part, over as many connections as it takes."""

    def __init__(self, url: str, part: Path, state: Path, path: Path, progress: Progress) -> None:
        self._url = url
        self._part = part
        self._state = state
        self._path = path
        self._progress = progress
        self._total: int | None = None

    def run(self) -> str:
        """Fetch to the end; give the checksum."""
        idle = 0
        while True:
            before = self._size()
            reason = self._connect()
            if reason is None:
                return _digest(self._part)
            idle = 0 if self._size() > before else idle + 1
            if idle >= _TRIES:
                of = "" if self._total is None else f" of {self._total:,}"
                raise RemoteError(
                    f"{self._url}: cut off after {self._size():,}{of} bytes ({reason})",
                    hint="the same command again goes on from there",
                )

    def _size(self) -> int:
        """Give the bytes that are there."""
        return self._part.stat().st_size if self._part.exists() else 0

    def _connect(self) -> str | None:
        """Open a connection and take what it gives; say why it ended, if too early."""
        have, mark = self._size(), _read(self._state).get("mark")
        headers = {"User-Agent": "xling", "Accept-Encoding": "identity"}
        if have and mark:
            headers |= {"Range": f"bytes={have}-", "If-Range": mark}
        try:
            with urlopen(Request(self._url, headers=headers), timeout=_PATIENCE) as answer:
                return self._take(answer, have)
        except HTTPError as error:
            error.close()
            whole, now = error.headers.get("Content-Range"), error.headers.get("ETag")
            if error.code == 416 and whole == f"bytes */{have}" and now in (None, mark):
                return None  # all of it is there
            if error.code == 416:  # what is there is longer than the file: begin anew
                _forget(self._part, self._state)
                return "the server has less than is there"
            raise self._refused(
                f"{self._url}: the server answers {error.code} {error.reason}", error.code
            ) from error
        except URLError as error:
            if have:
                return str(error.reason)
            host = urlsplit(self._url).netloc
            raise self._refused(f"{self._url}: cannot reach {host} ({error.reason})", 0) from error
        except (HTTPException, ConnectionError, TimeoutError) as error:
            return str(error) or type(error).__name__

    def _take(self, answer: Any, have: int) -> str | None:
        """Write what comes."""
        start = _start(answer.headers.get("Content-Range")) if answer.status == 206 else 0
        if start not in (0, have):
            _forget(self._part, self._state)
            return "the server gave another part than was asked for"
        length = answer.headers.get("Content-Length")
        self._total = None if length is None else start + int(length)
        mark = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
        usable = mark and not mark.startswith("W/")
        self._state.write_text(json.dumps({"mark": mark if usable else None}), "utf-8")
        with self._part.open("ab" if start else "wb") as stream:
            self._copy(answer, stream, start)
        if self._total is not None and self._size() < self._total:
            return "the connection was closed"
        return None

    def _copy(self, answer: Any, stream: IO[bytes], done: int) -> None:
        """Copy block by block."""
        while block := answer.read(_BLOCK):
            stream.write(block)
            done += len(block)
            if self._total:
                self._progress(f"fetch {self._path.name}", min(done, self._total), self._total)

    def _refused(self, message: str, status: int) -> RemoteError:
        """Say where the file can be put by hand."""
        return RemoteError(
            message, status=status, hint=f"or fetch it by other means, and put it at {self._path}"
        )


def _start(content_range: str | None) -> int:
    """Read where a part begins: ``bytes 100-199/200``."""
    with suppress(ValueError, AttributeError):
        return int(str(content_range).removeprefix("bytes ").partition("-")[0])
    return -1


def _digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(path: Path) -> dict[str, Any]:
    """Read a small file of ours; empty for one that is not there or damaged."""
    with suppress(OSError, ValueError):
        stored = json.loads(path.read_bytes())
        if isinstance(stored, dict):
            return stored
    return {}


def _write_record(record: Path, url: str, sha256: str, size: int) -> None:
    """Keep what is known of a file."""
    text = json.dumps({"url": url, "sha256": sha256, "bytes": size}, indent=1)
    with atomic_file(record, force=True) as temporary:
        temporary.write_text(f"{text}\n", encoding="utf-8")


def _forget(*paths: Path) -> None:
    """Remove files, where they are."""
    for path in paths:
        path.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in plain words why the system refused."""
    try:
        yield
    except OSError as error:
        where = os.fspath(error.filename or path)
        raise FileAccessError(f"cannot write {where}: {error.strerror or error}") from error
