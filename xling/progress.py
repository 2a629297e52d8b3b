"""How long-running work tells how far it is."""

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Progress", "silent"]

#: Called with the stage's name, the units done and the units in all; the last call of a stage
#: has both equal.
Progress: TypeAlias = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody.

    Parameters
    ----------
    stage : str
        Not used.
    done, total : int
        Not used.
    """
