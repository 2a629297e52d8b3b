"""Two spaces mapped into one in several linear steps, each of which can be left out."""

from typing import Literal, TypeAlias

import numpy as np

from xling.arrays import Matrix, Vector
from xling.errors import InputError
from xling.linalg.pairs import check_cross, check_pairs
from xling.linalg.whitening import whitening

__all__ = ["Dewhitening", "multi_step_maps"]

#: Whose spread a side gets back after the orthogonal map.
Dewhitening: TypeAlias = Literal["none", "source", "target"]


def multi_step_maps(
    source: Matrix,
    target: Matrix,
    *,
    whiten: bool = True,
    penalty: float = 0.0,
    powers: tuple[float, float] = (0.5, 0.5),
    dewhiten: tuple[Dewhitening, Dewhitening] = ("source", "target"),
    dim: int | None = None,
    weights: Vector | None = None,
) -> tuple[Matrix, Matrix, Vector]:
    """Find the maps of the multi-step framework.

    The steps, each a product from the right; ``Cx`` and ``Cy`` are the second moments of the
    paired rows, each with its penalty added:

    1. whitening: ``Wx = Cx^-1/2``, ``Wy = Cy^-1/2``; the identity where it is switched off;
    2. orthogonal map: ``U`` and ``V`` of the SVD ``Wx @ X.T @ D @ Y @ Wy = U @ S @ Vt`` with
       ``D = diag(w) / sum(w)``;
    3. re-weighting: ``S^p`` on the source side, ``S^q`` on the target side;
    4. de-whitening: by the source's spread ``U.T @ Cx^1/2 @ U``, or by the target's
       ``V.T @ Cy^1/2 @ V``, either one on either side;
    5. dimension reduction: the first ``dim`` columns.

    Computed in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``.
    whiten : bool
        Step 1; without it there is no step 4 either.
    penalty : float
        Of `xling.linalg.whitening.whitening`, for both sides.
    powers : pair of float
        ``p`` and ``q`` of step 3; two zeros leave it out.
    dewhiten : pair of str
        Step 4 of the source and of the target side: ``"none"``, ``"source"`` or ``"target"``.
    dim : int, optional
        Step 5; at most ``min(d, e)``, which ``None`` keeps.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.

    Returns
    -------
    source : ndarray, shape (d, dim), float64
        All steps of the source side multiplied.
    target : ndarray, shape (e, dim), float64
        Those of the target side.
    singular : ndarray, shape (min(d, e),), float64
        ``S``, not increasing: of whitened pairs, the correlations.

    Raises
    ------
    InputError
        If a number lies outside its range.
    DegenerateInputError
        If there is no penalty, and one side's rows span less than its dimensions, or if the
        pairs' cross product is zero.
    ShapeError, NonFiniteError
        As of `xling.linalg.pairs.check_pairs`.

    References
    ----------
    Artetxe, Labaka and Agirre (2018), Generalizing and improving bilingual word embedding
    mappings with a multi-step framework of linear transformations.
    """
    x, y, counted = check_pairs(source, target, weights)
    most = min(x.shape[1], y.shape[1])
    if dim is not None and not 1 <= dim <= most:
        raise InputError(f"dim is {dim}; 1 to {most} is possible here, or none for all")
    before: tuple[Matrix, Matrix] = (np.eye(x.shape[1]), np.eye(y.shape[1]))
    after: tuple[Matrix, Matrix] | None = None
    if whiten:
        found = [whitening(rows, weights=counted, penalty=penalty) for rows in (x, y)]
        before, after = (found[0][0], found[1][0]), (found[0][1], found[1][1])
    cross = x.T @ (y * (counted / counted.sum())[:, None])
    check_cross(cross, len(x))
    u, singular, vt = np.linalg.svd(before[0] @ cross @ before[1], full_matrices=False)
    maps: list[Matrix] = [
        before[0] @ u * singular ** powers[0],
        before[1] @ vt.T * singular ** powers[1],
    ]
    if after is not None:
        spreads = {
            "none": np.eye(most),
            "source": u.T @ after[0] @ u,
            "target": vt @ after[1] @ vt.T,
        }
        maps = [one @ spreads[kind] for one, kind in zip(maps, dewhiten, strict=True)]
    return maps[0][:, :dim], maps[1][:, :dim], singular
