"""Pairs that a first map finds by itself: words that are each other's nearest by CSLS."""

from dataclasses import dataclass, replace

import numpy as np

from xling.aligners.pairs import PairedRows
from xling.arrays import IntVector, Matrix, unit_rows
from xling.retrieval.criteria import NEIGHBORHOOD
from xling.retrieval.mutual import best_neighbors

__all__ = ["FrequentRows", "Mutual", "extended", "frequent_rows", "mutual_neighbors"]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class FrequentRows:
    """The most frequent words of both spaces about which something is known.

    Parameters
    ----------
    x, y : ndarray, shapes (n, d) and (m, e), float32
        Normalised rows; none is zero.
    numbers : pair of ndarray, shapes (n,) and (m,), int64
        Their rows in the spaces.
    """

    x: Matrix
    y: Matrix
    numbers: tuple[IntVector, IntVector]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Mutual:
    """Words that are each other's nearest.

    Parameters
    ----------
    places : pair of ndarray, shape (q,), int64
        Places in the searched rows of both sides.
    criterion : float
        Mean CSLS of these pairs, times the share of the smaller side's words that are in one. It
        needs no dictionary, and cannot grow by pairs being lost.
    """

    places: tuple[IntVector, IntVector]
    criterion: float


def frequent_rows(pairs: PairedRows, words: int) -> FrequentRows:
    """Take the rows among which pairs or neighbours are sought.

    Parameters
    ----------
    pairs : PairedRows
        Names the spaces, with their normalisations.
    words : int
        Of each language, the most frequent first.

    Returns
    -------
    FrequentRows
        Without zero rows.
    """
    found = [
        before.apply(space.vectors[:words])
        for space, before in zip(pairs.spaces, pairs.normalizations, strict=True)
    ]
    numbers = [np.flatnonzero(rows.any(axis=1)) for rows in found]
    x, y = (rows[known] for rows, known in zip(found, numbers, strict=True))
    return FrequentRows(x=x, y=y, numbers=(numbers[0], numbers[1]))


def mutual_neighbors(x: Matrix, y: Matrix, *, k: int = NEIGHBORHOOD) -> Mutual:
    """Find the rows that are each other's nearest by CSLS, from one product in tiles.

    Parameters
    ----------
    x, y : ndarray, shapes (n, d) and (m, d), float32
        Of both sides in one space, of any length; not changed.
    k : int
        Over how many neighbours CSLS is measured.

    Returns
    -------
    Mutual
        In the order of ``x``.
    """
    found = best_neighbors(unit_rows(x), unit_rows(y), k=k)
    chosen = found.mutual
    share = len(chosen) / min(len(x), len(y))
    scores = found.forward_scores[chosen]
    value = float(scores.mean(dtype=np.float64)) * share if len(chosen) else 0.0
    return Mutual(places=(chosen, found.forward[chosen]), criterion=value)


def extended(
    pairs: PairedRows, frequent: FrequentRows, found: Mutual, *, keep: bool = True
) -> PairedRows:
    """Put the pairs that were found beside those of the lexicon.

    Parameters
    ----------
    pairs : PairedRows
        Of the lexicon.
    frequent : FrequentRows
        That were searched.
    found : Mutual
        Pairs of them; each weighs as much as the lexicon's pairs do on average.
    keep : bool
        Whether the lexicon's own pairs stay; they do also where nothing was found.

    Returns
    -------
    PairedRows
        Each pair once, the lexicon's own first.
    """
    rows = [
        np.concatenate([before, numbers[places]])
        for before, numbers, places in zip(pairs.rows, frequent.numbers, found.places, strict=True)
    ]
    x = np.vstack([pairs.x, frequent.x[found.places[0]]])
    y = np.vstack([pairs.y, frequent.y[found.places[1]]])
    added = np.full(len(found.places[0]), pairs.weights.mean())
    weights = np.concatenate([pairs.weights, added])
    if keep or not len(found.places[0]):
        _, first = np.unique(np.stack(rows, axis=1), axis=0, return_index=True)
        chosen = np.sort(first)
    else:
        chosen = np.arange(len(pairs), len(weights))
    return replace(
        pairs,
        x=x[chosen],
        y=y[chosen],
        weights=weights[chosen],
        rows=(rows[0][chosen], rows[1][chosen]),
    )
