"""Several models on the same queries: paired tests, corrected for there being many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from xling.arrays import Vector
from xling.errors import InputError
from xling.evaluation.resampling import (
    bootstrap_interval,
    holm,
    paired_bootstrap,
    paired_permutation,
)
from xling.evaluation.results import BliResult

__all__ = ["MEASURES", "compare_results", "verdict"]

#: What is compared: hit among the first, among the first five, and reciprocal rank of each query.
MEASURES = ("precision_at_1", "precision_at_5", "mrr")

_ALPHA = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class _Family:
    """Queries on which all models are compared, and the rank that each gives to each."""

    name: str
    ranks: Mapping[str, Vector]


def compare_results(
    results: Mapping[str, BliResult], *, samples: int = 10_000, seed: int = 0
) -> dict[str, Any]:
    """Compare models that were judged by the same lexicon, each with each.

    Parameters
    ----------
    results : mapping of str to BliResult
        By the model's name; at least two, of the same queries.
    samples, seed : int
        Of the bootstrap and the permutations.

    Returns
    -------
    dict
        ``queries`` and ``queries_in_common`` (in vocabulary of every model); ``scores`` of each
        model; ``comparisons``, one for each pair of models, each of `MEASURES` and each choice of
        queries: ``among`` ``"common"``, those in every model's vocabulary, or ``"all"``, those
        out of a model's vocabulary counted wrong for it. ``difference`` is the first one's mean
        minus the second one's, with its 95 % paired bootstrap interval; ``p_value`` is of the
        paired permutation test, ``p_value_holm`` the same corrected over all comparisons here.

    Raises
    ------
    InputError
        If there are fewer than two models, or they were not asked the same queries.

    References
    ----------
    Dror et al. (2018), The hitchhiker's guide to testing statistical significance in natural
    language processing.
    """
    if len(results) < 2:
        raise InputError(f"{len(results)} model is given; a comparison needs at least two")
    queries = [query for query, _ in next(iter(results.values())).ranks]
    for name, result in results.items():
        if [query for query, _ in result.ranks] != queries:
            raise InputError(f"the model {name!r} was asked other queries than the first one")
    whole = {
        name: np.array([np.inf if rank is None else rank for _, rank in result.ranks])
        for name, result in results.items()
    }
    shared = np.all([np.isfinite(ranks) for ranks in whole.values()], axis=0)
    common = {name: ranks[shared] for name, ranks in whole.items()}
    return {
        "queries": len(queries),
        "queries_in_common": int(shared.sum()),
        "scores": [
            _scores(name, result, whole[name], common[name]) for name, result in results.items()
        ],
        "comparisons": _comparisons(
            [_Family(name="common", ranks=common), _Family(name="all", ranks=whole)],
            samples=samples,
            seed=seed,
        ),
        "bootstrap": {"samples": samples, "seed": seed},
    }


def verdict(difference: float, p_value: float) -> str:
    """Say plainly what a comparison found.

    Parameters
    ----------
    difference : float
        Positive where the first system is larger.
    p_value : float
        Corrected.

    Returns
    -------
    str
        ``"better"``, ``"worse"`` or ``"not significantly different"``.

    Examples
    --------
    >>> verdict(0.1, 0.01), verdict(-0.1, 0.01), verdict(0.1, 0.05)
    ('better', 'worse', 'not significantly different')
    """
    if p_value >= _ALPHA:
        return "not significantly different"
    return "better" if difference > 0 else "worse"


def _values(ranks: Vector, measure: str) -> Vector:
    """Give what a measure averages; 0 for a query out of vocabulary."""
    if measure == "mrr":
        return np.asarray(1.0 / ranks)
    return np.asarray(ranks <= (5 if measure == "precision_at_5" else 1), dtype=np.float64)


def _scores(name: str, result: BliResult, whole: Vector, common: Vector) -> dict[str, Any]:
    """Score one model on the queries of all models, and on all."""
    found: dict[str, Any] = {
        "model": name,
        "queries_in_vocabulary": result.queries_in_vocabulary,
        "coverage": result.coverage,
        "overlap_with_training": result.overlap_with_training,
    }
    for among, ranks in (("common", common), ("all", whole)):
        means = {measure: _values(ranks, measure) for measure in MEASURES}
        some = len(ranks) > 0
        found[among] = {
            measure: float(values.mean()) if some else None for measure, values in means.items()
        } | {
            "confidence_interval": (
                list(bootstrap_interval(means["precision_at_1"])) if some else None
            )
        }
    return found


def _comparisons(families: Sequence[_Family], *, samples: int, seed: int) -> list[dict[str, Any]]:
    """Test each pair of models, and correct for the number of tests."""
    found: list[dict[str, Any]] = []
    for family in families:
        for first, second in combinations(family.ranks, 2):
            if not len(family.ranks[first]):
                continue
            for measure in MEASURES:
                a, b = (_values(family.ranks[name], measure) for name in (first, second))
                moved = paired_bootstrap(a, b, samples=samples, seed=seed)
                found.append(
                    {
                        "model": first,
                        "against": second,
                        "measure": measure,
                        "among": family.name,
                        "queries": len(a),
                        "difference": moved.difference,
                        "confidence_interval": [moved.low, moved.high],
                        "p_value": paired_permutation(a, b, samples=samples, seed=seed),
                    }
                )
    corrected = holm([row["p_value"] for row in found])
    for row, p_value in zip(found, corrected, strict=True):
        row["p_value_holm"] = p_value
        row["verdict"] = verdict(row["difference"], p_value)
    return found
