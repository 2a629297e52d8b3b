"""Positive pointwise mutual information of a table of counts."""

import numpy as np
from scipy import sparse

from xling.arrays import Vector, token_blocks
from xling.errors import DegenerateInputError, InputError

__all__ = ["positive_pmi"]

_BLOCK = 1 << 22  # cells weighed at once


def positive_pmi(counts: sparse.csr_array, *, smoothing: float = 0.75) -> sparse.csr_array:
    """Weigh each count by how far it exceeds chance.

    ``max(0, log(p(w, c) / (p(w) * q(c))))`` with ``q(c)`` proportional to ``count(c)**smoothing``,
    which keeps rare contexts from looking too telling.

    Parameters
    ----------
    counts : sparse array, shape (n, m)
        Non-negative counts of words (rows) with contexts (columns).
    smoothing : float
        Exponent of the context counts, in (0, 1]; 1 is the plain measure.

    Returns
    -------
    sparse array, shape (n, m), float32
        Natural logarithms; only the positive ones are stored: 8 bytes each, twice while they
        are put together.

    Raises
    ------
    InputError
        If the exponent lies outside (0, 1].
    DegenerateInputError
        If nothing was counted.

    References
    ----------
    Levy, Goldberg and Dagan (2015), Improving distributional similarity with lessons learned
    from word embeddings.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[3.0, 1.0], [1.0, 3.0]]))
    >>> positive_pmi(counts, smoothing=1).toarray().round(3).tolist()
    [[0.4050000011920929, 0.0], [0.0, 0.4050000011920929]]
    """
    if not 0 < smoothing <= 1:
        raise InputError(f"smoothing is {smoothing}; a number in (0, 1] is needed")
    total = counts.sum()
    if not total > 0:
        raise DegenerateInputError("no two words were seen together; longer text is needed")
    words = np.asarray(counts.sum(axis=1)).ravel()
    contexts = np.asarray(counts.sum(axis=0)).ravel() ** smoothing
    contexts /= contexts.sum()
    values, columns, ends = [], [], np.zeros(len(words) + 1, np.int64)
    for part in token_blocks(counts.indptr, _BLOCK):
        cuts = counts.indptr[part.start : part.stop + 1]
        cells = slice(cuts[0], cuts[-1])
        row = np.repeat(np.arange(part.start, part.stop), np.diff(cuts))
        found = _pmi(counts.data[cells], words[row], contexts[counts.indices[cells]])
        kept = found > 0
        values.append(found[kept].astype(np.float32))
        columns.append(counts.indices[cells][kept])
        before = np.concatenate([[0], np.cumsum(kept)])
        ends[part.start : part.stop + 1] = ends[part.start] + before[cuts - cuts[0]]
    parts = (np.concatenate(values), np.concatenate(columns), ends)
    return sparse.csr_array(parts, shape=counts.shape)


def _pmi(counts: Vector, words: Vector, contexts: Vector) -> Vector:
    """Give ``log(p(w, c) / (p(w) * q(c)))`` of each cell."""
    measured: Vector = np.log(counts / (words * contexts))
    return measured
