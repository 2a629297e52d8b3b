"""Couplings of two sets of rows: entropic optimal transport, within a space and between two."""

import numpy as np

from xling.arrays import Matrix, check_finite, check_matrix
from xling.errors import InputError, ShapeError

__all__ = ["gromov_coupling", "profile_costs", "sinkhorn"]

_TINY = 1e-30  # nothing is divided by less
_SPREAD = 0.05  # regularisation of the first coupling, as a share of the median cost
_CHECK = 10  # Sinkhorn rounds between two looks at the marginals
_FAR = 1e30  # a scaling may lift: what float32 loses below 1e-38 is then a hundred-millionth


def sinkhorn(
    costs: Matrix, regularization: float, *, rounds: int = 1000, tolerance: float = 1e-9
) -> Matrix:
    """Couple rows with columns so that little is paid, and not all of it by a few cells.

    Minimises ``sum(P * C) - regularization * H(P)`` over ``P >= 0`` whose rows sum to ``1 / n``
    and whose columns sum to ``1 / m``, with the entropy ``H``: ``P = diag(u) K diag(v)``,
    ``K = exp(-C / regularization)``, ``u`` and ``v`` scaled in turn. Where numbers of ``K``
    would be too small to be scaled, the scalings go over into the costs, by a round on their
    logarithms, and ``K`` is made anew (Schmitzer 2019).

    Parameters
    ----------
    costs : ndarray, shape (n, m), float32 or float64
        Any numbers; a constant added to a row or a column changes nothing.
    regularization : float
        Above 0, in the unit of the costs; the smaller, the nearer to a permutation.
    rounds : int
        Most scalings of both sides, at least 1. Columns are scaled last: their sums are exact,
        those of the rows are as good as the rounds allow.
    tolerance : float
        Sum of the errors of the row sums at which the rounds end.

    Returns
    -------
    ndarray, shape (n, m), dtype of ``costs``
        Not negative, with sum 1.

    Raises
    ------
    InputError
        If ``regularization`` is not above 0 or ``rounds`` is below 1.
    NonFiniteError
        If a cost is NaN or infinite.

    References
    ----------
    Cuturi (2013), Sinkhorn distances: lightspeed computation of optimal transport. Schmitzer
    (2019), Stabilized sparse scaling algorithms for entropy regularized transport problems.

    Examples
    --------
    >>> sinkhorn(np.array([[0.0, 9.0], [9.0, 0.0]]), 1.0).round(3)
    array([[0.5, 0. ],
           [0. , 0.5]])
    """
    check_matrix(costs, "costs")
    check_finite(costs, "costs")
    if not regularization > 0 or rounds < 1:
        raise InputError(
            f"regularization is {regularization}, rounds {rounds}; above 0 and at least 1 are "
            "needed"
        )
    kind, (n, m) = costs.dtype, costs.shape
    shifted = costs - costs.min(axis=1, keepdims=True)
    shifted -= shifted.min(axis=0)  # so that no row and no column vanishes
    kernel = np.exp(shifted / kind.type(-regularization))
    u, v = np.full(n, 1 / n, kind), np.full(m, 1 / m, kind)
    share = (kind.type(1 / n), kind.type(1 / m))
    for number in range(rounds):
        sums = kernel @ v
        if number and number % _CHECK == 0 and np.abs(u * sums - share[0]).sum() < tolerance:
            break
        u = share[0] / np.maximum(sums, _TINY)
        back = kernel.T @ u
        v = share[1] / np.maximum(back, _TINY)
        lifted = float(u.max()) * n * float(v.max()) * m
        if lifted > _FAR or min(sums.min(), back.min()) < _TINY:
            shifted -= kind.type(regularization) * np.log(v * kind.type(m))
            kernel, v = _absorbed(shifted, regularization), np.full(m, 1 / m, kind)
            u = share[0] / (kernel @ v)
            v = share[1] / (kernel.T @ u)
    kernel *= u[:, None]
    kernel *= v
    coupling: Matrix = kernel
    return coupling


def _absorbed(costs: Matrix, regularization: float) -> Matrix:
    """Scale in place by a round on logarithms, and make the kernel, of mean 1 in rows and columns.

    No number overflows, and none of a row's or a column's largest underflows.
    """
    scale = costs.dtype.type(regularization)
    for axis in (1, 0):
        costs -= costs.min(axis=axis, keepdims=True)
        means = np.exp(costs / -scale).mean(axis=axis, keepdims=True)
        costs += scale * np.log(means)
    kernel: Matrix = np.exp(costs / -scale)
    return kernel


def profile_costs(source: Matrix, target: Matrix) -> Matrix:
    """Compare how each row relates to all of its own space, whatever the others are called.

    The cost of ``i`` and ``j`` is the squared Wasserstein distance between the numbers of row
    ``i`` and those of row ``j``: the mean squared difference of both rows, sorted. Solving the
    transport problem with these costs gives the third lower bound of the Gromov-Wasserstein
    distance (Mémoli 2011), and a coupling to start from.

    Parameters
    ----------
    source : ndarray, shape (n, n)
        Similarities within a space.
    target : ndarray, shape (m, m), same dtype
        Similarities within the other one.

    Returns
    -------
    ndarray, shape (n, m), dtype of ``source``
        Not negative. Of spaces of two sizes, the rows are compared at the quantiles of the
        smaller one.

    References
    ----------
    Mémoli (2011), Gromov-Wasserstein distances and the metric approach to object matching.
    """
    width = min(len(source), len(target))
    sides = [_quantiles(np.sort(rows, axis=1), width) for rows in (source, target)]
    squares = [np.einsum("ij,ij->i", rows, rows) for rows in sides]
    costs: Matrix = squares[0][:, None] + squares[1] - 2 * sides[0] @ sides[1].T
    return np.maximum(costs, 0) / source.dtype.type(width)


def gromov_coupling(
    source: Matrix,
    target: Matrix,
    *,
    regularization: float,
    rounds: int,
    inner: int = 20,
) -> tuple[Matrix, list[float]]:
    """Couple two spaces by the similarities within each: entropic Gromov-Wasserstein.

    Looks for the coupling ``P`` that maximises ``sum_ijkl A_ij B_kl P_ik P_jl`` plus
    ``regularization`` times its entropy, which is the Gromov-Wasserstein problem with squared
    loss: each round is a Sinkhorn problem whose costs are the gradient, ``-4 A P B``. The first
    coupling is that of `profile_costs`. The problem is not convex: what is found depends on the
    start and may be wrong.

    Parameters
    ----------
    source : ndarray, shape (n, n), float32 or float64
        ``A``, symmetric.
    target : ndarray, shape (m, m), same dtype
        ``B``, symmetric.
    regularization : float
        Above 0, as a share of ``4 sqrt(mean(A**2) mean(B**2))``, the greatest gradient that
        perfectly matched rows have on average.
    rounds : int
        At least 1.
    inner : int
        Most Sinkhorn rounds in each.

    Returns
    -------
    coupling : ndarray, shape (n, m), same dtype
        Not negative, with sum 1.
    history : list of float
        ``sum_ijkl A_ij B_kl P_ik P_jl`` at the start and after each round, as a share of
        ``sqrt(mean(A**2) mean(B**2))``; 1 for equal spaces, rightly coupled.

    Raises
    ------
    ShapeError
        If a matrix is not square.
    InputError
        If a number lies outside its range.

    References
    ----------
    Peyré, Cuturi and Solomon (2016), Gromov-Wasserstein averaging of kernel and distance
    matrices. Alvarez-Melis and Jaakkola (2018), Gromov-Wasserstein alignment of word embedding
    spaces.
    """
    for name, rows in (("source", source), ("target", target)):
        if rows.ndim != 2 or rows.shape[0] != rows.shape[1]:
            raise ShapeError(f"{name} has shape {rows.shape}; a square matrix is needed")
    if rounds < 1:
        raise InputError(f"rounds is {rounds}; at least 1 is needed")
    scale = float(np.sqrt(np.square(source).mean() * np.square(target).mean()))
    costs = profile_costs(source, target)
    spread = float(np.median(costs)) or 1.0
    coupling = sinkhorn(costs, _SPREAD * spread, rounds=5 * inner)
    history = []
    for _ in range(rounds):
        moved = source @ coupling @ target
        history.append(float(np.vdot(coupling, moved)) / scale)
        coupling = sinkhorn(-4 * moved, 4 * scale * regularization, rounds=inner)
    history.append(float(np.vdot(coupling, source @ coupling @ target)) / scale)
    return coupling, history


def _quantiles(rows: Matrix, width: int) -> Matrix:
    """Read sorted rows at so many places, evenly spread."""
    if rows.shape[1] == width:
        return rows
    places = (np.arange(width) + 0.5) / width * rows.shape[1] - 0.5
    low = np.clip(np.floor(places).astype(np.int64), 0, rows.shape[1] - 2)
    part = np.clip(places - low, 0, 1).astype(rows.dtype)
    made: Matrix = rows[:, low] * (1 - part) + rows[:, low + 1] * part
    return made
