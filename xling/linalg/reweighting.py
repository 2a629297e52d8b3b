"""Maps of both sides into the directions that paired rows share, weighted by how much."""

from typing import TypeAlias

import numpy as np

from xling.arrays import IntVector, Matrix, blocks, check_finite, check_matrix
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = ["weighted_maps", "whitened_maps"]

#: Rows of two sides that belong together.
_Pairs: TypeAlias = tuple[IntVector, IntVector]

_BLOCK = 4096  # pairs that are held in float64 at once
_RIDGE = 1e-3  # of the mean variance: directions with less are hardly stretched


def weighted_maps(
    source: Matrix, target: Matrix, *, power: float = 0.5, pairs: _Pairs | None = None
) -> tuple[Matrix, Matrix]:
    """Rotate both sides into the directions that they share, and weigh these.

    With the decomposition ``X.T @ Y = U @ S @ V.T``, the maps are ``U @ S ** power`` and
    ``V @ S ** power``, ``S`` scaled to a largest value of 1. Power 0 is the orthogonal map with
    both sides turned; a larger power trusts the directions more in which the pairs agree, which
    is what few or doubtful pairs need. Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` belongs to row ``i`` of ``target``, unless there are ``pairs``.
    target : ndarray, shape (m, e), float32 or float64
        May have another width.
    power : float
        At least 0, dimensionless.
    pairs : pair of ndarray, shape (p,), integer, optional
        Source and target rows that belong together; a pair may stand twice, and then counts twice.

    Returns
    -------
    tuple of ndarray, shape (d, r) and (e, r), float32
        With ``r = min(d, e)``.

    Raises
    ------
    ShapeError
        If there is not one target row for each source row.
    InputError
        If the power is negative.
    NonFiniteError
        If a number is NaN or infinite.
    DegenerateInputError
        If nothing speaks for any direction: no pair, or only zero rows.

    References
    ----------
    Artetxe, Labaka and Agirre (2018), Generalizing and improving bilingual word embedding
    mappings with a multi-step framework of linear transformations (re-weighting).

    Examples
    --------
    >>> words = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> a, b = weighted_maps(words, words[:, ::-1], power=0.0)
    >>> bool(np.allclose(words @ a, words[:, ::-1] @ b, atol=1e-6))
    True
    """
    pairs = _checked(source, target, power, pairs)
    u, values, vt = _shared(_product(source, target, pairs), len(pairs[0]))
    weights = values**power
    return (u * weights).astype(np.float32), (vt.T * weights).astype(np.float32)


def whitened_maps(
    source: Matrix, target: Matrix, *, power: float = 0.5, pairs: _Pairs | None = None
) -> tuple[Matrix, Matrix]:
    """Weigh the directions that both sides share by their correlation.

    Both sides are whitened (``A = (X.T @ X) ** -0.5``), rotated by the decomposition
    ``A.T @ X.T @ Y @ B = U @ S @ V.T``, weighted by ``S ** power``, and given back the variance
    that whitening took: ``A @ U @ S ** power @ U.T @ inv(A) @ U`` for the source, and with ``V``
    and ``B`` for the target. A thousandth of the mean variance is added before whitening, so that
    fewer pairs than dimensions do no harm. Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` belongs to row ``i`` of ``target``, unless there are ``pairs``.
    target : ndarray, shape (m, e), float32 or float64
        May have another width.
    power : float
        At least 0, dimensionless; 0 is the orthogonal map of whitened rows, 0.5 on both sides is
        symmetric re-weighting.
    pairs : pair of ndarray, shape (p,), integer, optional
        Source and target rows that belong together; a pair may stand twice, and then counts twice.

    Returns
    -------
    tuple of ndarray, shape (d, r) and (e, r), float32
        With ``r = min(d, e)``.

    Raises
    ------
    ShapeError
        If there is not one target row for each source row.
    InputError
        If the power is negative.
    NonFiniteError
        If a number is NaN or infinite.
    DegenerateInputError
        If nothing speaks for any direction: no pair, or only zero rows.

    References
    ----------
    Artetxe, Labaka and Agirre (2018), Generalizing and improving bilingual word embedding
    mappings with a multi-step framework of linear transformations.
    """
    pairs = _checked(source, target, power, pairs)
    (white_x, back_x), (white_y, back_y) = map(_whitening, (source, target), pairs)
    cross = white_x.T @ _product(source, target, pairs) @ white_y
    u, values, vt = _shared(cross, len(pairs[0]))
    weights = values**power
    return (
        (white_x @ (u * weights) @ (u.T @ back_x @ u)).astype(np.float32),
        (white_y @ (vt.T * weights) @ (vt @ back_y @ vt.T)).astype(np.float32),
    )


def _checked(source: Matrix, target: Matrix, power: float, pairs: _Pairs | None) -> _Pairs:
    """Refuse what cannot be paired; give the rows of each pair."""
    for rows, name in ((source, "source"), (target, "target")):
        check_matrix(rows, name)
        check_finite(rows, name)
    given = (np.arange(len(source)), np.arange(len(target))) if pairs is None else pairs
    if len(given[0]) != len(given[1]):
        raise ShapeError(f"{len(given[0])} source rows for {len(given[1])} target rows")
    if not power >= 0:
        raise InputError(f"power is {power}; 0 or more is needed")
    return given


def _product(source: Matrix, target: Matrix, pairs: _Pairs) -> Matrix:
    """Multiply ``X.T @ Y`` of the pairs in float64, of which a block of rows is held at once."""
    total = np.zeros((source.shape[1], target.shape[1]))
    for part in blocks(len(pairs[0]), _BLOCK):
        x, y = source[pairs[0][part]], target[pairs[1][part]]
        total += x.astype(np.float64).T @ y.astype(np.float64)
    return total


def _shared(cross: Matrix, pairs: int) -> tuple[Matrix, Matrix, Matrix]:
    """Decompose the cross-covariance, singular values scaled to at most 1."""
    if not cross.any():
        raise DegenerateInputError(
            f"{pairs} pairs, and none with two vectors that are not zero; at least one is needed"
        )
    u, values, vt = np.linalg.svd(cross, full_matrices=False)
    return u, values / values[0], vt


def _whitening(rows: Matrix, chosen: IntVector) -> tuple[Matrix, Matrix]:
    """Give the symmetric matrix that whitens some rows, and its inverse."""
    variances, turn = np.linalg.eigh(_product(rows, rows, (chosen, chosen)))
    variances = np.maximum(variances, 0)
    ridge = _RIDGE * variances.mean()
    if not ridge > 0:
        raise DegenerateInputError(f"all {len(chosen)} rows are zero; others are needed")
    roots = np.sqrt(variances + ridge)
    return (turn / roots) @ turn.T, (turn * roots) @ turn.T
