"""How long each stage of a job takes, and how much memory the process has held."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Stages", "peak_memory_mib"]


class Stages:
    """Wall time of named stages, in seconds; a stage that runs twice adds up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Time what runs inside.

        Parameters
        ----------
        stage : str
            What to call it.
        """
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent


def peak_memory_mib() -> float:
    """Give the most memory that the process has held so far.

    Returns
    -------
    float
        Resident set size, in MiB.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
