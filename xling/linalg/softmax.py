"""How probable the right answers are, where scores are turned into probabilities."""

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks

__all__ = ["mean_log_share"]

_BLOCK = 1024  # queries whose scores are held at once


def mean_log_share(
    queries: Matrix,
    candidates: Matrix,
    offsets: Vector,
    right: IntVector,
    *,
    temperature: float = 0.1,
) -> float:
    """Give the mean log probability of each query's right candidate.

    ``p(j | i) = exp((q_i c_j - o_j) / T) / sum_l exp((q_i c_l - o_l) / T)``. Smoother than the
    share of right answers, so that small changes of a map can be told apart on few queries.

    Parameters
    ----------
    queries : ndarray, shape (p, d), float32 or float64
        One or more.
    candidates : ndarray, shape (m, d), same dtype
        What is chosen among.
    offsets : ndarray, shape (m,)
        Taken away from each candidate's scores, as CSLS does with its mean similarity.
    right : ndarray, shape (p,), integer
        The row of each query's right candidate.
    temperature : float
        Positive, in units of the scores.

    Returns
    -------
    float
        At most 0; ``-log(m)`` for scores that are all equal.

    Examples
    --------
    >>> one = np.eye(2)
    >>> round(mean_log_share(one, one, np.zeros(2), np.array([0, 1]), temperature=1.0), 4)
    -0.3133
    """
    total = 0.0
    for block in blocks(len(queries), _BLOCK):
        scores = (queries[block] @ candidates.T - offsets).astype(np.float64) / temperature
        scores -= scores.max(axis=1, keepdims=True)
        chosen = scores[np.arange(len(scores)), right[block]]
        total += float(np.sum(chosen - np.log(np.exp(scores).sum(axis=1))))
    return total / len(queries)
