"""How much of a search's answer is kept where the searched rows were mapped, not embedded again."""

from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, check_matrix, unit_rows
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evaluation.resampling import bootstrap_interval
from xling.retrieval.index import ExactIndex

__all__ = ["Kept", "kept_recall", "recall_by_rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """What searches among mapped rows find of what they find among re-embedded ones.

    Parameters
    ----------
    shares : ndarray, shape (n,), float64
        Of each query: the fraction of its ``k`` nearest re-embedded rows that are among its ``k``
        nearest mapped rows.
    cosines : ndarray, shape (n,), float64
        Of each mapped row with its re-embedded one.
    own_first : float
        Fraction of the queries whose nearest mapped row is their own.
    k : int
        How many rows are looked at.
    """

    shares: Vector = field(repr=False)
    cosines: Vector = field(repr=False)
    own_first: float
    k: int

    @property
    def recall(self) -> float:
        """Mean share, a fraction."""
        return float(self.shares.mean())

    @property
    def cosine(self) -> float:
        """Mean cosine."""
        return float(self.cosines.mean())

    @property
    def chance(self) -> float:
        """What rows in a random order would give, a fraction."""
        return min(1.0, self.k / max(len(self.shares) - 1, 1))

    def interval(self) -> tuple[float, float]:
        """Give the 95 % bootstrap interval of the recall.

        Returns
        -------
        pair of float
            Fractions.
        """
        return bootstrap_interval(self.shares)


def kept_recall(mapped: Matrix, embedded: Matrix, *, k: int = 10) -> Kept:
    """Search with the new model's rows among mapped rows and among its own.

    Each row is a query once; its own row is not counted as an answer.

    Parameters
    ----------
    mapped : ndarray, shape (n, d), float32
        Old rows, brought into the new space.
    embedded : ndarray, shape (n, d), float32
        The same items, embedded by the new model.
    k : int
        Rows that are looked at, at least 1.

    Returns
    -------
    Kept
        By cosine.

    Raises
    ------
    ShapeError
        If the shapes differ.
    DegenerateInputError
        If there are not more than ``k`` + 1 rows.
    InputError
        If ``k`` is below 1.

    Examples
    --------
    >>> rows = np.eye(5, dtype=np.float32)
    >>> kept_recall(rows, rows, k=2).recall
    1.0
    """
    check_matrix(mapped, "the mapped rows")
    if mapped.shape != embedded.shape:
        raise ShapeError(f"mapped rows of shape {mapped.shape}, embedded {embedded.shape}")
    if k < 1:
        raise InputError(f"k is {k}; at least 1 is needed")
    if len(mapped) < k + 2:
        raise DegenerateInputError(
            f"{len(mapped)} rows; recall at {k} needs at least {k + 2}",
            hint="give a larger sample, or hold more of it out",
        )
    sides = [unit_rows(np.asarray(rows, np.float32)) for rows in (mapped, embedded)]
    found, wanted = (_others(ExactIndex(rows=rows), sides[1], k) for rows in sides)
    shares = np.array([len(np.intersect1d(a, b)) / k for a, b in zip(found, wanted, strict=True)])
    best = ExactIndex(rows=sides[0]).search(sides[1], 1).ids[:, 0]
    cosines = np.einsum("ij,ij->i", sides[0], sides[1], dtype=np.float64)
    own = float((best == np.arange(len(best))).mean())
    return Kept(shares=shares, cosines=cosines, own_first=own, k=k)


def recall_by_rows(
    mapped: Matrix, embedded: Matrix, *, k: int = 10, seed: int = 0
) -> list[tuple[int, float]]:
    """Measure the recall among fewer and fewer rows: the fewer are searched, the more is kept.

    Parameters
    ----------
    mapped, embedded, k
        As `kept_recall`.
    seed : int
        Of the parts that the rows are cut into.

    Returns
    -------
    list of (int, float)
        A number of rows, down to ``k`` + 2, and the mean recall within parts of so many.

    Raises
    ------
    XlingError
        As `kept_recall`.
    """
    sizes = [len(mapped)]
    while sizes[-1] // 2 > k + 2:
        sizes.append(sizes[-1] // 2)
    order = np.random.default_rng([seed, 19]).permutation(len(mapped))
    found = []
    for size in dict.fromkeys((*sizes, min(k + 2, len(mapped)))):
        parts = [order[at : at + size] for at in range(0, len(order) - size + 1, size)]
        kept = [kept_recall(mapped[part], embedded[part], k=k).recall for part in parts]
        found.append((size, float(np.mean(kept))))
    return found


def _others(index: ExactIndex, queries: Matrix, k: int) -> IntVector:
    """Give the nearest rows of each query but its own: shape (n, k)."""
    ids = index.search(queries, k + 1).ids
    made = np.empty((len(ids), k), np.int64)
    for number, row in enumerate(ids):
        made[number] = row[row != number][:k]
    return made
