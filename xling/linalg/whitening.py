"""Whitening: rows of which every direction varies alike, and the way back."""

import numpy as np

from xling.arrays import Matrix, Vector, check_finite, check_matrix
from xling.errors import DegenerateInputError, InputError
from xling.linalg.pairs import effective_pairs

__all__ = ["whitening"]

# Directions with a smaller share of the largest variance are taken for empty.
_EMPTY = 1e-12


def whitening(
    rows: Matrix, *, weights: Vector | None = None, penalty: float = 0.0
) -> tuple[Matrix, Matrix]:
    """Find the symmetric whitening of some rows, and its inverse.

    With the second moments ``C = X.T @ diag(w) @ X / sum(w)`` and ``c = penalty * trace(C) / n``,
    the whitening is ``(C + c I)^-1/2`` and the way back ``(C + c I)^1/2``; ``n`` is the effective
    number of rows, ``sum(w)^2 / sum(w^2)``, so that the penalty fades as the rows grow in number.
    Without one, whitened rows have the identity as their second moments; these are the covariance
    of rows whose mean was taken away, which is not done here. Computed in float64.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32 or float64
        Not changed.
    weights : ndarray, shape (n,), optional
        How much each row counts, not negative. ``None`` counts all alike.
    penalty : float
        Not negative, in squared lengths of a mean row, spread over the rows. It keeps directions
        of which the rows say little from being blown up.

    Returns
    -------
    whiten : ndarray, shape (d, d), float64
        Symmetric.
    dewhiten : ndarray, shape (d, d), float64
        Its inverse; symmetric.

    Raises
    ------
    InputError
        If the penalty is negative or not finite.
    DegenerateInputError
        If without a penalty the rows span less than ``d`` dimensions, or all rows are zero.
    ShapeError, DTypeError, NonFiniteError
        If the rows are no matrix of finite floats.

    References
    ----------
    Kessy, Lewin and Strimmer (2018), Optimal whitening and decorrelation.

    Examples
    --------
    >>> rows = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    >>> whiten, dewhiten = whitening(rows)
    >>> (rows @ whiten).round(3).tolist()[0], bool(np.allclose(whiten @ dewhiten, np.eye(2)))
    ([1.414, 0.0], True)
    """
    check_matrix(rows, "rows")
    check_finite(rows, "rows")
    if not 0 <= penalty < np.inf:
        raise InputError(f"penalty is {penalty}; a finite number from 0 is needed")
    x = rows.astype(np.float64)
    counted = np.ones(len(x)) if weights is None else weights.astype(np.float64)
    if not (x * counted[:, None]).any():
        raise DegenerateInputError(f"{len(x)} rows, and none that is not zero has weight")
    moments = x.T @ (x * (counted / counted.sum())[:, None])
    values, vectors = np.linalg.eigh(moments)
    spanned = int((values > _EMPTY * values[-1]).sum())
    if not penalty and spanned < len(values):
        raise DegenerateInputError(
            f"{len(x)} rows span {spanned} of {len(values)} dimensions; whitening without a "
            "penalty needs all of them",
            hint="more pairs, or a penalty above 0",
        )
    spread = penalty * float(np.trace(moments)) / effective_pairs(counted)
    roots = np.sqrt(np.maximum(values, 0) + spread)
    return (vectors / roots) @ vectors.T, (vectors * roots) @ vectors.T
