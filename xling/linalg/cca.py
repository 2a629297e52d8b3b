"""Canonical correlations of paired rows, and the maps that make them visible."""

import numpy as np

from xling.arrays import Matrix, Vector
from xling.errors import InputError
from xling.linalg.pairs import check_cross, check_pairs
from xling.linalg.whitening import whitening

__all__ = ["canonical_maps"]


def canonical_maps(
    source: Matrix,
    target: Matrix,
    *,
    dim: int | None = None,
    penalty: float = 0.0,
    weights: Vector | None = None,
) -> tuple[Matrix, Matrix, Vector]:
    """Find the directions of two spaces whose paired coordinates are most correlated.

    With ``Wx`` and ``Wy`` the whitenings of both sides and the SVD ``Wx @ X.T @ D @ Y @ Wy =
    U @ S @ Vt``, ``D = diag(w) / sum(w)``: the maps ``A = Wx @ U`` and ``B = Wy @ V``. Without a
    penalty, ``X @ A`` and ``Y @ B`` have the identity as second moments and the diagonal matrix
    of the correlations ``S`` as cross moments. Rows are taken as they are: moments are
    covariances where both means were taken away before. Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    dim : int, optional
        Keep the directions of so many largest correlations, at most ``min(d, e)``; ``None``
        keeps all.
    penalty : float
        Of `xling.linalg.whitening.whitening`, for both sides.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.

    Returns
    -------
    source : ndarray, shape (d, dim), float64
        ``A``.
    target : ndarray, shape (e, dim), float64
        ``B``.
    correlations : ndarray, shape (dim,), float64
        In [0, 1], not increasing; with a penalty smaller than the true ones.

    Raises
    ------
    InputError
        If ``dim`` is not between 1 and ``min(d, e)``, or the penalty or a weight is negative.
    DegenerateInputError
        If there is no penalty, and one side's rows span less than its dimensions, or if the
        pairs' cross product is zero.
    ShapeError, NonFiniteError
        As of `xling.linalg.pairs.check_pairs`.

    References
    ----------
    Hotelling (1936), Relations between two sets of variates. Vinod (1976), Canonical ridge and
    econometrics of joint production.
    """
    x, y, counted = check_pairs(source, target, weights)
    most = min(x.shape[1], y.shape[1])
    if dim is not None and not 1 <= dim <= most:
        raise InputError(f"dim is {dim}; 1 to {most} is possible here, or none for all")
    kept = most if dim is None else dim
    before = [whitening(rows, weights=counted, penalty=penalty)[0] for rows in (x, y)]
    cross = x.T @ (y * (counted / counted.sum())[:, None])
    check_cross(cross, len(x))
    u, correlations, vt = np.linalg.svd(before[0] @ cross @ before[1], full_matrices=False)
    return before[0] @ u[:, :kept], before[1] @ vt[:kept].T, np.minimum(correlations[:kept], 1.0)
