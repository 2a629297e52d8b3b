"""The objective of `joint-layers`: what is drawn in a step, and the weighted losses of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from xling.arrays import BoolVector, IntVector
from xling.counting.sentences import RowSentences, equal_sentences
from xling.training.layers_batches import (
    WordInputs,
    dropped_groups,
    embed_sentences,
    embed_words,
)
from xling.training.layers_losses import contrastive, cycle, orthogonality, reconstruction
from xling.training.layers_network import InputLayer, TwoSpaces
from xling.training.layers_settings import LayersSettings

__all__ = ["Objective"]

_CHUNK = 500  # held-out sentence pairs that are compared with each other at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Objective:
    """The losses of a network, each with its weight; a weight of 0 computes nothing.

    Parameters
    ----------
    network : TwoSpaces
        That is trained.
    inputs : pair of WordInputs
        Of both languages.
    linked : pair of RowSentences
        The linked sentences.
    learned, held : ndarray, int64
        Numbers of the pairs that are learned from, and of those held out.
    words : pair of ndarray, int64
        Rows of the linked words: word ``i`` of one matches word ``i`` of the other.
    settings : LayersSettings
        Weights, sizes and temperature.
    """

    network: TwoSpaces = field(repr=False)
    inputs: tuple[WordInputs, WordInputs] = field(repr=False)
    linked: tuple[RowSentences, RowSentences] = field(repr=False)
    learned: IntVector = field(repr=False)
    held: IntVector = field(repr=False)
    words: tuple[IntVector, IntVector] = field(repr=False)
    settings: LayersSettings
    _keys: tuple[IntVector, IntVector] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        keys = [equal_sentences(side.rows, side.offsets) for side in self.linked]
        object.__setattr__(self, "_keys", (keys[0], keys[1]))

    def losses(self, rng: np.random.Generator) -> dict[str, Tensor]:
        """Draw a batch for each part that is switched on.

        Parameters
        ----------
        rng : numpy Generator
            Moved on.

        Returns
        -------
        dict of str to Tensor, scalar
            The loss of each part times its weight; the objective is their sum.
        """
        parts: dict[str, tuple[float, Callable[[np.random.Generator], Tensor]]] = {
            "sentences": (self.settings.sentence_weight, self._sentences),
            "words": (self.settings.word_weight, self._words),
            "monolingual": (self.settings.monolingual_weight, self._monolingual),
            "cycle": (self.settings.cycle_weight, self._cycle),
            "orthogonal": (self.settings.orthogonal_weight, self._orthogonal),
        }
        return {name: weight * draw(rng) for name, (weight, draw) in parts.items() if weight}

    def held_out_loss(self) -> float:
        """Measure the two-way contrastive loss of the sentence pairs that are held out.

        Returns
        -------
        float
            The mean over the pairs; nan if there are fewer than two.
        """
        total, count = 0.0, 0
        with torch.no_grad():
            for start in range(0, len(self.held), _CHUNK):
                chosen = self.held[start : start + _CHUNK]
                if len(chosen) < 2:
                    continue
                sides = [
                    embed_sentences(
                        self.network, self.inputs, side, self.linked[side].select(chosen)
                    )
                    for side in (0, 1)
                ]
                total += (
                    len(chosen) * self._matched(sides[0], sides[1], *self._equal(chosen)).item()
                )
                count += len(chosen)
        return total / count if count else float("nan")

    def _sentences(self, rng: np.random.Generator) -> Tensor:
        """Tell matched sentences from others, in both directions."""
        size = min(self.settings.batch_sentences, len(self.learned))
        chosen = self.learned[rng.choice(len(self.learned), size, replace=False, shuffle=False)]
        views = rng.permutation([1, 2]) if rng.random() < self.settings.halves else [0, 0]
        sides = [
            embed_sentences(
                self.network,
                self.inputs,
                side,
                self.linked[side].select(chosen),
                view=int(views[side]),
                kept=(self._drop, rng),
            )
            for side in (0, 1)
        ]
        return self._matched(sides[0], sides[1], *self._equal(chosen))

    def _words(self, rng: np.random.Generator) -> Tensor:
        """Tell linked words from others, in both directions."""
        size = min(self.settings.batch_words, len(self.words[0]))
        chosen = rng.choice(len(self.words[0]), size, replace=False, shuffle=False)
        first, second = self.words[0][chosen], self.words[1][chosen]
        views, others = self._views(size, rng)
        return self._matched(
            self._embed(0, first, views, rng), self._embed(1, second, others, rng), first, second
        )

    def _monolingual(self, rng: np.random.Generator) -> Tensor:
        """Predict each language's contexts from the shared space, for any of its words."""
        total = torch.zeros((), device=self.inputs[0].views.device)
        for side, mine in enumerate(self.inputs):
            rows = self._any_words(side, rng)
            views, others = self._views(len(rows), rng)
            found = self.network.decode(side, self._embed(side, rows, views, rng))
            device = mine.views.device
            total = total + reconstruction(
                found,
                mine.views[torch.from_numpy(others).to(device), torch.from_numpy(rows).to(device)],
            )
        return total / 2

    def _cycle(self, rng: np.random.Generator) -> Tensor:
        """Let any words walk to the other language and back, from both sides."""
        sides = []
        for side in (0, 1):
            rows = self._any_words(side, rng)
            sides.append(self._embed(side, rows, np.zeros(len(rows), dtype=np.int64), rng))
        temperature = self.settings.temperature
        there = cycle(sides[0], sides[1], temperature=temperature)
        return (there + cycle(sides[1], sides[0], temperature=temperature)) / 2

    def _orthogonal(self, rng: np.random.Generator) -> Tensor:  # noqa: ARG002
        """Hold both input layers near rotations."""
        layers = [layer for layer in self.network.inputs if isinstance(layer, InputLayer)]
        return (orthogonality(layers[0].contexts) + orthogonality(layers[1].contexts)) / 2

    @property
    def _drop(self) -> tuple[float, float]:
        """The shares of dropped groups; contexts are kept where there are no n-grams."""
        if not self.settings.ngrams:
            return 0.0, 0.0
        return self.settings.drop_contexts, self.settings.drop_ngrams

    def _any_words(self, side: int, rng: np.random.Generator) -> IntVector:
        """Draw words of a language, linked or not."""
        count = len(self.inputs[side])
        size = min(self.settings.batch_words, count)
        return rng.choice(count, size, replace=False, shuffle=False)

    def _views(self, count: int, rng: np.random.Generator) -> tuple[IntVector, IntVector]:
        """Draw two views for each of some words: two different halves, or all text twice."""
        apart = rng.random(count) < self.settings.halves
        half = rng.integers(1, 3, count)
        return np.where(apart, half, 0), np.where(apart, 3 - half, 0)

    def _embed(
        self, side: int, rows: IntVector, views: IntVector, rng: np.random.Generator
    ) -> Tensor:
        """Represent words with some groups of features dropped."""
        kept = dropped_groups(len(rows), self._drop, rng)
        return embed_words(self.network, self.inputs, side, rows, views=views, kept=kept)

    def _matched(
        self, source: Tensor, target: Tensor, first: IntVector, second: IntVector
    ) -> Tensor:
        """Compare matched rows; those with an equal source or target are not told apart."""
        same: BoolVector = (first[:, None] == first) | (second[:, None] == second)
        return contrastive(
            source,
            target,
            temperature=self.settings.temperature,
            same=torch.from_numpy(same).to(source.device),
        )

    def _equal(self, pairs: IntVector) -> tuple[IntVector, IntVector]:
        """Give the numbers of the sentences of some pairs, equal for equal sentences."""
        return self._keys[0][pairs], self._keys[1][pairs]
