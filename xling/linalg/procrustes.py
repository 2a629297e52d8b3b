"""The orthogonal map between paired rows."""

import numpy as np

from xling.arrays import Matrix, Vector, check_finite, check_matrix
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = ["orthogonal_map"]


def orthogonal_map(source: Matrix, target: Matrix, *, weights: Vector | None = None) -> Matrix:
    """Find the rotation that brings paired source rows nearest to their target rows.

    Minimises ``sum_i w_i * ||x_i @ W - y_i||^2`` over square ``W`` with ``W.T @ W = I``: with an
    SVD ``X.T @ diag(w) @ Y = U @ S @ Vt``, that is ``W = U @ Vt``. It is unique where the
    smallest singular value is positive; with fewer pairs than dimensions it is one of many. A
    reflection is allowed. Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``; usually of length 1, which is not required.
    target : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.

    Returns
    -------
    ndarray, shape (d, d), dtype of ``source``
        ``x @ W`` brings a source row into the target space, ``y @ W.T`` a target row back.

    Raises
    ------
    ShapeError
        If the shapes differ, or there is not one weight for each pair.
    InputError
        If a weight is negative.
    NonFiniteError
        If a number is NaN or infinite.
    DegenerateInputError
        If nothing speaks for any rotation: no pair, or only zero weights or zero rows.

    References
    ----------
    Schönemann (1966), A generalized solution of the orthogonal Procrustes problem.

    Examples
    --------
    >>> quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> words = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> bool(np.allclose(orthogonal_map(words, words @ quarter), quarter))
    True
    """
    check_matrix(source, "source")
    check_matrix(target, "target")
    if source.shape != target.shape:
        raise ShapeError(
            f"source has shape {source.shape}, target {target.shape}; pairs need equal shapes"
        )
    check_finite(source, "source")
    check_finite(target, "target")
    y = target.astype(np.float64)
    if weights is not None:
        if weights.shape != (len(source),):
            raise ShapeError(f"weights of shape {weights.shape} for {len(source)} pairs")
        check_finite(weights, "weights")
        if len(weights) and weights.min() < 0:
            raise InputError(f"a weight is {weights.min()}; 0 or more is needed")
        y *= weights[:, None]
    cross = source.astype(np.float64).T @ y
    if not cross.any():
        raise DegenerateInputError(
            f"{len(source)} pairs, and none with weight and two vectors that are not zero; "
            "at least one is needed"
        )
    u, _, vt = np.linalg.svd(cross)
    return np.asarray(u @ vt, dtype=source.dtype)
