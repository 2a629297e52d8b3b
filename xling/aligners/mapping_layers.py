"""Mapping layers: a layer of each language's own below shared ones, learned from sentences."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from xling.aligners.base import Alignment, StopReason, Supervision
from xling.aligners.contrastive_network import ResidualNetwork, info_nce
from xling.aligners.mapping_vectors import WordVectors
from xling.aligners.pairs import PairedRows, paired_rows
from xling.aligners.sentences import SentenceLexicon
from xling.aligners.settings import check_finite, check_ranges
from xling.arrays import IntVector, unit_rows
from xling.counting.sentences import RowSentences, equal_sentences
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, NonFiniteError
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.sif import inverse_frequency
from xling.mapping.linear import check_steps
from xling.progress import Progress, silent

__all__ = ["MappingLayersAligner", "MappingLayersSettings"]

_FEWEST = 20  # source sentences from which some can be held out
_MOST_HELD = 1000  # of them: each is compared with all others

_AT_LEAST_ONE = ("hidden", "batch", "steps", "check_every", "patience")
_NOT_NEGATIVE = ("layers", "weight_decay", "matrix_rate")
_ABOVE_ZERO = ("temperature", "rarity", "learning_rate", "vector_rate")
_VECTORS = ("frozen", "fine-tuned")


@dataclass(frozen=True, kw_only=True, slots=True)
class MappingLayersSettings:
    """The network, its training, and when it ends.

    Parameters
    ----------
    normalization : tuple of str
        Steps of `xling.mapping.linear.Normalization`, for both spaces.
    vectors : {"frozen", "fine-tuned"}
        Whether the word vectors stay as they are or are learned further with the layers.
    vector_rate : float
        How many times as fast fine-tuned vectors learn as the shared layers.
    layers, hidden : int
        Shared residual layers, and the units of each; 0 layers for two matrices alone.
    temperature : float
        Of the contrast, above 0.
    rarity : float
        A word that makes up this share of the sentences counts half in one.
    batch : int
        Sentence pairs of a step.
    learning_rate : float
        Of the shared layers, at the start; it falls linearly to 0.
    matrix_rate : float
        How many times as fast each language's own matrix learns.
    weight_decay : float
        Of the shared layers, decoupled from the gradient.
    steps : int
        Most steps.
    check_every : int
        Steps between two looks at the held-out pairs.
    patience : int
        Looks without gain after which training stops.
    held_out : float
        Share of the source sentences that are not learned from, in [0, 1); 1,000 at most, and
        none where there are fewer than 20.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    normalization: tuple[str, ...] = ("unit", "centre", "unit")
    vectors: Literal["frozen", "fine-tuned"] = "frozen"
    vector_rate: float = 0.1
    layers: int = 1
    hidden: int = 256
    temperature: float = 0.1
    rarity: float = 1e-3
    batch: int = 256
    learning_rate: float = 1e-3
    matrix_rate: float = 1.0
    weight_decay: float = 0.01
    steps: int = 1000
    check_every: int = 100
    patience: int = 3
    held_out: float = 0.02

    def __post_init__(self) -> None:
        check_steps(self.normalization)
        check_finite(self)
        check_ranges(
            self,
            at_least_one=_AT_LEAST_ONE,
            not_negative=_NOT_NEGATIVE,
            above_zero=_ABOVE_ZERO,
        )
        self._check("vectors", self.vectors in _VECTORS, " or ".join(_VECTORS))
        self._check("held_out", 0 <= self.held_out < 1, "a number in [0, 1)")

    def _check(self, name: str, fine: bool, wanted: str) -> None:
        """Refuse a value outside its range."""
        if not fine:
            raise ConfigError(f"{name} is {getattr(self, name)}; {wanted} is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class MappingLayersAligner:
    """Learn both maps from matched sentences; the vectors stay, or are fine-tuned too.

    A word is its normalised vector times a matrix of its language, taken through residual layers
    that both languages share; a sentence is the mean of its words, each of length 1 and weighted
    by ``a / (a + p(w))``. InfoNCE tells matched sentences from the others of a batch, both ways;
    each pair counts as much as it is trusted, there and in the rotation and the held-out look.
    Training starts from the Procrustes rotation of the sentence vectors and ends where held-out
    sentences are no longer found better. Pairs of a seed lexicon are sentences of one word.
    ``history`` is the mean reciprocal rank of the held-out sentences, before training and at each
    look (with none held out, minus the mean loss since the last look). Fine-tuned vectors are the
    alignment's ``spaces``; a word that was in no sentence has its own vector still.

    Parameters
    ----------
    settings : MappingLayersSettings
        The network and its training.

    References
    ----------
    Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings. van
    den Oord, Li and Vinyals (2018), Representation learning with contrastive predictive coding.
    """

    settings: MappingLayersSettings = MappingLayersSettings()

    @property
    def supervision(self) -> Supervision:
        """Matched sentences, or a seed lexicon, are needed."""
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
        """Train the layers; see `xling.aligners.base.Aligner.fit`."""
        steps = self.settings.normalization
        pairs = paired_rows("mapping-layers", source, target, lexicon, steps, one_width=True)
        pairs = pairs.chosen(_order(pairs))
        texts = _texts(pairs, lexicon)
        run = _Run(self.settings, pairs, texts, seed)
        history, best, stopped = run.train(progress)
        return pairs.alignment(
            run.networks[0].as_map(pairs.normalizations[0]),
            run.networks[1].as_map(pairs.normalizations[1]),
            settings=self.settings,
            seed=seed,
            history=history,
            converged=stopped,
            stop_reason=StopReason.CONVERGED if stopped else StopReason.MAX_ROUNDS,
            checks={"best_step": float(best)},
            spaces=run.spaces(),
        )


def _order(pairs: PairedRows) -> IntVector:
    """Put pairs in an order of their own, whatever order they came in."""
    return np.array(
        sorted(
            range(len(pairs)),
            key=lambda i: tuple(pairs.names[side][pairs.rows[side][i]] for side in (0, 1)),
        )
    )


def _texts(pairs: PairedRows, lexicon: Lexicon | None) -> tuple[RowSentences, RowSentences]:
    """Read the usable pairs as sentences."""
    made = []
    for side, space in enumerate(pairs.spaces):
        rows = pairs.rows[side]
        if isinstance(lexicon, SentenceLexicon):
            made.append(lexicon.sentences[side].select(rows))
        else:
            offsets = np.arange(len(rows) + 1)
            made.append(RowSentences(rows=rows, offsets=offsets, size=len(space)))
    return made[0], made[1]


class _Run:
    """One fit: its networks, its sentences, and which of them are held out."""

    def __init__(
        self,
        settings: MappingLayersSettings,
        pairs: PairedRows,
        texts: tuple[RowSentences, RowSentences],
        seed: int,
    ) -> None:
        self.settings, self.texts, self.confidences = settings, texts, pairs.weights
        self.rng = np.random.default_rng(seed)
        self.keys = [equal_sentences(text.rows, text.offsets) for text in texts]
        distinct = int(self.keys[0].max()) + 1
        held = int(min(round(settings.held_out * distinct), _MOST_HELD))
        apart = np.zeros(distinct, dtype=bool)
        chosen = np.random.default_rng([seed, 1]).permutation(distinct)
        apart[chosen[: max(held, 2) if settings.held_out and distinct >= _FEWEST else 0]] = True
        self.learned = np.flatnonzero(~apart[self.keys[0]])
        held_out = np.flatnonzero(apart[self.keys[0]])
        self.held = held_out[np.unique(self.keys[0][held_out], return_index=True)[1]]
        self.weights = [
            torch.from_numpy(
                inverse_frequency(np.bincount(text.rows, minlength=text.size), settings.rarity)
            )
            for text in texts
        ]
        tuned = settings.vectors == "fine-tuned"
        self.vectors = [
            WordVectors(space, before, tuned=tuned, words=np.unique(text.rows))
            for space, before, text in zip(pairs.spaces, pairs.normalizations, texts, strict=True)
        ]
        self.networks = self._start(pairs.x.shape[1])

    def _start(self, dim: int) -> tuple[ResidualNetwork, ResidualNetwork]:
        """Make two networks with the same shared layers, which rotate and do nothing else."""
        shape = (self.settings.layers, self.settings.hidden, self.rng)
        target = ResidualNetwork(np.eye(dim), *shape)
        source = ResidualNetwork(np.eye(dim), *shape)
        source.into, source.bias, source.out = target.into, target.bias, target.out
        self.networks = (source, target)
        with torch.no_grad():
            rows = [self._embed(side, self.learned).numpy() for side in (0, 1)]
            trusted = self.confidences[self.learned]
            rotation = orthogonal_map(rows[0], rows[1], weights=trusted)
            source.matrix.copy_(torch.from_numpy(rotation))
        return source, target

    def train(self, progress: Progress) -> tuple[tuple[float, ...], int, bool]:
        """Train; give the history, the best step, and whether the held-out pairs ended it."""
        settings = self.settings
        optimizers = self._optimizers()
        history = [self._check()] if len(self.held) else []
        if history == [1.0]:  # nothing is left to gain
            progress("layers", settings.steps, settings.steps)
            return (1.0,), 0, True
        best, kept, losses = 0, self._parameters(), []
        for step in range(1, settings.steps + 1):
            for group in (group for one in optimizers for group in one.param_groups):
                group["lr"] = group["initial_lr"] * (1 - (step - 1) / settings.steps)
            loss = self._loss()
            if not torch.isfinite(loss):
                raise NonFiniteError(f"training left the numbers behind in step {step}")
            for one in optimizers:
                one.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            for one in optimizers:
                one.step()
            losses.append(loss.item())
            progress("layers", step, settings.steps)
            if step % settings.check_every and step < settings.steps:
                continue
            history.append(self._check() if len(self.held) else -float(np.mean(losses)))
            losses = []
            if not len(self.held) or history[-1] > max(history[:-1]):
                best, kept = step, self._parameters()
            elif step - best >= settings.patience * settings.check_every:
                progress("layers", settings.steps, settings.steps)
                break
        for module, parts in zip(self._modules(), kept, strict=True):
            module.load_state_dict(parts)
        return tuple(history), best, step < settings.steps

    def _loss(self) -> Tensor:
        """Draw a batch, and tell its matched sentences from the others."""
        size = min(self.settings.batch, len(self.learned))
        chosen = self.learned[self.rng.choice(len(self.learned), size, replace=False)]
        sides = [self._embed(side, chosen) for side in (0, 1)]
        keys = [key[chosen] for key in self.keys]
        same = (keys[0][:, None] == keys[0]) | (keys[1][:, None] == keys[1])
        answers, right = torch.arange(size), torch.from_numpy(same)
        trusted = torch.from_numpy(self.confidences[chosen].astype(np.float32))
        losses = [
            info_nce(
                sides[side],
                sides[1 - side],
                answers,
                temperature=self.settings.temperature,
                right=right,
                weights=trusted,
            )
            for side in (0, 1)
        ]
        return (losses[0] + losses[1]) / 2

    def _embed(self, side: int, chosen: IntVector) -> Tensor:
        """Represent some sentences of a side, at length 1."""
        part = self.texts[side].select(chosen)
        distinct, places = np.unique(part.rows, return_inverse=True)
        words = self.networks[side](self.vectors[side](distinct))
        words = functional.normalize(words, dim=1)
        words = words * self.weights[side][torch.from_numpy(distinct).long(), None]
        tokens = words[torch.from_numpy(places.ravel())]
        where = torch.from_numpy(part.sentence_of_token)
        sums = torch.zeros(len(part), words.shape[1]).index_add(0, where, tokens)
        return functional.normalize(sums, dim=1)

    def _check(self) -> float:
        """Look the held-out sentences up among each other."""
        with torch.no_grad():
            x, y = (unit_rows(self._embed(side, self.held).numpy()) for side in (0, 1))
        scores = x @ y.T
        own = np.diag(scores)[:, None]
        ranks = 0.5 + (scores > own).sum(axis=1) + (scores == own).sum(axis=1) / 2
        return float(np.average(1 / ranks, weights=self.confidences[self.held]))

    def spaces(self) -> tuple[EmbeddingSpace, EmbeddingSpace] | None:
        """Give the spaces with their fine-tuned vectors; ``None`` where these are frozen."""
        if self.settings.vectors == "frozen":
            return None
        return self.vectors[0].moved(), self.vectors[1].moved()

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        """Give each part a rate of its own, and decay to the shared layers alone."""
        shared, rate = self.networks[1], self.settings.learning_rate
        layers = [*shared.into, *shared.bias, *shared.out]
        matrices = [network.matrix for network in self.networks]
        groups = [_group(matrices, rate * self.settings.matrix_rate, weight_decay=0.0)]
        if layers:
            groups.append(_group(layers, rate, weight_decay=self.settings.weight_decay))
        made: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups)]
        shifts = [one.shift for one in self.vectors if one.shift is not None]
        if shifts:
            group = _group(shifts, rate * self.settings.vector_rate)
            made.append(torch.optim.SparseAdam([group]))
        return made

    def _modules(self) -> list[nn.Module]:
        """List all that learns."""
        return [*self.networks, *self.vectors]

    def _parameters(self) -> list[dict[str, Tensor]]:
        """Copy the parameters of all that learns."""
        return [
            {name: part.detach().clone() for name, part in module.state_dict().items()}
            for module in self._modules()
        ]


def _group(parts: list[nn.Parameter], rate: float, **more: float) -> dict[str, Any]:
    """Name the parameters that an optimizer moves at one rate."""
    return {"params": parts, "lr": rate, "initial_lr": rate, **more}
