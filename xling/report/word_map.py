"""A map of both languages: frequent words and queries laid out in a plane."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from xling.arrays import IntVector, Matrix
from xling.model.side import Side
from xling.report.neighbors import nearest

__all__ = ["WORDS", "layout", "word_map"]

#: Words of a map at most, both languages together.
WORDS = 600

_NEIGHBORS = 5
_PERPLEXITY = 30
_FEWEST = 5  # points that t-SNE is asked to lay out; fewer stand on their first two axes
_REDUCED = 50  # dimensions that distances are taken in


def word_map(
    asked: Side,
    answers: Side,
    partners: Mapping[int, Sequence[tuple[int, str]]],
    *,
    words: int = WORDS,
    seed: int = 0,
) -> dict[str, Any]:
    """Lay words of both languages out so that near ones stay near.

    Parameters
    ----------
    asked, answers : Side
        Languages of the queries and of the answers.
    partners : mapping of int to sequence of (int, str)
        From rows of ``asked`` to rows of ``answers``, each with the kind of the link; what stands
        first is kept first.
    words : int
        How many words there are at most, both languages together.
    seed : int
        Same seed, same map.

    Returns
    -------
    dict
        ``languages``; ``words``, each ``word``, ``side`` (0 or 1), ``rank`` (of frequency), ``x``
        and ``y`` in [0, 1] and ``near``, its neighbours by language; ``links``, each
        ``[source, target, kind]``, the first two being places in ``words``.
    """
    rows, columns = _chosen(asked, answers, partners, words // 2)
    place_of = {column: len(rows) + place for place, column in enumerate(columns)}
    links = [
        [place, place_of[column], kind]
        for place, row in enumerate(rows)
        for column, kind in partners.get(row, ())
        if column in place_of
    ]
    vectors = np.vstack([asked.vectors[rows], answers.vectors[columns]])
    points = layout(vectors, seed=seed)
    listed: list[dict[str, Any]] = []
    for side, chosen in ((asked, rows), (answers, columns)):
        near = zip(
            nearest(side, chosen, asked, _NEIGHBORS),
            nearest(side, chosen, answers, _NEIGHBORS),
            strict=True,
        )
        for row, both in zip(chosen, near, strict=True):
            x, y = points[len(listed)].tolist()
            listed.append(
                {
                    "word": side.vocabulary.words[row],
                    "side": int(side is answers),
                    "rank": row + 1,
                    "x": round(x, 4),
                    "y": round(y, 4),
                    "near": [[(word, round(cos, 3)) for word, cos in one] for one in both],
                }
            )
    return {
        "languages": [asked.language, answers.language],
        "words": listed,
        "links": links,
        "seed": seed,
    }


def layout(vectors: Matrix, *, seed: int = 0) -> Matrix:
    """Lay vectors out in a plane by t-SNE.

    Parameters
    ----------
    vectors : ndarray, shape (n, d), float32
        Of length 1.
    seed : int
        Same seed, same places.

    Returns
    -------
    ndarray, shape (n, 2), float64
        In [0, 1], both axes on one scale; a single point stands in the middle.

    References
    ----------
    van der Maaten & Hinton (2008), Visualizing data using t-SNE.
    """
    if not len(vectors):
        return np.zeros((0, 2))
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    axes = np.zeros((len(vectors), max(2, min(_REDUCED, len(sizes)))))
    axes[:, : len(sizes)] = (left * sizes)[:, : axes.shape[1]]
    axes *= _signs(axes)
    points = axes[:, :2]
    if len(vectors) >= _FEWEST and np.ptp(axes) > 0:
        from sklearn.manifold import TSNE

        start = points / np.std(points[:, 0]) * 1e-4
        made = TSNE(
            perplexity=min(_PERPLEXITY, (len(vectors) - 1) / 3), init=start, random_state=seed
        )
        with threadpool_limits(1):  # the same places on any number of processors
            points = made.fit_transform(axes)
    return _in_unit_square(np.asarray(points, np.float64))


def _chosen(
    asked: Side,
    answers: Side,
    partners: Mapping[int, Sequence[tuple[int, str]]],
    each: int,
) -> tuple[list[int], list[int]]:
    """Choose what is shown: words with partners, these partners, then the most frequent."""
    rows = _filled(asked, partners, each)
    linked = (column for row in rows for column, _ in partners.get(row, ()))
    return rows, _filled(answers, linked, each)


def _filled(side: Side, first: Iterable[int], each: int) -> list[int]:
    """Fill up with the most frequent words; what nothing is known of has no place on a map."""
    chosen = dict.fromkeys(first)
    found = [row for row in chosen if side.vectors[row].any()][:each]
    for row in range(len(side.vocabulary)):
        if len(found) >= each:
            break
        if row not in chosen and side.vectors[row].any():
            found.append(row)
    return found


def _signs(axes: Matrix) -> IntVector:
    """Turn each axis so that its largest value is positive."""
    largest = np.abs(axes).argmax(axis=0)
    return np.where(axes[largest, np.arange(axes.shape[1])] < 0, -1, 1)


def _in_unit_square(points: Matrix) -> Matrix:
    """Move and scale points, both axes alike."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    scaled: Matrix = (points - (low + high) / 2) / size + 0.5
    return scaled
