"""Counters of a server, in the text format that Prometheus reads."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from xling.server.board import Board

__all__ = ["Metrics"]

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What happened since the server was started.

    Kept by one thread; reading needs no lock. Where a server has several processes, each tells the
    others its numbers with `publish`, and `text` gives the sums.

    Parameters
    ----------
    board : Board, optional
        Where several processes tell each other.
    """

    def __init__(self, board: Board | None = None) -> None:
        self._board = board
        self._page: int | None = None
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._help: dict[str, str] = {}

    def join(self, page: int) -> None:
        """Be one of several processes, going on from what one before it told.

        Parameters
        ----------
        page : int
            Of the board.
        """
        self._page = page
        before = None if self._board is None else self._board.read(page)
        if before is not None:
            self._add(before)

    def publish(self) -> None:
        """Tell the other processes, if there are any."""
        if self._board is not None and self._page is not None:
            self._board.write(self._page, self._told())

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered call.

        Parameters
        ----------
        method, route : str
            Of a fixed set: never what a client sent.
        status : int
            Of the answer.
        seconds : float
            From its arrival to the end of the answer.
        """
        self._requests[method, route, status] += 1
        self._buckets[route, bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]

    def count(self, name: str, text: str, number: float = 1) -> None:
        """Add to a counter.

        Parameters
        ----------
        name : str
            Without the prefix ``xling_``; ends in ``_total``.
        text : str
            What it counts.
        number : float
            How many.
        """
        self._help[name] = text
        self._counts[name] += number  # type: ignore[assignment]

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a number that goes up and down.

        Parameters
        ----------
        name, text : str
            As for `count`.
        read : callable
            Gives its value.
        """
        self._gauges[name] = text, read

    def text(self) -> str:
        """Give all of them, those of the other processes too.

        Returns
        -------
        str
            In the text exposition format 0.0.4.
        """
        whole = Metrics()
        whole._help = self._help
        pages = 0 if self._board is None else len(self._board)
        others = [self._board.read(page) for page in range(pages) if page != self._page]  # type: ignore[union-attr]
        gauges: Counter[str] = Counter()
        for told in (self._told(), *(found for found in others if found is not None)):
            whole._add(told)
            gauges.update(told["gauges"])
        for name, (text, _) in self._gauges.items():
            whole.gauge(name, text, partial(gauges.__getitem__, name))
        return "\n".join([*whole._request_lines(), *whole._other_lines(), ""])

    def _told(self) -> dict[str, Any]:
        """Give all numbers as JSON holds them."""
        return {
            "requests": [[*key, number] for key, number in self._requests.items()],
            "buckets": [[*key, number] for key, number in self._buckets.items()],
            "seconds": self._seconds,
            "counts": self._counts,
            "gauges": {name: read() for name, (_, read) in self._gauges.items()},
        }

    def _add(self, told: dict[str, Any]) -> None:
        """Add the numbers of another process."""
        for method, route, status, number in told["requests"]:
            self._requests[method, route, status] += number
        for route, place, number in told["buckets"]:
            self._buckets[route, place] += number
        self._seconds.update(told["seconds"])
        self._counts.update(told["counts"])

    def _request_lines(self) -> Iterator[str]:
        """Write the calls and how long they took."""
        yield from _head("requests_total", "counter", "Calls that were answered.")
        for (method, route, status), number in sorted(self._requests.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            yield f"xling_requests_total{{{labels}}} {number}"
        yield from _head("request_seconds", "histogram", "Seconds from arrival to answer.")
        for route in sorted(self._seconds):
            below = 0
            for place, bound in enumerate((*map(str, _BOUNDS), "+Inf")):
                below += self._buckets[route, place]
                yield f'xling_request_seconds_bucket{{route="{route}",le="{bound}"}} {below}'
            yield f'xling_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'xling_request_seconds_count{{route="{route}"}} {below}'

    def _other_lines(self) -> Iterator[str]:
        """Write the other counters, and what goes up and down."""
        for name, number in sorted(self._counts.items()):
            yield from _head(name, "counter", self._help[name])
            yield f"xling_{name} {number:g}"
        for name, (text, read) in sorted(self._gauges.items()):
            yield from _head(name, "gauge", text)
            yield f"xling_{name} {read():g}"


def _head(name: str, kind: str, text: str) -> tuple[str, str]:
    """Write what stands above the numbers of one name."""
    return f"# HELP xling_{name} {text}", f"# TYPE xling_{name} {kind}"
