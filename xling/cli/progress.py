"""Progress bars on stderr, where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from xling.cli.interrupts import stop_if_asked
from xling.progress import Progress

__all__ = ["progress_bars"]


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show how far long work is; a swallowed request to stop is obeyed at its next step.

    Yields
    ------
    callable
        To be called with the stage's name, the units done and the units in all. A stage's bar
        goes away when it is done.
    """
    if not sys.stderr.isatty():
        yield _only_stop
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    shown: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int) -> None:
        stop_if_asked()
        if stage not in shown:
            shown[stage] = bars.add_task(stage, total=total)
        bars.update(shown[stage], completed=done, total=total)
        if done >= total:
            bars.remove_task(shown.pop(stage))

    with bars:
        yield show


def _only_stop(*_: object) -> None:
    """Show nothing."""
    stop_if_asked()
