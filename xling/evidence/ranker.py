"""One score from all evidence, and a probability from the score.

Words that matched sentences link and words that they do not have a judge each: for the former, a
table cell and its strength; for the latter, the space and what word forms, spelling and
frequency say. Both are fitted on words whose matched sentences were left out: first the order (a
softmax over the candidates of each query), then one scale and offset that make the score the
log-odds of being right, on words that the order was not fitted on.

The probability of an answer is a logistic function of its score, of its share of the softmax
over the query's best answers (for a score says little where ten candidates have it), and of how
often the query occurs (for rare words are wrong more often than their scores tell).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import optimize, special

from xling.arrays import BoolVector, IntVector, Matrix, Vector
from xling.errors import DegenerateInputError
from xling.evidence.network import (
    Network,
    averaged,
    fit_network,
    linear_network,
    standard_of,
)

__all__ = ["COMPETITORS", "Judge", "Judged", "Ranker", "fit_judge", "ranker_key"]

#: How many of the best answers share the softmax of a probability.
COMPETITORS = 20

_MIN_QUERIES = 50  # below it nothing is fitted
_NETWORKS = 4  # fitted, each with other words kept from it; the mean of their scores ranks
_SHOWN = 10  # best answers of a query that teach the probabilities


@dataclass(frozen=True, kw_only=True, eq=False)
class Judge:
    """What scores the candidates of one kind of query words, linked or not.

    Parameters
    ----------
    network : Network
        Over all features.
    scale, offset : float
        Make its score the log-odds of being right: ``scale * s + offset``.
    confidence : tuple of (float, float, float, float), optional
        Constant, weights of the logit of the softmax share, of the score and of the logarithm of
        the query's count; ``None`` where there were too few words to fit it.
    tested : tuple of (int, float), optional
        On how many words the single networks were tested, each on those that did not teach it,
        and the share whose first answer was right; of ``network``, their mean, it is not known.
    """

    network: Network = field(repr=False)
    scale: float = 1.0
    offset: float = 0.0
    confidence: tuple[float, float, float, float] | None = None
    tested: tuple[int, float] | None = None

    def scores(self, features: Matrix, groups: Sequence[int], used: Sequence[bool]) -> Vector:
        """Score candidates.

        Parameters
        ----------
        features : ndarray, shape (c, f), float32
            Of all kinds of evidence.
        groups : sequence of int
            The kind of each feature.
        used : sequence of bool
            Which kinds are to be used.

        Returns
        -------
        ndarray, shape (c,), float64
            Log-odds of being right; larger is better.
        """
        found: Vector = self.scale * self.network.scores(features, groups, used) + self.offset
        return found

    def probabilities(self, scores: Matrix, log_counts: Vector) -> Matrix | None:
        """Turn the scores of each query's best answers into probabilities of being right.

        Parameters
        ----------
        scores : ndarray, shape (n, k), float64
            Of the best answers, not increasing along a row; ``-inf`` where there are fewer.
        log_counts : ndarray, shape (n,)
            Natural logarithm of how often each query occurs.

        Returns
        -------
        ndarray, shape (n, k), float64, or None
            In [0, 1], not increasing along a row.
        """
        if self.confidence is None:
            return None
        constant, of_share, of_score, of_count = self.confidence
        finite = np.where(np.isfinite(scores), scores, -1e6)
        known = (constant + of_count * log_counts)[:, None]
        return special.expit(known + of_share * _share_logits(finite) + of_score * finite)

    def as_dict(self) -> dict[str, Any]:
        """Give all weights as plain values, for JSON."""
        return {
            "network": self.network.as_dict(),
            "scale": self.scale,
            "offset": self.offset,
            "confidence": None if self.confidence is None else list(self.confidence),
            "tested": None if self.tested is None else list(self.tested),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Judge":
        """Read what `as_dict` gave."""
        sure, tested = stored["confidence"], stored["tested"]
        return cls(
            network=Network.from_dict(stored["network"]),
            scale=stored["scale"],
            offset=stored["offset"],
            confidence=None if sure is None else (sure[0], sure[1], sure[2], sure[3]),
            tested=None if tested is None else (tested[0], tested[1]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranker:
    """The judges of both kinds of query words.

    Parameters
    ----------
    linked, unlinked : Judge
        For words that matched sentences link, and for the others.
    queries : tuple of (int, int)
        How many linked and unlinked words the weights were fitted on; 0 for start values.
    """

    linked: Judge
    unlinked: Judge
    queries: tuple[int, int] = (0, 0)

    @classmethod
    def start(cls, weights: Mapping[str, float], names: Sequence[str], kinds: int) -> "Ranker":
        """Make the ranker that serves where there are too few words to fit one.

        Parameters
        ----------
        weights : mapping of str to float
            Weights of some features, by name.
        names : sequence of str
            Of all features.
        kinds : int
            How many kinds of evidence there are.

        Returns
        -------
        Ranker
            The same weighted sum for both kinds of words; it gives no probabilities.
        """
        judge = Judge(
            network=linear_network(np.array([weights.get(name, 0.0) for name in names]), kinds)
        )
        return cls(linked=judge, unlinked=judge)

    def as_dict(self) -> dict[str, Any]:
        """Give all weights as plain values, for JSON."""
        return {
            "linked": self.linked.as_dict(),
            "unlinked": self.unlinked.as_dict(),
            "queries": list(self.queries),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Ranker":
        """Read what `as_dict` gave."""
        first, second = stored["queries"]
        return cls(
            linked=Judge.from_dict(stored["linked"]),
            unlinked=Judge.from_dict(stored["unlinked"]),
            queries=(first, second),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """The candidates of query words whose right answers are known.

    Parameters
    ----------
    features : ndarray, shape (c, f), float32
        All queries' candidates, end to end.
    ends : ndarray, shape (n + 1,), int64
        Where each query's candidates start and end.
    gold : ndarray, shape (c,), bool
        Which candidates are right; a query may have none.
    log_counts : ndarray, shape (n,)
        Natural logarithm of how often each query occurs.
    """

    features: Matrix = field(repr=False)
    ends: IntVector = field(repr=False)
    gold: BoolVector = field(repr=False)
    log_counts: Vector = field(repr=False)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def select(self, chosen: IntVector) -> "Judged":
        """Choose some of the queries.

        Parameters
        ----------
        chosen : ndarray, shape (k,), int64
            Their numbers.

        Returns
        -------
        Judged
            In the order given.
        """
        lengths = np.diff(self.ends)[chosen]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(ends[-1]) + np.repeat(self.ends[chosen] - ends[:-1], lengths)
        return Judged(
            features=self.features[places],
            ends=ends,
            gold=self.gold[places],
            log_counts=self.log_counts[chosen],
        )


def fit_judge(judged: Judged, start: Judge, groups: Sequence[int], *, seed: int = 0) -> Judge:
    """Fit weights and probabilities on words whose right answers are known.

    A network is too sure of what it was fitted on. So four are fitted, each with another quarter
    of the words kept from it; what each makes of its own quarter teaches the probabilities, and
    the mean of their scores is what ranks.

    Parameters
    ----------
    judged : Judged
        One query for each word.
    start : Judge
        What the weights are drawn to, and what is given back where there are too few words.
    groups : sequence of int
        The kind of evidence of each feature.
    seed : int
        Of the split and of the network.

    Returns
    -------
    Judge
        ``start`` itself for fewer than 50 words, or where fewer than 25 of those that would teach
        the order have a right candidate.

    Raises
    ------
    DegenerateInputError
        If a query has no candidate.
    """
    if len(judged) < _MIN_QUERIES:
        return start
    if (np.diff(judged.ends) == 0).any():
        raise DegenerateInputError("a query without a candidate cannot be fitted on")
    standard = standard_of(judged.features)
    order = np.random.default_rng(seed).permutation(len(judged))
    fits = [
        _fit_order(judged, part, start, groups, standard, seed)
        for part in np.array_split(order, _NETWORKS)
    ]
    tested = [fit for fit in fits if fit is not None]
    if len(tested) < _NETWORKS:
        return start
    offset, scale = _logistic(
        np.concatenate([fit.raw for fit in tested])[:, None],
        np.concatenate([fit.test.gold for fit in tested]),
    )
    laid = [_best(scale * fit.raw + offset, fit.test.gold, fit.test.ends) for fit in tested]
    tops, right = (np.concatenate(parts) for parts in zip(*laid, strict=True))
    counts = np.concatenate([fit.test.log_counts for fit in tested])
    shown = np.isfinite(tops[:, :_SHOWN])
    ranks = np.broadcast_to(np.arange(1, _SHOWN + 1), shown.shape)
    inputs = np.column_stack(
        [
            _share_logits(tops)[:, :_SHOWN][shown],
            tops[:, :_SHOWN][shown],
            np.broadcast_to(counts[:, None], shown.shape)[shown],
        ]
    )
    # First answers count most: theirs are the probabilities that decide.
    sure = _logistic(inputs, right[:, :_SHOWN][shown], weights=1 / ranks[shown] ** 2, free=1)
    return Judge(
        network=averaged([fit.network for fit in tested]),
        scale=float(scale),
        offset=float(offset),
        confidence=(float(sure[0]), float(sure[1]), float(sure[2]), float(sure[3])),
        tested=(len(right), float(right[:, 0].mean())),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """A network, and its scores of the words that were kept from it."""

    network: Network
    test: Judged
    raw: Vector


def _fit_order(
    judged: Judged,
    kept: IntVector,
    start: Judge,
    groups: Sequence[int],
    standard: tuple[Vector, Vector],
    seed: int,
) -> _Fit | None:
    """Fit a network without some words; ``None`` where the others are too few."""
    test = judged.select(kept)
    taught = judged.select(np.setdiff1d(np.arange(len(judged)), kept))
    if (np.add.reduceat(taught.gold, taught.ends[:-1]) > 0).sum() < _MIN_QUERIES // 2:
        return None
    network = fit_network(
        taught.features,
        taught.ends,
        taught.gold,
        groups,
        prior=start.network.direct_weights(),
        standard=standard,
        seed=seed,
    )
    everything = [True] * (max(groups) + 1)
    return _Fit(network=network, test=test, raw=network.scores(test.features, groups, everything))


def _logistic(
    inputs: Matrix, labels: BoolVector, *, weights: Vector | None = None, free: int = 0
) -> Vector:
    """Fit a logistic model, lightly penalised: a constant, slopes, the last ones ``free``.

    The other slopes are positive, so that answers keep their order. Rows count by their weights.
    """
    design = np.column_stack([np.ones(len(inputs)), inputs])
    signs = np.where(labels, 1.0, -1.0)
    each = np.ones(len(inputs)) if weights is None else weights
    each = each / each.sum()

    def loss(found: Vector) -> tuple[float, Vector]:
        margins = signs * (design @ found)
        value = -(each @ special.log_expit(margins)) + 1e-5 * (found**2).sum()
        slope = -(design.T @ (each * signs * special.expit(-margins))) + 2e-5 * found
        return float(value), slope

    width = design.shape[1]
    bounds = [(None, None), *[(1e-6, None)] * (width - 1 - free), *[(None, None)] * free]
    start = np.concatenate([[0.0], np.full(width - 1, 1 / (width - 1))])
    least = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    coefficients: Vector = least.x
    return coefficients


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


def ranker_key(source: str, target: str) -> str:
    """Name the weights of a direction.

    Parameters
    ----------
    source, target : str
        Languages of the queries and of the answers.

    Returns
    -------
    str
        For example ``"en>de"``.
    """
    return f"{source}>{target}"
