"""The bilinear form that scores a seed lexicon's pairs 1 and all other pairs 0."""

import numpy as np

from xling.arrays import Matrix, Vector
from xling.errors import DegenerateInputError, ShapeError

__all__ = ["bilinear_form", "bilinear_loss", "latent_factors", "relative_penalty"]


def relative_penalty(source_gram: Matrix, target_gram: Matrix) -> float:
    """Give the unit of the penalty: the mean of what it is added to.

    Parameters
    ----------
    source_gram : ndarray, shape (d, d), float64
        ``X.T @ X``.
    target_gram : ndarray, shape (e, e), float64
        ``Z.T @ Z``.

    Returns
    -------
    float
        The mean eigenvalue of the one times that of the other, so that a penalty in this unit
        means the same for lexicons of any size and spaces of any width.
    """
    return float(
        np.trace(source_gram) / len(source_gram) * np.trace(target_gram) / len(target_gram)
    )


def bilinear_loss(
    matrix: Matrix, source_gram: Matrix, target_gram: Matrix, cross: Matrix, penalty: float
) -> tuple[float, Matrix]:
    """Give the square loss of a bilinear form on the pair indicator, and its gradient.

    ``L(W) = ||X W Z.T - Y||^2 - ||Y||^2 + penalty * ||W||^2``, where ``Y[i, j]`` is how much the
    lexicon says that source word ``i`` and target word ``j`` are a pair, mostly 0. Computed as
    ``tr(W.T Cx W Cz) - 2 tr(W.T P) + penalty tr(W.T W)``, from matrices of the spaces' widths
    alone; a matrix of words by words is never made.

    Parameters
    ----------
    matrix : ndarray, shape (d, e), float64
        The form ``W``.
    source_gram : ndarray, shape (d, d), float64
        ``Cx = X.T @ X`` over the distinct source words of the lexicon.
    target_gram : ndarray, shape (e, e), float64
        ``Cz = Z.T @ Z`` over its distinct target words.
    cross : ndarray, shape (d, e), float64
        ``P = X.T @ Y @ Z``, the sum of ``y_ij x_i z_j`` over the pairs.
    penalty : float
        Not negative.

    Returns
    -------
    loss : float
        Smaller is better; negative where the form knows anything of the pairs.
    gradient : ndarray, shape (d, e), float64
        Of the loss by ``W``.
    """
    inner = source_gram @ matrix @ target_gram + penalty * matrix
    return float(np.sum(matrix * (inner - 2 * cross))), 2 * (inner - cross)


def bilinear_form(
    source_gram: Matrix, target_gram: Matrix, cross: Matrix, penalty: float
) -> Matrix:
    """Find the form of least loss.

    The loss is a convex quadratic in ``W``, least where ``Cx W Cz + penalty W = P``. In the
    eigenvectors of ``Cx`` and ``Cz`` that is one division an entry.

    Parameters
    ----------
    source_gram, target_gram, cross, penalty
        See `bilinear_loss`; ``penalty`` must be positive.

    Returns
    -------
    ndarray, shape (d, e), float64
        The unique minimum.

    Raises
    ------
    ShapeError
        If the matrices do not fit together.
    DegenerateInputError
        If the penalty is not positive: the minimum need not be unique then.
    """
    if cross.shape != (len(source_gram), len(target_gram)):
        raise ShapeError(
            f"a cross product of shape {cross.shape} between grams of "
            f"{source_gram.shape} and {target_gram.shape}"
        )
    if not penalty > 0:
        raise DegenerateInputError(f"the penalty is {penalty}; more than 0 is needed")
    a, left = np.linalg.eigh(source_gram)
    b, right = np.linalg.eigh(target_gram)
    scale = np.outer(np.maximum(a, 0), np.maximum(b, 0)) + penalty
    return np.asarray(left @ ((left.T @ cross @ right) / scale) @ right.T)


def latent_factors(matrix: Matrix) -> tuple[Matrix, Vector, Matrix]:
    """Write a form as two orthogonal maps with a metric between them: ``W = U @ diag(b) @ V.T``.

    For square ``W`` of full rank, every ``W = U_s B U_t.T`` with orthogonal ``U_s``, ``U_t`` and
    symmetric positive definite ``B`` differs from this one by one rotation of the latent space,
    which no inner product in it sees. So this is *the* decomposition, in the axes of ``B``.

    Parameters
    ----------
    matrix : ndarray, shape (d, e), float64
        The form.

    Returns
    -------
    left : ndarray, shape (d, r), float64
        Orthonormal columns, ``r = min(d, e)``; the largest entry of each is positive.
    metric : ndarray, shape (r,), float64
        Not negative, not increasing.
    right : ndarray, shape (e, r), float64
        Orthonormal columns.
    """
    left, metric, right = np.linalg.svd(matrix, full_matrices=False)
    largest = np.take_along_axis(left, np.abs(left).argmax(axis=0)[None], axis=0)
    signs = np.where(largest < 0, -1.0, 1.0)
    return left * signs, metric, right.T * signs
