"""Gaussian kernels between rows, landmarks among them, and ridge regression on these."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from xling.arrays import IntVector, Matrix, Vector
from xling.errors import InputError

__all__ = ["KernelRidge", "gaussian_kernel", "median_distance", "pivots"]

_JITTER = 1e-8  # of the kernel's diagonal, which is 1: keeps its root real


def gaussian_kernel(rows: Matrix, others: Matrix, bandwidth: float) -> Matrix:
    """Give the similarity of rows by their distance.

    ``k(x, z) = exp(-||x - z||^2 / (2 b^2))``, from 0 for rows far away to 1 for equal ones.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32 or float64
        Not changed.
    others : ndarray, shape (m, d), float32 or float64
        Not changed.
    bandwidth : float
        ``b``, positive, in units of the distances.

    Returns
    -------
    ndarray, shape (n, m), float64
        In [0, 1].

    Examples
    --------
    >>> gaussian_kernel(np.zeros((1, 2)), np.array([[0.0, 0.0], [1.0, 1.0]]), 1.0).round(4)
    array([[1.    , 0.3679]])
    """
    a, b = rows.astype(np.float64), others.astype(np.float64)
    squares = np.einsum("ij,ij->i", a, a)[:, None] + np.einsum("ij,ij->i", b, b) - 2 * (a @ b.T)
    return np.asarray(np.exp(np.maximum(squares, 0) / (-2 * bandwidth**2)))


def median_distance(rows: Matrix) -> float:
    """Give the median distance of different rows, the usual unit of a bandwidth.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float64
        A few hundred suffice; all pairs of them are looked at.

    Returns
    -------
    float
        Positive; 1 where no two rows differ.
    """
    squares = np.einsum("ij,ij->i", rows, rows)
    distances = squares[:, None] + squares - 2 * (rows @ rows.T)
    found = distances[np.triu_indices(len(rows), 1)]
    found = found[found > 1e-12]
    return float(np.sqrt(np.median(found))) if len(found) else 1.0


def pivots(rows: Matrix, bandwidth: float, count: int) -> IntVector:
    """Choose rows that stand for all, each the one that those before it explain least.

    The pivots of an incomplete Cholesky decomposition of the kernel matrix, of which only the
    chosen columns are ever made.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float64
        Not changed.
    bandwidth : float
        Of the kernel.
    count : int
        How many at most, at least 1; fewer where the others are explained wholly.

    Returns
    -------
    ndarray, shape (m,), int64
        Different rows; of equally good ones, the first.

    Raises
    ------
    InputError
        If ``count`` is below 1.

    References
    ----------
    Fine and Scheinberg (2001), Efficient SVM training using low-rank kernel representations.
    """
    if count < 1:
        raise InputError(f"count is {count}; at least 1 is needed")
    left = np.ones(len(rows))
    factor = np.zeros((len(rows), min(count, len(rows))))
    chosen: list[int] = []
    for column in range(factor.shape[1]):
        best = int(np.argmax(left))
        if left[best] < 1e-6:
            break
        values = gaussian_kernel(rows, rows[best : best + 1], bandwidth)[:, 0]
        values -= factor[:, :column] @ factor[best, :column]
        factor[:, column] = values / np.sqrt(left[best])
        left -= np.square(factor[:, column])
        left[best] = 0
        chosen.append(best)
    return np.array(chosen, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class KernelRidge:
    """Ridge regression on the kernel with some landmarks, decomposed for any penalty.

    Minimises ``sum_i w_i ||r_i - k(x_i) A||^2 + penalty * tr(A.T K A)``, where ``k(x_i)`` is the
    kernel of a row with the landmarks and ``K`` that of the landmarks with each other (Nyström).
    With all rows as landmarks it is kernel ridge regression.

    Parameters
    ----------
    kernel : ndarray, shape (n, m), float64
        Of the rows with the landmarks.
    landmarks : ndarray, shape (m, m), float64
        Of the landmarks with each other.
    values : ndarray, shape (n, e), float64
        What is to be predicted.
    weights : ndarray, shape (n,), float64
        How much each row counts; not negative.

    References
    ----------
    Williams and Seeger (2001), Using the Nyström method to speed up kernel machines.
    """

    kernel: Matrix
    landmarks: Matrix
    values: Matrix
    weights: Vector

    def __post_init__(self) -> None:
        jitter = _JITTER * np.eye(len(self.landmarks))
        root = np.linalg.cholesky(self.landmarks + jitter)
        heavy = np.sqrt(self.weights)[:, None]
        features = solve_triangular(root, (self.kernel * heavy).T, lower=True).T
        u, scales, vt = np.linalg.svd(features, full_matrices=False)
        object.__setattr__(self, "_parts", (root, u, scales, vt, u.T @ (self.values * heavy)))

    def coefficients(self, penalty: float) -> Matrix:
        """Solve for one penalty.

        Parameters
        ----------
        penalty : float
            Positive.

        Returns
        -------
        ndarray, shape (m, e), float64
            ``A``.
        """
        root, _, scales, vt, projected = self._parts  # type: ignore[attr-defined]
        weights = vt.T @ (projected * (scales / (scales**2 + penalty))[:, None])
        return np.asarray(solve_triangular(root, weights, lower=True, trans="T"))

    def left_out_error(self, penalty: float) -> float:
        """Give the mean square error of each row as the others predict it, without refitting.

        Parameters
        ----------
        penalty : float
            Positive.

        Returns
        -------
        float
            Weighted mean of ``||r_i - k(x_i) A_without_i||^2``.
        """
        _, u, scales, _, projected = self._parts  # type: ignore[attr-defined]
        shrunk = scales**2 / (scales**2 + penalty)
        heavy = np.sqrt(self.weights)[:, None]
        errors = self.values * heavy - (u * shrunk) @ projected
        errors /= (1 - np.square(u) @ shrunk)[:, None]
        return float(np.sum(errors**2) / self.weights.sum())
