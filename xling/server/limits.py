"""How many calls one address may send."""

import hashlib
import math
import mmap
import secrets
import time
from collections.abc import Callable

__all__ = ["RateLimit"]

_PLACES = 1 << 16  # addresses that are remembered, at most
_BURST = 2.0  # seconds' worth of calls that may come at once


class RateLimit:
    """A bucket of tokens for each address, filled at a steady rate.

    The buckets lie in memory that forked processes share, so that the rate holds for all of them
    together. Where two addresses meet in one place, the later one gets a new bucket.

    Parameters
    ----------
    rate : float
        Calls a second; 0 for any number.
    clock : callable
        Gives seconds, the same to all processes.
    places : int
        How many buckets there are.
    """

    def __init__(
        self, rate: float, *, clock: Callable[[], float] = time.monotonic, places: int = _PLACES
    ) -> None:
        self._rate = rate
        self._most = max(1.0, rate * _BURST)
        self._clock = clock
        self._places = places
        self._secret = secrets.token_bytes(16)  # nobody can aim at another one's place
        # Of each place: whose it is, its tokens, and when they were counted.
        self._buckets = memoryview(mmap.mmap(-1, 24 * places)).cast("d") if rate else None

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
        if self._buckets is None:
            return 0
        digest = hashlib.blake2b(address.encode(), digest_size=12, key=self._secret).digest()
        owner = 1.0 + int.from_bytes(digest[:6], "little")  # exact in a float; 0 is nobody
        place = 3 * (int.from_bytes(digest[6:], "little") % self._places)
        now = self._clock()
        tokens = self._most
        if self._buckets[place] == owner:
            elapsed = max(0.0, now - self._buckets[place + 2])
            tokens = min(self._most, self._buckets[place + 1] + elapsed * self._rate)
        allowed = tokens >= 1
        self._buckets[place + 2] = now
        self._buckets[place + 1] = tokens - allowed
        self._buckets[place] = owner
        return 0 if allowed else max(1, math.ceil((1 - tokens) / self._rate))
