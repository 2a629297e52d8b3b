"""Self-learning: fit maps on a dictionary, induce a better one, until nothing is gained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from xling.arrays import IntVector, Matrix, unit_rows
from xling.linalg.reweighting import weighted_maps
from xling.retrieval.mutual import BestNeighbors, best_neighbors

__all__ = ["Dictionary", "Learned", "Stage", "dictionary_of", "learn_maps", "turned"]

#: Source rows and target rows of word pairs; a pair may stand twice, and then counts twice.
Dictionary: TypeAlias = tuple[IntVector, IntVector]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Rounds of one kind.

    Parameters
    ----------
    words : int
        Most frequent words of each side that take part.
    keep : float
        Probability with which a similarity stays in the choice, in (0, 1].
    weighting : float
        Power of `xling.linalg.reweighting.weighted_maps`; 0 is orthogonal.
    """

    words: int
    keep: float = 1.0
    weighting: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """Where self-learning ended.

    Parameters
    ----------
    maps : pair of ndarray, shape (d, r) and (e, r), float32
        Of the last round.
    neighbors : BestNeighbors
        Of the last round, among the last stage's words.
    history : tuple of float
        Mean CSLS of the best neighbours after each round; comparable within a stage.
    converged : bool
        Whether every stage ended because nothing was gained.
    """

    maps: tuple[Matrix, Matrix] = field(repr=False)
    neighbors: BestNeighbors = field(repr=False)
    history: tuple[float, ...]
    converged: bool


def dictionary_of(neighbors: BestNeighbors) -> Dictionary:
    """Take the best neighbours of both sides as word pairs.

    Parameters
    ----------
    neighbors : BestNeighbors
        Rows that have no neighbour are left out.

    Returns
    -------
    tuple of ndarray, shape (p,), int64
        Source and target rows; mutual neighbours stand twice.
    """
    fore = np.flatnonzero(neighbors.forward >= 0)
    back = np.flatnonzero(neighbors.backward >= 0)
    return (
        np.concatenate([fore, neighbors.backward[back]]),
        np.concatenate([neighbors.forward[fore], back]),
    )


def turned(x: Matrix, y: Matrix, maps: tuple[Matrix, Matrix]) -> tuple[Matrix, Matrix]:
    """Map both sides, and scale their rows to length 1.

    Parameters
    ----------
    x, y : ndarray, shape (n, d) and (m, e), float32
        Not changed.
    maps : pair of ndarray, shape (d, r) and (e, r), float32
        Of either side.

    Returns
    -------
    pair of ndarray, shape (n, r) and (m, r), float32
        Nothing else of their size is made on the way.
    """
    first, second = x @ maps[0], y @ maps[1]
    return unit_rows(first, out=first), unit_rows(second, out=second)


def learn_maps(
    x: Matrix,
    y: Matrix,
    start: Dictionary,
    stages: Sequence[Stage],
    *,
    k: int,
    rounds: int,
    patience: int,
    tolerance: float,
    seed: int,
    fixed: Dictionary | None = None,
    after: Callable[[int], None] = lambda _: None,
) -> Learned:
    """Fit and induce in turn, stage by stage.

    Parameters
    ----------
    x, y : ndarray, shape (n, d) and (m, e), float32
        Unit length, most frequent words first.
    start : Dictionary
        The first maps stand on it.
    stages : sequence of Stage
        In order, at least one.
    k : int
        Neighbourhood of CSLS.
    rounds : int
        Most rounds of a stage.
    patience : int
        A stage ends after this many rounds in a row without gain.
    tolerance : float
        Gain of the mean CSLS that counts.
    seed : int
        Of the dropout.
    fixed : Dictionary, optional
        Pairs that stand in every round's dictionary.
    after : callable
        Called after each round with the number of rounds so far.

    Returns
    -------
    Learned
        The maps, what they induce, and how it went.
    """
    pairs, converged = start, True
    history: list[float] = []
    draws = np.random.default_rng(seed)
    for stage in stages:
        best, since, near = -np.inf, 0, None
        for _ in range(rounds):
            maps = weighted_maps(x, y, power=stage.weighting, pairs=pairs)
            found = best_neighbors(
                *turned(x[: stage.words], y[: stage.words], maps),
                k=k,
                keep=stage.keep,
                seed=int(draws.integers(2**63)),
                warm=near,
            )
            pairs, near = dictionary_of(found), found.nearest
            if fixed is not None:
                pairs = np.append(pairs[0], fixed[0]), np.append(pairs[1], fixed[1])
            history.append(found.objective)
            after(len(history))
            since = 0 if found.objective > best + tolerance else since + 1
            best = max(best, found.objective)
            if since >= patience:
                break
        else:
            converged = False
    return Learned(maps=maps, neighbors=found, history=tuple(history), converged=converged)
