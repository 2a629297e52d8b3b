"""How many calls one address may send."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["RateLimit"]

_ADDRESSES = 10_000  # remembered; of the one that was quiet the longest nothing is known any more
_BURST = 2.0  # seconds' worth of calls that may come at once


class RateLimit:
    """A bucket of tokens for each address, filled at a steady rate.

    Parameters
    ----------
    rate : float
        Calls a second; 0 for any number.
    clock : callable
        Gives seconds.
    """

    def __init__(self, rate: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._most = max(1.0, rate * _BURST)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Take a token.

        Parameters
        ----------
        address : str
            Of a client.

        Returns
        -------
        int
            0 if there was one; otherwise seconds after which there will be.
        """
        if not self._rate:
            return 0
        now = self._clock()
        tokens, before = self._buckets.pop(address, (self._most, now))
        tokens = min(self._most, tokens + (now - before) * self._rate)
        allowed = tokens >= 1
        self._buckets[address] = (tokens - allowed, now)
        while len(self._buckets) > _ADDRESSES:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - tokens) / self._rate))
