"""Matrices of one row a sentence in ``.npy`` files, larger than the memory if need be."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from xling.arrays import Matrix, blocks, check_finite, check_matrix
from xling.errors import FileAccessError, FormatError, InputError
from xling.files import PathLike

__all__ = ["allocate", "map_rows", "new_rows", "read_rows", "write_changed"]

_BLOCK = 65_536  # rows that are changed at once
_NUMBERS = 1 << 20  # that are checked at once
_NO_PROMISE = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)  # of a file system that cannot


def map_rows(path: PathLike) -> Matrix:
    """Map a matrix of floats into memory: read when used.

    Parameters
    ----------
    path : path
        ``.npy``; nothing in it is executed.

    Returns
    -------
    ndarray, shape (n, d), float of any width
        Finite, as float32 too.

    Raises
    ------
    FileAccessError
        If it cannot be read.
    FormatError
        If it is no ``.npy``, or cut short.
    InputError
        If it is no matrix of finite floats with a row.
    """
    try:
        found: Matrix = np.load(Path(path), mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise FileAccessError(f"no such file: {path}") from error
    except (ValueError, EOFError) as error:
        raise FormatError(path, f"no .npy matrix that can be read: {error}") from error
    except OSError as error:
        raise FileAccessError(f"cannot read {path}: {error.strerror or error}") from error
    check_matrix(found, str(path))
    if not len(found) or not found.shape[1]:
        raise InputError(f"{path} has shape {found.shape}; rows are needed")
    with np.errstate(over="ignore"):
        for part in blocks(len(found), max(1, _NUMBERS // found.shape[1])):
            if not np.isfinite(np.asarray(found[part], np.float32)).all():
                check_finite(np.asarray(found, np.float32), str(path))
    return found


def read_rows(path: PathLike) -> Matrix:
    """Read a matrix of floats as float32; only mapped into memory where it is stored so.

    Parameters
    ----------
    path : path
        See `map_rows`.

    Returns
    -------
    ndarray, shape (n, d), float32

    Raises
    ------
    XlingError
        As `map_rows`.
    """
    found: Matrix = np.asarray(map_rows(path), np.float32)
    return found


def new_rows(path: Path, shape: tuple[int, int]) -> Matrix:
    """Make a matrix on the disk, with room for all of it.

    Parameters
    ----------
    path : Path
        ``.npy`` to make.
    shape : pair of int
        Of the matrix.

    Returns
    -------
    ndarray, shape (n, d), float32
        Zeros, mapped for writing.

    Raises
    ------
    OSError
        If the disk has no room; no file is left then.
    """
    try:
        made: Matrix = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
        allocate(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return made


def allocate(path: Path) -> None:
    """Claim room for all of a file that has holes: writing to a mapped hole ends the process.

    Parameters
    ----------
    path : Path
        Of its full length; what it holds stays.

    Raises
    ------
    OSError
        If the disk has no room.
    """
    if not hasattr(os, "posix_fallocate"):
        return
    with path.open("r+b") as stream:
        try:
            os.posix_fallocate(stream.fileno(), 0, os.fstat(stream.fileno()).st_size)
        except OSError as error:
            if error.errno not in _NO_PROMISE:
                raise


def write_changed(
    path: Path,
    rows: Matrix,
    change: Callable[[Matrix], Matrix],
    width: int,
    *,
    block: int = _BLOCK,
    told: Callable[[int, int], None] | None = None,
) -> None:
    """Write what becomes of the rows of a matrix, some at a time.

    Parameters
    ----------
    path : Path
        ``.npy`` to make.
    rows : ndarray, shape (n, d)
        May be mapped.
    change : callable
        From rows, float32, to as many rows of the new width.
    width : int
        Of the new rows.
    block : int
        Rows in memory at once.
    told : callable, optional
        Called with the rows that are done and all of them.

    Raises
    ------
    OSError
        If the disk has no room.
    """
    made = new_rows(path, (len(rows), width))
    for part in blocks(len(rows), block):
        made[part] = change(np.asarray(rows[part], np.float32))
        if told is not None:
            told(part.stop, len(rows))
    made.flush()  # type: ignore[attr-defined]
