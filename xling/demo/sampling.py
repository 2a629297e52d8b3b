"""Seeded choices, skewed by preferences that belong to the concepts themselves."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Generic, TypeVar
from zlib import crc32

import numpy as np

__all__ = [
    "Draws",
    "Item",
    "Table",
    "affinity",
]

Item = TypeVar("Item")
_BLOCK = 16_384


class Draws:
    """A stream of uniform numbers from one seed, drawn in blocks because that is quick."""

    __slots__ = ("uniform",)

    #: Gives the next number in [0, 1).
    uniform: Callable[[], float]

    def __init__(self, seed: int, stream: int = 0) -> None:
        self.uniform = _numbers(np.random.default_rng([seed, stream])).__next__

    def chance(self, probability: float) -> bool:
        """Answer True with the given probability (fraction)."""
        return self.uniform() < probability

    def below(self, stop: int) -> int:
        """Give a whole number from 0 up to, not including, `stop`."""
        return int(self.uniform() * stop)


def _numbers(generator: np.random.Generator) -> Iterator[float]:
    while True:
        yield from generator.random(_BLOCK).tolist()


class Table(Generic[Item]):
    """Items to pick from, each as often as its weight says."""

    __slots__ = ("_bounds", "items")

    def __init__(self, weights: Iterable[tuple[Item, float]]) -> None:
        pairs = [(item, weight) for item, weight in weights if weight > 0]
        self.items = tuple(item for item, _ in pairs)
        sums = list(accumulate(weight for _, weight in pairs))
        # The last item needs no bound; without one it also catches rounding at the upper end.
        self._bounds = [partial / sums[-1] for partial in sums[:-1]]

    def __bool__(self) -> bool:
        return bool(self.items)

    def pick(self, draws: Draws) -> Item:
        """Draw one item."""
        return self.items[bisect_right(self._bounds, draws.uniform())]


def affinity(*concepts: str) -> float:
    """Fixed preference of concepts for one another, from about 0.9 to 5, mostly low.

    It depends on the names of the concepts alone: not on a seed and not on a language. Corpora
    of all languages share it, as speakers of all languages share one world.

    Examples
    --------
    >>> affinity("dog", "garden") == affinity("dog", "garden")
    True
    """
    share = crc32("/".join(concepts).encode()) / 2**32
    return float((0.1 + share) ** -0.7)
