"""How often words stand together: within a window, or anywhere in a sentence."""

import numpy as np
from scipy import sparse

from xling.counting.sentences import RowSentences
from xling.errors import InputError

__all__ = ["cooccurrence"]


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
        Symmetric. Memory: 12 bytes for each pair of words that is seen, and the same again
        while it is made.

    Raises
    ------
    InputError
        If the window is below 1.
    """
    if window is None:
        return _within_sentences(sentences)
    if window < 1:
        raise InputError(f"window is {window}; at least 1 is needed, or none for the sentence")
    rows, where = sentences.rows, sentences.sentence_of_token
    shape = (sentences.size, sentences.size)
    total = sparse.csr_array(shape, dtype=np.float64)
    for distance in range(1, window + 1):
        together = where[:-distance] == where[distance:]
        first, second = rows[:-distance][together], rows[distance:][together]
        apart = first != second
        first, second = first[apart], second[apart]
        weights = np.full(len(first), 1 / distance)
        total = total + sparse.coo_array((weights, (first, second)), shape=shape).tocsr()
    return (total + total.T).tocsr()


def _within_sentences(sentences: RowSentences) -> sparse.csr_array:
    """Multiply the word-by-sentence incidence with its transpose, without the diagonal."""
    shape = (len(sentences), sentences.size)
    ones = np.ones(len(sentences.rows))
    incidence = sparse.csr_array((ones, sentences.rows, sentences.offsets), shape=shape)
    counts = sparse.csr_array(incidence.T @ incidence)
    counts.setdiag(0)
    counts.eliminate_zeros()
    return counts
