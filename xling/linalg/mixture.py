"""How probably each pair of a lexicon is right, from how well a map brings it together."""

import numpy as np
from scipy.special import expit

from xling.arrays import Vector, check_finite
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = ["probability_right"]

_ROUNDS = 500
_TOLERANCE = 1e-6
_NARROWEST = 1e-3  # a spread of cosines below this is rounding and small noise
_SHARES = (0.01, 0.999)  # of right pairs


def probability_right(
    cosines: Vector, chance: tuple[float, float], *, weights: Vector | None = None
) -> Vector:
    """Tell right pairs from wrong ones by their cosines.

    A mixture of two normal distributions: that of wrong pairs is known, because it is how rows
    meet by chance; share, mean and spread of the right ones are found by expectation
    maximisation (Dempster, Laird and Rubin 1977). A larger cosine never means a smaller
    probability: where the wider distribution would win again beyond the other's far side, the
    probability stays as it is at the turning point.

    Parameters
    ----------
    cosines : ndarray, shape (n,), float64
        Of the pairs, after a map that was fitted without them.
    chance : pair of float
        Mean and standard deviation of the cosines of rows that belong to different pairs.
    weights : ndarray, shape (n,), optional
        How much each pair counts for share, mean and spread; ``None`` counts all alike.

    Returns
    -------
    ndarray, shape (n,), float64
        In [0, 1].

    Raises
    ------
    DegenerateInputError
        If there is no pair.
    ShapeError
        If there is not one weight for each.
    InputError
        If the standard deviation is not positive.
    NonFiniteError
        If a cosine is NaN or infinite.

    Examples
    --------
    >>> found = probability_right(np.array([0.0, 0.1, 0.8, 0.9, 0.7, 0.85]), (0.0, 0.1))
    >>> found.round(2).tolist()
    [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]
    """
    if not len(cosines):
        raise DegenerateInputError("no pair; at least one is needed to tell right from wrong")
    if weights is not None and weights.shape != cosines.shape:
        raise ShapeError(f"weights of shape {weights.shape} for {len(cosines)} cosines")
    check_finite(cosines, "cosines")
    if not chance[1] > 0:
        raise InputError(f"the spread of chance is {chance[1]}; more than 0 is needed")
    counted = np.ones(len(cosines)) if weights is None else weights.astype(np.float64)
    # The first guess: the better half and all that chance would hardly give.
    start = min(float(np.median(cosines)), chance[0] + 3 * chance[1])
    right: Vector = (cosines >= start).astype(np.float64)
    for _ in range(_ROUNDS):
        found = _expectation(cosines, chance, right, counted)
        moved = float(np.abs(found - right).max())
        right = found
        if moved < _TOLERANCE:
            break
    return right


def _expectation(
    cosines: Vector, chance: tuple[float, float], right: Vector, counted: Vector
) -> Vector:
    """Fit the right pairs' distribution to their probabilities, and give these anew."""
    share = float(np.clip(np.average(right, weights=counted), *_SHARES))
    mass = right * counted
    if not mass.any():
        return right
    mean = max(float(np.average(cosines, weights=mass)), chance[0])
    spread = np.sqrt(np.average((cosines - mean) ** 2, weights=mass))
    spread = max(float(spread), _NARROWEST)
    # The log ratio is a parabola in the cosine; beyond its vertex it would turn round.
    bend = (1 / chance[1] ** 2 - 1 / spread**2) / 2
    slope = mean / spread**2 - chance[0] / chance[1] ** 2
    clipped = cosines
    if bend:
        vertex = -slope / (2 * bend)
        clipped = np.maximum(cosines, vertex) if bend > 0 else np.minimum(cosines, vertex)
    ratio = np.log(share / (1 - share) * chance[1] / spread)
    ratio += ((clipped - chance[0]) / chance[1]) ** 2 / 2 - ((clipped - mean) / spread) ** 2 / 2
    return np.asarray(expit(ratio), dtype=np.float64)
