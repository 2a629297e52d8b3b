"""Positive pointwise mutual information of a table of counts."""

import numpy as np
from scipy import sparse

from xling.errors import DegenerateInputError, InputError

__all__ = ["positive_pmi"]


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
        Natural logarithms; only the positive ones are stored.

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
    cells = counts.tocoo()
    row, column = cells.coords
    values = np.log(cells.data / (words[row] * contexts[column]))
    kept = values > 0
    made = sparse.coo_array(
        (values[kept].astype(np.float32), (row[kept], column[kept])), shape=counts.shape
    )
    return made.tocsr()
