"""Iterative refinement: Procrustes again and again, on the pairs that choose each other."""

from dataclasses import dataclass

import numpy as np

from xling.aligners.base import Alignment, StopReason, Supervision
from xling.aligners.mutual import (
    FrequentRows,
    Mutual,
    extended,
    frequent_rows,
    mutual_neighbors,
)
from xling.aligners.pairs import PairedRows, paired_rows
from xling.arrays import Matrix
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.procrustes import orthogonal_map
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent
from xling.retrieval.criteria import NEIGHBORHOOD

__all__ = ["RefineAligner", "RefineSettings", "Refined", "refined"]

_LEAST_RISE = 0.005  # of the criterion, by which a round must be better for another one to follow


@dataclass(frozen=True, kw_only=True, slots=True)
class RefineSettings:
    """Which words may become pairs, and for how many rounds.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    words : int
        The most frequent words of each language among which pairs are sought, at least 1.
    rounds : int
        Rounds at most, at least 1.
    neighbors : int
        Over how many neighbours CSLS is measured, at least 1.
    keep_seed : bool
        Whether the pairs of the lexicon stay beside those that are found.

    Raises
    ------
    ConfigError
        If a number is too small, a step does not exist, or ``"centre"`` stands twice.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    words: int = 20_000
    rounds: int = 10
    neighbors: int = NEIGHBORHOOD
    keep_seed: bool = True

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        for name in ("words", "rounds", "neighbors"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class RefineAligner:
    """Rotate the source space, by a seed lexicon and then by what the rotation itself finds.

    Procrustes on the seed lexicon gives the first rotation. Each round finds the words that are
    each other's nearest by CSLS, and fits the rotation on them. A round is judged without a
    dictionary: by the mean CSLS of the mutual pairs, times the share of words that are in one. A
    round by which that rises by less than 0.5 % is the last, and one by which it falls is undone.

    ``history`` holds that value for the first rotation and after each round; ``checks`` how many
    of the pairs that the last rotation was fitted on the lexicon gave.

    Parameters
    ----------
    settings : RefineSettings
        Which words may become pairs, and for how many rounds.

    References
    ----------
    Conneau, Lample, Ranzato, Denoyer and Jégou (2018), Word translation without parallel data.
    """

    settings: RefineSettings = RefineSettings()

    @property
    def supervision(self) -> Supervision:
        """A seed lexicon is needed."""
        return Supervision.LEXICON

    def fit(
        self,
        source: EmbeddingSpace,
        target: EmbeddingSpace,
        lexicon: Lexicon | None = None,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Alignment:
        """Find the rotation; see `xling.aligners.base.Aligner.fit`."""
        wanted = self.settings
        pairs = paired_rows(
            "refine", source, target, lexicon, wanted.normalization, one_width=True, of_words=True
        )
        frequent = frequent_rows(pairs, wanted.words)
        made = refined(
            pairs,
            frequent,
            rounds=wanted.rounds,
            neighbors=wanted.neighbors,
            keep_seed=wanted.keep_seed,
            progress=progress,
        )
        return made.pairs.alignment(
            made.pairs.linear(0, made.rotation),
            made.pairs.linear(1, None),
            settings=wanted,
            seed=seed,
            history=made.history,
            converged=made.ended,
            stop_reason=StopReason.CONVERGED if made.ended else StopReason.MAX_ROUNDS,
            checks={"lexicon_pairs": float(len(pairs))},
        )


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Refined:
    """A rotation, and the pairs that it was fitted on.

    Parameters
    ----------
    rotation : ndarray, shape (d, d), float64
        From the source to the target space.
    pairs : PairedRows
        Those of the lexicon and those that were found.
    history : tuple of float
        The criterion of the first rotation and after each round.
    ended : bool
        Whether the last round brought nothing that matters.
    """

    rotation: Matrix
    pairs: PairedRows
    history: tuple[float, ...]
    ended: bool


def refined(
    pairs: PairedRows,
    frequent: FrequentRows,
    *,
    rounds: int,
    neighbors: int = NEIGHBORHOOD,
    keep_seed: bool = True,
    progress: Progress = silent,
) -> Refined:
    """Refine the rotation of a lexicon's pairs, as `RefineAligner` does.

    Parameters
    ----------
    pairs : PairedRows
        Of the lexicon.
    frequent : FrequentRows
        Among which further pairs are sought.
    rounds, neighbors, keep_seed
        As in `RefineSettings`.
    progress : callable
        Called after each round.

    Returns
    -------
    Refined
        Of the best round.
    """
    best, fitted = _rotation(pairs), pairs
    found = _search(frequent, best, neighbors)
    history, ended = [found.criterion], False
    for number in range(rounds):
        grown = extended(pairs, frequent, found, keep=keep_seed)
        rotation = _rotation(grown)
        found = _search(frequent, rotation, neighbors)
        progress("refinement", number + 1, rounds)
        history.append(found.criterion)
        if history[-1] > history[-2]:
            best, fitted = rotation, grown
        ended = history[-1] <= history[-2] * (1 + _LEAST_RISE)
        if ended:
            break
    progress("refinement", rounds, rounds)
    return Refined(rotation=best, pairs=fitted, history=tuple(history), ended=ended)


def _rotation(pairs: PairedRows) -> Matrix:
    """Fit the rotation on pairs."""
    return orthogonal_map(pairs.x, pairs.y, weights=pairs.weights)


def _search(frequent: FrequentRows, rotation: Matrix, neighbors: int) -> Mutual:
    """Find the mutual neighbours under a rotation."""
    return mutual_neighbors(frequent.x @ rotation.astype(np.float32), frequent.y, k=neighbors)
