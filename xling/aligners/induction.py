"""Self-learning: refit a rotation on the dictionary that it induces, until nothing is gained."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector
from xling.linalg.procrustes import orthogonal_map
from xling.progress import Progress, silent
from xling.retrieval.mutual import BestNeighbors, best_neighbors

__all__ = ["Learned", "Schedule", "Stage", "learn_rotation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Rounds of one kind.

    Parameters
    ----------
    words : int
        Most frequent words of each side that take part.
    keep : float
        Probability with which a similarity stays in the choice.
    """

    words: int
    keep: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    rotation: Matrix = field(repr=False)
    neighbors: BestNeighbors = field(repr=False)
    history: tuple[float, ...]
    converged: bool
