"""Tell which of two languages a sentence is in, from character trigrams of matched text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log

from xling.data.text import fold

__all__ = ["TwoLanguages"]

_SMOOTHING = 0.5  # added to each count
_FEWEST = 8  # letters of a sentence that is judged


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoLanguages:
    """How much more often each trigram of letters occurs in one language than in the other.

    ``ratios[g] = log p(g | source) - log p(g | target)``; a sentence's score is their mean over
    its trigrams. The text that is learned from may hold some sentences of the wrong language, as
    long as they are few.

    Parameters
    ----------
    ratios : dict of str to float
        In nats.
    """

    ratios: dict[str, float] = field(repr=False)

    @classmethod
    def learned(cls, source: Iterable[str], target: Iterable[str]) -> "TwoLanguages":
        """Count the trigrams of two texts.

        Parameters
        ----------
        source, target : iterable of str
            Sentences, mostly of the source and of the target language.

        Returns
        -------
        TwoLanguages
            Ready to judge.
        """
        counts = [Counter(g for text in side for g in _trigrams(text)) for side in (source, target)]
        kinds = len(counts[0].keys() | counts[1].keys())
        totals = [side.total() + _SMOOTHING * kinds for side in counts]
        base = log(totals[1] / totals[0])
        return cls(
            ratios={
                gram: base + log((counts[0][gram] + _SMOOTHING) / (counts[1][gram] + _SMOOTHING))
                for gram in counts[0].keys() | counts[1].keys()
            }
        )

    def score(self, sentence: str) -> float:
        """Say how much a sentence reads like the source language.

        Parameters
        ----------
        sentence : str
            Any text.

        Returns
        -------
        float
            In nats a trigram: above 0 for the source, below for the target language; 0 for a
            sentence of fewer than 8 letters, or of trigrams never met.

        Examples
        --------
        >>> guess = TwoLanguages.learned(["the other thing"], ["die andere Sache"])
        >>> guess.score("other things") > 0 > guess.score("andere Dinge")
        True
        """
        grams = _trigrams(sentence)
        if len(grams) < _FEWEST:
            return 0.0
        return sum(self.ratios.get(gram, 0.0) for gram in grams) / len(grams)


def _trigrams(sentence: str) -> list[str]:
    """Give the trigrams of the letters of a sentence, one blank between words."""
    letters = "".join(c if c.isalpha() else " " for c in fold(sentence))
    text = f" {' '.join(letters.split())} "
    return [text[place : place + 3] for place in range(len(text) - 2)]
