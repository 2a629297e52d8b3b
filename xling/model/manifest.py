"""The list of a stored folder's files with their checksums, which loading verifies."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from xling import __version__
from xling.errors import (
    ChecksumError,
    FileAccessError,
    FormatError,
    InputError,
    StorageVersionError,
)

__all__ = [
    "BLOCK_BYTES",
    "FORMAT_VERSION",
    "KIND",
    "MANIFEST_NAME",
    "FileRecord",
    "Manifest",
    "read_manifest",
    "verify_manifest",
    "write_manifest",
]

#: The newest format that this xling reads, which is the one it writes.
FORMAT_VERSION = 2
#: What a folder says it is.
KIND = "xling-model"
#: Name of the manifest in its folder.
MANIFEST_NAME = "manifest.json"
#: Bytes of a file that share one checksum.
BLOCK_BYTES = 16 << 20

# Bytes read at a time by each thread: small enough for its core's cache.
_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_AGAIN = "the copy is damaged or was edited: copy or make the model again"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRecord:
    """One file as it was written.

    Parameters
    ----------
    bytes : int
        Its length.
    sha256_blocks : tuple of str
        Checksum of each block, in hexadecimal; none for an empty file.
    """

    bytes: int
    sha256_blocks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a stored folder holds.

    Parameters
    ----------
    kind : str
        What the folder is, for example ``"xling-model"``.
    format_version : int
        How it is laid out.
    xling_version : str
        The release that wrote it.
    block_bytes : int
        Length of a block, in bytes; the last one of a file may be shorter.
    files : mapping of str to FileRecord
        By name relative to the folder, with ``/`` between its parts. Nothing else in the folder
        belongs to it.
    """

    kind: str
    format_version: int
    xling_version: str
    block_bytes: int
    files: Mapping[str, FileRecord]


def write_manifest(
    folder: Path, *, kind: str = KIND, block_bytes: int = BLOCK_BYTES, threads: int | None = None
) -> None:
    """Write the manifest of a folder that is otherwise complete.

    Every file in the folder is listed, those of its sub-folders too; a manifest that stands
    there is replaced. Same files, same bytes. The manifest carries a checksum of itself.

    Parameters
    ----------
    folder : Path
        Usually still a temporary one, see `xling.files.atomic_directory`.
    kind : str
        What the folder is.
    block_bytes : int
        Bytes that share one checksum, at least 1.
    threads : int, optional
        Blocks read at a time; ``None`` for one a core, at most 8.

    Raises
    ------
    FileAccessError
        If the folder or a file in it cannot be read or written.
    InputError
        If a file has a name that not every system can hold, or ``block_bytes`` or ``threads``
        is below 1.
    """
    if block_bytes < 1:
        raise InputError(f"block_bytes is {block_bytes}; at least 1 is needed")
    _check_folder(folder, "folder")
    with _Access(folder, "write"):
        paths = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.is_file()
        }
        paths.pop(MANIFEST_NAME, None)
        for name in paths:
            if not _is_inside(name):
                raise InputError(f"a model cannot hold a file of the name {name!r}")
        sizes = {name: paths[name].stat().st_size for name in sorted(paths)}
        sums = _block_sums(folder, sizes, block_bytes, threads)
        document = {
            "kind": kind,
            "format_version": FORMAT_VERSION,
            "xling_version": __version__,
            "block_bytes": block_bytes,
            "files": {
                name: {"bytes": size, "sha256_blocks": sums[name]} for name, size in sizes.items()
            },
        }
        (folder / MANIFEST_NAME).write_bytes(_sealed(document))


def verify_manifest(folder: Path, *, kind: str = KIND, threads: int | None = None) -> Manifest:
    """Check that a folder holds what was written, to the last byte.

    Files that the manifest doesn't list are not read and don't matter.

    Parameters
    ----------
    folder : Path
        The folder to check.
    kind : str
        What it has to be.
    threads : int, optional
        Blocks read at a time; ``None`` for one a core, at most 8.

    Returns
    -------
    Manifest
        What the folder holds.

    Raises
    ------
    FileAccessError
        If there is no such folder, or it may not be read.
    FormatError
        If it holds no manifest of this kind, or one that makes no sense.
    StorageVersionError
        If a newer xling wrote it.
    ChecksumError
        If a file is missing or isn't what was written; names the file and the bytes.
    InputError
        If ``threads`` is below 1.
    """
    _check_folder(folder, "model")
    with _Access(folder, "read"):
        manifest = _read_manifest(folder, kind)
        for name, record in manifest.files.items():
            _check_length(folder, name, record.bytes)
        sizes = {name: record.bytes for name, record in manifest.files.items()}
        sums = _block_sums(folder, sizes, manifest.block_bytes, threads)
    for name, record in manifest.files.items():
        for index, (found, wanted) in enumerate(zip(sums[name], record.sha256_blocks, strict=True)):
            if found != wanted:
                start = index * manifest.block_bytes
                last = min(start + manifest.block_bytes, record.bytes) - 1
                raise ChecksumError(
                    f"{folder / name}: bytes {start} to {last} are not what was written",
                    hint=_AGAIN,
                )
    return manifest


def read_manifest(folder: Path, *, kind: str = KIND) -> Manifest:
    """Read what a folder should hold; its files are not looked at.

    Parameters
    ----------
    folder : Path
        That was checked before.
    kind : str
        What it has to be.

    Returns
    -------
    Manifest
        What it holds, if nobody changed it.

    Raises
    ------
    FileAccessError, FormatError, StorageVersionError, ChecksumError
        As `verify_manifest`, for the manifest itself.
    """
    _check_folder(folder, "model")
    with _Access(folder, "read"):
        return _read_manifest(folder, kind)


class _Access:
    """Turn a refusal of the system into an error of ours."""

    def __init__(self, folder: Path, verb: str) -> None:
        self._folder = folder
        self._verb = verb

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            place = error.filename or self._folder
            reason = error.strerror or error
            raise FileAccessError(f"cannot {self._verb} {place}: {reason}") from error


def _check_folder(folder: Path, what: str) -> None:
    """Refuse a folder that isn't there."""
    with _Access(folder, "read"):
        if not os.path.lexists(folder):
            raise FileAccessError(f"no such {what}: {folder}")
        if not folder.is_dir():
            raise FileAccessError(f"{folder} is not a directory; a {what} is one")


def _check_length(folder: Path, name: str, wanted: int) -> None:
    """Refuse a file that is missing or has another length."""
    path = folder / name
    if not path.is_file():
        raise ChecksumError(f"{folder}: the file {name} is missing", hint=_AGAIN)
    length = path.stat().st_size
    if length != wanted:
        raise ChecksumError(f"{path} has {length} bytes; {wanted} were written", hint=_AGAIN)


def _block_sums(
    folder: Path, sizes: Mapping[str, int], block_bytes: int, threads: int | None
) -> dict[str, list[str]]:
    """Give the checksum of each block of each file."""
    if threads is not None and threads < 1:
        raise InputError(f"threads is {threads}; at least 1 is needed")
    tasks = [
        (name, start, min(block_bytes, size - start))
        for name, size in sizes.items()
        for start in range(0, size, block_bytes)
    ]
    workers = min(threads or min(8, os.cpu_count() or 1), len(tasks))

    def digest(task: tuple[str, int, int]) -> str:
        name, start, length = task
        return _digest(folder / name, start, length)

    if workers <= 1:
        digests = [digest(task) for task in tasks]
    else:
        with ThreadPoolExecutor(workers) as pool:
            digests = list(pool.map(digest, tasks))
    sums: dict[str, list[str]] = {name: [] for name in sizes}
    for (name, _, _), made in zip(tasks, digests, strict=True):
        sums[name].append(made)
    return sums


def _digest(path: Path, start: int, length: int) -> str:
    """Give the SHA-256 of a part of a file, in hexadecimal."""
    made = hashlib.sha256()
    buffer = memoryview(bytearray(min(_CHUNK, length)))
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while length and (got := file.readinto(buffer[: min(_CHUNK, length)])):
            made.update(buffer[:got])
            length -= got
    return made.hexdigest()


def _canonical(document: Mapping[str, Any]) -> bytes:
    """Write a document in the one way in which a manifest is written."""
    text = json.dumps(document, ensure_ascii=True, indent=1, sort_keys=True, allow_nan=False)
    return text.encode("ascii") + b"\n"


def _sealed(document: Mapping[str, Any]) -> bytes:
    """Write a manifest with its own checksum in it."""
    return _canonical({**document, "sha256": hashlib.sha256(_canonical(document)).hexdigest()})


def _read_manifest(folder: Path, kind: str) -> Manifest:
    """Read a manifest that nobody changed, of a version and kind that can be used."""
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise FormatError(folder, f"not an xling model: no {MANIFEST_NAME} in it")
    raw = path.read_bytes()
    try:
        document = json.loads(raw)
        seal = {name: value for name, value in dict(document).items() if name != "sha256"}
        expected = _sealed(seal)
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(path, f"not a JSON table: {error}", hint=_AGAIN) from error
    if seal.get("kind") != kind:
        raise FormatError(path, f"not an {kind}: its kind is {seal.get('kind')!r}")
    version = seal.get("format_version")
    if type(version) is not int or version < 1:
        raise FormatError(path, f"its format version is {version!r}; a number from 1 is needed")
    if version > FORMAT_VERSION:
        raise StorageVersionError(
            f"model {folder} has format {version}; this xling reads up to {FORMAT_VERSION}",
            hint="a newer xling wrote it: pip install --upgrade xling",
        )
    if version < FORMAT_VERSION:
        raise StorageVersionError(
            f"model {folder} has format {version}; this xling reads {FORMAT_VERSION}",
            hint="an older xling wrote it: train or align it anew",
        )
    if raw != expected:
        raise ChecksumError(f"{path} is not what was written", hint=_AGAIN)
    try:
        return _parsed(document)
    except (KeyError, TypeError, ValueError) as error:
        problem = f"no key {error}" if isinstance(error, KeyError) else str(error)
        raise FormatError(path, f"malformed manifest: {problem}") from error


def _parsed(document: Mapping[str, Any]) -> Manifest:
    """Make a manifest of its document; what makes no sense is a KeyError, Type- or ValueError."""
    block_bytes = _number(document["block_bytes"], "block_bytes", 1)
    if not isinstance(document["files"], dict) or not isinstance(document["xling_version"], str):
        raise TypeError("files must be a table, xling_version a text")
    return Manifest(
        kind=document["kind"],
        format_version=document["format_version"],
        xling_version=document["xling_version"],
        block_bytes=block_bytes,
        files=dict(_records(document["files"], block_bytes)),
    )


def _records(files: Mapping[str, Any], block_bytes: int) -> Iterator[tuple[str, FileRecord]]:
    """Make the record of each file."""
    for name, entry in files.items():
        if not _is_inside(name):
            raise ValueError(f"the file name {name!r} does not stay inside the folder")
        if not isinstance(entry, dict) or not isinstance(entry["sha256_blocks"], list):
            raise TypeError(f"the entry of {name!r} must hold bytes and sha256_blocks")
        length, sums = _number(entry["bytes"], "bytes", 0), entry["sha256_blocks"]
        if not all(isinstance(made, str) and _SHA256.fullmatch(made) for made in sums):
            raise ValueError(f"a checksum of {name!r} is not 64 hexadecimal digits")
        if len(sums) != -(-length // block_bytes):
            raise ValueError(f"{name!r} has {len(sums)} checksums for {length} bytes")
        yield name, FileRecord(bytes=length, sha256_blocks=tuple(sums))


def _number(value: object, name: str, least: int) -> int:
    """Refuse anything but a whole number of some size."""
    if type(value) is not int or value < least:
        raise ValueError(f"{name} is {value!r}; a whole number from {least} is needed")
    return value


def _is_inside(name: str) -> bool:
    """Tell whether a name is relative, plain, and stays in its folder on any system."""
    path = PurePosixPath(name)
    return (
        path.as_posix() == name
        and name not in ("", ".", MANIFEST_NAME)
        and not path.is_absolute()
        and ".." not in path.parts
        and not PureWindowsPath(name).anchor
        and not set(name) & {"\\", "\0"}
    )
