"""One score from all evidence, and from the score a probability.

The score of a candidate is linear in its evidence. For a query word that matched sentences link,

    ``score = c * contexts + w . features(table cell) + b``

with no table part where the candidate has no cell; for a word that they do not link,
``score = c' * contexts + b'``. Both sets of weights are fitted on words whose matched sentences
were left out: first the order (a softmax over the candidates of each query), then one scale and
offset that make the score the log-odds of being right.

The probability of an answer is a logistic function of its score and of its share of the softmax
over the query's best answers, for a score says little where ten candidates have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import optimize, special

from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.errors import DegenerateInputError
from xling.evidence.table import FEATURES

__all__ = ["COMPETITORS", "Candidates", "Judge", "Ranker", "fit_judge", "ranker_key"]

#: How many of the best answers share the softmax of a probability.
COMPETITORS = 20

_MIN_QUERIES = 50  # below it nothing is fitted
_PENALTY = 0.01  # of the squared distance of the weights from their start, for each query


@dataclass(frozen=True, kw_only=True, slots=True)
class Judge:
    """Weights for one kind of query words, linked or not.

    Parameters
    ----------
    contexts : float
        Weight of the space's criterion.
    cells : tuple of float
        Weights of the features of a table cell.
    offset : float
        Added to every score.
    confidence : tuple of (float, float, float), optional
        Constant, weight of the logit of the softmax share, weight of the score; ``None`` where
        there were too few words to fit it.
    """

    contexts: float
    cells: tuple[float, ...] = (0.0,) * len(FEATURES)
    offset: float = 0.0
    confidence: tuple[float, float, float] | None = None

    def probabilities(self, scores: Matrix) -> Matrix | None:
        """Turn the scores of each query's best answers into probabilities of being right.

        Parameters
        ----------
        scores : ndarray, shape (n, k), float64
            Of the best answers, not increasing along a row; ``-inf`` where there are fewer.

        Returns
        -------
        ndarray, shape (n, k), float64, or None
            In [0, 1], not increasing along a row.
        """
        if self.confidence is None:
            return None
        constant, of_share, of_score = self.confidence
        finite = np.where(np.isfinite(scores), scores, -1e6)
        return special.expit(constant + of_share * _share_logits(finite) + of_score * finite)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranker:
    """The weights of both kinds of query words.

    Parameters
    ----------
    linked, unlinked : Judge
        For words that matched sentences link, and for the others.
    queries : tuple of (int, int)
        How many linked and unlinked words the weights were fitted on; 0 for the start values.
    """

    linked: Judge = Judge(contexts=8.0, cells=(2.0, 0.9, 0.9, 0.0, 0.0), offset=-1.0)
    unlinked: Judge = Judge(contexts=8.0, offset=-2.0)
    queries: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """The candidates of one query word whose right answers are known.

    Parameters
    ----------
    features : ndarray, shape (n, 1 + 5), float64
        The criterion's value, then the features of the table cell, zeros where there is none.
    gold : ndarray, shape (n,), bool
        Which candidates are right; may be none of them.
    """

    features: Matrix
    gold: BoolVector


def fit_judge(queries: Sequence[Candidates], start: Judge) -> Judge:
    """Fit weights and probabilities on words whose right answers are known.

    Parameters
    ----------
    queries : sequence of Candidates
        One for each word.
    start : Judge
        What the weights are drawn to. A weight that starts at zero among ``cells`` for unlinked
        words stays there, since they have no cells.

    Returns
    -------
    Judge
        ``start`` itself where there are too few words.

    Raises
    ------
    DegenerateInputError
        If a query has no candidate.
    """
    if len(queries) < _MIN_QUERIES:
        return start
    if not all(len(query.gold) for query in queries):
        raise DegenerateInputError("a query without a candidate cannot be fitted on")
    stacked = np.vstack([query.features for query in queries])
    ends = np.cumsum([0, *(len(query.gold) for query in queries)])
    gold = np.concatenate([query.gold for query in queries])
    weights = _fit_order(stacked, ends, gold, np.array([start.contexts, *start.cells]))
    raw = stacked @ weights
    offset, scale = _logistic(raw[:, None], gold)
    scores = scale * raw + offset
    tops, right = _best(scores, gold, ends)
    shares = _share_logits(tops)
    shown = np.isfinite(tops[:, :10])
    inputs = np.column_stack([shares[:, :10][shown], tops[:, :10][shown]])
    constant, of_share, of_score = _logistic(inputs, right[:, :10][shown])
    scaled = (scale * weights).tolist()
    return Judge(
        contexts=scaled[0],
        cells=tuple(scaled[1:]),
        offset=float(offset),
        confidence=(float(constant), float(of_share), float(of_score)),
    )


def _fit_order(features: Matrix, ends: IntVector, gold: BoolVector, start: Vector) -> Vector:
    """Maximise the mean log probability, over each query's candidates, of a right one."""
    owner = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    solvable = np.bincount(owner, gold) > 0
    kept = solvable[owner]
    features, gold = features[kept], gold[kept].astype(bool)
    owner = np.unique(owner[kept], return_inverse=True)[1]
    count = int(owner.max()) + 1 if len(owner) else 0
    if count < _MIN_QUERIES // 2:
        return start
    spread = features.std(axis=0)
    free = spread > 0
    starts = np.flatnonzero(np.diff(owner, prepend=-1))

    def loss(weights: Vector) -> tuple[float, Vector]:
        scores = features @ weights
        scores -= np.maximum.reduceat(scores, starts)[owner]
        mass = np.exp(scores)
        all_mass = np.add.reduceat(mass, starts)
        right = np.where(gold, mass, 0)
        right_mass = np.maximum(np.add.reduceat(right, starts), 1e-300)
        moved = np.where(free, weights - start, 0) * np.where(free, spread, 1)
        value = np.log(all_mass / right_mass).mean() + _PENALTY * (moved**2).sum()
        pull = mass / all_mass[owner] - right / right_mass[owner]
        slope = features.T @ pull / count + 2 * _PENALTY * moved * spread
        return float(value), np.where(free, slope, 0)

    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B")
    weights: Vector = found.x
    # More context similarity never speaks against a translation.
    return np.concatenate([[max(weights[0], 1e-3)], weights[1:]])


def _logistic(inputs: Matrix, labels: BoolVector) -> Vector:
    """Fit a constant and non-negative weights of a logistic model, lightly penalised."""
    design = np.column_stack([np.ones(len(inputs)), inputs])
    signs = np.where(labels, 1.0, -1.0)

    def loss(weights: Vector) -> tuple[float, Vector]:
        margins = signs * (design @ weights)
        value = -special.log_expit(margins).mean() + 1e-5 * (weights**2).sum()
        slope = -(design.T @ (signs * special.expit(-margins))) / len(design) + 2e-5 * weights
        return float(value), slope

    width = design.shape[1]
    bounds = [(None, None), *[(1e-6, None)] * (width - 1)]
    start = np.concatenate([[0.0], np.full(width - 1, 1 / (width - 1))])
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    weights: Vector = found.x
    return weights


def _share_logits(scores: Matrix) -> Matrix:
    """Give the logit of each answer's share of the softmax over a query's best answers."""
    total = special.logsumexp(scores[:, :COMPETITORS], axis=1, keepdims=True)
    share = np.clip(special.softmax(scores[:, :COMPETITORS], axis=1), 1e-6, 1 - 1e-6)
    beyond = np.clip(np.exp(scores[:, COMPETITORS:] - total), 1e-6, 1 - 1e-6)
    logits: Matrix = special.logit(np.hstack([share, beyond]))
    return logits


def _best(scores: Vector, gold: BoolVector, ends: IntVector) -> tuple[Matrix, BoolVector]:
    """Lay out the best answers of each query, best first: their scores, and which are right."""
    tops = np.full((len(ends) - 1, COMPETITORS), -np.inf)
    right = np.zeros(tops.shape, dtype=bool)
    for number, (start, stop) in enumerate(pairwise(ends)):
        order = np.argsort(-scores[start:stop], kind="stable")[:COMPETITORS]
        tops[number, : len(order)] = scores[start:stop][order]
        right[number, : len(order)] = gold[start:stop][order]
    return tops, right


def ranker_key(source: str, target: str, criterion: str) -> str:
    """Name the weights of a direction and a criterion.

    Parameters
    ----------
    source, target : str
        Languages of the queries and of the answers.
    criterion : str
        The criterion of the space.

    Returns
    -------
    str
        For example ``"en>de csls"``.
    """
    return f"{source}>{target} {criterion}"
