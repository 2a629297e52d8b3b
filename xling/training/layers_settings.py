"""What of `joint-layers` can be set, and switched off."""

from dataclasses import dataclass
from typing import Literal, get_args

from xling.encoders.ppmi import PpmiSettings
from xling.errors import ConfigError

__all__ = ["LayersSettings", "WordPairs"]

WordPairs = Literal["seeds", "table"]

_AT_LEAST_ONE = (
    "hidden", "width", "batch_sentences", "batch_words", "batch_contexts", "steps",
    "check_every", "patience",
)  # fmt: skip
_NOT_NEGATIVE = (
    "sentence_weight", "word_weight", "monolingual_weight", "cycle_weight", "orthogonal_weight",
    "layers",
)  # fmt: skip
_ABOVE_ZERO = ("temperature", "rarity", "learning_rate", "ngram_rate", "shared_rate")
_SHARES = ("halves", "drop_contexts", "drop_ngrams")
_BELOW_ONE = ("threshold", "word_threshold", "held_out_pairs", "warm_up")


@dataclass(frozen=True, kw_only=True, slots=True)
class LayersSettings:
    """The parts of the objective, the features and the network.

    Parameters
    ----------
    sentence_weight : float
        Of the contrast of matched sentences with others; 0 switches it off, here and below.
    word_weight : float
        Of the contrast of linked words with others.
    both_ways : bool
        Whether both languages ask in a contrast, or the source language alone.
    monolingual_weight : float
        Of the prediction of each word's contexts, in its own language, from the shared space.
    cycle_weight : float
        Of the walk to the other language and back.
    orthogonal_weight : float
        Of the distance of both input layers from rotations.
    word_pairs : {"seeds", "table"}
        Which words are linked: the seed lexicon, or all cells of the mined table from
        ``word_threshold`` on.
    word_threshold : float
        In [0, 1).
    ngrams : bool
        Whether words are also read through their character n-grams.
    crossing : bool
        Whether the context features are carried over by the table, as in recipe `joint`, rather
        than each language's own.
    warm_start : bool
        Whether the input layers start from the rotation that brings the linked words together
        (from no rotation with ``crossing``), rather than from two random ones.
    halves : float
        How often, in [0, 1], two words or sentences that belong together are read from different
        halves of the text, as a word that no matched sentence holds will be.
    drop_contexts, drop_ngrams : float
        How often, in [0, 1] together, a word is read without its contexts, or without its
        n-grams.
    layers : int
        Number of shared layers; 0 for none.
    hidden : int
        Units of a shared layer.
    width : int
        Length of an n-gram's vector.
    ngram_lengths : pair of int
        Shortest and longest n-gram, in characters.
    ppmi : PpmiSettings
        Counting of contexts and their decomposition.
    threshold : float
        Cells of the table below it carry no contexts over, in [0, 1).
    temperature : float
        Of all contrasts, above 0.
    rarity : float
        A word that makes up this share of the text counts half in a sentence.
    learning_rate : float
        The highest; it falls linearly to 0.
    warm_up : float
        Share of the steps, in [0, 1), in which the rate rises linearly.
    ngram_rate : float
        How many times faster n-grams learn: each is met seldom.
    shared_rate : float
        How many times as fast the shared layers learn; below 1, the relation stays nearer to what
        the input layers alone can say.
    batch_sentences, batch_words : int
        Sentence pairs, and linked words, in a step.
    batch_contexts : int
        Words of each language whose contexts are predicted in a step.
    steps : int
        Most steps.
    check_every : int
        Steps between two looks at the held-out pairs.
    patience : int
        Looks without gain after which training stops.
    held_out_pairs : float
        Share of the linked pairs that early stopping looks at, in [0, 1).

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    sentence_weight: float = 1.0
    word_weight: float = 1.0
    both_ways: bool = True
    monolingual_weight: float = 0.5
    cycle_weight: float = 0.0
    orthogonal_weight: float = 0.0
    word_pairs: WordPairs = "seeds"
    word_threshold: float = 0.1
    ngrams: bool = True
    crossing: bool = True
    warm_start: bool = True
    halves: float = 0.5
    drop_contexts: float = 0.2
    drop_ngrams: float = 0.2
    layers: int = 1
    hidden: int = 64
    width: int = 100
    ngram_lengths: tuple[int, int] = (3, 5)
    ppmi: PpmiSettings = PpmiSettings()
    threshold: float = 0.05
    temperature: float = 0.1
    rarity: float = 1e-3
    learning_rate: float = 3e-3
    warm_up: float = 0.0
    ngram_rate: float = 5.0
    shared_rate: float = 0.1
    batch_sentences: int = 128
    batch_words: int = 512
    batch_contexts: int = 256
    steps: int = 150
    check_every: int = 50
    patience: int = 3
    held_out_pairs: float = 0.02

    def __post_init__(self) -> None:
        for name in _AT_LEAST_ONE:
            self._check(name, getattr(self, name) >= 1, "at least 1")
        for name in _NOT_NEGATIVE:
            self._check(name, getattr(self, name) >= 0, "at least 0")
        for name in _ABOVE_ZERO:
            self._check(name, getattr(self, name) > 0, "a number above 0")
        for name in _SHARES:
            self._check(name, 0 <= getattr(self, name) <= 1, "a number in [0, 1]")
        for name in _BELOW_ONE:
            self._check(name, 0 <= getattr(self, name) < 1, "a number in [0, 1)")
        if self.drop_contexts + self.drop_ngrams > 1:
            raise ConfigError(
                f"drop_contexts {self.drop_contexts} and drop_ngrams {self.drop_ngrams} are more "
                "than 1 together; a word keeps at least one group"
            )
        if self.word_pairs not in get_args(WordPairs):
            raise ConfigError(f"word_pairs {self.word_pairs!r}; seeds or table is needed")
        shortest, longest = self.ngram_lengths
        if not 1 <= shortest <= longest:
            raise ConfigError(
                f"n-gram lengths {shortest} to {longest}; 1 <= shortest <= longest is needed"
            )

    def _check(self, name: str, fine: bool, wanted: str) -> None:
        """Refuse a value outside its range."""
        if not fine:
            raise ConfigError(f"{name} is {getattr(self, name)}; {wanted} is needed")
