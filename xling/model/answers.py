"""What a look-up answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xling.arrays import IntVector, Matrix
from xling.data.vocabulary import Vocabulary

__all__ = ["Best", "Lookup", "Status", "Translation", "named"]

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Best:
    """The best answers of some queries.

    Parameters
    ----------
    ids : ndarray, shape (n, k), int64
        Rows of the answers' vocabulary, best first; of equal scores, the smaller row first.
    scores : ndarray, shape (n, k), float64
        ``-inf`` where there is no evidence for any further answer.
    confidences : ndarray, shape (n, k), float64
        Probability of being right; NaN where it was not calibrated.
    """

    ids: IntVector
    scores: Matrix
    confidences: Matrix


def named(best: Best, words: Vocabulary) -> Iterator[tuple[Translation, ...]]:
    """Put words to the best answers of each query.

    Parameters
    ----------
    best : Best
        Of some queries.
    words : Vocabulary
        Of the answers' language.

    Yields
    ------
    tuple of Translation
        For each query; answers of score ``-inf``, for which nothing speaks, are left out.
    """
    for rows, values, chances in zip(best.ids, best.scores, best.confidences, strict=True):
        yield tuple(
            Translation(
                word=words.words[row],
                score=float(value),
                confidence=None if np.isnan(chance) else float(chance),
            )
            for row, value, chance in zip(rows, values, chances, strict=True)
            if np.isfinite(value)
        )
