"""What every fit on paired rows asks of them."""

import numpy as np

from xling.arrays import Matrix, Vector, check_finite, check_matrix
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = ["check_cross", "check_pairs", "effective_pairs"]


def check_pairs(
    source: Matrix, target: Matrix, weights: Vector | None = None, *, one_width: bool = False
) -> tuple[Matrix, Matrix, Vector]:
    """Refuse rows that cannot be fitted, and give the others in float64.

    Parameters
    ----------
    source : ndarray, shape (n, d), float32 or float64
        Row ``i`` is the source vector of pair ``i``; not changed.
    target : ndarray, shape (n, e), float32 or float64
        Row ``i`` is the target vector of pair ``i``; not changed.
    weights : ndarray, shape (n,), optional
        How much each pair counts, not negative, dimensionless. ``None`` weighs all alike.
    one_width : bool
        Whether ``d`` and ``e`` must be equal.

    Returns
    -------
    source, target : ndarray, float64
        The same rows.
    weights : ndarray, shape (n,), float64
        Ones where none were given.

    Raises
    ------
    ShapeError
        If the shapes do not fit, or there is not one weight for each pair.
    DTypeError
        If something does not hold floats.
    InputError
        If a weight is negative.
    NonFiniteError
        If a number is NaN or infinite.
    DegenerateInputError
        If no pair has weight and two vectors that are not zero.
    """
    check_matrix(source, "source")
    check_matrix(target, "target")
    if len(source) != len(target) or (one_width and source.shape != target.shape):
        raise ShapeError(
            f"source has shape {source.shape}, target {target.shape}; pairs need equal "
            + ("shapes" if one_width else "numbers of rows")
        )
    check_finite(source, "source")
    check_finite(target, "target")
    counted = np.ones(len(source))
    if weights is not None:
        if weights.shape != (len(source),):
            raise ShapeError(f"weights of shape {weights.shape} for {len(source)} pairs")
        check_finite(weights, "weights")
        if len(weights) and weights.min() < 0:
            raise InputError(f"a weight is {weights.min()}; 0 or more is needed")
        counted = weights.astype(np.float64)
    if not (source.any(axis=1) & target.any(axis=1) & (counted > 0)).any():
        raise DegenerateInputError(
            f"{len(source)} pairs, and none with weight and two vectors that are not zero; "
            "at least one is needed"
        )
    return source.astype(np.float64), target.astype(np.float64), counted


def check_cross(cross: Matrix, pairs: int, what: str = "map") -> None:
    """Refuse pairs that say nothing of how the two sides are linked.

    Parameters
    ----------
    cross : ndarray, shape (d, e)
        ``X.T @ diag(w) @ Y`` of the pairs.
    pairs : int
        How many they are, for the message.
    what : str
        What they should speak for.

    Raises
    ------
    DegenerateInputError
        If it is zero.
    """
    if not cross.any():
        raise DegenerateInputError(
            f"{pairs} pairs whose cross product is zero; they speak for no {what}"
        )


def effective_pairs(weights: Vector) -> float:
    """Say how many pairs of one weight tell as much as these.

    Parameters
    ----------
    weights : ndarray, shape (n,), float64
        Not negative, at least one of them positive.

    Returns
    -------
    float
        ``sum(w)^2 / sum(w^2)`` (Kish 1965), from 1 to ``n``; the scale of the weights plays no
        part.

    Examples
    --------
    >>> effective_pairs(np.array([1.0, 1.0])), effective_pairs(np.array([0.2, 0.2, 0.0]))
    (2.0, 2.0)
    """
    shares = weights / weights.max()
    return float(shares.sum() ** 2 / (shares @ shares))
