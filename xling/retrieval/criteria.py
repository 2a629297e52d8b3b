"""Retrieval criteria, each written as a plain inner product over one index.

A row ``y`` of the searched side is stored as ``[y, r(y)]``, where ``r(y)`` is the mean cosine of
``y`` with its nearest neighbours on the query side. Then ``[x, 0]`` asks for the nearest
neighbour, and ``[2x, -1]`` for CSLS, ``2 cos(x, y) - r(x) - r(y)``, up to the constant ``r(x)``
(Conneau et al. 2018, Word translation without parallel data).
"""

from typing import Literal, get_args

import numpy as np

from xling.arrays import Matrix, Vector
from xling.errors import UnknownNameError
from xling.progress import Progress, silent
from xling.retrieval.index import ExactIndex

__all__ = ["NEIGHBORHOOD", "Criterion", "augment", "criterion", "mean_similarity", "queries"]

#: Names of the criteria.
Criterion = Literal["csls", "nn"]

#: How many neighbours the mean similarity of CSLS is taken over.
NEIGHBORHOOD = 10


def criterion(name: str) -> Criterion:
    """Find a criterion by its name.

    Parameters
    ----------
    name : str
        ``"csls"`` or ``"nn"``.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    for known in get_args(Criterion):
        if name == known:
            found: Criterion = known
            return found
    raise UnknownNameError("retrieval criterion", name, get_args(Criterion))


def mean_similarity(
    rows: Matrix, others: Matrix, *, k: int = NEIGHBORHOOD, progress: Progress = silent
) -> Vector:
    """Give each row's mean cosine with its nearest rows of the other side.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Unit length.
    others : ndarray, shape (m, d), float32
        Unit length.
    k : int
        Number of neighbours; all of ``others`` where there are fewer.
    progress : callable
        Called after each block of rows.

    Returns
    -------
    ndarray, shape (n,), float32
        In [-1, 1]; larger for a row that is near many others. Never holds more than a block's
        neighbours: memory is ``4096 * k`` beside the inputs.
    """
    index = ExactIndex(rows=others)
    means = np.empty(len(rows), dtype=np.float32)
    step = 4096
    for start in range(0, len(rows), step):
        part = slice(start, min(start + step, len(rows)))
        means[part] = index.search(rows[part], k).scores.mean(axis=1)
        progress("neighbourhoods", part.stop, len(rows))
    return means


def augment(rows: Matrix, means: Vector) -> Matrix:
    """Store what is searched: each row with its mean similarity beside it.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Unit length.
    means : ndarray, shape (n,), float32
        Of `mean_similarity`.

    Returns
    -------
    ndarray, shape (n, d + 1), float32
        ``[y, r(y)]``.
    """
    return np.hstack([rows, means[:, None]]).astype(np.float32, copy=False)


def queries(rows: Matrix, means: Vector, name: Criterion) -> tuple[Matrix, Vector]:
    """Write queries so that an inner product with augmented rows answers the criterion.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Unit length.
    means : ndarray, shape (n,), float32
        Their own mean similarity with the searched side.
    name : {"csls", "nn"}
        The criterion.

    Returns
    -------
    queries : ndarray, shape (n, d + 1), float32
        To be multiplied with augmented rows.
    offsets : ndarray, shape (n,), float32
        What to take away from each inner product to have the criterion's value.
    """
    if name == "csls":
        return np.hstack([2 * rows, np.full((len(rows), 1), -1, np.float32)]), means
    return np.hstack([rows, np.zeros((len(rows), 1), np.float32)]), np.zeros_like(means)
