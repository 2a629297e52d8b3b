"""Halves of unlinked pairs, which stay as unmatched text without telling of each other."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from xling.arrays import BoolVector, IntVector, token_blocks
from xling.counting.shots import touched
from xling.data.indexed import IndexedText

__all__ = ["kept_halves", "sentence_keys", "unlike"]

_BLOCK = 1 << 20  # tokens looked at at once


def kept_halves(
    source_keys: IntVector,
    target_keys: IntVector,
    linked: IntVector,
    *,
    stay: IntVector | None = None,
    seed: int = 0,
) -> tuple[IntVector, IntVector]:
    """Choose the halves of unlinked pairs that stay as unmatched text, by the half-pair rule.

    Parameters
    ----------
    source_keys, target_keys : ndarray, shape (n,), int64
        Of all pairs, linked or not: equal for equal sentences, as `sentence_keys` gives them.
    linked : ndarray, shape (m,), int64
        Numbers of the pairs that stay linked.
    stay : ndarray, shape (k,), int64, optional
        Those of them that are shots.
    seed : int
        Of the coins: one for each group of unlinked pairs that share a sentence.

    Returns
    -------
    pair of ndarray, int64
        Numbers of the pairs of which the source sentence, and of which the target sentence is
        kept.
    """
    a, b = source_keys, target_keys
    away = np.setdiff1d(np.arange(len(a)), linked)
    keeps_source = _coins(a[away], b[away], seed)
    orphan = ~np.where(keeps_source, np.isin(b[away], b[linked]), np.isin(a[away], a[linked]))
    if stay is not None and len(stay):
        orphan &= ~np.where(keeps_source, *touched(away, stay, a, b))
    return away[keeps_source & orphan], away[~keeps_source & orphan]


def sentence_keys(text: IndexedText) -> IntVector:
    """Give equal sentences of a text equal numbers.

    Parameters
    ----------
    text : IndexedText
        Any text.

    Returns
    -------
    ndarray, shape (n,), int64
        Equal for sentences of the same folded words.
    """
    numbers: dict[bytes, int] = {}
    keys = (numbers.setdefault(key, len(numbers)) for key in _sentences(text, 0))
    return np.fromiter(keys, np.int64, len(text))


def unlike(text: IndexedText, first: int, others: IndexedText) -> IntVector:
    """Find the sentences from some number on that equal none of some others.

    Parameters
    ----------
    text : IndexedText
        Any text, of any size: a million tokens are looked at at once.
    first : int
        Number of the first sentence that is looked at.
    others : IndexedText
        Sentences over the same types.

    Returns
    -------
    ndarray, shape (n,), int64
        Numbers of the sentences whose folded words are those of no other.
    """
    known = set(_sentences(others, 0))
    other = (key not in known for key in _sentences(text, first))
    return first + np.flatnonzero(np.fromiter(other, np.bool_, len(text) - first))


def _sentences(text: IndexedText, first: int) -> Iterator[bytes]:
    """Give each sentence from some number on as the bytes of its types."""
    offsets = text.offsets[first:]
    for part in token_blocks(offsets, _BLOCK):
        cuts = offsets[part.start : part.stop + 1]
        ids = text.written_types[text.written_ids[cuts[0] : cuts[-1]]]
        raw, ends = ids.tobytes(), ((cuts - cuts[0]) * ids.itemsize).tolist()
        yield from (raw[start:stop] for start, stop in pairwise(ends))


def _coins(a: IntVector, b: IntVector, seed: int) -> BoolVector:
    """Throw one coin for each group of pairs that share a sentence: True keeps the source."""
    if not len(a):
        return np.zeros(0, dtype=bool)
    _, first = np.unique(a, return_inverse=True)
    _, second = np.unique(b, return_inverse=True)
    size = int(first.max() + second.max()) + 2
    ends = first, first.max() + 1 + second
    graph = sparse.coo_array((np.ones(len(a), np.int8), ends), shape=(size, size))
    groups, label = csgraph.connected_components(graph, directed=False)
    coins = np.random.default_rng(seed).integers(0, 2, groups, dtype=np.int8)
    heads: BoolVector = coins[label[first]] == 1
    return heads
