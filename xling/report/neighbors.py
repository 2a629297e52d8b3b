"""The nearest words of some words, in both languages of the shared space."""

from collections.abc import Sequence

import numpy as np

from xling.arrays import IntVector
from xling.model.side import Side
from xling.retrieval.criteria import queries

__all__ = ["Near", "cosine", "nearest"]

#: Words with their cosines, the nearest first.
Near = list[tuple[str, float]]


def nearest(side: Side, rows: Sequence[int], among: Side, count: int) -> list[Near]:
    """Find the nearest words of some words, by the cosine of the shared space.

    Parameters
    ----------
    side : Side
        Language of the words.
    rows : sequence of int
        Their rows.
    among : Side
        Language of the neighbours; the same one leaves each word itself out.
    count : int
        How many neighbours of each.

    Returns
    -------
    list of list of (str, float)
        For each word, the nearest first; empty for a word of which nothing is known.
    """
    if not rows:
        return []
    chosen: IntVector = np.asarray(rows, np.int64)
    vectors = side.vectors[chosen]
    plain, _ = queries(vectors, np.zeros(len(chosen), np.float32), "nn")
    found = among.index.search(plain, count + 1)
    words = among.vocabulary.words
    near = []
    for own, vector, ids, scores in zip(
        chosen.tolist(), vectors, found.ids.tolist(), found.scores.tolist(), strict=True
    ):
        pairs = [
            (words[row], float(score))
            for row, score in zip(ids, scores, strict=True)
            if not (among is side and row == own)
        ]
        near.append(pairs[:count] if vector.any() else [])
    return near


def cosine(one: Side, row: int, other: Side, column: int) -> float:
    """Give the cosine of two words in the shared space.

    Parameters
    ----------
    one, other : Side
        Their languages.
    row, column : int
        Their rows.

    Returns
    -------
    float
        In [-1, 1]; 0 where nothing is known of one.
    """
    return float(one.vectors[row].astype(np.float64) @ other.vectors[column].astype(np.float64))
