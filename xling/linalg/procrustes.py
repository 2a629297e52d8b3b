"""The orthogonal map between paired rows, whole or of its leading directions."""

import numpy as np

from xling.arrays import Matrix, Vector
from xling.errors import InputError
from xling.linalg.pairs import check_cross, check_pairs

__all__ = ["leading_directions", "orthogonal_map"]


def orthogonal_map(
    source: Matrix,
    target: Matrix,
    *,
    weights: Vector | None = None,
    reflections: bool = True,
) -> Matrix:
    """Find the rotation that brings paired source rows nearest to their target rows.

    Minimises ``sum_i w_i * ||x_i @ W - y_i||^2`` over square ``W`` with ``W.T @ W = I``: with an
    SVD ``X.T @ diag(w) @ Y = U @ S @ Vt``, that is ``W = U @ Vt``. It is unique where the
    smallest singular value is positive; with fewer pairs than dimensions it is one of many.
    Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``; usually of length 1, which is not required.
    target : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.
    reflections : bool
        ``False`` asks for determinant +1: where ``det(U @ Vt)`` is -1, the direction of the
        smallest singular value is turned round (Kabsch 1976).

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
    Schönemann (1966), A generalized solution of the orthogonal Procrustes problem. Kabsch (1976),
    A solution for the best rotation to relate two sets of vectors.

    Examples
    --------
    >>> quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> words = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> bool(np.allclose(orthogonal_map(words, words @ quarter), quarter))
    True
    """
    u, vt = _directions(*check_pairs(source, target, weights, one_width=True))
    if not reflections and np.linalg.det(u) * np.linalg.det(vt) < 0:
        u[:, -1] *= -1
    return np.asarray(u @ vt, dtype=source.dtype)


def leading_directions(
    source: Matrix, target: Matrix, rank: int, *, weights: Vector | None = None
) -> tuple[Matrix, Matrix]:
    """Find the directions along which paired rows agree most.

    With the SVD ``X.T @ diag(w) @ Y = U @ S @ Vt``, the ``rank`` leading columns of ``U`` and of
    ``V``: among all pairs of orthonormal bases, those with the largest
    ``sum_i w_i * (x_i @ A) . (y_i @ B)``. Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    rank : int
        How many directions, at most ``min(d, e)``.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.

    Returns
    -------
    source : ndarray, shape (d, rank), dtype of ``source``
        ``A``: ``x @ A`` brings a source row into the shared space.
    target : ndarray, shape (e, rank), dtype of ``target``
        ``B``, for target rows.

    Raises
    ------
    InputError
        If the rank is not between 1 and ``min(d, e)``, or a weight is negative.
    ShapeError, NonFiniteError, DegenerateInputError
        As of `orthogonal_map`.

    References
    ----------
    Smith, Turban, Hamblin and Hammerla (2017), Offline bilingual word vectors, orthogonal
    transformations and the inverted softmax.
    """
    x, y, counted = check_pairs(source, target, weights)
    most = min(x.shape[1], y.shape[1])
    if not 1 <= rank <= most:
        raise InputError(f"rank is {rank}; 1 to {most} is possible here")
    u, vt = _directions(x, y, counted)
    return np.asarray(u[:, :rank], source.dtype), np.asarray(vt[:rank].T, target.dtype)


def _directions(x: Matrix, y: Matrix, weights: Vector) -> tuple[Matrix, Matrix]:
    """Give the singular vectors of the cross product, the largest values first."""
    cross = x.T @ (y * weights[:, None])
    check_cross(cross, len(x), "rotation")
    u, _, vt = np.linalg.svd(cross)
    return u, vt
