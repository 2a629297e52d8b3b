"""What stands near a word: in its own language, and on a map of both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, unit_rows
from xling.model.answers import Status
from xling.model.side import Side

__all__ = ["Place", "flat_map", "neighbors", "place_of", "points_near"]


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


def points_near(
    sides: tuple[Side, Side], word: str, best: Sequence[str], top: int
) -> list[dict[str, Any]]:
    """Find the words near a word in both languages, and lay them out.

    Parameters
    ----------
    sides : pair of Side
        Of the word, and of its translations.
    word : str
        In any casing.
    best : sequence of str
        Its translations, the best first.
    top : int
        How many neighbours in each language.

    Returns
    -------
    list of dict
        ``word``, ``language``, ``kind``, ``x`` and ``y`` of each; none where nothing is known.
    """
    asked, answers = sides
    place = place_of(asked, word)
    if place.vector is None:
        return []
    chosen = [(place, asked.language, "word")]
    for near, _ in neighbors(asked, place, top):
        chosen.append((place_of(asked, near), asked.language, "neighbor"))
    chosen += [(place_of(answers, one), answers.language, "translation") for one in best]
    if best:
        around = neighbors(answers, place_of(answers, best[0]), top)
        others = [one for one, _ in around if one not in set(best)]
        chosen += [(place_of(answers, one), answers.language, "neighbor") for one in others]
    known = [(spot, tag, kind) for spot, tag, kind in chosen if spot.vector is not None]
    flat = flat_map([spot.vector for spot, _, _ in known if spot.vector is not None])
    return [
        {"word": spot.word, "language": tag, "kind": kind, "x": float(x), "y": float(y)}
        for (spot, tag, kind), (x, y) in zip(known, flat, strict=True)
    ]
