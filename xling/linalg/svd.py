"""Truncated singular value decomposition of a matrix that is only multiplied with."""

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from xling.arrays import Matrix, Vector
from xling.errors import InputError, NonFiniteError
from xling.progress import Progress, silent

__all__ = ["truncated_svd"]

_OVERSAMPLING = 20
_SMALL = 1 << 16  # cells of a block whose products cost next to nothing in double precision


def truncated_svd(
    multiply: Callable[[Matrix], Matrix],
    multiply_transposed: Callable[[Matrix], Matrix],
    shape: tuple[int, int],
    dim: int,
    *,
    seed: int = 0,
    passes: int = 1,
    progress: Progress = silent,
) -> tuple[Matrix, Vector]:
    """Approximate the largest singular values and left singular vectors.

    A random block is multiplied with the matrix, then ``passes`` times with its transpose and
    itself; within the span of the result the decomposition is exact (Halko, Martinsson and
    Tropp 2011, Finding structure with randomness, algorithms 4.4 and 5.1). Bases are made
    orthonormal through the eigenvectors of their Gram matrix, twice.

    Parameters
    ----------
    multiply, multiply_transposed : callable
        ``M @ X`` for ``X`` of shape (m, k), and ``M.T @ Y`` for ``Y`` of shape (n, k), float32.
    shape : tuple of int
        ``(n, m)`` of the matrix ``M``.
    dim : int
        Number of singular vectors wanted, at most ``min(n, m)``.
    seed : int
        Of the random block.
    passes : int
        More of them bring small singular values nearer to the exact ones.
    progress : callable
        Called after each multiplication.

    Returns
    -------
    vectors : ndarray, shape (n, dim), float32
        Orthonormal columns, largest singular value first; the largest entry of a column by
        absolute value is positive.
    values : ndarray, shape (dim,), float64
        Not increasing. Where the matrix has a smaller rank, the rest are zero, and their columns
        too.

    Raises
    ------
    InputError
        If ``dim`` is not between 1 and ``min(n, m)``.
    NonFiniteError
        If the matrix holds NaN or infinity.
    """
    if not 1 <= dim <= min(shape):
        raise InputError(f"dim is {dim}; 1 to {min(shape)} is possible for a {shape} matrix")
    # On one thread, dense products and decompositions have the same bytes on any machine's cores.
    with threadpool_limits(1, user_api="blas"):
        steps = 2 * passes + 2
        width = min(dim + _OVERSAMPLING, *shape)
        block = np.random.default_rng(seed).standard_normal((shape[1], width), dtype=np.float32)
        block = multiply(block)
        progress("svd", 1, steps)
        for number in range(passes):
            block = multiply_transposed(_orthonormal(block))
            progress("svd", 2 * number + 2, steps)
            block = multiply(_orthonormal(block))
            progress("svd", 2 * number + 3, steps)
        basis = _orthonormal(block)
        small = multiply_transposed(basis).astype(np.float64)
        progress("svd", steps, steps)
        squares, turn = np.linalg.eigh(small.T @ small)
        order = np.argsort(-squares, kind="stable")[:dim]
        values = np.zeros(dim)
        values[: len(order)] = np.sqrt(np.maximum(squares[order], 0))
        values[values <= 1e-6 * values[0]] = 0
        vectors = np.zeros((shape[0], dim), dtype=np.float32)
        vectors[:, : len(order)] = basis @ turn[:, order].astype(np.float32)
        vectors[:, values == 0] = 0
        largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None], axis=0)
        vectors *= np.where(largest < 0, -1, 1).astype(np.float32)
        return vectors, values


def _orthonormal(block: Matrix) -> Matrix:
    """Give an orthonormal basis of the columns' span, zero columns where the rank is smaller."""
    if not np.isfinite(block).all():
        raise NonFiniteError("the matrix to decompose holds NaN or infinity")
    scale = np.abs(block).max() if block.size else 0.0
    basis: Matrix = block / (scale or 1)
    for _ in range(2):
        # A small block is multiplied exactly enough to tell small directions from rounding.
        wide = basis.astype(np.float64) if basis.size <= _SMALL else basis
        gram = (wide.T @ wide).astype(np.float64)
        squares, turn = np.linalg.eigh(gram)
        usable = squares > 1e-10 * max(squares[-1], 1e-300)
        factors = np.where(usable, 1 / np.sqrt(np.where(usable, squares, 1)), 0)
        basis = basis @ (turn * factors).astype(np.float32)
    return basis
