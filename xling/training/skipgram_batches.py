"""Examples of skip-gram counted into small matrices: distinct words against distinct words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector
from xling.training.skipgram_pairs import Predictions

__all__ = ["Batch", "Draws", "Slice", "count", "slices"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Slice:
    """The examples of a few tokens, not counted yet.

    Parameters
    ----------
    centers, contexts : ndarray, shape (m,), int32
        Joint rows of the word that predicts and of the word to predict.
    weights : ndarray, shape (m,), float32
        Of each example.
    negatives : ndarray, shape (k,), int64
        Joint rows of the words drawn against them, with repetitions.
    """

    centers: IntVector = field(repr=False)
    contexts: IntVector = field(repr=False)
    weights: Vector = field(repr=False)
    negatives: IntVector = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """A slice, counted.

    Parameters
    ----------
    inputs : ndarray, shape (u,), int64
        Joint rows of the distinct words that predict, ascending.
    outputs : ndarray, shape (v,), int64
        Those of the words to predict and of the words drawn, ascending.
    positive : ndarray, shape (u, v), float32
        Summed weights of the examples of each pair of words.
    drawn : ndarray, shape (v,), float32
        How often each word was drawn.
    cut : int
        How many of the outputs are source words.
    """

    inputs: IntVector = field(repr=False)
    outputs: IntVector = field(repr=False)
    positive: Matrix = field(repr=False)
    drawn: Vector = field(repr=False)
    cut: int


class Draws:
    """Draws words of both languages at random, by a power of their counts.

    Parameters
    ----------
    counts : ndarray, shape (n + m,), int64
        Of each joint row.
    cut : int
        ``n``, the number of source words.
    exponent : float
        0 for all words alike, 1 for their frequency.
    """

    def __init__(self, counts: IntVector, cut: int, exponent: float) -> None:
        self._cut = cut
        self._sums = []
        for own in (counts[:cut], counts[cut:]):
            sums = np.cumsum(np.where(own > 0, own.astype(np.float64) ** exponent, 0.0))
            self._sums.append(sums / max(sums[-1], 1e-300))

    def __call__(self, rng: np.random.Generator, rows: int, each: int) -> IntVector:
        """Draw words.

        Parameters
        ----------
        rng : numpy.random.Generator
            It is advanced.
        rows : int
            How many sets.
        each : int
            How many words of each language in a set.

        Returns
        -------
        ndarray, shape (rows, 2 * each), int64
            Joint rows, source words first.
        """
        parts = []
        for start, sums in zip((0, self._cut), self._sums, strict=True):
            found = np.searchsorted(sums, rng.random((rows, each)), side="right")
            parts.append(start + np.minimum(found, len(sums) - 1))
        return np.concatenate(parts, axis=1)


def slices(
    found: Predictions,
    weights: Vector,
    draws: Draws,
    rng: np.random.Generator,
    *,
    tokens: int,
    each: int,
) -> Iterator[Slice]:
    """Cut examples into slices of a few tokens.

    Parameters
    ----------
    found : Predictions
        Of many tokens.
    weights : ndarray, shape (3,), float32
        Of each kind of example.
    draws : Draws
        Where negatives come from.
    rng : numpy.random.Generator
        Of the draws; all of them are made at once.
    tokens : int
        Tokens in a slice.
    each : int
        Negatives of each language for a slice.

    Yields
    ------
    Slice
        In order, each with at least one example.
    """
    starts = range(0, len(found.centers), tokens)
    negatives = draws(rng, len(starts), each)
    centers = np.repeat(found.centers, np.diff(found.ends))
    weight = weights[found.kinds]
    for i, start in enumerate(starts):
        own = slice(found.ends[start], found.ends[min(start + tokens, len(found.centers))])
        if own.start < own.stop:
            yield Slice(
                centers=centers[own],
                contexts=found.contexts[own],
                weights=weight[own],
                negatives=negatives[i],
            )


def count(part: Slice, size: int, cut: int) -> Batch:
    """Count a slice.

    Parameters
    ----------
    part : Slice
        At least one example.
    size : int
        Number of joint rows.
    cut : int
        How many of them are source words.

    Returns
    -------
    Batch
        Each example's weight stands in one cell.
    """
    place = np.empty(size, np.int64)  # of each joint row among the distinct ones; sparsely filled
    inputs = _distinct(size, part.centers)
    place[inputs] = np.arange(len(inputs))
    first = place[part.centers]
    outputs = _distinct(size, part.contexts, part.negatives)
    place[outputs] = np.arange(len(outputs))
    shape = len(inputs), len(outputs)
    cells = np.bincount(first * shape[1] + place[part.contexts], part.weights, shape[0] * shape[1])
    drawn = np.bincount(place[part.negatives], minlength=shape[1])
    return Batch(
        inputs=inputs,
        outputs=outputs,
        positive=cells.astype(np.float32).reshape(shape),
        drawn=drawn.astype(np.float32),
        cut=int(np.searchsorted(outputs, cut)),
    )


def _distinct(size: int, *rows: IntVector) -> IntVector:
    """Give the distinct rows, ascending; faster than sorting them."""
    seen = np.zeros(size, dtype=bool)
    for part in rows:
        seen[part] = True
    return np.flatnonzero(seen)
