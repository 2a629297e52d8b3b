"""Which rows differ from all earlier ones, so that copies are searched once."""

import hashlib
from typing import Protocol

import numpy as np

from xling.arrays import IntVector, Matrix, blocks

__all__ = ["Rows", "distinct_rows"]

_DIGEST = 16  # bytes that stand for a row: 128 bits, so that different rows never share them


class Rows(Protocol):
    """Rows that are read block by block: an array, or a file such as `SpooledRows`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows and of columns."""

    def __getitem__(self, part: slice, /) -> Matrix:
        """Give some rows.

        Parameters
        ----------
        part : slice
            Which ones.

        Returns
        -------
        ndarray, shape (n, d), float32
            Not to be written to.
        """


def distinct_rows(rows: Rows, block: int) -> IntVector:
    """Find the rows that are neither zero nor bitwise equal to an earlier one.

    Parameters
    ----------
    rows : Rows, shape (n, d), float32
        Read once.
    block : int
        How many are in memory at once, at least 1.

    Returns
    -------
    ndarray, shape (g,), int64
        Their numbers, increasing.
    """
    count = rows.shape[0]
    keys = np.zeros((count, 2), np.uint64)
    known = np.zeros(count, bool)
    for part in blocks(count, block):
        chunk = np.ascontiguousarray(rows[part])
        known[part] = chunk.any(axis=1)
        digests = b"".join(hashlib.blake2b(row, digest_size=_DIGEST).digest() for row in chunk)
        keys[part] = np.frombuffer(digests, np.uint64).reshape(-1, 2)
    here = np.flatnonzero(known)
    order = here[np.lexsort(keys[here].T)]  # stable: of equal rows the first comes first
    new = np.ones(len(order), bool)
    new[1:] = (keys[order[1:]] != keys[order[:-1]]).any(axis=1)
    found: IntVector = np.sort(order[new])
    return found
