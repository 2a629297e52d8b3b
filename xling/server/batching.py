"""Look-ups that wait for each other: what came in while one was computed is computed together."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from xling.model.answers import Lookup
from xling.server.problems import CallError
from xling.server.ready import Ready

__all__ = ["Batcher"]

_T = TypeVar("_T")
_AT_ONCE = 256  # words of one computation
_FEW = 64  # words that take about as long as one
_LONG = 0.5  # seconds of a computation, as far as can be foreseen: who comes next waits for it
_NEWS = 0.3  # how much of the pace is that of the last computation


@dataclass(eq=False, slots=True)
class _Call:
    """When a call came, and whether any of its words were computed."""

    since: float
    begun: bool = False


@dataclass(eq=False, slots=True)
class _Job:
    """Some words of one call."""

    call: _Call
    ready: Ready
    words: Sequence[str]
    top: int
    future: asyncio.Future[list[Lookup]] = field(repr=False)
    waits: bool = True


class Batcher:
    """One thread that computes, and the bounded line of calls before it.

    Parameters
    ----------
    most : int
        Words that may wait.
    longest : float
        Seconds that they may have to wait, as far as can be foreseen; a call that has waited
        longer is refused when its turn comes, if more wait than are computed at once.
    """

    def __init__(self, most: int, longest: float = math.inf) -> None:
        self._most = most
        self._longest = longest
        self._pace = 0.0  # seconds for a word, of late
        self._line: deque[_Job] = deque()
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="xling-lookup")
        self.batches = 0
        self.computed = 0

    @property
    def waiting(self) -> int:
        """How many words wait."""
        return self._waiting

    async def look_up(self, ready: Ready, words: Sequence[str], top: int) -> list[Lookup]:
        """Answer some words, at once if they were answered before.

        Parameters
        ----------
        ready : Ready
            The way they go.
        words : sequence of str
            In any casing.
        top : int
            How many answers for each.

        Returns
        -------
        list of Lookup
            One for each word, in order.

        Raises
        ------
        CallError
            If too many words wait already, or these waited too long.
        """
        known = ready.known(words, top)
        if known is not None:
            return known
        ahead = self._waiting * self._pace
        if self._waiting + len(words) > self._most or ahead > self._longest:
            raise _busy(f"{self._waiting} words wait for an answer; no more can", ahead / 2)
        loop = asyncio.get_running_loop()
        asked = _Call(time.monotonic())
        jobs = [
            _Job(asked, ready, words[start : start + _FEW], top, loop.create_future())
            for start in range(0, len(words), _FEW)
        ]
        for job in jobs:
            self._line.append(job)
            self._waiting += len(job.words)
            job.future.add_done_callback(lambda _, job=job: self._take(job))  # type: ignore[misc]
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._work())
        parts = await asyncio.gather(*(job.future for job in jobs))
        return [one for part in parts for one in part]

    async def call(self, work: Callable[[], _T]) -> _T:
        """Do other work in the thread that computes.

        Parameters
        ----------
        work : callable
            Without arguments; short, since look-ups wait for it.

        Returns
        -------
        object
            What it gives.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Take no more work; what waits is not computed."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _work(self) -> None:
        """Compute until nobody waits."""
        while self._line:
            jobs = self._next()
            if not jobs:
                continue
            start = time.perf_counter()
            try:
                found = await self.call(lambda jobs=jobs: _answers(jobs))  # type: ignore[misc]
            except Exception as error:  # a fault of one batch must not stop the line
                for job in jobs:
                    if not job.future.done():
                        job.future.set_exception(error)
                continue
            count = sum(len(part) for part in found)
            self._learn(count, time.perf_counter() - start)
            self.batches += 1
            self.computed += count
            for job, part in zip(jobs, found, strict=True):
                if not job.future.done():
                    job.future.set_result(part)

    def _learn(self, words: int, seconds: float) -> None:
        """Learn how long a word takes: at once that it is less, bit by bit that it is more."""
        now = seconds / max(words, _FEW)
        self._pace = min(now, self._pace + _NEWS * (now - self._pace))

    def _take(self, job: _Job) -> None:
        """Let a job wait no longer: its turn has come, or its client has gone."""
        if job.waits:
            job.waits = False
            self._waiting -= len(job.words)

    def _next(self) -> list[_Job]:
        """Take the oldest call, and others that go the same way, up to the size of a batch."""
        chosen: list[_Job] = []
        left: deque[_Job] = deque()
        size, most = 0, self._size()
        many = self._waiting > most
        oldest = time.monotonic() - self._longest if many else -math.inf
        while self._line:
            job = self._line.popleft()
            if job.future.done():
                continue
            if job.call.since < oldest and not job.call.begun:  # all that wait would be late
                job.future.set_exception(_busy("the line moves more slowly than foreseen", 1))
                continue
            first = chosen[0] if chosen else job
            same = job.ready is first.ready and job.top == first.top
            if not same or (chosen and size + len(job.words) > most):
                left.append(job)
                continue
            chosen.append(job)
            size += len(job.words)
            job.call.begun = True
            self._take(job)
        self._line = left
        return chosen

    def _size(self) -> int:
        """Say how many words are computed at once, so that it does not take long."""
        if not self._pace:
            return _AT_ONCE
        return min(_AT_ONCE, max(_FEW, int(_LONG / self._pace)))


def _busy(message: str, seconds: float) -> CallError:
    """Refuse a call that may be sent again some seconds later."""
    return CallError(
        *(503, "busy", message),
        hint="send the same call again, after the seconds of Retry-After",
        retry_after=max(1, min(30, math.ceil(seconds))),
    )


def _answers(jobs: Sequence[_Job]) -> list[list[Lookup]]:
    """Compute the answers of calls that go the same way."""
    words = [word for job in jobs for word in job.words]
    found = iter(jobs[0].ready.answer(words, jobs[0].top))
    return [[next(found) for _ in job.words] for job in jobs]
