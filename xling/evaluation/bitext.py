"""Sentence retrieval: how often a sentence's translation is found among all others."""

from dataclasses import dataclass, field

import numpy as np

from xling.arrays import BoolVector, IntVector, Matrix, check_matrix
from xling.errors import DegenerateInputError, ShapeError
from xling.evaluation.resampling import bootstrap_interval
from xling.progress import Progress, silent
from xling.retrieval.criteria import augment, criterion, mean_similarity
from xling.retrieval.index import ExactIndex
from xling.retrieval.searcher import Corrections, Searcher

__all__ = ["Retrieved", "retrieve"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Retrieved:
    """What each sentence of one language found among those of the other.

    Parameters
    ----------
    found : ndarray, shape (n,), int64
        The row that was found for each row, -1 where nothing is known about the sentence; row
        ``i`` should find row ``i``.
    """

    found: IntVector = field(repr=False)

    @property
    def right(self) -> BoolVector:
        """Which rows found their own: shape (n,)."""
        hits: BoolVector = self.found == np.arange(len(self.found))
        return hits

    @property
    def accuracy(self) -> float:
        """Fraction that found their own."""
        return float(self.right.mean())

    @property
    def unknown(self) -> int:
        """How many sentences nothing is known about; they count as wrong."""
        return int((self.found < 0).sum())

    def interval(self, *, samples: int = 2000, seed: int = 0) -> tuple[float, float]:
        """Give the 95 % bootstrap interval of the accuracy.

        Parameters
        ----------
        samples, seed : int
            Of the bootstrap.

        Returns
        -------
        pair of float
            Fractions.
        """
        return bootstrap_interval(self.right.astype(np.float64), samples=samples, seed=seed)


def retrieve(
    source: Matrix, target: Matrix, *, retrieval: str = "mutual", progress: Progress = silent
) -> tuple[Retrieved, Retrieved]:
    """Look every sentence up among all sentences of the other language, both ways.

    Parameters
    ----------
    source, target : ndarray, shape (n, d), float32
        Row ``i`` of one side translates row ``i`` of the other; length 1, or zero where nothing
        is known: such a sentence finds nothing, and is found by none.
    retrieval : str
        One of `xling.retrieval.criteria.CRITERIA`, with neighbourhoods in the other side.
    progress : callable
        Called after each block of rows.

    Returns
    -------
    pair of Retrieved
        From source to target, and back. Of equal scores the smaller row is found.

    Raises
    ------
    UnknownNameError
        If there is no such criterion.
    ShapeError
        If the sides differ in shape.
    DegenerateInputError
        If there is no sentence.
    """
    name = criterion(retrieval)
    check_matrix(source, "source")
    if source.shape != target.shape:
        raise ShapeError(f"source of shape {source.shape}, target of shape {target.shape}")
    if not len(source):
        raise DegenerateInputError("there is no sentence to look up")
    places = [np.flatnonzero(side.any(axis=1)) for side in (source, target)]
    found = [np.full(len(source), -1, np.int64) for _ in places]
    if all(map(len, places)):
        first, second = source[places[0]], target[places[1]]
        means = (
            mean_similarity(first, second, progress=progress),
            mean_similarity(second, first, progress=progress),
        )
        known = Corrections(
            indexes=(
                ExactIndex(rows=augment(first, means[0])),
                ExactIndex(rows=augment(second, means[1])),
            )
        )
        for asked, rows in enumerate((first, second)):
            searcher = Searcher(
                index=known.indexes[1 - asked],
                criterion=name,
                corrected=lambda asked=asked: known.get(asked, name),  # type: ignore[misc]
            )
            best = searcher.search(rows, means[asked], 1).ids[:, 0]
            found[asked][places[asked]] = places[1 - asked][best]
    return Retrieved(found=found[0]), Retrieved(found=found[1])
