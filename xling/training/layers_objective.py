"""The objective of `joint-layers`: the weighted losses of what a step draws."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from xling.arrays import BoolVector, IntVector
from xling.counting.sentences import RowSentences
from xling.training.layers_batches import (
    WordInputs,
    embed_sentences,
    embed_words,
    sentence_means,
)
from xling.training.layers_draws import Drawn, Draws, Sampler
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
    keys : pair of ndarray, int64
        A number for each linked sentence, equal for equal sentences.
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
    keys: tuple[IntVector, IntVector] = field(repr=False)
    learned: IntVector = field(repr=False)
    held: IntVector = field(repr=False)
    words: tuple[IntVector, IntVector] = field(repr=False)
    settings: LayersSettings
    sampler: Sampler = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sampler = Sampler(
            sizes=(len(self.inputs[0]), len(self.inputs[1])),
            linked=self.linked,
            keys=self.keys,
            learned=self.learned,
            words=self.words,
            settings=self.settings,
        )
        object.__setattr__(self, "sampler", sampler)

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each part that is switched on."""
        given = self.settings
        weights = {
            "sentences": given.sentence_weight,
            "words": given.word_weight,
            "monolingual": given.monolingual_weight,
            "cycle": given.cycle_weight,
            "orthogonal": given.orthogonal_weight,
        }
        return {part: weight for part, weight in weights.items() if weight}

    def losses(self, rng: np.random.Generator) -> dict[str, Tensor]:
        """Draw a batch for each part that is switched on, and measure it.

        Parameters
        ----------
        rng : numpy Generator
            Moved on.

        Returns
        -------
        dict of str to Tensor, scalar
            The loss of each part times its weight; the objective is their sum.
        """
        draws = self.sampler.draw(rng)
        read = self.read(draws, 0), self.read(draws, 1)
        return {
            part: weight * self.loss(part, draws, (read[0].get(part), read[1].get(part)))
            for part, weight in self.weights.items()
        }

    def read(self, draws: Draws, side: int) -> dict[str, Tensor]:
        """Represent all words of one language that a step reads, in one go.

        Parameters
        ----------
        draws : mapping of str to pair of Drawn
            From the sampler.
        side : int
            0 for the source language, 1 for the target language.

        Returns
        -------
        dict of str to Tensor, shape (n, d), float32
            For each part the words that it drew.
        """
        mine = {part: pair[side] for part, pair in draws.items()}
        lengths = [len(one.rows) for one in mine.values()]
        if not sum(lengths):
            empty = torch.zeros(0, self.network.dim, device=self.inputs[side].views.device)
            return dict.fromkeys(mine, empty)
        found = embed_words(
            self.network,
            self.inputs,
            side,
            np.concatenate([one.rows for one in mine.values()]),
            views=np.concatenate([one.views for one in mine.values()]),
            kept=np.vstack([one.kept for one in mine.values()]),
        )
        return dict(zip(mine, torch.split(found, lengths), strict=True))

    def loss(self, part: str, draws: Draws, read: tuple[Tensor | None, Tensor | None]) -> Tensor:
        """Measure one part, without its weight.

        Parameters
        ----------
        part : str
            One of `weights`.
        draws : mapping of str to pair of Drawn
            From the sampler.
        read : pair of Tensor, shape (n, d), float32
            The words that the part drew; ``None`` for a part that reads none.

        Returns
        -------
        Tensor, scalar
            Smaller is better.
        """
        first, second = read
        if first is None or second is None:
            return self._orthogonal()
        drawn = draws[part]
        if part == "sentences":
            means = self._means(0, drawn[0], first), self._means(1, drawn[1], second)
            return self._matched(means[0], means[1], (drawn[0].keys, drawn[1].keys))
        if part == "words":
            return self._matched(first, second, (drawn[0].keys, drawn[1].keys))
        if part == "monolingual":
            return (self._contexts(0, drawn[0], first) + self._contexts(1, drawn[1], second)) / 2
        temperature = self.settings.temperature
        there = cycle(first, second, temperature=temperature)
        return (there + cycle(second, first, temperature=temperature)) / 2

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
                found = self._matched(
                    sides[0], sides[1], (self.keys[0][chosen], self.keys[1][chosen])
                )
                total += len(chosen) * found.item()
                count += len(chosen)
        return total / count if count else float("nan")

    def _means(self, side: int, drawn: Drawn, words: Tensor) -> Tensor:
        """Put the sentences together from their words."""
        assert drawn.tokens is not None
        return sentence_means(words, self.inputs[side].weights_of(drawn.rows), drawn.tokens)

    def _contexts(self, side: int, drawn: Drawn, words: Tensor) -> Tensor:
        """Predict contexts from the shared space."""
        assert drawn.others is not None
        views = self.inputs[side].views
        asked = [torch.from_numpy(one).to(views.device) for one in (drawn.others, drawn.rows)]
        return reconstruction(self.network.decode(side, words), views[asked[0], asked[1]])

    def _orthogonal(self) -> Tensor:
        """Hold both input layers near rotations."""
        layers = [layer for layer in self.network.inputs if isinstance(layer, InputLayer)]
        return (orthogonality(layers[0].contexts) + orthogonality(layers[1].contexts)) / 2

    def _matched(
        self, source: Tensor, target: Tensor, keys: tuple[IntVector | None, IntVector | None]
    ) -> Tensor:
        """Compare matched rows; those with an equal source or target are not told apart."""
        first, second = keys
        assert first is not None
        assert second is not None
        same: BoolVector = (first[:, None] == first) | (second[:, None] == second)
        return contrastive(
            source,
            target,
            temperature=self.settings.temperature,
            same=torch.from_numpy(same).to(source.device),
            both_ways=self.settings.both_ways,
        )
