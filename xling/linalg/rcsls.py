"""The relaxed CSLS loss of a linear map, its gradient, and the constraints on the map."""

import numpy as np

from xling.arrays import IntVector, Matrix, Vector
from xling.errors import ShapeError

__all__ = ["mean_rows", "nearest_orthogonal", "rcsls_loss", "spectral_ball"]


def mean_rows(rows: Matrix, ids: IntVector) -> Matrix:
    """Average the neighbours of each item, one neighbour at a time.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32 or float64
        What ``ids`` points into.
    ids : ndarray, shape (p, k), integer
        The neighbours of each item, at least one.

    Returns
    -------
    ndarray, shape (p, d), float64
        Memory is ``p * d``, whatever ``k`` is.
    """
    total = np.zeros((len(ids), rows.shape[1]))
    for column in ids.T:
        total += rows[column]
    return np.asarray(total / ids.shape[1])


def rcsls_loss(
    x: Matrix,
    y: Matrix,
    matrix: Matrix,
    *,
    near_x: Matrix,
    near_y: Matrix,
    weights: Vector,
) -> tuple[float, Matrix]:
    """Give the relaxed CSLS loss of a map, and its subgradient.

    ``L(W) = sum_i w_i (-2 x_i W y_i + mean_{z in N(x_i W)} x_i W z + mean_{s in N(y_i)} s W y_i)
    / sum_i w_i``, where ``N`` are the k rows of largest inner product on the other side. With
    these ``N``, ``L`` is convex in ``W``: a mean of the k largest is their maximum over all
    choices of k. Of such a maximum, the gradient with the neighbours held is a subgradient.

    Parameters
    ----------
    x : ndarray, shape (p, d), float64
        Source rows of the pairs.
    y : ndarray, shape (p, e), float64
        Target rows of the pairs.
    matrix : ndarray, shape (d, e), float64
        The map ``W``.
    near_x : ndarray, shape (p, d), float64
        Mean of the source rows nearest to each ``y_i``, before the map.
    near_y : ndarray, shape (p, e), float64
        Mean of the target rows nearest to each ``x_i W``.
    weights : ndarray, shape (p,)
        Of the pairs; not all zero.

    Returns
    -------
    loss : float
        Smaller is better; minus the mean CSLS of the pairs where all rows have length 1.
    gradient : ndarray, shape (d, e), float64
        Of the loss by ``W``.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    References
    ----------
    Joulin, Bojanowski, Mikolov, Jégou and Grave (2018), Loss in translation: learning bilingual
    word mapping with a retrieval criterion.
    """
    if near_x.shape != x.shape or near_y.shape != y.shape or len(x) != len(y):
        raise ShapeError(
            f"pairs of shapes {x.shape}, {y.shape}, neighbours of {near_x.shape}, {near_y.shape}"
        )
    share = (weights / weights.sum())[:, None]
    pull = (near_y - 2 * y) * share
    gradient = x.T @ pull + near_x.T @ (y * share)
    # Homogeneous of degree one: the loss is the inner product of the map with its gradient.
    return float(np.sum(gradient * matrix)), gradient


def spectral_ball(matrix: Matrix) -> Matrix:
    """Project onto the matrices whose singular values are at most 1.

    Parameters
    ----------
    matrix : ndarray, shape (d, e), float64
        Any.

    Returns
    -------
    ndarray, shape (d, e), float64
        The nearest one of spectral norm at most 1: larger singular values become 1.
    """
    u, values, vt = np.linalg.svd(matrix, full_matrices=False)
    return np.asarray((u * np.minimum(values, 1)) @ vt)


def nearest_orthogonal(matrix: Matrix) -> Matrix:
    """Project onto the orthogonal matrices.

    Parameters
    ----------
    matrix : ndarray, shape (d, e), float64
        Any.

    Returns
    -------
    ndarray, shape (d, e), float64
        The nearest one whose singular values are all 1.
    """
    u, _, vt = np.linalg.svd(matrix, full_matrices=False)
    return np.asarray(u @ vt)
