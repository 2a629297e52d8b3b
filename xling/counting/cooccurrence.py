"""How often words stand together: within a window, or anywhere in a sentence."""

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, token_blocks
from xling.counting.sentences import RowSentences
from xling.errors import InputError

__all__ = ["cooccurrence"]

_BLOCK = 1 << 22  # tokens counted at once


def cooccurrence(sentences: RowSentences, *, window: int | None = None) -> sparse.csr_array:
    """Count the pairs of words that stand in one sentence.

    With a window, a pair at distance ``k <= window`` counts ``1 / k``. Without one, any two
    tokens of a sentence count 1. Either way a word is not counted with itself.

    Parameters
    ----------
    sentences : RowSentences
        The text.
    window : int, optional
        Largest distance, in words of the vocabulary. ``None``: the whole sentence.

    Returns
    -------
    sparse array, shape (size, size), float64
        Symmetric. Memory: 12 bytes for each pair of words that is seen, three times while both
        halves are put together, and some 60 bytes for each of the 4 million tokens at work.

    Raises
    ------
    InputError
        If the window is below 1.
    """
    if window is not None and window < 1:
        raise InputError(f"window is {window}; at least 1 is needed, or none for the sentence")
    total = sparse.csr_array((sentences.size, sentences.size), dtype=np.float64)
    for part in token_blocks(sentences.offsets, _BLOCK):
        cuts = sentences.offsets[part.start : part.stop + 1]
        rows, ends = sentences.rows[cuts[0] : cuts[-1]], cuts - cuts[0]
        if window is None:
            total = total + _within_sentences(rows, ends, sentences.size)
        else:
            total = total + _within_window(rows, ends, sentences.size, window)
    return total if window is None else (total + total.T).tocsr()


def _within_window(rows: IntVector, ends: IntVector, size: int, window: int) -> sparse.csr_array:
    """Count each pair of tokens once, the earlier one in the row."""
    where = np.repeat(np.arange(len(ends) - 1, dtype=np.int32), np.diff(ends))
    total = sparse.csr_array((size, size), dtype=np.float64)
    for distance in range(1, window + 1):
        together = where[:-distance] == where[distance:]
        first, second = rows[:-distance][together], rows[distance:][together]
        apart = first != second
        first, second = first[apart], second[apart]
        weights = np.full(len(first), 1 / distance)
        total = total + sparse.coo_array((weights, (first, second)), shape=total.shape).tocsr()
    return total


def _within_sentences(rows: IntVector, ends: IntVector, size: int) -> sparse.csr_array:
    """Multiply the word-by-sentence incidence with its transpose, without the diagonal."""
    incidence = sparse.csr_array((np.ones(len(rows)), rows, ends), shape=(len(ends) - 1, size))
    counts = sparse.csr_array(incidence.T @ incidence)
    counts.setdiag(0)
    counts.eliminate_zeros()
    return counts
