"""What a look-up answers."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Lookup", "Status", "Translation"]

Status = Literal["ok", "subword", "out_of_vocabulary"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Translation:
    """One answer of a look-up.

    Parameters
    ----------
    word : str
        In its most frequent written form.
    score : float
        Larger is better: the ranker's log-odds, or the criterion where the space answers alone.
    confidence : float or None
        Probability that the word is a right translation; ``None`` where it was not calibrated.
    """

    word: str
    score: float
    confidence: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """What a look-up of one word found.

    Parameters
    ----------
    word : str
        As it was asked for.
    status : {"ok", "subword", "out_of_vocabulary"}
        ``"subword"`` for a word outside the vocabulary whose vector was composed.
    translations : tuple of Translation
        The best first; empty for a word that is out of vocabulary.
    """

    word: str
    status: Status
    translations: tuple[Translation, ...]
