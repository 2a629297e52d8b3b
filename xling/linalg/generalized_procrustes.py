"""Rotations of several spaces into a common one, where some pairs of them are linked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import Matrix, check_finite, check_matrix
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = ["JointRotations", "generalized_procrustes", "linked_groups"]

_Crosses = dict[tuple[int, int], Matrix]


@dataclass(frozen=True, kw_only=True, eq=False)
class JointRotations:
    """What brings all spaces together.

    Parameters
    ----------
    rotations : tuple of ndarray, shape (d, d), float64
        Of each space into the common one; that of ``fixed`` is the identity.
    fixed : int
        The space that stays: the one that the links speak most of.
    history : tuple of float
        The objective at the start and after each round, not falling.
    converged : bool
        Whether the last round gained next to nothing.
    """

    rotations: tuple[Matrix, ...] = field(repr=False)
    fixed: int
    history: tuple[float, ...]
    converged: bool


def generalized_procrustes(
    crosses: Mapping[tuple[int, int], Matrix],
    count: int,
    *,
    max_rounds: int = 200,
    tolerance: float = 1e-10,
) -> JointRotations:
    """Find the rotations under which the linked rows of all spaces agree best.

    Maximises ``sum_ij trace(W_i.T @ C_ij @ W_j)`` over orthogonal ``W_i``, where ``C_ij = X.T @
    diag(w) @ Y`` holds the paired rows of spaces ``i`` and ``j`` with their weights. For rows of
    fixed lengths that is to minimise ``sum w * ||x @ W_i - y @ W_j||^2`` over all pairs of all
    links. Not every two spaces need a link, as long as a chain of links connects them. One space
    after the other is rotated, ``W_i = U @ Vt`` of the SVD of ``sum_j C_ij @ W_j``, which never
    makes the objective smaller. The start follows the strongest links, a maximum spanning tree by
    nuclear norm; where the links are a tree, it is the optimum.

    Parameters
    ----------
    crosses : mapping of (int, int) to ndarray, shape (d, d), float64
        By the two spaces. A link may stand in either direction, or in both, which are added.
    count : int
        Number of spaces.
    max_rounds : int
        How often each space is rotated at most.
    tolerance : float
        A round that gains a smaller fraction of the objective is the last one.

    Returns
    -------
    JointRotations
        Unique up to a common rotation, which is chosen so that one space stays.

    Raises
    ------
    DegenerateInputError
        If no chain of links connects two spaces; a link of zeros links nothing.
    InputError
        If a link names a space that is not there, or links one with itself.
    ShapeError
        If the matrices are not square, or of different sizes.
    NonFiniteError
        If a number is NaN or infinite.

    References
    ----------
    Ten Berge (1977), Orthogonal Procrustes rotation for two or more matrices. Ten Berge, Kiers and
    Commandeur (1993), Orthogonal Procrustes rotation for matrices with missing values.
    Taitelbaum, Chechik and Goldberger (2019), Multilingual word translation using auxiliary
    languages.

    Examples
    --------
    >>> quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> found = generalized_procrustes({(0, 1): quarter, (1, 2): quarter}, 3)
    >>> found.fixed
    1
    >>> bool(np.allclose(found.rotations[0] @ found.rotations[2].T, quarter @ quarter))
    True
    """
    links = _both_ways(crosses, count)
    groups = linked_groups([pair for pair, cross in links.items() if cross.any()], count)
    if len(groups) > 1:
        raise DegenerateInputError(f"no chain of links connects the spaces {groups}")
    strength = {pair: float(np.linalg.norm(cross, "nuc")) for pair, cross in links.items()}
    totals = [sum(s for (i, _), s in strength.items() if i == space) for space in range(count)]
    fixed = int(np.argmax(np.round(totals, 9)))
    rotations = _start(links, strength, fixed, count)
    history = [_objective(links, rotations)]
    converged = count == 1
    while not converged and len(history) <= max_rounds:
        for space in range(count):
            pull = sum(cross @ rotations[j] for (i, j), cross in links.items() if i == space)
            rotations[space] = _nearest_rotation(np.asarray(pull))
        history.append(_objective(links, rotations))
        converged = history[-1] - history[-2] <= tolerance * abs(history[-1])
    back = rotations[fixed].T
    turned = [rotation @ back for rotation in rotations]
    turned[fixed] = np.eye(len(back))
    return JointRotations(
        rotations=tuple(turned), fixed=fixed, history=tuple(history), converged=converged
    )


def linked_groups(links: Sequence[tuple[int, int]], count: int) -> list[list[int]]:
    """Find what chains of links connect.

    Parameters
    ----------
    links : sequence of (int, int)
        In any direction.
    count : int
        Number of spaces.

    Returns
    -------
    list of list of int
        Each group in order, and the groups by their first member; one group where every space can
        be reached from every other one.

    Examples
    --------
    >>> linked_groups([(0, 2), (3, 2)], 5)
    [[0, 2, 3], [1], [4]]
    """
    group = list(range(count))
    for i, j in links:
        old, new = group[j], group[i]
        group = [new if one == old else one for one in group]
    return [
        [space for space in range(count) if group[space] == name] for name in dict.fromkeys(group)
    ]


def _both_ways(crosses: Mapping[tuple[int, int], Matrix], count: int) -> _Crosses:
    """Check the links, and give each from both of its spaces."""
    links: _Crosses = {}
    width = None
    for (i, j), cross in crosses.items():
        if i == j or not (0 <= i < count and 0 <= j < count):
            raise InputError(
                f"a link of the spaces {i} and {j}; two of 0 to {count - 1} are needed"
            )
        check_matrix(cross, f"the link of {i} and {j}", columns=width)
        width = cross.shape[1]
        if len(cross) != width:
            raise ShapeError(f"the link of {i} and {j} has shape {cross.shape}; square is needed")
        check_finite(cross, f"the link of {i} and {j}")
        wide = cross.astype(np.float64)
        links[i, j] = links[i, j] + wide if (i, j) in links else wide
        links[j, i] = links[j, i] + wide.T if (j, i) in links else wide.T
    if width is None:
        raise DegenerateInputError("no link between spaces; at least one is needed")
    return dict(sorted(links.items()))


def _start(
    links: _Crosses, strength: Mapping[tuple[int, int], float], fixed: int, count: int
) -> list[Matrix]:
    """Rotate one space after the other onto its strongest link, from the one that stays."""
    width = len(next(iter(links.values())))
    rotations: dict[int, Matrix] = {fixed: np.eye(width)}
    while len(rotations) < count:
        open_links = [(i, j) for i, j in links if i not in rotations and j in rotations]
        i, j = max(open_links, key=lambda pair: strength[pair])
        rotations[i] = _nearest_rotation(links[i, j] @ rotations[j])
    return [rotations[space] for space in range(count)]


def _nearest_rotation(cross: Matrix) -> Matrix:
    """Give the orthogonal matrix of the largest ``trace(W.T @ cross)``."""
    u, _, vt = np.linalg.svd(cross)
    rotation: Matrix = u @ vt
    return rotation


def _objective(links: _Crosses, rotations: Sequence[Matrix]) -> float:
    """Add up how well all links agree, each once."""
    return float(
        sum(
            np.einsum("ij,ij->", rotations[i], cross @ rotations[j])
            for (i, j), cross in links.items()
            if i < j
        )
    )
