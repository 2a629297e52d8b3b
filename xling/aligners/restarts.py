"""Self-learning from start to end: restarts on few words, one run on more, check, last step."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from xling.aligners.base import Alignment, StopReason, Verdict
from xling.aligners.check_measures import (
    agreement,
    frequencies,
    held_out,
    mean_beyond,
    mutual_share,
    rank_correlation,
    unlinked,
)
from xling.aligners.course import CourseSettings, Prepared
from xling.aligners.induction import Dictionary, Learned, Stage, dictionary_of, learn_maps, turned
from xling.aligners.self_check import RANKS_BEYOND, Chance, Checks, ranks_needed, ratio
from xling.arrays import Matrix, Vector
from xling.data.coverage import Coverage
from xling.linalg.reweighting import weighted_maps, whitened_maps
from xling.mapping.linear import LinearMap
from xling.progress import Progress
from xling.retrieval.mutual import BestNeighbors, best_neighbors

__all__ = ["Course"]

_FURTHER = 2  # restarts that are added where the first ones leave doubt


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """All that one fit by self-learning needs.

    Parameters
    ----------
    method : str
        The aligner's name.
    sides : pair of Prepared
        Source and target.
    start : callable
        Gives the first dictionary for a number of words.
    settings : CourseSettings
        The aligner's.
    seed : int
        Of what is dropped.
    progress : callable
        Called after each round; how many there will be is not known before.
    fixed : Dictionary, optional
        Pairs that stand in every dictionary.
    coverage : Coverage, optional
        Of the seed lexicon.
    """

    method: str
    sides: tuple[Prepared, Prepared]
    start: Callable[[int], Dictionary] = field(repr=False)
    settings: CourseSettings
    seed: int
    progress: Progress = field(repr=False)
    fixed: Dictionary | None = None
    coverage: Coverage | None = None

    def align(self) -> Alignment:
        """Go the whole course.

        Returns
        -------
        Alignment
            With verdict and checks. One that failed has seen its first words only.
        """
        runs, checks = self._restarted()
        judged = chosen = max(runs, key=lambda run: run.neighbors.objective)
        history = chosen.history
        seen = len(chosen.neighbors.forward), len(chosen.neighbors.backward)
        wanted = tuple(min(len(rows), self.settings.cutoff) for rows in self._vectors)
        if checks.verdict is Verdict.TRUSTED and seen != wanted:
            checks = self._beyond(judged, checks)
        if checks.verdict is Verdict.TRUSTED and seen != wanted:
            stage = Stage(words=self.settings.cutoff)
            chosen = self._learn(dictionary_of(chosen.neighbors), [stage], self.seed)
            history += chosen.history
        return self._written(chosen, history, checks, judged.neighbors)

    @property
    def _vectors(self) -> tuple[Matrix, Matrix]:
        return self.sides[0].vectors, self.sides[1].vectors

    def _restarted(self) -> tuple[list[Learned], Checks]:
        """Run the first rounds several times, more often and on more words in case of doubt."""
        settings = self.settings
        most = min(settings.cutoff, max(map(len, self._vectors)))
        draws = np.random.default_rng(self.seed)
        tries: list[tuple[list[Learned], Checks]] = []
        for words in sorted({min(words, most) for words in settings.start_words}):
            first = self.start(words)
            stages = [
                Stage(words=words, keep=p, weighting=settings.weighting) for p in settings.keep
            ]
            stages.append(Stage(words=words))
            seeds = draws.integers(2**31, size=settings.restarts).tolist()
            runs = [self._learn(first, stages, seed) for seed in seeds]
            checks = self._checked(runs, stages)
            while checks.undecided and len(runs) < settings.restarts + _FURTHER:
                runs.append(self._learn(first, stages, int(draws.integers(2**31))))
                chance = Chance(csls=checks.csls_by_chance, held_out=checks.held_out_by_chance)
                checks = self._checked(runs, stages, chance)
            tries.append((runs, checks))
            if tries[-1][1].verdict is Verdict.TRUSTED:
                return tries[-1]
        return max(tries, key=lambda tried: tried[1].gain)

    @property
    def _frequent(self) -> tuple[Vector, Vector]:
        """How frequent the words of both sides are."""
        source, target = (frequencies(side.space.vocabulary, side.rows) for side in self.sides)
        return source, target

    def _checked(
        self, runs: list[Learned], stages: list[Stage], chance: Chance | None = None
    ) -> Checks:
        """Compare the best restart with the others, and with chance."""
        best = max(runs, key=lambda run: run.neighbors.objective)
        if chance is None:
            chance = self._by_chance(best, stages)
        others = [run for run in runs if run is not best]
        x, y = (rows[: stages[0].words] for rows in self._vectors)
        ranks, pairs = rank_correlation(best.neighbors, self._frequent)
        return Checks(
            stability=max(agreement([best.neighbors, run.neighbors]) for run in others),
            mutual=mutual_share(best.neighbors),
            csls=best.neighbors.objective,
            csls_by_chance=chance.csls,
            held_out=held_out(x, y, best.neighbors),
            held_out_by_chance=chance.held_out,
            ranks=ranks,
            ranks_needed=ranks_needed(pairs),
        )

    def _by_chance(self, best: Learned, stages: list[Stage]) -> Chance:
        """Take targets without a link through the same rounds; give the most that they reach."""
        x, y = (rows[: stages[0].words] for rows in self._vectors)
        first = dictionary_of(best.neighbors)
        reached, again = [], []
        for apart in unlinked(y, seed=self.seed):
            near = self._learn(first, stages, self.seed, (x, apart)).neighbors
            reached.append(near.objective)
            again.append(held_out(x, apart, near))
        return Chance(csls=max(reached), held_out=max(again))

    def _beyond(self, judged: Learned, checks: Checks) -> Checks:
        """Compare the words that the first rounds did not see with chance, under their maps.

        These maps know nothing of such words, so nothing has to be fitted to chance.
        """
        cutoff = self.settings.cutoff
        seen = min(map(len, (judged.neighbors.forward, judged.neighbors.backward)))
        x, y = (rows[:cutoff] for rows in self._vectors)
        near = self._neighbors(x, y, judged.maps)
        found = mean_beyond(near, seen)
        if found is None:
            return checks
        chances = (
            mean_beyond(self._neighbors(x, apart, judged.maps), seen) or 0.0
            for apart in unlinked(y, seed=self.seed)
        )
        ranks, pairs = rank_correlation(near, self._frequent, seen=seen)
        return replace(
            checks,
            beyond=ratio(found, max(chances)),
            ranks_beyond=ranks,
            ranks_beyond_needed=ranks_needed(pairs, RANKS_BEYOND),
        )

    def _neighbors(self, x: Matrix, y: Matrix, maps: tuple[Matrix, Matrix]) -> BestNeighbors:
        """Find the best neighbours of both sides under their maps."""
        k = self.settings.neighborhood
        return best_neighbors(*turned(x, y, maps), k=k)

    def _learn(
        self,
        first: Dictionary,
        stages: list[Stage],
        seed: int,
        vectors: tuple[Matrix, Matrix] | None = None,
    ) -> Learned:
        """Run rounds on the two sides, or on other vectors."""
        settings = self.settings
        return learn_maps(
            *(self._vectors if vectors is None else vectors),
            first,
            stages,
            k=settings.neighborhood,
            rounds=settings.rounds,
            patience=settings.patience,
            tolerance=settings.tolerance,
            seed=seed,
            fixed=self.fixed if vectors is None else None,
            after=lambda done: self.progress("rounds", done, done),
        )

    def _written(
        self,
        learned: Learned,
        history: tuple[float, ...],
        checks: Checks,
        judged: BestNeighbors,
    ) -> Alignment:
        """Take the last step, see whether it still says what was judged, and write all down."""
        pairs = dictionary_of(learned.neighbors)
        if self.fixed is not None:
            pairs = np.append(pairs[0], self.fixed[0]), np.append(pairs[1], self.fixed[1])
        last, power = whitened_maps, self.settings.reweighting
        if power is None:
            last, power = weighted_maps, 0.0
        maps = last(*self._vectors, power=power, pairs=pairs)
        first, second = self._vectors
        again = self._neighbors(first[: len(judged.forward)], second[: len(judged.backward)], maps)
        checks = replace(checks, written=agreement([judged, again]))
        made = [
            LinearMap(dim_in=side.space.dim, normalization=side.normalization, matrix=matrix)
            for side, matrix in zip(self.sides, maps, strict=True)
        ]
        return Alignment(
            source_mapping=made[0],
            target_mapping=made[1],
            method=self.method,
            pairs_used=len(np.unique(np.stack(pairs), axis=1).T),
            coverage=self.coverage,
            settings=asdict(self.settings),
            seed=self.seed,
            source_fingerprint=self.sides[0].space.fingerprint,
            target_fingerprint=self.sides[1].space.fingerprint,
            history=history,
            converged=learned.converged,
            stop_reason=StopReason.CONVERGED if learned.converged else StopReason.MAX_ROUNDS,
            verdict=checks.verdict,
            checks=checks.values,
        )
