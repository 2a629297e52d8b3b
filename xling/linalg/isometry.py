"""How far two clouds of points are from being rotations of each other.

Every function compares the shapes of two clouds without knowing which point of one belongs to
which of the other, except `relational_similarity`, which is given pairs.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree

from xling.arrays import Matrix, Vector, check_finite, check_matrix, unit_rows
from xling.errors import DegenerateInputError, ShapeError

__all__ = [
    "eigenvector_distance",
    "hausdorff_bound",
    "relational_similarity",
    "spectrum_distance",
]

_SHARE = 0.9  # of the sum of a Laplacian's eigenvalues that the compared ones make up


def relational_similarity(source: Matrix, target: Matrix) -> float:
    """Correlate the cosines within one language with those within the other.

    With paired rows ``x_i`` and ``y_i``, Pearson's correlation of ``cos(x_i, x_j)`` and
    ``cos(y_i, y_j)`` over all ``i < j``. Rotations, and any scaling of rows, leave it as it is.

    Parameters
    ----------
    source, target : ndarray, shape (p, d) and (p, e), float32 or float64
        Row ``i`` of both belongs together; at least three. Memory: two matrices of p x p.

    Returns
    -------
    float
        In [-1, 1]: 1 for rotations of each other, about 0 for unrelated clouds.

    Raises
    ------
    ShapeError
        If the numbers of rows differ.
    DegenerateInputError
        If there are fewer than three pairs, or all cosines of one side are equal.

    References
    ----------
    Vulić, Ruder and Søgaard (2020), Are all good word vector spaces isomorphic?
    """
    check_matrix(source, "source")
    check_matrix(target, "target")
    if len(source) != len(target):
        raise ShapeError(f"{len(source)} source rows, {len(target)} target rows; pairs are needed")
    if len(source) < 3:
        raise DegenerateInputError(f"{len(source)} pairs; at least 3 are needed")
    above = np.triu_indices(len(source), 1)
    one, other = (_cosines(rows)[above] for rows in (source, target))
    one, other = one - one.mean(), other - other.mean()
    scale = np.linalg.norm(one) * np.linalg.norm(other)
    if scale < 1e-12:
        raise DegenerateInputError("all words of one language are equally near to each other")
    return float(one @ other / scale)


def spectrum_distance(source: Matrix, target: Matrix) -> float:
    """Compare how the variance of both clouds is spread over their directions.

    The root mean square of ``log s_i - log t_i`` over the singular values ``s`` and ``t`` of
    both centred clouds, each scaled to sum to 1, largest first.

    Parameters
    ----------
    source, target : ndarray, shape (n, d) and (m, e), float32 or float64
        Where one has fewer directions, only as many are compared.

    Returns
    -------
    float
        0 for rotations of each other; larger for less alike.

    Raises
    ------
    DegenerateInputError
        If all rows of one cloud are equal.

    References
    ----------
    Dubossarsky, Vulić, Reichart and Korhonen (2020), The secret is in the spectra: predicting
    cross-lingual task performance with spectral similarity measures (their singular value gap,
    averaged here, so that numbers of dimensions can be compared).
    """
    values = [_spectrum(rows) for rows in (source, target)]
    shared = min(map(len, values))
    logs = [np.log(value[:shared] / value[:shared].sum()) for value in values]
    return float(np.sqrt(np.mean((logs[0] - logs[1]) ** 2)))


def eigenvector_distance(source: Matrix, target: Matrix, *, neighbors: int = 10) -> float:
    """Compare the Laplacian spectra of both clouds' graphs of nearest neighbours.

    Each point is joined with its nearest others by cosine. With the eigenvalues of both graphs'
    Laplacians, largest first, the sum of ``(l_i - m_i)^2`` over the first ``k``, where ``k`` is
    the smaller of the numbers that make up 90 % of the sum.

    Parameters
    ----------
    source, target : ndarray, shape (n, d) and (n, e), float32 or float64
        Equally many points, which need not be paired.
    neighbors : int
        For each point; fewer where there are fewer points.

    Returns
    -------
    float
        0 for rotations of each other; larger for less alike.

    Raises
    ------
    ShapeError
        If the numbers of points differ.

    References
    ----------
    Søgaard, Ruder and Vulić (2018), On the limitations of unsupervised bilingual dictionary
    induction (there called eigenvector similarity, although smaller is more alike).
    """
    if len(source) != len(target):
        raise ShapeError(f"{len(source)} source and {len(target)} target points; as many are due")
    values = [_laplacian(rows, neighbors) for rows in (source, target)]
    kept = min(
        int(np.searchsorted(np.cumsum(value) / max(value.sum(), 1e-12), _SHARE)) + 1
        for value in values
    )
    return float(np.sum((values[0][:kept] - values[1][:kept]) ** 2))


def hausdorff_bound(source: Matrix, target: Matrix) -> float:
    """Bound from below how far the clouds are from being moved onto each other.

    Both clouds, of rows scaled to length 1, are joined by growing balls; a component that is
    swallowed when the balls reach the distance ``d`` counts with ``d``, which is an edge of the
    minimum spanning tree. Half of the bottleneck distance between both lists is at most the
    Gromov-Hausdorff distance.

    Parameters
    ----------
    source, target : ndarray, shape (n, d) and (m, e), float32 or float64
        Memory: n x n and m x m.

    Returns
    -------
    float
        0 for rotations of each other.

    References
    ----------
    Patra, Moniz, Garg, Gormley and Neubig (2019), Bilingual lexicon induction with
    semi-supervision in non-isometric embedding spaces; Chazal et al. (2009), Gromov-Hausdorff
    stable signatures for shapes using persistence.
    """
    one, other = (_tree(rows) for rows in (source, target))
    return _bottleneck(one, other) / 2


def _cosines(rows: Matrix) -> Matrix:
    """Give all cosines of a cloud with itself."""
    unit = unit_rows(rows.astype(np.float64))
    return np.asarray(unit @ unit.T)


def _spectrum(rows: Matrix) -> Vector:
    """Give the singular values of a centred cloud, without those that are rounding errors."""
    check_matrix(rows, "rows")
    check_finite(rows, "rows")
    wide = rows.astype(np.float64)
    wide -= wide.mean(axis=0)
    squares = np.linalg.eigvalsh(wide.T @ wide)[::-1]
    squares = squares[squares > 1e-10 * max(squares[0], 1e-300)]
    if not len(squares) or squares[0] < 1e-20:
        raise DegenerateInputError("all rows of a space are equal; they have no directions")
    return np.asarray(np.sqrt(squares))


def _laplacian(rows: Matrix, neighbors: int) -> Vector:
    """Give the eigenvalues of the Laplacian of the graph of nearest neighbours, largest first."""
    check_matrix(rows, "rows")
    near = _cosines(rows)
    np.fill_diagonal(near, -np.inf)
    count = min(neighbors, len(rows) - 1)
    joined = np.zeros(near.shape)
    if count > 0:
        best = np.argpartition(-near, count - 1, axis=1)[:, :count]
        np.put_along_axis(joined, best, 1.0, axis=1)
    joined = np.maximum(joined, joined.T)
    return np.asarray(np.linalg.eigvalsh(np.diag(joined.sum(axis=1)) - joined)[::-1])


def _tree(rows: Matrix) -> Vector:
    """Give the lengths of the edges of a minimum spanning tree, longest first."""
    check_matrix(rows, "rows")
    far = np.sqrt(np.maximum(2 - 2 * _cosines(rows), 0))
    # Edges of length 0 would be taken for absent ones; the shift leaves the tree as it is.
    found = minimum_spanning_tree(csr_array(np.triu(far + 1.0, 1)))
    return np.sort(found.data - 1.0)[::-1]


def _bottleneck(one: Vector, other: Vector) -> float:
    """Match the longest with the longest; what is left over costs half of its length."""
    size = min(len(one), len(other))
    apart = np.concatenate([[0.0], np.maximum.accumulate(np.abs(one[:size] - other[:size]))])
    rest = [np.append(values, 0.0)[: size + 1] / 2 for values in (one, other)]
    return float(np.maximum(apart, np.maximum(rest[0], rest[1])).min())
