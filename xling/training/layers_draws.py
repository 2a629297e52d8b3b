"""What a step of `joint-layers` draws: the words that each part of the objective reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix
from xling.counting.sentences import RowSentences
from xling.training.layers_batches import distinct_words, dropped_groups
from xling.training.layers_settings import LayersSettings

__all__ = ["Drawn", "Draws", "Sampler"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """The words of one language that one part of the objective reads.

    Parameters
    ----------
    rows : ndarray, shape (n,), int64
        Of the vocabulary.
    views : ndarray, shape (n,), int64
        Which view of its contexts each word is read from.
    kept : ndarray, shape (n, 2), float32
        Which groups of its features are read.
    others : ndarray, shape (n,), int64, optional
        Which view of its contexts each word is to predict.
    tokens : RowSentences, optional
        Sentences over the drawn words.
    keys : ndarray, int64, optional
        Numbers of what is compared (sentences or words), equal for what must not be told apart.
    """

    rows: IntVector = field(repr=False)
    views: IntVector = field(repr=False)
    kept: Matrix = field(repr=False)
    others: IntVector | None = field(default=None, repr=False)
    tokens: RowSentences | None = field(default=None, repr=False)
    keys: IntVector | None = field(default=None, repr=False)


#: For each part of the objective that reads words, what it reads of both languages.
Draws = Mapping[str, tuple[Drawn, Drawn]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sampler:
    """Draws batches.

    Parameters
    ----------
    sizes : pair of int
        Of the vocabularies.
    linked : pair of RowSentences
        The linked sentences.
    keys : pair of ndarray, int64
        A number for each linked sentence, equal for equal sentences.
    learned : ndarray, int64
        Numbers of the pairs that are learned from.
    words : pair of ndarray, int64
        Rows of the linked words: word ``i`` of one matches word ``i`` of the other.
    settings : LayersSettings
        Which parts are on, and how large batches are.
    """

    sizes: tuple[int, int]
    linked: tuple[RowSentences, RowSentences] = field(repr=False)
    keys: tuple[IntVector, IntVector] = field(repr=False)
    learned: IntVector = field(repr=False)
    words: tuple[IntVector, IntVector] = field(repr=False)
    settings: LayersSettings

    def draw(self, rng: np.random.Generator) -> Draws:
        """Draw a batch for each part that is switched on and reads words.

        Parameters
        ----------
        rng : numpy Generator
            Moved on.

        Returns
        -------
        mapping of str to pair of Drawn
            The parts in a fixed order.
        """
        given = self.settings
        parts: dict[str, tuple[float, Callable[[np.random.Generator], tuple[Drawn, Drawn]]]] = {
            "sentences": (given.sentence_weight, self._sentences),
            "words": (given.word_weight, self._words),
            "monolingual": (given.monolingual_weight, self._monolingual),
            "cycle": (given.cycle_weight, self._cycle),
        }
        return {name: made(rng) for name, (weight, made) in parts.items() if weight}

    def _sentences(self, rng: np.random.Generator) -> tuple[Drawn, Drawn]:
        """Draw matched sentences; each of their words is read once."""
        size = min(self.settings.batch_sentences, len(self.learned))
        chosen = self.learned[rng.choice(len(self.learned), size, replace=False, shuffle=False)]
        views = rng.permutation([1, 2]) if rng.random() < self.settings.halves else [0, 0]
        made = []
        for side in (0, 1):
            rows, tokens = distinct_words(self.linked[side].select(chosen))
            made.append(
                Drawn(
                    rows=rows,
                    views=np.full(len(rows), views[side]),
                    kept=dropped_groups(len(rows), self._drop, rng),
                    tokens=tokens,
                    keys=self.keys[side][chosen],
                )
            )
        return made[0], made[1]

    def _words(self, rng: np.random.Generator) -> tuple[Drawn, Drawn]:
        """Draw linked words."""
        size = min(self.settings.batch_words, len(self.words[0]))
        chosen = rng.choice(len(self.words[0]), size, replace=False, shuffle=False)
        views = self._two_views(size, rng)
        made = []
        for side in (0, 1):
            rows = self.words[side][chosen]
            kept = dropped_groups(size, self._drop, rng)
            made.append(Drawn(rows=rows, views=views[side], kept=kept, keys=rows))
        return made[0], made[1]

    def _monolingual(self, rng: np.random.Generator) -> tuple[Drawn, Drawn]:
        """Draw any words of each language, and which of their contexts to predict."""
        made = []
        for side in (0, 1):
            rows = self._any_words(side, self.settings.batch_contexts, rng)
            views, others = self._two_views(len(rows), rng)
            kept = dropped_groups(len(rows), self._drop, rng)
            made.append(Drawn(rows=rows, views=views, kept=kept, others=others))
        return made[0], made[1]

    def _cycle(self, rng: np.random.Generator) -> tuple[Drawn, Drawn]:
        """Draw any words of each language, to be read from all text."""
        made = []
        for side in (0, 1):
            rows = self._any_words(side, self.settings.batch_words, rng)
            views = np.zeros(len(rows), dtype=np.int64)
            made.append(
                Drawn(rows=rows, views=views, kept=dropped_groups(len(rows), self._drop, rng))
            )
        return made[0], made[1]

    @property
    def _drop(self) -> tuple[float, float]:
        """The shares of dropped groups; contexts are kept where there are no n-grams."""
        if not self.settings.ngrams:
            return 0.0, 0.0
        return self.settings.drop_contexts, self.settings.drop_ngrams

    def _any_words(self, side: int, wanted: int, rng: np.random.Generator) -> IntVector:
        """Draw words of a language, linked or not."""
        count = self.sizes[side]
        return rng.choice(count, min(wanted, count), replace=False, shuffle=False)

    def _two_views(self, count: int, rng: np.random.Generator) -> tuple[IntVector, IntVector]:
        """Draw two views for each of some words: two different halves, or all text twice."""
        apart = rng.random(count) < self.settings.halves
        half = rng.integers(1, 3, count)
        return np.where(apart, half, 0), np.where(apart, 3 - half, 0)
