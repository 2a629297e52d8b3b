"""Scores of many runs: a query's hits averaged over its runs, then over queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xling.arrays import BoolVector, IntVector, Vector
from xling.evaluation.comparison import verdict
from xling.evaluation.confidence import confidence_figures, figures_over_all
from xling.evaluation.first_answers import two_way
from xling.evaluation.resampling import (
    bootstrap_interval,
    holm,
    paired_bootstrap,
    paired_permutation,
)
from xling.experiments.runs import RunResult

__all__ = [
    "BINS",
    "METRICS",
    "Pool",
    "agreement",
    "calibration",
    "compare",
    "pool",
    "score",
    "verdict",
]

#: Frequencies of a query on the source side of all pairs, first and last.
BINS = ((1, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, None))
#: What is measured of each query: hit among the first, among the first five, reciprocal rank.
METRICS = ("1", "5", "mrr")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """What all runs of one system say about each query.

    Parameters
    ----------
    values : dict of str to ndarray, shape (3,)
        For each query in vocabulary in some run, the mean of `METRICS` over the runs in which it
        was.
    shares : dict of str to float
        The fraction of its runs in which each of these queries was in vocabulary.
    confidences : ndarray, shape (n,), float64
        Of the first answers of all runs; NaN for one without.
    right, returns : ndarray, shape (n,), bool
        Which of these answers are right, and which lead back to their query.
    queries, seeds : ndarray, shape (n,), int64
        The number of the query of each, and the seed of its run.
    outside : ndarray, shape (m,), float64
        Confidence of the first answer to each query that was out of vocabulary in a run; 0 for
        one without.
    outside_queries : ndarray, shape (m,), int64
        The number of the query of each.
    """

    values: Mapping[str, Vector] = field(repr=False)
    shares: Mapping[str, float] = field(repr=False)
    confidences: Vector = field(repr=False)
    right: BoolVector = field(repr=False)
    returns: BoolVector = field(repr=False)
    queries: IntVector = field(repr=False)
    seeds: IntVector = field(repr=False)
    outside: Vector = field(repr=False)
    outside_queries: IntVector = field(repr=False)


def pool(results: Iterable[RunResult], channels: str) -> Pool:
    """Put the runs of one system together.

    Parameters
    ----------
    results : iterable of RunResult
        Of all seeds and folds; a query is asked once for each seed.
    channels : str
        The choice of evidence.

    Returns
    -------
    Pool
        Scores are of the queries that were in vocabulary.
    """
    values: dict[str, list[tuple[float, float, float]]] = {}
    asked: dict[str, int] = {}
    answers: list[tuple[float, bool, bool, int, int]] = []
    numbers: dict[str, int] = {}
    outside: list[tuple[float, int]] = []
    for result in results:
        for query in result.queries:
            asked[query] = asked.get(query, 0) + 1
        for query, answer in result.answers[channels].items():
            rank = answer.rank
            values.setdefault(query, []).append((rank <= 1, rank <= 5, 1 / rank))
            sure = np.nan if answer.confidence is None else answer.confidence
            number = numbers.setdefault(query, len(numbers))
            answers.append((sure, answer.right, answer.returns, number, result.seed))
        unknown = result.outside.get(channels, {})
        outside += [
            (unknown.get(query, 0.0), numbers.setdefault(query, len(numbers)))
            for query in result.queries
            if query not in result.answers[channels]
        ]
    sures, right, returns, queries, seeds = zip(*answers, strict=True) if answers else [()] * 5
    return Pool(
        values={query: np.mean(found, axis=0) for query, found in sorted(values.items())},
        shares={query: len(found) / asked[query] for query, found in sorted(values.items())},
        confidences=np.array(sures, dtype=np.float64),
        right=np.array(right, dtype=bool),
        returns=np.array(returns, dtype=bool),
        queries=np.array(queries, dtype=np.int64),
        seeds=np.array(seeds, dtype=np.int64),
        outside=np.array([sure for sure, _ in outside], dtype=np.float64),
        outside_queries=np.array([number for _, number in outside], dtype=np.int64),
    )


def score(found: Pool, queries: Sequence[str], *, among: int | None = None) -> dict[str, Any]:
    """Score a system on some queries.

    Parameters
    ----------
    found : Pool
        Of the system.
    queries : sequence of str
        All in its vocabulary.
    among : int, optional
        How many queries there are, in vocabulary or not, for scores over all of them.

    Returns
    -------
    dict
        ``queries``, ``precision`` and ``mrr`` with 95 % bootstrap intervals over queries; with
        ``among`` also ``precision_overall``, the queries out of vocabulary counted wrong.
    """
    values = np.array([found.values[query] for query in queries]).reshape(-1, len(METRICS))
    means = values.mean(axis=0).tolist() if len(values) else [0.0] * len(METRICS)
    intervals = {
        name: list(bootstrap_interval(values[:, i])) if len(values) else [0.0, 0.0]
        for i, name in enumerate(METRICS)
    }
    scores: dict[str, Any] = {
        "queries": len(queries),
        "precision": {"1": means[0], "5": means[1]},
        "mrr": means[2],
        "confidence_interval": intervals,
    }
    if among is not None:
        shares = np.array([found.shares[query] for query in queries])
        scores["precision_overall"] = {
            name: float((shares * values[:, i]).sum() / among) if among else 0.0
            for i, name in enumerate(METRICS[:2])
        }
    return scores


def compare(
    rows: Sequence[tuple[Mapping[str, Any], Pool, Pool, Sequence[str]]],
) -> list[dict[str, Any]]:
    """Test a family of differences between two systems each, on the same queries.

    Parameters
    ----------
    rows : sequence of (labels, first, second, queries)
        What is compared, under what labels; ``metric`` among the labels names one of `METRICS`.

    Returns
    -------
    list of dict
        The labels, the difference with its paired bootstrap interval, the p-value of the paired
        permutation test, that corrected by Holm over the whole family, and the verdict. Rows
        without a query are left out.
    """
    found: list[dict[str, Any]] = []
    for labels, first, second, queries in rows:
        if not queries:
            continue
        place = METRICS.index(labels["metric"])
        a, b = (
            np.array([system.values[query][place] for query in queries])
            for system in (first, second)
        )
        moved = paired_bootstrap(a, b)
        found.append(
            {
                **labels,
                "queries": len(queries),
                "difference": moved.difference,
                "confidence_interval": [moved.low, moved.high],
                "p_value": paired_permutation(a, b),
            }
        )
    corrected = holm([row["p_value"] for row in found])
    for row, p_value in zip(found, corrected, strict=True):
        row["p_value_holm"] = p_value
        row["verdict"] = verdict(row["difference"], p_value)
    return found


def calibration(found: Pool) -> dict[str, Any] | None:
    """Judge the probabilities of a system's first answers.

    Parameters
    ----------
    found : Pool
        Of the system.

    Returns
    -------
    dict or None
        Of `xling.evaluation.confidence.confidence_figures`, a run being a seed with all its
        folds, and under ``all_queries`` of `xling.evaluation.confidence.figures_over_all`;
        ``None`` where the system gives no probability.
    """
    known = ~np.isnan(found.confidences)
    if not known.any():
        return None
    judged = confidence_figures(
        found.confidences[known],
        found.right[known],
        queries=found.queries[known],
        runs=found.seeds[known],
    )
    inside = len(found.confidences)
    judged["all_queries"] = figures_over_all(
        np.concatenate([np.where(known, found.confidences, 0.0), found.outside]),
        np.concatenate([found.right, np.zeros(len(found.outside), dtype=bool)]),
        np.arange(inside + len(found.outside)) < inside,
        queries=np.concatenate([found.queries, found.outside_queries]),
    )
    return judged


def agreement(found: Pool) -> dict[str, Any] | None:
    """Tell how often a system's first answers lead back to their query.

    Parameters
    ----------
    found : Pool
        Of the system.

    Returns
    -------
    dict or None
        How many ``answers`` there are, of all seeds, and what
        `xling.evaluation.first_answers.two_way` says; ``None`` without an answer.
    """
    if not len(found.right):
        return None
    return {"answers": len(found.right), **two_way(found.returns, found.right)}
