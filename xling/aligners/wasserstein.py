"""Wasserstein-Procrustes: rotate one space onto the other without knowing which word is which."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np

from xling.aligners.base import Alignment, StopReason, Supervision, check_spaces
from xling.aligners.pairs import PairedRows, paired_rows
from xling.aligners.registry import width_hint
from xling.aligners.self_check import (
    Checks,
    agreement,
    frequencies,
    mean_beyond,
    mutual_share,
    rank_correlation,
    ranks_needed,
    unlinked,
)
from xling.aligners.settings import check_finite
from xling.arrays import IntVector, Matrix, Vector, unit_rows
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, DegenerateInputError, ShapeError
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.transport import gromov_coupling, sinkhorn
from xling.mapping.linear import LinearMap, Normalization, check_steps, fit_normalization
from xling.progress import Progress, silent
from xling.retrieval.mutual import BestNeighbors, best_neighbors

__all__ = ["WassersteinAligner", "WassersteinSettings"]

_STEP = 15  # Sinkhorn rounds of a coupling that the next rotation will change anyway
_CHECKED = 2000  # most frequent words that the alignment is judged by, beside those beyond
_KEPT = 0.9  # of the words are seen by the restart

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
        for name in _AT_LEAST_ONE:
            self._check(name, getattr(self, name) >= 1, "at least 1")
        for name in _NOT_NEGATIVE:
            self._check(name, getattr(self, name) >= 0, "at least 0")
        for name in _ABOVE_ZERO:
            self._check(name, getattr(self, name) > 0, "a number above 0")

    def _check(self, name: str, fine: bool, wanted: str) -> None:
        """Refuse a value outside its range."""
        if not fine:
            raise ConfigError(f"{name} is {getattr(self, name)}; {wanted} is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class WassersteinAligner:
    """Couple and rotate in turn; the target space stays.

    The first rotation is that of the seed lexicon, or of a Gromov-Wasserstein coupling of the
    most frequent words; with fewer pairs than dimensions both are tried. Then, on more and more
    words, a Sinkhorn coupling of the rotated rows and the Procrustes rotation of the coupled rows
    take turns, while the entropy falls; last come rotations on mutual nearest neighbours. All
    words of a size are coupled at once, not a random sample of them, so ``seed`` changes the
    self-check alone (`xling.aligners.self_check`).
    ``history`` is the mean cosine of what each round couples.

    Parameters
    ----------
    settings : WassersteinSettings
        Sizes, rounds and entropies.

    References
    ----------
    Grave, Joulin and Berthet (2019), Unsupervised alignment of embeddings with Wasserstein
    Procrustes. Alvarez-Melis and Jaakkola (2018), Gromov-Wasserstein alignment of word embedding
    spaces.
    """

    settings: WassersteinSettings = WassersteinSettings()

    @property
    def supervision(self) -> Supervision:
        """A seed lexicon is used to start from, where there is one."""
        return Supervision.OPTIONAL

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
        settings = self.settings
        check_spaces(source, target, lexicon)
        pairs = None
        if lexicon is not None:
            steps = settings.normalization
            pairs = paired_rows("wasserstein", source, target, lexicon, steps, one_width=True)
        normalizations, rows, frequent = _prepared(settings, (source, target))
        run = _Run(settings, rows, pairs, progress)
        found = run.rotation()
        rotation = found.rotation
        made = [
            LinearMap(dim_in=source.dim, normalization=normalizations[side], matrix=matrix)
            for side, matrix in enumerate((rotation, None))
        ]
        checks = None
        if pairs is None:
            checks = _checked(settings, rows, frequent, found, seed, progress)
        return Alignment(
            source_mapping=made[0],
            target_mapping=made[1],
            method="wasserstein",
            pairs_used=found.pairs,
            seed_pairs=0 if pairs is None else len(pairs),
            coverage=None if pairs is None else pairs.coverage,
            settings=asdict(settings),
            seed=seed,
            source_fingerprint=source.fingerprint,
            target_fingerprint=target.fingerprint,
            history=found.history,
            converged=found.settled,
            stop_reason=StopReason.CONVERGED if found.settled else StopReason.MAX_ROUNDS,
            verdict=None if checks is None else checks.verdict,
            checks={} if checks is None else checks.values,
        )


def _prepared(
    settings: WassersteinSettings, spaces: tuple[EmbeddingSpace, EmbeddingSpace]
) -> tuple[list[Normalization], tuple[Matrix, Matrix], tuple[Vector, Vector]]:
    """Normalise both spaces; give unit rows of frequent words, where they are not zero.

    And say how frequent these words are.
    """
    if spaces[0].dim != spaces[1].dim:
        raise ShapeError(
            f"the {spaces[0].language} space has {spaces[0].dim} dimensions, the "
            f"{spaces[1].language} space {spaces[1].dim}; wasserstein needs equal numbers",
            hint=width_hint(),
        )
    most = max(settings.init_words, settings.words, settings.refined_words, _CHECKED)
    normalizations, rows, frequent = [], [], []
    for space in spaces:
        normalizations.append(fit_normalization(space.vectors, settings.normalization))
        made = unit_rows(normalizations[-1].apply(space.vectors[:most]))
        known = np.flatnonzero(made.any(axis=1))
        rows.append(made[known])
        frequent.append(frequencies(space.vocabulary, known))
        if not len(rows[-1]):
            raise DegenerateInputError(
                f"nothing is known about any of the {len(made)} most frequent words of "
                f"{space.language}; vectors that are not zero are needed"
            )
    return normalizations, (rows[0], rows[1]), (frequent[0], frequent[1])


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Found:
    """What one run found: its rotation, and the one that had seen the coupled words alone."""

    rotation: Matrix
    coupled: Matrix
    history: tuple[float, ...]
    pairs: int
    settled: bool


class _Run:
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

    def rotation(self) -> _Found:
        """Give the best rotation of all starts: by mean CSLS of frequent words' neighbours."""
        found = [self._rotated(start) for start in self._starts()]
        if len(found) == 1:
            return found[0]
        rows = self.x, self.y
        return max(found, key=lambda one: _neighbors(rows, one.rotation, _CHECKED).objective)

    def _rotated(self, rotation: Matrix) -> _Found:
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
            _Found(
                rotation=rotation,
                coupled=rotation,
                history=tuple(history),
                pairs=linked,
                settled=False,
            )
        )

    def _refined(self, found: _Found) -> _Found:
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


def _checked(
    settings: WassersteinSettings,
    rows: tuple[Matrix, Matrix],
    frequent: tuple[Vector, Vector],
    mine: _Found,
    seed: int,
    progress: Progress,
) -> Checks:
    """Compare the alignment of frequent words with what the same rounds make of chance.

    Nothing else is random here: a restart differs in the words that it does not see. The words
    beyond are judged by the rotation of the couplings, which has not seen them, so that nothing
    has to be fitted to chance there; whether the refined one, which has, still says the same is
    `written`.
    """
    found = _neighbors(rows, mine.rotation, _CHECKED)
    draws = np.random.default_rng(seed)
    fewer = [
        side[np.sort(draws.permutation(len(side))[: int(np.ceil(_KEPT * len(side)))])]
        for side in rows
    ]
    again = _Run(settings, (fewer[0], fewer[1]), None, progress).rotation()
    chances: list[float] = []
    beyond = [_beyond(settings, rows, mine.coupled)]
    for apart in unlinked(rows[1], seed=seed):
        sides = rows[0], apart
        chance = _Run(settings, sides, None, progress).rotation()
        chances.append(_neighbors(sides, chance.rotation, _CHECKED).objective)
        beyond.append(_beyond(settings, sides, mine.coupled))
    return Checks(
        stability=agreement([found, _neighbors(rows, again.rotation, _CHECKED)]),
        mutual=mutual_share(found),
        csls=found.objective,
        csls_by_chance=max(chances),
        ranks=rank_correlation(found, frequent),
        ranks_needed=ranks_needed(len(found.mutual)),
        beyond=None
        if beyond[0] is None
        else beyond[0] / max(1e-9, *(late or 0.0 for late in beyond[1:])),
        written=agreement([found, _neighbors(rows, mine.coupled, _CHECKED)]),
    )


def _beyond(
    settings: WassersteinSettings, rows: tuple[Matrix, Matrix], rotation: Matrix
) -> float | None:
    """Give the mean CSLS of words that no coupling saw; ``None`` where there are none."""
    seen = max(settings.init_words, settings.words)
    if max(map(len, rows)) <= seen:
        return None
    return mean_beyond(_neighbors(rows, rotation, max(map(len, rows))), seen)


def _neighbors(rows: tuple[Matrix, Matrix], rotation: Matrix, words: int) -> BestNeighbors:
    """Find the best neighbours of the most frequent words of both sides."""
    return best_neighbors(unit_rows(rows[0][:words] @ rotation), rows[1][:words])
