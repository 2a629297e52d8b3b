"""Contrastive: a curved map that tells each word's translation from the words nearest to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch

from xling.aligners.base import Alignment, StopReason, Supervision
from xling.aligners.contrastive_network import ResidualNetwork
from xling.aligners.contrastive_training import Training, WordPairs, reciprocal_rank
from xling.aligners.pairs import PairedRows, paired_rows
from xling.aligners.settings import check_finite
from xling.arrays import IntVector, Matrix, Vector
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError
from xling.linalg.procrustes import leading_directions, orthogonal_map
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["ContrastiveAligner", "ContrastiveSettings", "Sides"]

#: Which spaces get a curved map.
Sides = Literal["source", "both"]

_FEWEST = 20  # source words from which some can be held out
_MOST_HELD = 2000  # more would take time and tell hardly more

_AT_LEAST_ONE = ("hidden", "batch", "patience", "words")
_NOT_NEGATIVE = (
    "layers", "epochs", "margin", "negatives", "weight_decay", "matrix_rate",
)  # fmt: skip
_ABOVE_ZERO = ("temperature", "learning_rate")
_BELOW_ONE = ("dropout", "held_out")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastiveSettings:
    """The network, its training, and when it ends.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    sides : {"source", "both"}
        Whether only the source space is mapped, or each by a network of its own.
    layers, hidden : int
        Residual layers of a network, and the units of each; without a layer the map is linear.
    temperature : float
        Of the contrast, above 0.
    margin : float
        By how much a right pair's cosine has to be above the wrong ones', at least 0.
    negatives : int
        Words near the map's answer that each word is contrasted with, beside those of its batch.
    batch : int
        Pairs of a step.
    learning_rate : float
        Of the residual layers, at the start; it falls linearly to 0.
    matrix_rate : float
        How many times as fast the matrix below them learns; 0 keeps it a rotation.
    weight_decay : float
        Of the residual layers, decoupled from the gradient.
    dropout : float
        Share of the hidden units that a step leaves out, in [0, 1).
    epochs : int
        Most passes over the pairs.
    patience : int
        Passes without gain on the held-out words after which training stops.
    held_out : float
        Share of the source words, but 2,000 of them at most, that are looked up after each pass
        and not learned from, in [0, 1); with 0, or with fewer than 20 words, all passes are made.
    refit : bool
        Whether the networks are then trained on all pairs, for as many passes as were best.
    words : int
        Most frequent words among which hard negatives and answers are looked for.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    sides: Sides = "source"
    layers: int = 1
    hidden: int = 512
    temperature: float = 0.1
    margin: float = 0.0
    negatives: int = 10
    batch: int = 256
    learning_rate: float = 1e-3
    matrix_rate: float = 0.1
    weight_decay: float = 0.1
    dropout: float = 0.5
    epochs: int = 10
    patience: int = 3
    held_out: float = 0.1
    refit: bool = True
    words: int = 5000

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        check_finite(self)
        if self.sides not in get_args(Sides):
            raise ConfigError(f"sides {self.sides!r}; source or both is needed")
        for name in _AT_LEAST_ONE:
            self._check(name, getattr(self, name) >= 1, "at least 1")
        for name in _NOT_NEGATIVE:
            self._check(name, getattr(self, name) >= 0, "at least 0")
        for name in _ABOVE_ZERO:
            self._check(name, getattr(self, name) > 0, "a number above 0")
        for name in _BELOW_ONE:
            self._check(name, 0 <= getattr(self, name) < 1, "a number in [0, 1)")

    def _check(self, name: str, fine: bool, wanted: str) -> None:
        """Refuse a value outside its range."""
        if not fine:
            raise ConfigError(f"{name} is {getattr(self, name)}; {wanted} is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastiveAligner:
    """Rotate, then bend: residual layers trained to tell right pairs from near ones.

    The network starts as the Procrustes rotation of the pairs it learns from; widths may differ.
    InfoNCE asks each source word for its translation among the target words of the batch and the
    target words nearest to where it is mapped, and the other way round. ``history`` is the mean
    reciprocal rank of the held-out source words, before training and after each pass (with no word
    held out, minus the loss of each pass). Where no pass gains, the rotation of all pairs is given.

    Parameters
    ----------
    settings : ContrastiveSettings
        The network and its training.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Representation learning with contrastive predictive
    coding. He, Zhang, Ren and Sun (2016), Identity mappings in deep residual networks. Li et al.
    (2022), Improving word translation via two-stage contrastive learning (hard negatives).
    """

    settings: ContrastiveSettings = ContrastiveSettings()

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
        """Train the networks; see `xling.aligners.base.Aligner.fit`."""
        settings = self.settings
        pairs = paired_rows(
            "contrastive",
            source,
            target,
            lexicon,
            settings.normalization,
            of_words=True,
        )
        run = _Run(settings, pairs, seed, progress)
        learned, held = _split(pairs, run.order, settings.held_out, seed)
        training, history, best = run.train(learned, held, settings.epochs)
        if len(held) and settings.refit:
            training, _, _ = run.train(run.order, held[:0], best)
        maps = [
            pairs.linear(side, None)
            if network is None
            else network.as_map(pairs.normalizations[side])
            for side, network in enumerate(training.networks)
        ]
        stopped = len(held) > 0 and len(history) <= settings.epochs
        return pairs.alignment(
            maps[0],
            maps[1],
            settings=settings,
            seed=seed,
            history=history,
            converged=stopped,
            stop_reason=StopReason.CONVERGED if stopped else StopReason.MAX_ROUNDS,
            checks={"best_epoch": float(best)},
        )


class _Run:
    """One fit: its spaces, its pairs in an order of their own, and its networks."""

    def __init__(
        self, settings: ContrastiveSettings, pairs: PairedRows, seed: int, progress: Progress
    ) -> None:
        self.settings, self.pairs, self.seed, self.progress = settings, pairs, seed, progress
        words = [
            np.array(space.words)[rows]
            for space, rows in zip(pairs.spaces, pairs.rows, strict=True)
        ]
        self.order: IntVector = np.lexsort((words[1], words[0]))  # whatever order they came in
        spaces, places = [], []
        for side, space in enumerate(pairs.spaces):
            rows = np.union1d(np.arange(min(settings.words, len(space))), pairs.rows[side])
            spaces.append(pairs.normalizations[side].apply(space.vectors[rows]))
            places.append(np.searchsorted(rows, pairs.rows[side]))
        self.spaces: tuple[Matrix, Matrix] = (spaces[0], spaces[1])
        self.gold = WordPairs(rows=(places[0], places[1]), weights=pairs.weights)

    def train(
        self, learned: IntVector, held: IntVector, epochs: int
    ) -> tuple[Training, tuple[float, ...], int]:
        """Train on some pairs; give what came out, its history and the best number of passes."""
        settings, rng = self.settings, np.random.default_rng(self.seed)
        training = self._start(learned, rng)
        optimizer = torch.optim.AdamW(self._groups(training))
        checked = self.gold.select(held)
        history = [self._check(training, checked)] if len(held) else []
        best, kept = 0, _parameters(training)
        for epoch in range(epochs if history != [1.0] else 0):  # else nothing is left to gain
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * (1 - epoch / max(settings.epochs, 1))
            loss = training.epoch(lambda value: _descend(optimizer, value), rng, epoch + 1)
            self.progress("contrast", epoch + 1, epochs)
            history.append(self._check(training, checked) if len(held) else -loss)
            if not len(held):
                best = epoch + 1
            elif history[-1] > max(history[:-1]):
                best, kept = epoch + 1, _parameters(training)
            elif epoch + 1 - best >= settings.patience:
                self.progress("contrast", epochs, epochs)
                break
        if len(held):
            _set_parameters(training, kept)
        return training, tuple(history) or (0.0,), best

    def _start(self, learned: IntVector, rng: np.random.Generator) -> Training:
        """Make networks that rotate as the pairs say and do nothing else."""
        settings, pairs = self.settings, self.pairs
        rotation = _rotation(pairs.x[learned], pairs.y[learned], pairs.weights[learned])
        shape = (settings.layers, settings.hidden, rng)
        source = ResidualNetwork(rotation, *shape)
        target = ResidualNetwork(np.eye(rotation.shape[1]), *shape)
        return Training(
            networks=(source, target if settings.sides == "both" else None),
            spaces=self.spaces,
            pairs=self.gold.select(learned),
            gold=self.gold,
            temperature=settings.temperature,
            dropout=settings.dropout,
            batch=settings.batch,
            negatives=settings.negatives,
            margin=settings.margin,
        )

    def _groups(self, training: Training) -> list[dict[str, object]]:
        """Give the matrices a rate of their own, and no decay."""
        groups: list[dict[str, object]] = []
        rate, decay = self.settings.learning_rate, self.settings.weight_decay
        for network in filter(None, training.networks):
            layers = [*network.into, *network.bias, *network.out]
            own = rate * self.settings.matrix_rate
            groups.append(
                {"params": [network.matrix], "lr": own, "initial_lr": own, "weight_decay": 0.0}
            )
            groups.append({"params": layers, "lr": rate, "initial_lr": rate, "weight_decay": decay})
        return [group for group in groups if group["params"]]

    def _check(self, training: Training, held: WordPairs) -> float:
        """Look the held-out words up."""
        return reciprocal_rank((training.mapped(0), training.mapped(1)), held)


def _rotation(x: Matrix, y: Matrix, weights: Vector) -> Matrix:
    """Rotate source rows onto target rows; of other width, by way of what they share."""
    if x.shape[1] == y.shape[1]:
        return orthogonal_map(x, y, weights=weights)
    into, out = leading_directions(x, y, rank=min(x.shape[1], y.shape[1]), weights=weights)
    made: Matrix = into @ out.T
    return made


def _split(
    pairs: PairedRows, order: IntVector, share: float, seed: int
) -> tuple[IntVector, IntVector]:
    """Hold pairs out by source word; give the numbers of the others, and of those."""
    words = np.array(pairs.spaces[0].words)[pairs.rows[0]][order]
    distinct, place = np.unique(words, return_inverse=True)
    count = min(round(share * len(distinct)), _MOST_HELD) if len(distinct) >= _FEWEST else 0
    apart = np.zeros(len(distinct), dtype=bool)
    apart[np.random.default_rng([seed, 1]).permutation(len(distinct))[:count]] = True
    return order[~apart[place]], order[apart[place]]


def _descend(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    """Go one step down."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _parameters(training: Training) -> list[Mapping[str, torch.Tensor]]:
    """Copy the parameters of the networks."""
    return [
        {name: part.detach().clone() for name, part in network.named_parameters()}
        for network in filter(None, training.networks)
    ]


def _set_parameters(training: Training, kept: list[Mapping[str, torch.Tensor]]) -> None:
    """Write parameters back."""
    for network, parts in zip(filter(None, training.networks), kept, strict=True):
        network.load_state_dict(dict(parts))
