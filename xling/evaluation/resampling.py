"""How far a score would move on other queries, and whether two systems differ at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xling.arrays import Vector, blocks, check_finite
from xling.errors import DegenerateInputError, InputError, ShapeError

__all__ = [
    "PairedComparison",
    "bootstrap_interval",
    "holm",
    "paired_bootstrap",
    "paired_permutation",
]

# Drawn indices held at a time: 8 MiB.
_DRAWN = 1 << 20
# Up to so many different values, drawing how often each comes is the quicker way.
_FEW_VALUES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedComparison:
    """How much better one system is than another on the same queries.

    Parameters
    ----------
    difference : float
        Mean of the first minus mean of the second, in the units of the values.
    low, high : float
        95 % percentile bootstrap interval of the difference.
    p_value : float
        Two-sided, in (0, 1]: twice the share of resamples on the rarer side of zero, both sides
        counting zero itself, with one resample added so that it is never 0.
    """

    difference: float
    low: float
    high: float
    p_value: float


def bootstrap_interval(
    values: Vector, *, confidence: float = 0.95, samples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Give the percentile bootstrap interval of a mean over queries.

    Each resample draws ``n`` queries with replacement; the interval runs between the
    ``(1 - confidence) / 2`` quantiles of the resamples' means, from either end.

    Parameters
    ----------
    values : ndarray, shape (n,), float64 or bool
        One for each query, for example 1 for a hit.
    confidence : float
        A fraction in (0, 1).
    samples : int
        Number of resamples, at least 1.
    seed : int
        Same seed, same interval.

    Returns
    -------
    tuple of float
        Lower and upper end, in the units of the values.

    Raises
    ------
    DegenerateInputError
        If there is no value.
    ShapeError
        If the values are not a vector.
    NonFiniteError
        If a value is NaN or infinite.
    InputError
        If ``confidence`` or ``samples`` is out of range.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13.

    Examples
    --------
    >>> low, high = bootstrap_interval(np.array([1.0] * 60 + [0.0] * 40))
    >>> round(low, 1), round(high, 1)
    (0.5, 0.7)
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence is {confidence}; a fraction between 0 and 1 is needed")
    means = _resampled_means(_checked(values, "values"), samples, seed)
    return _quantiles(means, confidence)


def paired_bootstrap(
    a: Vector, b: Vector, *, samples: int = 10_000, seed: int = 0
) -> PairedComparison:
    """Compare two systems on the same queries.

    The per-query differences are resampled, so that what makes a query hard for both systems
    does not widen the interval.

    Parameters
    ----------
    a, b : ndarray, shape (n,), float64 or bool
        Values of the two systems; index ``i`` is the same query in both.
    samples : int
        Number of resamples, at least 1.
    seed : int
        Same seed, same comparison.

    Returns
    -------
    PairedComparison
        Positive where ``a`` is larger.

    Raises
    ------
    ShapeError
        If the two are not vectors of one length.
    DegenerateInputError
        If there is no value.
    NonFiniteError
        If a value is NaN or infinite.
    InputError
        If ``samples`` is below 1.

    References
    ----------
    Koehn (2004), Statistical significance tests for machine translation evaluation.

    Examples
    --------
    >>> hits = np.array([1.0, 0.0, 1.0, 1.0])
    >>> paired_bootstrap(hits, hits).p_value
    1.0
    """
    differences = _differences(a, b)
    means = _resampled_means(differences, samples, seed)
    low, high = _quantiles(means, 0.95)
    rarer = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    return PairedComparison(
        difference=float(differences.mean()),
        low=low,
        high=high,
        p_value=min(1.0, 2 * (rarer + 1) / (samples + 1)),
    )


def paired_permutation(a: Vector, b: Vector, *, samples: int = 10_000, seed: int = 0) -> float:
    """Test whether two systems differ on the same queries, by exchanging their values.

    If they do not differ, which of the two values of a query belongs to which system is chance:
    each sample exchanges them by a fair coin for each query.

    Parameters
    ----------
    a, b : ndarray, shape (n,), float64 or bool
        Values of the two systems; index ``i`` is the same query in both.
    samples : int
        Number of samples, at least 1.
    seed : int
        Same seed, same p-value.

    Returns
    -------
    float
        Two-sided p-value in (0, 1]: the share of samples whose mean difference is at least as
        far from 0 as the one found, the one found being counted among them.

    Raises
    ------
    ShapeError
        If the two are not vectors of one length.
    DegenerateInputError
        If there is no value.
    NonFiniteError
        If a value is NaN or infinite.
    InputError
        If ``samples`` is below 1.

    References
    ----------
    Yeh (2000), More accurate tests for the statistical significance of result differences.

    Examples
    --------
    >>> paired_permutation(np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0]))
    1.0
    """
    differences = _differences(a, b)
    if samples < 1:
        raise InputError(f"samples is {samples}; at least 1 is needed")
    moved = np.abs(differences[differences != 0])
    found = abs(differences.sum())
    sizes, counts = np.unique(moved, return_counts=True)
    rng = np.random.default_rng(seed)
    sums = np.zeros(samples)
    for size, count in zip(sizes.tolist(), counts.tolist(), strict=True):
        sums += size * (2 * rng.binomial(count, 0.5, samples) - count)
    # What is equal up to rounding is as far away.
    extreme = np.count_nonzero(np.abs(sums) >= found - 1e-9 * max(1.0, found))
    return float((extreme + 1) / (samples + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for there being several of them.

    The smallest of ``m`` is multiplied by ``m``, the next by ``m - 1`` and so on; none becomes
    smaller than one before it, or larger than 1. Rejecting what stays below ``alpha`` makes any
    false rejection less likely than ``alpha``, however the tests depend on each other.

    Parameters
    ----------
    p_values : sequence of float
        In [0, 1].

    Returns
    -------
    list of float
        In the same order.

    Raises
    ------
    InputError
        If a value lies outside [0, 1].

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    for value in p_values:
        if not 0 <= value <= 1:
            raise InputError(f"the p-value {value} lies outside [0, 1]")
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected = [1.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[place]))
        corrected[place] = largest
    return corrected


def _differences(a: Vector, b: Vector) -> Vector:
    """Take one system's values from the other's, query by query."""
    first, second = _checked(a, "a"), _checked(b, "b")
    if len(first) != len(second):
        raise ShapeError(f"{len(first)} values against {len(second)}; the same queries are needed")
    difference: Vector = first - second
    return difference


def _checked(values: Vector, name: str) -> Vector:
    """Give the values as float64, and refuse what has no mean."""
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ShapeError(f"{name} has shape {vector.shape}; one value for each query is needed")
    if not len(vector):
        raise DegenerateInputError(f"{name} holds no value; there is nothing to resample")
    check_finite(vector, name)
    return vector


def _resampled_means(values: Vector, samples: int, seed: int) -> Vector:
    """Draw ``samples`` means of ``n`` values drawn with replacement."""
    if samples < 1:
        raise InputError(f"samples is {samples}; at least 1 is needed")
    n = len(values)
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) == 1:
        return np.full(samples, values[0])
    generator = np.random.default_rng(seed)
    if len(distinct) <= _FEW_VALUES:
        # How often each value is drawn is multinomial: the same distribution, without indices.
        drawn = generator.multinomial(n, counts / n, size=samples)
        return np.asarray(drawn @ distinct / n)
    means = np.empty(samples)
    for block in blocks(samples, max(1, _DRAWN // n)):
        drawn = generator.integers(0, n, size=(block.stop - block.start, n))
        means[block] = values[drawn].mean(axis=1)
    return means


def _quantiles(means: Vector, confidence: float) -> tuple[float, float]:
    """Cut the same share off both ends."""
    outside = (1 - confidence) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return float(low), float(high)
