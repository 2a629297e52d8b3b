"""The rounds of Wasserstein-Procrustes: couplings and rotations in turn, then refinement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from xling.aligners.pairs import PairedRows
from xling.aligners.settings import check_finite, check_ranges
from xling.arrays import IntVector, Matrix, unit_rows
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.transport import gromov_coupling, sinkhorn
from xling.mapping.linear import check_steps
from xling.progress import Progress
from xling.retrieval.mutual import BestNeighbors, best_neighbors

__all__ = ["CHECKED", "Found", "Run", "WassersteinSettings", "neighbors_under"]

#: Most frequent words that the alignment is judged by, beside those beyond.
CHECKED = 2000

_STEP = 15  # Sinkhorn rounds of a coupling that the next rotation will change anyway

_AT_LEAST_ONE = ("init_words", "init_rounds", "rounds", "grown_rounds", "words", "refined_words")
_NOT_NEGATIVE = ("refinements", "seed_weight")
_ABOVE_ZERO = ("init_regularization", "first_regularization", "regularization")


@dataclass(frozen=True, kw_only=True, slots=True)
class WassersteinSettings:
    """How the first coupling is found, and how it is sharpened.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    init_words : int
        Most frequent words of each language that are coupled first, by their similarities within
        their own language alone; not used with a seed lexicon of as many pairs as dimensions.
    init_rounds : int
        Of Gromov-Wasserstein.
    init_regularization : float
        Its entropy, as `xling.linalg.transport.gromov_coupling` takes it.
    rounds : int
        Couplings and rotations on the first ``init_words`` words.
    first_regularization, regularization : float
        Entropy of their couplings, in cosines: falls from the first to the second in equal
        ratios.
    grown_rounds : int
        Couplings and rotations each time that the number of words is doubled.
    words : int
        Most frequent words of each language that are coupled in the end; memory grows with the
        square.
    seed_weight : float
        How much a pair of the seed lexicon counts in each rotation, beside a coupled word that
        counts 1; 0 only starts from the lexicon.
    refinements : int
        Rotations, after that, on pairs of words that are each other's nearest by CSLS.
    refined_words : int
        Most frequent words of each language that may form such pairs.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    init_words: int = 1000
    init_rounds: int = 30
    init_regularization: float = 0.0125
    rounds: int = 20
    first_regularization: float = 0.15
    regularization: float = 0.03
    grown_rounds: int = 5
    words: int = 4000
    seed_weight: float = 1.0
    refinements: int = 5
    refined_words: int = 20_000

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        check_finite(self)
        check_ranges(
            self,
            at_least_one=_AT_LEAST_ONE,
            not_negative=_NOT_NEGATIVE,
            above_zero=_ABOVE_ZERO,
        )


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Found:
    """What one run found: its rotation, and the one that had seen the coupled words alone."""

    rotation: Matrix
    coupled: Matrix
    history: tuple[float, ...]
    pairs: int
    settled: bool


class Run:
    """How a rotation is found from the normalised rows of frequent words."""

    def __init__(
        self,
        settings: WassersteinSettings,
        rows: tuple[Matrix, Matrix],
        pairs: PairedRows | None,
        progress: Progress,
    ) -> None:
        self.settings, self.pairs, self.progress = settings, pairs, progress
        self.x, self.y = rows

    def rotation(self) -> Found:
        """Give the best rotation of all starts: by mean CSLS of frequent words' neighbours."""
        found = [self._rotated(start) for start in self._starts()]
        if len(found) == 1:
            return found[0]
        rows = self.x, self.y
        return max(found, key=lambda one: neighbors_under(rows, one.rotation, CHECKED).objective)

    def _rotated(self, rotation: Matrix) -> Found:
        """Couple and rotate in turn, then refine."""
        history: list[float] = []
        stages = list(self._schedule())
        for number, (size, entropy) in enumerate(stages, start=1):
            rotation, cosine = self._coupled(rotation, size, entropy)
            history.append(cosine)
            self.progress("transport", number, len(stages))
        most = stages[-1][0]
        linked = min(most, len(self.x)) + self._seeds
        return self._refined(
            Found(
                rotation=rotation,
                coupled=rotation,
                history=tuple(history),
                pairs=linked,
                settled=False,
            )
        )

    def _refined(self, found: Found) -> Found:
        """Rotate on mutual nearest neighbours, until they stay the same."""
        rounds, words = self.settings.refinements, self.settings.refined_words
        before: IntVector | None = None
        for number in range(rounds):
            near = best_neighbors(unit_rows(self.x[:words] @ found.rotation), self.y[:words])
            rows, others = near.mutual, near.forward[near.mutual]
            linked = np.concatenate([rows, others])
            if not len(rows) or (before is not None and np.array_equal(before, linked)):
                self.progress("refinement", rounds, rounds)
                return replace(found, settled=True)
            before = linked
            rotation = self._turned(self.x[rows], self.y[others])
            cosine = float(np.vdot(self.x[rows] @ rotation, self.y[others]) / len(rows))
            found = replace(
                found,
                rotation=rotation,
                history=(*found.history, cosine),
                pairs=len(rows) + self._seeds,
            )
            self.progress("refinement", number + 1, rounds)
        return found

    @property
    def _seeds(self) -> int:
        """How many pairs of the lexicon count in a rotation."""
        return 0 if self.pairs is None or not self.settings.seed_weight else len(self.pairs)

    def _starts(self) -> Iterator[Matrix]:
        """Give the rotations to start from; fewer pairs than dimensions determine none."""
        pairs = self.pairs
        if pairs is not None:
            yield orthogonal_map(pairs.x, pairs.y, weights=pairs.weights).astype(np.float32)
            if len(pairs) >= self.x.shape[1]:
                return
        size = self.settings.init_words
        x, y = self.x[:size], self.y[:size]
        coupling, _ = gromov_coupling(
            x @ x.T,
            y @ y.T,
            regularization=self.settings.init_regularization,
            rounds=self.settings.init_rounds,
        )
        yield orthogonal_map(x, len(x) * (coupling @ y))

    def _schedule(self) -> list[tuple[int, float]]:
        """Say how many words are coupled in each round, and with which entropy."""
        settings = self.settings
        size = min(settings.init_words, settings.words)
        ends = (settings.first_regularization, settings.regularization)
        made = [(size, float(entropy)) for entropy in np.geomspace(*ends, settings.rounds)]
        while size < min(settings.words, max(len(self.x), len(self.y))):
            size = min(2 * size, settings.words)
            made += [(size, settings.regularization)] * settings.grown_rounds
        return made

    def _coupled(self, rotation: Matrix, size: int, entropy: float) -> tuple[Matrix, float]:
        """Couple the most frequent words, and rotate once more."""
        x, y = self.x[:size], self.y[:size]
        cosines = x @ rotation @ y.T
        coupling = sinkhorn(-cosines, entropy, rounds=_STEP)
        moved = min(len(x), len(y)) * (coupling @ y)
        return self._turned(x, moved), float(np.vdot(coupling, cosines))

    def _turned(self, x: Matrix, y: Matrix) -> Matrix:
        """Rotate linked rows together, and those of the seed lexicon with them."""
        if self.pairs is None or not self._seeds:
            return orthogonal_map(x, y)
        weights = [np.ones(len(x)), self.settings.seed_weight * self.pairs.weights]
        return orthogonal_map(
            np.vstack([x, self.pairs.x.astype(np.float32)]),
            np.vstack([y, self.pairs.y.astype(np.float32)]),
            weights=np.concatenate(weights),
        )


def neighbors_under(rows: tuple[Matrix, Matrix], rotation: Matrix, words: int) -> BestNeighbors:
    """Find the best neighbours of the most frequent words of both sides."""
    return best_neighbors(unit_rows(rows[0][:words] @ rotation), rows[1][:words])
