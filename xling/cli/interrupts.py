"""Ctrl-C and the system's requests to stop: raised once, and remembered if someone swallows them.

A ``KeyboardInterrupt`` that falls into the import of a compiled module, or into a callback, may
be turned into another exception or dropped. What came is therefore remembered, so that long work
can stop at its next step, and so that the exit code is right.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["asked_to_stop", "stop_if_asked", "stoppable"]

# While a first request is cleaned up after, further ones are not heard: seconds.
_DEAF = 2.0
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

_received: list[tuple[int, float]] = []


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise ``KeyboardInterrupt`` on SIGINT, SIGTERM and SIGHUP while what is inside runs.

    Outside the main thread, where signals do not arrive, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _received.clear()
    before = {}
    for number in _SIGNALS:
        old = signal.getsignal(number)
        # Under nohup, SIGHUP stays ignored. SIGINT is always heard.
        if number == signal.SIGINT or old is not signal.SIG_IGN:
            before[number] = old
            signal.signal(number, _receive)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        _received.clear()


def asked_to_stop() -> int | None:
    """Give the first signal that came, or ``None``.

    Returns
    -------
    int or None
        Its number, for example 2 for Ctrl-C.
    """
    return _received[0][0] if _received else None


def stop_if_asked() -> None:
    """Stop here if a request to stop came and was swallowed.

    Raises
    ------
    KeyboardInterrupt
        If so.
    """
    if _received:
        raise KeyboardInterrupt


def _receive(number: int, _frame: FrameType | None) -> None:
    """Remember a signal; raise, unless the last one was just now."""
    now = time.monotonic()
    deaf = bool(_received) and now - _received[-1][1] < _DEAF
    _received.append((number, now))
    if not deaf:
        raise KeyboardInterrupt
