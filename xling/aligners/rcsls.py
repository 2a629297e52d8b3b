"""RCSLS: the linear map under which a seed lexicon's pairs have the best relaxed CSLS."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from xling.aligners.base import Alignment, StopReason, Supervision
from xling.aligners.mutual import FrequentRows, frequent_rows
from xling.aligners.pairs import PairedRows, paired_rows
from xling.aligners.refine import refined
from xling.arrays import BoolVector, Matrix, unit_rows
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.rcsls import mean_rows, nearest_orthogonal, rcsls_loss, spectral_ball
from xling.linalg.softmax import mean_log_share
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent
from xling.retrieval.criteria import NEIGHBORHOOD, mean_similarity
from xling.retrieval.index import ExactIndex

__all__ = ["Constraint", "RcslsAligner", "RcslsSettings"]

Constraint = Literal["none", "spectral", "orthogonal"]

_PATIENCE = 3  # rounds without a better judgement before the search for their number ends
_REFINED = 2  # rounds in which further pairs are sought
_HELD_OUT = 20  # source words that a judgement needs at least
_SMALLEST = 1e-3  # of the first step: a smaller one changes nothing that matters


@dataclass(frozen=True, kw_only=True, slots=True)
class RcslsSettings:
    """What the map may be, and how far it goes from the rotation it begins with.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    constraint : {"spectral", "none", "orthogonal"}
        What the map stays within: the unit ball of the spectral norm, which is convex; nothing;
        or the orthogonal matrices.
    neighbors : int
        Over how many neighbours CSLS is measured, at least 1.
    words : int
        The most frequent words of each language among which further pairs are sought, which are
        fitted on beside the lexicon's; 0 for none.
    frequent : int
        The most frequent words of each language among which neighbours are sought, at least 1.
    step : float
        The first step, positive; halved whenever the objective would fall.
    rounds : int
        Rounds at most, at least 1.
    held_out : float
        Share of the seed lexicon's source words that the number of rounds is judged on, from 0 to
        0.5. The map itself is then fitted on all pairs. 0 for all ``rounds``.

    Raises
    ------
    ConfigError
        If a value is out of its range, a step does not exist, or ``"centre"`` stands twice.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    constraint: Constraint = "spectral"
    neighbors: int = NEIGHBORHOOD
    words: int = 5_000
    frequent: int = 50_000
    step: float = 4.0
    rounds: int = 10
    held_out: float = 0.2

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        if self.constraint not in get_args(Constraint):
            raise ConfigError(
                f"constraint is {self.constraint!r}; known: {', '.join(get_args(Constraint))}"
            )
        for name in ("neighbors", "frequent", "rounds"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        if self.words < 0:
            raise ConfigError(f"words is {self.words}; 0 or more is needed")
        if not 0 < self.step < float("inf"):
            raise ConfigError(f"step is {self.step}; a number above 0 is needed")
        if not 0 <= self.held_out <= 0.5:
            raise ConfigError(f"held_out is {self.held_out}; 0 to 0.5 is possible")


@dataclass(frozen=True, kw_only=True, slots=True)
class RcslsAligner:
    """Map the source space linearly; the target space stays.

    From the Procrustes rotation, the map descends on the relaxed CSLS loss of
    `xling.linalg.rcsls.rcsls_loss`; after each step it is brought back within its constraint. A
    step that would raise the loss is not taken, and the next one is half as long.

    A few thousand pairs are few for a map without constraint on its angles. So the pairs that a
    rotation finds by itself (`xling.aligners.refine`, two rounds) are put beside the lexicon's,
    unless ``words`` is 0, which leaves the method of the paper.

    The loss of the pairs it is fitted on goes on falling long after new words are translated
    worse. So a part of the seed lexicon is held out first, by source word: the map is fitted on
    the rest, and judged after each round by how probable the held-out translations are among the
    lexicon's target words, by CSLS at temperature 0.1. Then it is fitted on all pairs, for the
    number of rounds that was best. Where fewer than 20 source words could be held out, all
    ``rounds`` are gone.

    ``history`` holds minus the loss of all pairs, for the rotation and after each round: their
    mean CSLS, where the map is a rotation. ``checks`` holds the number of ``rounds``, the pairs of
    the lexicon and, where
    pairs were held out, their mean log probability at the start and at its best.

    Parameters
    ----------
    settings : RcslsSettings
        What the map may be, and how far it goes.

    References
    ----------
    Joulin, Bojanowski, Mikolov, Jégou and Grave (2018), Loss in translation: learning bilingual
    word mapping with a retrieval criterion.
    """

    settings: RcslsSettings = RcslsSettings()

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
        """Find the map; see `xling.aligners.base.Aligner.fit`."""
        wanted = self.settings
        pairs = paired_rows(
            "rcsls", source, target, lexicon, wanted.normalization, one_width=True, of_words=True
        )
        frequent = frequent_rows(pairs, wanted.frequent)
        checks: dict[str, float] = {"lexicon_pairs": float(len(pairs))}
        rounds = wanted.rounds
        held = _held_out(pairs, wanted.held_out, seed)
        if held.any():
            values = _judged(pairs, frequent, held, wanted, progress)
            rounds = int(np.argmax(values))
            checks |= {"held_out_start": values[0], "held_out_best": values[rounds]}
        grown = _grown(pairs, wanted)
        descent = _Descent(grown, frequent, wanted)
        for number in range(rounds):
            if descent.ended:
                break
            descent.advance()
            progress("rcsls", number + 1, rounds)
        ended = descent.ended or rounds < wanted.rounds
        return grown.alignment(
            grown.linear(0, descent.matrix),
            grown.linear(1, None),
            settings=wanted,
            seed=seed,
            history=tuple(descent.history),
            converged=ended,
            stop_reason=StopReason.CONVERGED if ended else StopReason.MAX_ROUNDS,
            checks=checks | {"rounds": float(len(descent.history) - 1)},
        )


def _grown(pairs: PairedRows, settings: RcslsSettings) -> PairedRows:
    """Add the pairs that a rotation by these ones finds."""
    if not settings.words:
        return pairs
    among = frequent_rows(pairs, settings.words)
    return refined(pairs, among, rounds=_REFINED, neighbors=settings.neighbors).pairs


class _Descent:
    """Projected subgradient descent on the relaxed CSLS loss of some pairs."""

    def __init__(
        self,
        pairs: PairedRows,
        frequent: FrequentRows,
        settings: RcslsSettings,
    ) -> None:
        self._x, self._y, self._weights = pairs.x, pairs.y, pairs.weights
        self._source, self._target = frequent.x, frequent.y
        self._index = ExactIndex(rows=frequent.y)
        self._settings = settings
        self._step = settings.step
        self.matrix = orthogonal_map(self._x, self._y, weights=self._weights)
        loss, self._gradient = self._evaluate(self.matrix)
        self.history = [-loss]

    @property
    def ended(self) -> bool:
        """Whether the steps have become too small to matter."""
        return self._step < _SMALLEST * self._settings.step

    def advance(self) -> None:
        """Go one step, or halve it where it would go up."""
        tried = _within(self._settings.constraint, self.matrix - self._step * self._gradient)
        loss, gradient = self._evaluate(tried)
        if -loss < self.history[-1]:
            self._step /= 2
            self.history.append(self.history[-1])
            return
        self.matrix, self._gradient = tried, gradient
        self.history.append(-loss)

    def _evaluate(self, matrix: Matrix) -> tuple[float, Matrix]:
        """Find the neighbours, then give the loss and its gradient."""
        count = self._settings.neighbors
        mapped = (self._x @ matrix).astype(np.float32)
        ahead = self._index.search(mapped, count).ids
        moved = ExactIndex(rows=self._source @ matrix.astype(np.float32))
        back = moved.search(self._y.astype(np.float32), count).ids
        return rcsls_loss(
            self._x,
            self._y,
            matrix,
            near_x=mean_rows(self._source, back),
            near_y=mean_rows(self._target, ahead),
            weights=self._weights,
        )


def _within(constraint: Constraint, matrix: Matrix) -> Matrix:
    """Bring a map back within its constraint."""
    if constraint == "spectral":
        return spectral_ball(matrix)
    if constraint == "orthogonal":
        return nearest_orthogonal(matrix)
    return matrix


def _held_out(pairs: PairedRows, share: float, seed: int) -> BoolVector:
    """Choose pairs by their source words; none where there are too few for a judgement."""
    words = sorted(set(pairs.rows[0].tolist()), key=pairs.names[0].__getitem__)  # whatever order
    wanted = round(share * len(words))
    if wanted < _HELD_OUT:
        return np.zeros(len(pairs), dtype=bool)
    drawn = np.random.default_rng(seed).permutation(words)[:wanted]
    return np.isin(pairs.rows[0], drawn)


def _judged(
    pairs: PairedRows,
    frequent: FrequentRows,
    held: BoolVector,
    settings: RcslsSettings,
    progress: Progress,
) -> list[float]:
    """Fit on the other pairs, and judge each round by those held out."""
    descent = _Descent(_grown(pairs.chosen(~held), settings), frequent, settings)
    values = [_judgement(pairs, frequent, held, descent.matrix, settings.neighbors)]
    for number in range(settings.rounds):
        if descent.ended or len(values) - 1 - int(np.argmax(values)) >= _PATIENCE:
            break
        descent.advance()
        values.append(_judgement(pairs, frequent, held, descent.matrix, settings.neighbors))
        progress("rounds", number + 1, settings.rounds)
    progress("rounds", settings.rounds, settings.rounds)
    return values


def _judgement(
    pairs: PairedRows,
    frequent: FrequentRows,
    held: BoolVector,
    matrix: Matrix,
    neighbors: int,
) -> float:
    """Give the mean log probability of the held-out translations among all of the lexicon's."""
    single = matrix.astype(np.float32)
    words, first = np.unique(pairs.rows[1], return_index=True)
    candidates = pairs.y[first].astype(np.float32)
    near = mean_similarity(candidates, unit_rows(frequent.x @ single), k=neighbors)
    asked = unit_rows(pairs.x[held].astype(np.float32) @ single)
    right = np.searchsorted(words, pairs.rows[1][held])
    return mean_log_share(2 * asked, candidates, near, right)
