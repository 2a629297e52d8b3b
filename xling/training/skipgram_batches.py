"""Examples of skip-gram in small batches, by the distinct words that they hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector
from xling.training.skipgram_pairs import Predictions

__all__ = ["Batch", "Draws", "Slice", "arrange", "slices"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Slice:
    """The examples of a few tokens, not arranged yet.

    Parameters
    ----------
    centers, contexts : ndarray, shape (m,), int32
        Joint rows of the word that predicts and of the word to predict.
    weights : ndarray, shape (m,), float32
        Of each example.
    negatives : ndarray, shape (k,), int64
        Joint rows of the words drawn against them, with repetitions; as many source words as
        target words, the source words first.
    """

    centers: IntVector = field(repr=False)
    contexts: IntVector = field(repr=False)
    weights: Vector = field(repr=False)
    negatives: IntVector = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """A slice over its own distinct words.

    Parameters
    ----------
    inputs : ndarray, shape (u,), int64
        Joint rows of the distinct words that predict, ascending.
    outputs : ndarray, shape (v,), int64
        Those of the words to predict and of the words drawn, ascending.
    first, second : ndarray, shape (m,), int64
        Places in them of the two words of each example, in the order of ``first``.
    weights : ndarray, shape (m,), float32
        Of each example.
    starts : ndarray, shape (u,), int64
        Number of the first example of each word that predicts.
    order : ndarray, shape (m,), int64
        The examples in the order of ``second``.
    column_starts : ndarray, shape (v,), int64
        Where each word to predict begins in that order.
    drawn : ndarray, shape (k,), int64
        Places of the words drawn among the outputs.
    against : ndarray, shape (u, 2), float32
        Weight of the examples of each word that predicts, by the language of the word to
        predict.
    """

    inputs: IntVector = field(repr=False)
    outputs: IntVector = field(repr=False)
    first: IntVector = field(repr=False)
    second: IntVector = field(repr=False)
    weights: Vector = field(repr=False)
    starts: IntVector = field(repr=False)
    order: IntVector = field(repr=False)
    column_starts: IntVector = field(repr=False)
    drawn: IntVector = field(repr=False)
    against: Matrix = field(repr=False)


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


def arrange(part: Slice, size: int, cut: int) -> Batch:
    """Arrange a slice by its distinct words.

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
        The same examples in another order.
    """
    place = np.empty(size, np.int64)  # of each joint row among the distinct ones; sparsely filled
    inputs = _distinct(size, part.centers)
    place[inputs] = np.arange(len(inputs))
    first = place[part.centers]
    by_first = _sorted(first, len(inputs))
    first, contexts, weights = first[by_first], part.contexts[by_first], part.weights[by_first]
    outputs = _distinct(size, contexts, part.negatives)
    place[outputs] = np.arange(len(outputs))
    second = place[contexts]
    order = _sorted(second, len(outputs))
    abroad = (contexts >= cut).astype(np.int64)
    against = np.bincount(2 * first + abroad, weights, 2 * len(inputs))
    return Batch(
        inputs=inputs,
        outputs=outputs,
        first=first,
        second=second,
        weights=weights,
        starts=np.searchsorted(first, np.arange(len(inputs))),
        order=order,
        column_starts=np.searchsorted(second[order], np.arange(len(outputs))),
        drawn=place[part.negatives],
        against=against.astype(np.float32).reshape(-1, 2),
    )


def _distinct(size: int, *rows: IntVector) -> IntVector:
    """Give the distinct rows, ascending; faster than sorting them."""
    seen = np.zeros(size, dtype=bool)
    for part in rows:
        seen[part] = True
    return np.flatnonzero(seen)


def _sorted(places: IntVector, size: int) -> IntVector:
    """Give the stable order of small whole numbers; those of 16 bits are sorted by radix."""
    short = places.astype(np.uint16) if size <= 1 << 16 else places
    return np.argsort(short, kind="stable")
