"""Sentence vectors: weighted means of word vectors, without what all of them have in common."""

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, Matrix, Vector, check_matrix
from xling.errors import InputError, ShapeError

__all__ = ["common_components", "inverse_frequency", "weighted_means", "without_components"]


def inverse_frequency(counts: IntVector, scale: float) -> Vector:
    """Weigh words by how rare they are: ``a / (a + p(w))``, smooth inverse frequency.

    Parameters
    ----------
    counts : ndarray, shape (n,)
        How often each word occurs.
    scale : float
        ``a``, above 0: a word that makes up this share of the text counts half.

    Returns
    -------
    ndarray, shape (n,), float32
        In (0, 1].

    Raises
    ------
    InputError
        If the scale is not above 0.

    References
    ----------
    Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings.

    Examples
    --------
    >>> inverse_frequency(np.array([3, 1, 0]), 0.25).tolist()
    [0.25, 0.5, 1.0]
    """
    if not scale > 0:
        raise InputError(f"the scale is {scale}; a number above 0 is needed")
    made: Vector = (scale / (scale + counts / max(counts.sum(), 1))).astype(np.float32)
    return made


def weighted_means(vectors: Matrix, rows: IntVector, offsets: IntVector, weights: Vector) -> Matrix:
    """Give each sentence the mean of its words' vectors, each with its weight.

    Parameters
    ----------
    vectors : ndarray, shape (n, d)
        Of the words.
    rows : ndarray, shape (tokens,), integer
        Word of each token, all sentences end to end.
    offsets : ndarray, shape (s + 1,), integer
        Sentence ``i`` is ``rows[offsets[i]:offsets[i + 1]]``; it may be empty.
    weights : ndarray, shape (n,)
        Of the words, not negative.

    Returns
    -------
    ndarray, shape (s, d), float64
        ``sum_w weight_w v_w / number of tokens``; zero for an empty sentence.

    Raises
    ------
    ShapeError
        If there is not one weight for each word.
    """
    check_matrix(vectors, "vectors")
    if weights.shape != (len(vectors),):
        raise ShapeError(f"weights of shape {weights.shape} for {len(vectors)} words")
    lengths = np.diff(offsets)
    shares = weights[rows] / np.repeat(np.maximum(lengths, 1), lengths)
    shape = (len(lengths), len(vectors))
    made: Matrix = sparse.csr_array((shares, rows, offsets), shape=shape) @ vectors.astype(
        np.float64
    )
    return made


def common_components(rows: Matrix, count: int) -> Matrix:
    """Find the directions in which rows lie most: the first right singular vectors.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        Not centred.
    count : int
        How many, at least 0; at most ``d`` are given.

    Returns
    -------
    ndarray, shape (count, d), float64
        Orthonormal rows, the largest singular value first.
    """
    if not count:
        return np.zeros((0, rows.shape[1]))
    wide = rows.astype(np.float64, copy=False)
    _, vectors = np.linalg.eigh(wide.T @ wide)
    made: Matrix = vectors[:, ::-1][:, :count].T
    return made


def without_components(rows: Matrix, components: Matrix, *, kept: float = 0.0) -> Matrix:
    """Take directions out of rows: ``x - (1 - kept) x C' C``.

    Parameters
    ----------
    rows : ndarray, shape (n, d)
        Not changed.
    components : ndarray, shape (k, d)
        Orthonormal rows, from `common_components`.
    kept : float
        Share of them that stays, in [0, 1].

    Returns
    -------
    ndarray, shape (n, d)
        With ``kept`` 0, orthogonal to all of them.
    """
    made: Matrix = rows - (1 - kept) * (rows @ components.T) @ components
    return made
