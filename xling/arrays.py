"""Checks and small helpers for arrays whose rows are items."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xling.errors import DTypeError, NonFiniteError, ShapeError

__all__ = [
    "BoolVector",
    "IntVector",
    "Matrix",
    "Vector",
    "blocks",
    "check_finite",
    "check_matrix",
    "frozen",
    "token_blocks",
    "unit_rows",
]

Matrix: TypeAlias = NDArray[np.floating[Any]]
Vector: TypeAlias = NDArray[np.floating[Any]]
IntVector: TypeAlias = NDArray[np.integer[Any]]
BoolVector: TypeAlias = NDArray[np.bool_]


def check_matrix(array: Matrix, name: str, *, columns: int | None = None) -> None:
    """Refuse anything but a two-dimensional array of floats.

    Parameters
    ----------
    array : ndarray, shape (n, d)
        The array to check.
    name : str
        What to call it in the message.
    columns : int, optional
        The ``d`` that is wanted.

    Raises
    ------
    DTypeError
        If the elements are not floats.
    ShapeError
        If the array is not two-dimensional or has another width.
    """
    if not np.issubdtype(array.dtype, np.floating):
        raise DTypeError(f"{name} holds {array.dtype}; floats are needed")
    if array.ndim != 2:
        raise ShapeError(f"{name} has {array.ndim} dimensions, shape {array.shape}; 2 are needed")
    if columns is not None and array.shape[1] != columns:
        raise ShapeError(f"{name} has rows of width {array.shape[1]}; {columns} is needed")


def check_finite(array: Matrix, name: str) -> None:
    """Refuse NaN and infinity.

    Parameters
    ----------
    array : ndarray
        The array to check.
    name : str
        What to call it in the message.

    Raises
    ------
    NonFiniteError
        If an element is NaN or infinite; names the first one.
    """
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise NonFiniteError(f"{name} holds {array[where]} at {where}; finite numbers are needed")


def frozen(array: NDArray[Any], dtype: Any = None) -> NDArray[Any]:
    """Give a read-only array in C order, copied only if the caller could still write to it.

    Parameters
    ----------
    array : ndarray
        Any array.
    dtype : data-type, optional
        The type wanted; ``None`` keeps it.

    Returns
    -------
    ndarray
        Same values, not writable.
    """
    made = np.ascontiguousarray(array, dtype=dtype)
    if made is array and array.flags.writeable:
        made = made.copy()
    made.flags.writeable = False
    return made


def unit_rows(array: Matrix, out: Matrix | None = None) -> Matrix:
    """Scale each row to length 1; zero rows stay zero.

    Parameters
    ----------
    array : ndarray, shape (n, d)
        Not changed, unless it is ``out``.
    out : ndarray, shape (n, d), same dtype, optional
        Where the result goes; may be ``array``.

    Returns
    -------
    ndarray, shape (n, d), same dtype
        ``x / ||x||`` for each row ``x``.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    # In float64, where the squares of the smallest and largest float32 neither vanish nor overflow.
    squares = np.einsum("ij,ij->i", array, array, dtype=np.float64, casting="safe")
    norms = np.minimum(np.sqrt(squares), np.finfo(array.dtype).max).astype(array.dtype)[:, None]
    norms[norms == 0] = 1
    scaled: Matrix = np.divide(array, norms, out=out)
    return scaled


def blocks(rows: int, size: int) -> Iterator[slice]:
    """Cut ``range(rows)`` into slices of at most ``size``.

    Parameters
    ----------
    rows : int
        Length of what is cut.
    size : int
        Longest slice, at least 1.

    Yields
    ------
    slice
        In order, together covering every row once.

    Examples
    --------
    >>> [(b.start, b.stop) for b in blocks(5, 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def token_blocks(offsets: IntVector, size: int) -> Iterator[slice]:
    """Cut sentences that stand end to end into slices of at most ``size`` tokens.

    Parameters
    ----------
    offsets : ndarray, shape (n + 1,), integer
        Sentence ``i`` holds the tokens ``offsets[i]:offsets[i + 1]``.
    size : int
        Most tokens of a slice, at least 1; a longer sentence is a slice of its own.

    Yields
    ------
    slice
        Of sentences, in order, together covering every one once.

    Examples
    --------
    >>> [(b.start, b.stop) for b in token_blocks(np.array([0, 2, 3, 9, 9]), 3)]
    [(0, 2), (2, 3), (3, 4)]
    """
    start, sentences = 0, len(offsets) - 1
    while start < sentences:
        within = int(np.searchsorted(offsets, offsets[start] + size, side="right")) - 1
        stop = max(start + 1, within)
        yield slice(start, stop)
        start = stop
