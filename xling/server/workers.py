"""Several processes that answer at one address, and the one that starts them."""

import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from socket import socket

from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from xling.server.listen import GRACE, run

__all__ = ["WorkersError", "run_workers"]

_QUICK = 5.0  # a process that ends sooner did not really work: seconds
_TRIES = 5  # such ends, one after the other

_log = logging.getLogger("xling.server")


class WorkersError(RuntimeError):
    """Processes that end as soon as they are started."""


def run_workers(app: FastAPI, places: Sequence[socket], *, started: Callable[[], None]) -> None:
    """Answer calls in one process for each place, until this process is asked to stop.

    A process that ends by itself is replaced. All end with this one, however it ends; calls under
    way are still answered if it is asked to stop.

    Parameters
    ----------
    app : FastAPI
        What answers, of `xling.server.app.create_app` for that many processes. Nothing may have
        been asked of it: each process loads models for itself, mapping the same files.
    places : sequence of socket
        One for each process, all of one address.
    started : callable
        Called once all of them answer.

    Raises
    ------
    WorkersError
        If processes end as soon as they are started.
    KeyboardInterrupt
        Where signals are raised as such: once all processes have ended.
    """
    crew = _Crew(app, places)
    try:
        crew.start()
        crew.keep(started)
    finally:
        crew.stop()


class _Crew:
    """The processes, one for each place."""

    def __init__(self, app: FastAPI, places: Sequence[socket]) -> None:
        self._app = app
        self._places = places
        self._context = multiprocessing.get_context("fork")
        # While this process lives, the other end of this one can be read to no end.
        self._watched, self._alive = self._context.Pipe(duplex=False)
        self._heard, self._told = self._context.Pipe(duplex=False)
        self._processes: dict[int, ForkProcess] = {}
        self._begun: dict[int, float] = {}
        self._failures = 0

    def start(self) -> None:
        """Start all; what is there already stays shared, since the collector lets it be."""
        gc.collect()
        gc.freeze()
        for number in range(len(self._places)):
            self._start(number)

    def keep(self, started: Callable[[], None]) -> None:
        """Start again what ends, for ever."""
        up: set[int] = set()
        while True:
            ended = {process.sentinel: number for number, process in self._processes.items()}
            for found in wait([self._heard, *ended]):
                if isinstance(found, int):
                    self._replace(ended[found])
                    continue
                before = len(up)
                up.add(int(self._heard.recv_bytes()))
                if before < len(up) == len(self._places):
                    started()

    def stop(self) -> None:
        """Ask all to stop, and wait as long as calls under way may take."""
        gc.unfreeze()
        for process in self._processes.values():
            process.terminate()
        end = time.monotonic() + GRACE + 2
        for process in self._processes.values():
            process.join(max(0.0, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _start(self, number: int) -> None:
        """Start one."""
        process = self._context.Process(target=self._work, args=(number,), daemon=True)
        process.start()
        self._processes[number], self._begun[number] = process, time.monotonic()

    def _replace(self, number: int) -> None:
        """Start one in the place of one that ended."""
        self._processes[number].join()
        code = self._processes[number].exitcode
        quick = time.monotonic() - self._begun[number] < _QUICK
        self._failures = self._failures + 1 if quick else 0
        _log.error("worker ended", extra={"worker": number, "code": code})
        if self._failures >= _TRIES:
            raise WorkersError(f"{_TRIES} processes ended as soon as they were started")
        self._start(number)

    def _work(self, number: int) -> None:
        """Answer calls, in a process of its own."""
        self._alive.close()
        threads = max(1, (os.cpu_count() or 1) // len(self._places))
        os.environ["OMP_NUM_THREADS"] = str(threads)  # for libraries that are loaded later
        self._app.state.service.join(number)
        try:
            with threadpool_limits(threads):
                run(
                    self._app, self._places[number], started=self._tell(number), lives=self._watched
                )
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server has stopped in order

    def _tell(self, number: int) -> Callable[[], None]:
        """Give what tells that a process answers."""
        told: Connection = self._told
        return lambda: told.send_bytes(b"%d" % number)
