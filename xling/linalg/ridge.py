"""The linear map between paired rows: least squares, plain or with a penalty."""

import numpy as np
import scipy.linalg

from xling.arrays import Matrix, Vector
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.linalg.pairs import check_cross, check_pairs, effective_pairs

__all__ = ["least_squares_map", "ridge_map"]

# Singular values with a smaller share of the largest are taken for empty: rows rounded to float32
# have no exact zeros. As in `xling.linalg.whitening`, whose variances are their squares.
_EMPTY = 1e-6


def least_squares_map(source: Matrix, target: Matrix, *, weights: Vector | None = None) -> Matrix:
    """Find the linear map that brings paired source rows nearest to their target rows.

    Minimises ``sum_i w_i * ||x_i @ W - y_i||^2``. Computed in float64 from the singular values of
    the rows themselves, whose condition is the root of that of ``X.T @ X``.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.

    Returns
    -------
    ndarray, shape (d, e), dtype of ``source``
        ``x @ W`` brings a source row into the target space.

    Raises
    ------
    DegenerateInputError
        If the source rows span less than ``d`` dimensions, but for what rounding to float32 adds:
        many maps are then equally good.
    ShapeError, InputError, NonFiniteError
        As of `xling.linalg.pairs.check_pairs`.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    >>> wide = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
    >>> bool(np.allclose(least_squares_map(x, x @ wide), wide))
    True
    """
    x, y, counted = check_pairs(source, target, weights)
    roots = np.sqrt(counted)[:, None]
    found, _, rank, _ = scipy.linalg.lstsq(x * roots, y * roots, cond=_EMPTY, lapack_driver="gelsd")
    if rank < x.shape[1]:
        raise DegenerateInputError(
            f"{len(x)} source rows span {rank} of {x.shape[1]} dimensions; least squares needs "
            "all of them",
            hint="more pairs, or a method with a penalty: ridge, orthogonal-ridge",
        )
    return np.asarray(found, dtype=source.dtype)


def ridge_map(
    source: Matrix,
    target: Matrix,
    *,
    penalty: float,
    towards: Matrix | None = None,
    weights: Vector | None = None,
) -> Matrix:
    """Find a linear map between paired rows that stays near another one.

    Minimises ``sum_i w_i * ||x_i @ W - y_i||^2 + c * ||W - R||^2``, in closed form
    ``W = (X.T @ D @ X + c I)^-1 @ (X.T @ D @ Y + c R)`` with ``D = diag(w)``. The penalty is
    relative: ``c = penalty * trace(X.T @ D @ X) / n``, with the effective number of pairs ``n =
    sum(w)^2 / sum(w^2)``. So neither the scale of the rows nor that of the weights changes what
    it means, and for rows of length 1 and weights of 1 it is ``c`` itself, which fades as the
    pairs grow in number. Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    penalty : float
        Above 0, in squared lengths of a mean source row. A great one gives ``R`` itself.
    towards : ndarray, shape (d, e), optional
        ``R``; ``None`` for zero, which is ridge regression.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.

    Returns
    -------
    ndarray, shape (d, e), dtype of ``source``
        ``x @ W`` brings a source row into the target space.

    Raises
    ------
    InputError
        If the penalty is not a finite number above 0, or a weight is negative.
    ShapeError
        If the shapes do not fit.
    DegenerateInputError
        If the pairs' cross product is zero and there is no map to stay near.
    NonFiniteError, DegenerateInputError
        As of `xling.linalg.pairs.check_pairs`.

    References
    ----------
    Hoerl and Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems.
    """
    x, y, counted = check_pairs(source, target, weights)
    if not 0 < penalty < np.inf:
        raise InputError(f"penalty is {penalty}; a finite number above 0 is needed")
    size = (x.shape[1], y.shape[1])
    if towards is not None and towards.shape != size:
        raise ShapeError(f"a map of shape {towards.shape} to stay near; {size} is needed")
    scaled = x * counted[:, None]
    gram, cross = scaled.T @ x, scaled.T @ y
    pull = penalty * np.trace(gram) / effective_pairs(counted)
    gram[np.diag_indices_from(gram)] += pull
    if towards is None:
        check_cross(cross, len(x))
    else:
        cross += pull * towards
    return np.asarray(scipy.linalg.solve(gram, cross, assume_a="pos"), dtype=source.dtype)
