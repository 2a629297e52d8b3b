"""Counters of a server, in the text format that Prometheus reads."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator

__all__ = ["Metrics"]

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What happened since the server was started.

    Kept by one thread; reading needs no lock.
    """

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._help: dict[str, str] = {}

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
        """Give all of them.

        Returns
        -------
        str
            In the text exposition format 0.0.4.
        """
        return "\n".join([*self._request_lines(), *self._other_lines(), ""])

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
