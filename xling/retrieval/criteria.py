"""Retrieval criteria: how well an answer ``y`` suits a query ``x``; larger is better.

With ``r(x)`` the mean cosine of ``x`` with its 10 nearest rows of the other side::

    nn                cos(x, y)
    csls              2 cos(x, y) - r(x) - r(y)
    margin-distance   cos(x, y) - (r(x) + r(y)) / 2
    margin            cos(x, y) / max((r(x) + r(y)) / 2, 0.01)
    inverted-softmax  30 cos(x, y) - log sum_n exp(30 cos(x_n, y))
    mutual            csls(x, y) - max(b(x), b(y))

``inverted-softmax``, with a sum over all rows ``x_n`` of the query side, is the logarithm of the
probability that ``y``, choosing among them by softmax, chooses ``x``. In ``mutual``, ``b(x)`` and
``b(y)`` are the best CSLS that either has with any row of the other side: 0 for mutual nearest
neighbours, and below 0 for all other pairs, by as much as something better is there for one of
the two.

A row ``y`` of the searched side is stored as ``[y, r(y)]``. Then the first three are plain inner
products over one index: ``[x, 0]`` asks for the nearest neighbour, ``[2x, -1]`` for CSLS and
``[x, -1/2]`` for the margin distance, up to a constant of the query. The others are computed from
the cosines in blocks, by `rescored`.

References
----------
Conneau et al. (2018), Word translation without parallel data: CSLS.
Smith et al. (2017), Offline bilingual word vectors: the inverted softmax.
Artetxe and Schwenk (2019), Margin-based parallel corpus mining: the ratio and the distance.
"""

from typing import Literal, get_args

import numpy as np

from xling.arrays import Matrix, Vector, blocks
from xling.errors import UnknownNameError
from xling.progress import Progress, silent
from xling.retrieval.index import ExactIndex

__all__ = [
    "CRITERIA",
    "INVERSE_TEMPERATURE",
    "LEAST_MEAN",
    "LINEAR",
    "NEIGHBORHOOD",
    "Criterion",
    "augment",
    "correction",
    "criterion",
    "mean_similarity",
    "queries",
    "rescored",
]

#: Names of the criteria.
Criterion = Literal["csls", "nn", "inverted-softmax", "margin", "margin-distance", "mutual"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)

#: Those that are an inner product with a row and its mean similarity.
LINEAR: frozenset[Criterion] = frozenset({"csls", "nn", "margin-distance"})

#: How many neighbours a mean similarity is taken over.
NEIGHBORHOOD = 10

#: What cosines are multiplied with in the inverted softmax.
INVERSE_TEMPERATURE = 30.0

#: The least denominator of the margin: beside next to nothing, anything is a large share.
LEAST_MEAN = 0.01

_TILE = 4096  # rows of either side whose cosines are in memory at once: 64 MiB


def criterion(name: str) -> Criterion:
    """Find a criterion by its name.

    Parameters
    ----------
    name : str
        One of `CRITERIA`.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    for known in CRITERIA:
        if name == known:
            return known
    raise UnknownNameError("retrieval criterion", name, CRITERIA)


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
        ``[y, r(y)]``, read-only, so that an index need not copy it.
    """
    made = np.hstack([rows, means[:, None]]).astype(np.float32, copy=False)
    made.flags.writeable = False
    return made


def queries(rows: Matrix, means: Vector, name: Criterion) -> tuple[Matrix, Vector]:
    """Write queries so that an inner product with augmented rows answers the criterion.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Unit length.
    means : ndarray, shape (n,), float32
        Their own mean similarity with the searched side.
    name : str
        A criterion; of one that is not in `LINEAR`, the inner product is the plain cosine.

    Returns
    -------
    queries : ndarray, shape (n, d + 1), float32
        To be multiplied with augmented rows.
    offsets : ndarray, shape (n,), float32
        What to take away from each inner product to have the criterion's value.
    """
    last = np.empty((len(rows), 1), np.float32)
    if name == "csls":
        last[:] = -1
        return np.hstack([2 * rows, last]), means
    if name == "margin-distance":
        last[:] = -0.5
        return np.hstack([rows, last]), means / 2
    last[:] = 0
    return np.hstack([rows, last]), np.zeros_like(means)


def correction(
    name: Criterion, answers: ExactIndex, asked: ExactIndex, *, progress: Progress = silent
) -> Vector | None:
    """Find out what a criterion needs to know of each answer, beside its mean similarity.

    Parameters
    ----------
    name : str
        A criterion.
    answers, asked : ExactIndex
        Augmented rows of the side that is searched, and of the whole side of the queries.
    progress : callable
        Called after each block of rows.

    Returns
    -------
    ndarray, shape (m,), float32, or None
        ``log sum_n exp(30 cos(x_n, y))`` for the inverted softmax, ``b(y)`` for mutual
        neighbours, and ``None`` for the others. One pass over both sides, in blocks: no more than
        64 MiB beside the inputs.
    """
    if name not in {"mutual", "inverted-softmax"}:
        return None
    found = np.empty(len(answers), np.float32)
    for part in blocks(len(answers), _TILE):
        rows = answers.rows[part]
        if name == "mutual":
            asking, offsets = queries(rows[:, :-1], rows[:, -1], "csls")
            found[part] = asked.search(asking, 1).scores[:, 0] - offsets
        else:
            found[part] = _log_sum(rows[:, :-1], asked.rows[:, :-1])
        progress(name, part.stop, len(answers))
    return found


def _log_sum(rows: Matrix, asked: Matrix) -> Vector:
    """Add up what all queries say of some rows, in a block of queries after another."""
    total = np.zeros(len(rows))
    for part in blocks(len(asked), _TILE):
        with np.errstate(invalid="ignore"):  # BLAS raises the flag where it reads past a row
            cosines = asked[part] @ rows.T
        cosines -= 1  # at most 0 then, so that no power is too large
        cosines *= INVERSE_TEMPERATURE
        total += np.exp(cosines, out=cosines).sum(axis=0, dtype=np.float64)
    logs: Vector = np.log(total) + INVERSE_TEMPERATURE
    return logs


def rescored(
    cosines: Matrix, name: Criterion, means: Vector, answer_means: Vector, corrected: Vector | None
) -> Matrix:
    """Turn cosines into the values of a criterion that is no inner product.

    Parameters
    ----------
    cosines : ndarray, shape (n, m), float32
        Of queries with all answers; overwritten.
    name : str
        A criterion that is not in `LINEAR`; any other one leaves the cosines as they are.
    means, answer_means : ndarray, shape (n,) and (m,), float32
        Mean similarities of the queries and of the answers.
    corrected : ndarray, shape (m,), float32, optional
        Of `correction`.

    Returns
    -------
    ndarray, shape (n, m), float32
        ``cosines``, with the values of the criterion.
    """
    if name == "margin":
        halves = (means / 2)[:, None] + (answer_means / 2)[None]
        cosines /= np.maximum(halves, LEAST_MEAN, out=halves)
    elif name == "inverted-softmax" and corrected is not None:
        cosines *= INVERSE_TEMPERATURE
        cosines -= corrected
    elif name == "mutual" and corrected is not None:
        cosines *= 2
        cosines -= means[:, None]
        cosines -= answer_means
        cosines -= np.maximum(cosines.max(axis=1, keepdims=True), corrected)
    return cosines
