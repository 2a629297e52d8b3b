import numpy as np
import pytest

from xling.evaluation.abstention import risk_coverage
from xling.evaluation.calibration import expected_calibration_error
from xling.evaluation.resampling import bootstrap_interval, paired_permutation
from xling.experiments.runs import Answer, RunResult
from xling.experiments.scores import Pool, calibration, compare, pool, score, verdict


def result(seed: int, ranks: dict[str, float], queries: tuple[str, ...]) -> RunResult:
    answers = {
        query: Answer(rank=rank, right=rank == 1, confidence=1 / rank)
        for query, rank in ranks.items()
    }
    none = {query: Answer(rank=9.0, right=False, confidence=None) for query in ranks}
    return RunResult(
        recipe="joint", seed=seed, fold=0, shots=0, answers={"all": answers, "contexts": none},
        queries=queries, overlap=0, trained={},
    )  # fmt: skip


POOLED = [
    result(0, {"a": 1.0, "b": 4.0}, ("a", "b", "c")),
    result(1, {"a": 2.0, "b": 1.0, "c": 6.0}, ("a", "b", "c")),
    result(0, {"d": 1.0}, ("d",)),
]


def system(hits: np.ndarray) -> Pool:
    values = {f"q{i}": np.array([hit, hit, hit]) for i, hit in enumerate(hits)}
    return Pool(
        values=values, shares=dict.fromkeys(values, 1.0), confidences=np.zeros(0),
        right=np.zeros(0, dtype=bool),
    )  # fmt: skip


def test_a_querys_hits_are_averaged_over_the_seeds_that_know_it() -> None:
    found = pool(POOLED, "all")
    assert found.values["a"].tolist() == [0.5, 1.0, 0.75]
    assert found.values["b"].tolist() == [0.5, 1.0, 0.625]
    assert found.values["c"].tolist() == pytest.approx([0, 0, 1 / 6])
    assert found.values["d"].tolist() == [1, 1, 1]
    assert found.shares == {"a": 1, "b": 1, "c": 0.5, "d": 1}
    assert found.confidences.tolist() == [1, 0.25, 0.5, 1, 1 / 6, 1]
    assert found.right.tolist() == [True, False, False, True, False, True]
    assert len(pool(POOLED, "contexts").confidences) == 0


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


def test_probabilities_are_judged_on_all_answers() -> None:
    random = np.random.default_rng(1)
    sure = random.random(400)
    found = Pool(values={}, shares={}, confidences=sure, right=random.random(400) < sure)
    judged = calibration(found)
    assert judged is not None
    assert judged["answers"] == 400
    assert judged["right"] == found.right.mean()
    error = expected_calibration_error(sure, found.right)
    assert judged["expected_calibration_error"] == error
    assert judged["error_of_a_perfect_model"] == pytest.approx(error, abs=0.03)
    assert judged["auroc"] > 0.75
    assert judged["brier_skill"] > 0.2
    curve = risk_coverage(sure, found.right)
    assert judged["risk_coverage_area"] == curve.area
    points = judged["risk_coverage"]
    assert len(points) == 50
    assert points[-1] == pytest.approx([1.0, 1 - found.right.mean()], abs=1e-4)
    assert calibration(system(np.ones(3))) is None
