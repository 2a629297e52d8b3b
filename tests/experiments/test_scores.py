from dataclasses import replace

import numpy as np
import pytest

from xling.evaluation.calibration import expected_calibration_error
from xling.evaluation.resampling import bootstrap_interval, paired_permutation
from xling.experiments.runs import Answer, RunResult
from xling.experiments.scores import Pool, agreement, calibration, compare, pool, score, verdict


def result(seed: int, ranks: dict[str, float], queries: tuple[str, ...]) -> RunResult:
    answers = {
        query: Answer(rank=rank, right=rank == 1, confidence=1 / rank, returns=rank <= 2)
        for query, rank in ranks.items()
    }
    nothing = Answer(rank=9.0, right=False, confidence=None, returns=False)
    none = dict.fromkeys(ranks, nothing)
    return RunResult(
        recipe="joint", seed=seed, fold=0, shots=0, answers={"all": answers, "contexts": none},
        queries=queries, overlap=0, trained={},
        outside={"all": {query: 0.7 for query in queries if query not in ranks}},
    )  # fmt: skip


POOLED = [
    result(0, {"a": 1.0, "b": 4.0}, ("a", "b", "c")),
    result(1, {"a": 2.0, "b": 1.0, "c": 6.0}, ("a", "b", "c")),
    result(0, {"d": 1.0}, ("d",)),
]


def system(hits: np.ndarray) -> Pool:
    values = {f"q{i}": np.array([hit, hit, hit]) for i, hit in enumerate(hits)}
    return replace(pool([], "all"), values=values, shares=dict.fromkeys(values, 1.0))


def test_a_querys_hits_are_averaged_over_the_seeds_that_know_it() -> None:
    found = pool(POOLED, "all")
    assert found.values["a"].tolist() == [0.5, 1.0, 0.75]
    assert found.values["b"].tolist() == [0.5, 1.0, 0.625]
    assert found.values["c"].tolist() == pytest.approx([0, 0, 1 / 6])
    assert found.values["d"].tolist() == [1, 1, 1]
    assert found.shares == {"a": 1, "b": 1, "c": 0.5, "d": 1}
    assert found.confidences.tolist() == [1, 0.25, 0.5, 1, 1 / 6, 1]
    assert found.right.tolist() == [True, False, False, True, False, True]
    assert found.returns.tolist() == [True, False, True, True, False, True]
    assert found.queries.tolist() == [0, 1, 0, 1, 2, 3]
    assert found.seeds.tolist() == [0, 0, 1, 1, 1, 0]
    assert (found.outside.tolist(), found.outside_queries.tolist()) == ([0.7], [2])  # c, seed 0
    assert np.isnan(pool(POOLED, "contexts").confidences).all()


def test_scores_by_hand() -> None:
    found = score(pool(POOLED, "all"), ["a", "b", "c", "d"], among=5)
    assert found["queries"] == 4
    assert found["precision"] == {"1": 0.5, "5": 0.75}
    assert found["mrr"] == pytest.approx((0.75 + 0.625 + 1 / 6 + 1) / 4)
    assert found["precision_overall"] == {"1": pytest.approx(2 / 5), "5": pytest.approx(3 / 5)}
    expected = bootstrap_interval(np.array([0.5, 0.5, 0, 1]))
    assert found["confidence_interval"]["1"] == list(expected)
    some = score(pool(POOLED, "all"), ["d"])
    assert (some["precision"]["1"], "precision_overall" in some) == (1, False)
    none = score(pool(POOLED, "all"), [], among=0)
    assert (none["queries"], none["precision"]["1"], none["mrr"]) == (0, 0, 0)
    assert none["confidence_interval"]["mrr"] == [0, 0]


def test_a_family_of_comparisons() -> None:
    random = np.random.default_rng(0)
    good, bad = (random.random(300) < share for share in (0.5, 0.2))
    names = [f"q{i}" for i in range(300)]
    rows = [
        ({"metric": "1", "name": "up"}, system(good), system(bad), names),
        ({"metric": "5", "name": "down"}, system(bad), system(good), names),
        ({"metric": "mrr", "name": "same"}, system(good), system(good), names),
        ({"metric": "1", "name": "none"}, system(good), system(bad), []),
    ]
    up, down, same = compare(rows)
    assert [row["verdict"] for row in (up, down, same)] == [
        "better", "worse", "not significantly different",
    ]  # fmt: skip
    assert up["difference"] == pytest.approx(good.mean() - bad.mean())
    assert up["confidence_interval"][0] <= up["difference"] <= up["confidence_interval"][1]
    assert up["p_value"] == paired_permutation(good, bad)
    assert up["p_value_holm"] == pytest.approx(3 * up["p_value"])
    assert same["p_value_holm"] == 1
    assert (up["name"], up["queries"]) == ("up", 300)
    assert compare([]) == []


def test_verdicts_at_their_edge() -> None:
    assert verdict(0.1, 0.0499) == "better"
    assert verdict(-0.1, 0.0499) == "worse"
    assert verdict(0.1, 0.05) == "not significantly different"


def test_probabilities_are_judged_by_seed() -> None:
    found = pool(POOLED, "all")
    judged = calibration(found)
    assert judged is not None
    assert judged["answers"] == 6
    first = expected_calibration_error(np.array([1, 0.25, 1]), np.array([1, 0, 1]) > 0)
    second = expected_calibration_error(np.array([0.5, 1, 1 / 6]), np.array([0, 1, 0]) > 0)
    assert judged["expected_calibration_error"] == pytest.approx((first + second) / 2)
    assert judged["auroc"] == 1
    every = judged["all_queries"]
    assert (every["asked"], every["in_vocabulary"]) == (7, pytest.approx(6 / 7))
    # The surest three are right, the fourth is the query out of vocabulary.
    assert every["counted_wrong"]["coverage_at_risk_0.2"] == pytest.approx(3 / 7)
    assert every["counted_wrong"]["risk_coverage"][3] == [pytest.approx(4 / 7, abs=1e-4), 0.25]
    assert every["not_answered"]["risk_coverage"][-1] == [pytest.approx(6 / 7, abs=1e-4), 0.5]
    assert calibration(pool(POOLED, "contexts")) is None
    assert calibration(pool([], "all")) is None
    some = replace(found, confidences=np.array([np.nan, 0.25, 0.5, 1, 1 / 6, 1]))
    without = calibration(some)
    assert without is not None
    assert (without["answers"], without["all_queries"]["asked"]) == (5, 7)


def test_answers_that_lead_back() -> None:
    assert agreement(pool(POOLED, "all")) == {
        "answers": 6,
        "share": pytest.approx(4 / 6),
        "precision_agreeing": pytest.approx(3 / 4),
        "precision_others": 0,
    }
    assert agreement(pool([], "all")) is None
