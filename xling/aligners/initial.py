"""First dictionaries for self-learning: from strings, or from how similarities are distributed."""

from typing import Literal

import numpy as np

from xling.aligners.induction import Dictionary, dictionary_of
from xling.arrays import Matrix, unit_rows
from xling.data.text import fold
from xling.errors import CoverageError
from xling.retrieval.mutual import best_neighbors

__all__ = ["Strings", "same_distribution", "same_strings"]

#: Which equal strings are taken as a first dictionary.
Strings = Literal["identical", "numerals"]

_EXACT = 64  # similarities at either end of a row that stand for themselves


def same_strings(source: tuple[str, ...], target: tuple[str, ...], kind: Strings) -> Dictionary:
    """Pair words that are written alike in both languages, after folding.

    Parameters
    ----------
    source, target : tuple of str
        The words of both vocabularies.
    kind : {"identical", "numerals"}
        All words, or only those of digits, with points, commas and signs between them.

    Returns
    -------
    tuple of ndarray, shape (p,), int64
        Rows; of words that fold alike, the first.

    Raises
    ------
    CoverageError
        If there is no such pair.

    References
    ----------
    Artetxe, Labaka and Agirre (2017), Learning bilingual word embeddings with (almost) no
    bilingual data (numerals). Smith et al. (2017), Offline bilingual word vectors, orthogonal
    transformations and the inverted softmax (identical strings).

    Examples
    --------
    >>> same_strings(("the", "Berlin", "1990"), ("1990", "berlin", "der"), "identical")
    (array([1, 2]), array([1, 0]))
    """
    rows: dict[str, int] = {}
    for row, word in enumerate(target):
        rows.setdefault(fold(word), row)
    pairs: dict[int, int] = {}
    for row, word in enumerate(source):
        key = fold(word)
        if key in rows and (kind == "identical" or _is_numeral(key)):
            pairs.setdefault(rows[key], row)
    if not pairs:
        raise CoverageError(
            f"no {'numeral' if kind == 'numerals' else 'word'} is written alike in both "
            f"vocabularies ({len(source)} and {len(target)} words)",
            hint="give a seed lexicon, or take the method unsupervised",
        )
    ordered = sorted((first, second) for second, first in pairs.items())
    return (
        np.array([first for first, _ in ordered], dtype=np.int64),
        np.array([second for _, second in ordered], dtype=np.int64),
    )


def _is_numeral(word: str) -> bool:
    return word[0].isdigit() and all(sign.isdigit() or sign in ".,:-/%" for sign in word)


def same_distribution(x: Matrix, y: Matrix, *, words: int, k: int) -> Dictionary:
    """Pair words whose similarities with all other words are distributed alike.

    With ``X = U @ S @ V.T``, row ``i`` of ``(X @ X.T) ** 0.5 = U @ S @ U.T`` says how similar
    word ``i`` is to each word. Sorted, it no longer depends on which words these are, so it can
    be compared across languages: sorted rows are scaled to length 1, centred and scaled again,
    and paired by CSLS in both directions. Between the largest and the smallest similarities,
    groups of neighbouring ones are replaced by their sum over the root of their number, which
    leaves inner products nearly as they are and makes the comparison many times as fast.

    Parameters
    ----------
    x, y : ndarray, shape (n, d) and (m, e), float32
        Unit length, most frequent words first.
    words : int
        Most frequent words that take part; as many of either side.
    k : int
        Neighbourhood of CSLS.

    Returns
    -------
    tuple of ndarray, shape (p,), int64
        Source and target rows.

    References
    ----------
    Artetxe, Labaka and Agirre (2018), A robust self-learning method for fully unsupervised
    cross-lingual mappings of word embeddings.
    """
    size = min(words, len(x), len(y))
    a, b = (_sorted_similarities(rows[:size]) for rows in (x, y))
    return dictionary_of(best_neighbors(a, b, k=k))


def _sorted_similarities(rows: Matrix) -> Matrix:
    """Give each word's sorted similarities, grouped, as rows of unit length."""
    squares, turn = np.linalg.eigh(rows.T.astype(np.float64) @ rows)
    roots = np.sqrt(np.maximum(squares, 0))
    usable = roots > 1e-6 * roots[-1]
    left = (rows @ (turn[:, usable] / roots[usable])).astype(np.float32)
    similar = (left * roots[usable].astype(np.float32)) @ left.T
    similar.sort(axis=1)
    starts = _groups(len(rows))
    sizes = np.diff(np.append(starts, len(rows)))
    grouped = np.add.reduceat(similar, starts, axis=1) / np.sqrt(sizes).astype(np.float32)
    scaled = unit_rows(grouped)
    return unit_rows(scaled - scaled.mean(axis=0))


def _groups(size: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give where groups of sorted similarities begin: single ones at the ends, 16 between."""
    if size <= 4 * _EXACT:
        return np.arange(size)
    middle = np.arange(_EXACT, size - _EXACT, 16)
    return np.concatenate([np.arange(_EXACT), middle, np.arange(size - _EXACT, size)])
