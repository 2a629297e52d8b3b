"""What stands near a word: in its own language, and on a map of both languages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, unit_rows
from xling.model.answers import Status
from xling.model.side import Side

__all__ = ["Place", "flat_map", "neighbors", "place_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Place:
    """Where a word stands in the shared space.

    Parameters
    ----------
    word : str
        As the vocabulary writes it, or as it was asked for.
    status : {"ok", "subword", "out_of_vocabulary"}
        ``"subword"`` where the vector was composed.
    row : int or None
        In the vocabulary.
    vector : ndarray, shape (d,), float32, or None
        Of length 1; zero where nothing is known; ``None`` for a word out of vocabulary.
    """

    word: str
    status: Status
    row: int | None
    vector: Vector | None


def place_of(side: Side, word: str) -> Place:
    """Find a word in the shared space.

    Parameters
    ----------
    side : Side
        Its language.
    word : str
        In any casing.

    Returns
    -------
    Place
        Where it stands.
    """
    row = side.vocabulary.find(word)
    if row is not None:
        written = side.vocabulary.words[row]
        return Place(word=written, status="ok", row=row, vector=side.vectors[row])
    composed, which = side.compose([word])
    if which:
        return Place(word=word, status="subword", row=None, vector=composed[0])
    return Place(word=word, status="out_of_vocabulary", row=None, vector=None)


def neighbors(side: Side, place: Place, most: int) -> list[tuple[str, float]]:
    """Find the words of the same language that stand nearest.

    Parameters
    ----------
    side : Side
        The language.
    place : Place
        Of a word; it is not among its own neighbours.
    most : int
        How many.

    Returns
    -------
    list of (str, float)
        Words and cosines, the nearest first; empty where nothing is known of the word.
    """
    if place.vector is None or not place.vector.any():
        return []
    with np.errstate(invalid="ignore"):  # BLAS raises the flag where it reads past a row
        cosines: Vector = side.vectors @ place.vector
    if place.row is not None:
        cosines[place.row] = -np.inf
    most = min(most, len(cosines) - (place.row is not None))
    if most < 1:
        return []
    near: IntVector = np.argpartition(-cosines, most - 1)[:most]
    near = near[np.lexsort((near, -cosines[near]))]
    words = side.vocabulary.words
    return [(words[row], float(cosines[row])) for row in near.tolist()]


def flat_map(vectors: Sequence[Vector]) -> Matrix:
    """Lay some vectors out in two dimensions, by their principal components.

    Parameters
    ----------
    vectors : sequence of ndarray, shape (d,), float32
        At least one.

    Returns
    -------
    ndarray, shape (n, 2), float64
        Within -1 and 1. The same vectors give the same map.
    """
    rows = unit_rows(np.stack(vectors).astype(np.float64))
    centred = rows - rows.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((len(rows), 2))
    width = min(2, len(sizes))
    flat[:, :width] = left[:, :width] * sizes[:width]
    strongest = np.abs(flat).argmax(axis=0)
    signs = np.sign(flat[strongest, np.arange(2)])
    flat *= np.where(signs == 0, 1.0, signs)  # an axis has no direction of its own
    largest = float(np.abs(flat).max())
    found: Matrix = flat / largest if largest > 0 else flat
    return found
