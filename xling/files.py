"""Files and folders that are read with clear errors and written whole or not at all."""

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import IO, TypeAlias, cast

from xling.errors import FileAccessError, XlingError
from xling.replacing import check_replaceable

__all__ = [
    "PathLike",
    "atomic_directory",
    "atomic_file",
    "check_output",
    "digests",
    "open_binary",
    "system_error",
]

_NUMBER = re.compile(r"\(os error (\d+)\)")  # as libraries written in Rust name the system's errors
_LONGEST_NAME = 240  # 255 on common file systems, less what a temporary name adds

PathLike: TypeAlias = str | os.PathLike[str]


def open_binary(path: PathLike) -> IO[bytes]:
    """Open a file for reading as bytes, through gzip if its name ends in ``.gz``.

    Parameters
    ----------
    path : path
        File to read.

    Returns
    -------
    binary file
        To be closed by the caller.

    Raises
    ------
    FileAccessError
        If there is no such file, it is a folder, or it may not be read.
    """
    place = Path(path)
    try:
        if place.is_dir():
            raise FileAccessError(f"{path} is a directory; a file is needed")
        if place.name.endswith(".gz"):
            packed = gzip.GzipFile(place, mode="rb")  # closes the file that it opens itself
            return cast("IO[bytes]", BufferedReader(packed, 1 << 20))
        return open(place, "rb")
    except OSError as error:
        raise FileAccessError(_reason(path, error, "read")) from error


def digests(**paths: PathLike) -> dict[str, str]:
    """Give the SHA-256 of files, so that a result says what it was computed from.

    Parameters
    ----------
    **paths : path
        By name. What is no regular file, such as a pipe, is left out: it can be read but once.

    Returns
    -------
    dict of str to str
        Hexadecimal, by name; of the bytes as they are on the disk, compressed or not.
    """
    found = {}
    for name, path in paths.items():
        if Path(path).is_file():
            with Path(path).open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def check_output(
    path: PathLike,
    *,
    force: bool = False,
    inputs: Iterable[PathLike | None] = (),
    directory: bool = False,
) -> None:
    """Refuse an output place that is taken or cannot be written to.

    Parameters
    ----------
    path : path
        Where a file or folder is to be written.
    force : bool
        Whether what stands there may be replaced.
    inputs : iterable of path or None
        What the run reads, none of which is ever replaced.
    directory : bool
        Whether a folder is to be made: that replaces only an empty one, or one that xling wrote.

    Raises
    ------
    FileAccessError
        If it is taken and ``force`` is not set or it may not be replaced, or its parent is no
        folder one may write to.
    """
    place = Path(path)
    if os.path.lexists(place):
        hint = "choose another place, or replace it with --force"
        try:
            given = [None if one is None else Path(one) for one in inputs]
            check_replaceable(place, inputs=given, directory=directory)
        except FileAccessError as error:
            if force:
                raise
            hint = error.hint or "choose another place"
        if not force:
            raise FileAccessError(f"{path} exists already", hint=hint)
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in place.parts):
        raise FileAccessError(f"{path}: a name is longer than {_LONGEST_NAME} bytes")
    parent = place.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise FileAccessError(f"{parent} is not a directory, so {path} cannot be made there")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise FileAccessError(f"no permission to write {path} into {parent}")


@contextmanager
def atomic_directory(path: PathLike, *, force: bool = False) -> Iterator[Path]:
    """Fill a folder that appears under its name only when it is complete.

    Parameters
    ----------
    path : path
        The folder to make.
    force : bool
        Whether a folder that stands there is replaced, if it is empty or xling wrote it.

    Yields
    ------
    Path
        A temporary folder beside it, to be filled; renamed at the end, removed on any error.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    check_output(path, force=force, directory=True)
    place = Path(path).absolute()
    with _own_parents(path, place):
        temporary = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
        try:
            temporary.chmod(0o777 & ~_umask())
            yield temporary
            for file in temporary.rglob("*"):
                if file.is_file():
                    _sync(file)
            if os.path.lexists(place):
                check_output(path, force=force, directory=True)  # it may be another one by now
                _swap(temporary, place)
            else:
                temporary.rename(place)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


@contextmanager
def atomic_file(path: PathLike, *, force: bool = False) -> Iterator[Path]:
    """Write a file that appears under its name only when it is complete.

    Parameters
    ----------
    path : path
        The file to make.
    force : bool
        Whether a file that stands there is replaced.

    Yields
    ------
    Path
        A temporary file beside it, same ending; renamed at the end, removed on any error.

    Raises
    ------
    FileAccessError
        If the place is taken, or the disk refuses.
    """
    check_output(path, force=force)
    place = Path(path).absolute()
    with _own_parents(path, place):
        handle, name = tempfile.mkstemp(prefix=".", suffix=f".{place.name}", dir=place.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            temporary.chmod(0o666 & ~_umask())
            yield temporary
            _sync(temporary)
            temporary.replace(place)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def system_error(error: BaseException) -> OSError | None:
    """Find what the system refused in an error of a library.

    Parameters
    ----------
    error : BaseException
        Any.

    Returns
    -------
    OSError or None
        The error itself if it is one; that which safetensors and others tell of in words.
    """
    if isinstance(error, OSError):
        return error
    found = None if isinstance(error, XlingError) else _NUMBER.search(str(error))
    return None if found is None else OSError(int(found[1]), os.strerror(int(found[1])))


def _reason(path: PathLike, error: OSError, verb: str) -> str:
    """Say in plain words why the system refused."""
    if isinstance(error, FileNotFoundError):
        if verb == "write":  # the parent is there: /proc, for example, holds no files of ours
            return f"cannot write {path}: the system makes no file or folder there"
        return f"no such file: {path}"
    if isinstance(error, PermissionError):
        return f"no permission to {verb} {path}"
    return f"cannot {verb} {path}: {error.strerror or error}"


@contextmanager
def _own_parents(path: PathLike, place: Path) -> Iterator[None]:
    """Make the parents of a place; on an error, remove them again and say what was wrong."""
    made: list[Path] = []
    try:
        folder = place.parent
        while not folder.exists():
            made.append(folder)
            folder = folder.parent
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        refused = system_error(error)
        if refused is not None:
            raise FileAccessError(_reason(path, refused, "write")) from error
        raise


def _swap(temporary: Path, place: Path) -> None:
    """Put a finished folder where another one stands, and remove that one."""
    old = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent)) / "old"
    try:
        place.rename(old)
        try:
            temporary.rename(place)
        except BaseException:
            old.rename(place)
            raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _sync(file: Path) -> None:
    """Ask the system to put a file on the disk."""
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _umask() -> int:
    """Read the process's umask (which the system gives only in exchange for a new one)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
