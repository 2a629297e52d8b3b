"""Wasserstein-Procrustes: rotate one space onto the other without knowing which word is which."""

from dataclasses import asdict, dataclass

import numpy as np

from xling.aligners.base import Alignment, StopReason, Supervision, check_spaces
from xling.aligners.check_measures import (
    agreement,
    frequencies,
    held_out,
    mean_beyond,
    mutual_share,
    rank_correlation,
    unlinked,
)
from xling.aligners.pairs import PairedRows, paired_rows
from xling.aligners.registry import width_hint
from xling.aligners.self_check import RANKS_BEYOND, Checks, ranks_needed, ratio
from xling.aligners.wasserstein_rounds import (
    CHECKED,
    Found,
    Run,
    WassersteinSettings,
    neighbors_under,
)
from xling.arrays import Matrix, Vector, unit_rows
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import DegenerateInputError, ShapeError
from xling.mapping.linear import LinearMap, Normalization, fit_normalization
from xling.progress import Progress, silent
from xling.retrieval.mutual import BestNeighbors

__all__ = ["WassersteinAligner", "WassersteinSettings"]

_LEAST = 20  # words of a side: below, neighbourhoods are the whole space
_KEPT = 0.9  # of the words are seen by the restart


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
        run = Run(settings, rows, pairs, progress)
        found = run.rotation()
        rotation = found.rotation
        made = [
            LinearMap(dim_in=source.dim, normalization=normalizations[side], matrix=matrix)
            for side, matrix in enumerate((rotation, None))
        ]
        checks = None
        if pairs is None or len(pairs) < source.dim:  # what few pairs leave open, chance may fill
            checks = _checked(settings, rows, frequent, found, pairs, seed, progress)
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
    most = max(settings.init_words, settings.words, settings.refined_words, CHECKED)
    normalizations, rows, frequent = [], [], []
    for space in spaces:
        normalizations.append(fit_normalization(space.vectors, settings.normalization))
        made = unit_rows(normalizations[-1].apply(space.vectors[:most]))
        known = np.flatnonzero(made.any(axis=1))
        rows.append(made[known])
        frequent.append(frequencies(space.vocabulary, known))
        if len(rows[-1]) < _LEAST:
            raise DegenerateInputError(
                f"{len(rows[-1])} of the {len(made)} most frequent words of {space.language} have "
                f"a vector; at least {_LEAST} are needed"
            )
    return normalizations, (rows[0], rows[1]), (frequent[0], frequent[1])


def _checked(
    settings: WassersteinSettings,
    rows: tuple[Matrix, Matrix],
    frequent: tuple[Vector, Vector],
    mine: Found,
    pairs: PairedRows | None,
    seed: int,
    progress: Progress,
) -> Checks:
    """Compare the alignment of frequent words with what the same rounds make of chance.

    Nothing else is random here: a restart differs in the words that it does not see. The words
    beyond are judged by the rotation of the couplings, which has not seen them, so that nothing
    has to be fitted to chance there; whether the refined one, which has, still says the same is
    `written`.
    """
    found = neighbors_under(rows, mine.rotation, CHECKED)
    draws = np.random.default_rng(seed)
    fewer = [
        side[np.sort(draws.permutation(len(side))[: int(np.ceil(_KEPT * len(side)))])]
        for side in rows
    ]
    again = Run(settings, (fewer[0], fewer[1]), pairs, progress).rotation()
    csls, carried, late = [], [], []
    for apart in unlinked(rows[1], seed=seed):
        sides = rows[0], apart
        chance = neighbors_under(
            sides, Run(settings, sides, None, progress).rotation().rotation, CHECKED
        )
        csls.append(chance.objective)
        carried.append(_held_out(sides, chance))
        late.append(_beyond(settings, sides, frequent, mine.coupled)[0] or 0.0)
    beyond, ranks_beyond, needed = _beyond(settings, rows, frequent, mine.coupled)
    ranks, mutual = rank_correlation(found, frequent)
    return Checks(
        stability=agreement([found, neighbors_under(rows, again.rotation, CHECKED)]),
        mutual=mutual_share(found),
        csls=found.objective,
        csls_by_chance=max(csls),
        held_out=_held_out(rows, found),
        held_out_by_chance=max(carried),
        ranks=ranks,
        ranks_needed=ranks_needed(mutual),
        beyond=None if beyond is None else ratio(beyond, max(late)),
        ranks_beyond=ranks_beyond,
        ranks_beyond_needed=needed,
        written=agreement([found, neighbors_under(rows, mine.coupled, CHECKED)]),
    )


def _held_out(rows: tuple[Matrix, Matrix], found: BestNeighbors) -> float:
    """See what maps fitted on half of the frequent words' pairs make of the others."""
    return held_out(rows[0][:CHECKED], rows[1][:CHECKED], found)


def _beyond(
    settings: WassersteinSettings,
    rows: tuple[Matrix, Matrix],
    frequent: tuple[Vector, Vector],
    rotation: Matrix,
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Give mean CSLS and ranks, and what these must reach, of words that no coupling saw."""
    seen = max(settings.init_words, settings.words)
    if max(map(len, rows)) <= seen:
        return None, None, None
    near = neighbors_under(rows, rotation, max(map(len, rows)))
    mean = mean_beyond(near, seen)
    if mean is None:
        return None, None, None
    ranks, pairs = rank_correlation(near, frequent, seen=seen)
    return mean, ranks, ranks_needed(pairs, RANKS_BEYOND)
