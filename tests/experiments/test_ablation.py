import json
from pathlib import Path

import pytest

from xling.errors import ConfigError
from xling.experiments.ablation import ablate, write_ablation
from xling.experiments.runs import run_here

SYSTEMS = [
    (recipe, channels) for recipe in ("joint", "separate") for channels in ("contexts", "all")
]


@pytest.fixture
def document(plan, told):
    return ablate(plan(folds=2, seeds=2), runner=told)


def by(rows, **labels):
    (row,) = [row for row in rows if all(row[key] == value for key, value in labels.items())]
    return row


def test_what_is_known_is_found(document) -> None:
    assert (document["queries"], document["queries_in_vocabulary"]) == (8, 7)
    assert document["coverage"] == 7 / 8
    assert document["overlap_with_training"] == 0
    assert [(row["recipe"], row["channels"]) for row in document["scores"]] == SYSTEMS
    joint = by(document["scores"], recipe="joint", channels="all")
    separate = by(document["scores"], recipe="separate", channels="all")
    # w1, w3, w5 and w39 against w3 and w39, of w0 to w5 and w39.
    assert joint["precision"] == {"1": pytest.approx(4 / 7), "5": pytest.approx(4 / 7)}
    assert joint["mrr"] == pytest.approx((4 + 3 / 8) / 7)
    assert joint["precision_overall"]["1"] == pytest.approx(4 / 8)
    assert separate["precision"]["1"] == pytest.approx(2 / 7)


def test_recipes_are_compared_on_the_same_queries(document) -> None:
    rows = document["comparisons"]
    assert len(rows) == 2 * 3  # choices of evidence, metrics
    row = by(rows, channels="contexts", metric="1")
    assert (row["recipe"], row["against"], row["queries"]) == ("joint", "separate", 7)
    assert row["difference"] == pytest.approx(2 / 7)
    assert row["verdict"] == "not significantly different"
    assert row["p_value"] == pytest.approx(0.5, abs=0.02)  # two queries differ
    assert row["p_value_holm"] == 1.0


def test_choices_of_evidence_are_compared_in_turn(plan, told, document) -> None:
    assert [
        (row["recipe"], row["channels"], row["against"]) for row in document["channel_comparisons"]
    ] == [("joint", "all", "contexts"), ("separate", "all", "contexts")]
    assert {row["difference"] for row in document["channel_comparisons"]} == {0}
    three = plan(channels=("contexts", "table", "all"), recipes=("joint",))
    rows = ablate(three, runner=told)["channel_comparisons"]
    assert [(row["channels"], row["against"]) for row in rows] == [
        ("table", "contexts"), ("all", "table"),
    ]  # fmt: skip


def test_groups_of_queries(document) -> None:
    names = list(dict.fromkeys(row["group"] for row in document["groups"]))
    assert names[0] == "not identical"
    assert set(names) == {"not identical", "6-10", "21-50", "51-100"}
    plain = by(document["groups"], recipe="joint", channels="all", group="not identical")
    assert plain["queries"] == 6  # without w39
    assert plain["precision"]["1"] == pytest.approx(3 / 6)
    sizes = [
        row["queries"] for row in document["groups"]
        if (row["recipe"], row["channels"]) == ("joint", "all") and row["group"] != "not identical"
    ]  # fmt: skip
    assert sum(sizes) == 7
    assert {row["group"] for row in document["group_comparisons"]} <= set(names)
    assert {row["metric"] for row in document["group_comparisons"]} == {"1"}


def test_probabilities_and_cost(document) -> None:
    assert {row["channels"] for row in document["calibration"]} == {"all"}
    joint = by(document["calibration"], recipe="joint")
    assert joint["answers"] == 13  # w0 with one seed only
    assert joint["auroc"] == 1
    # "absent" with both seeds, and w0 with one.
    every = joint["all_queries"]
    assert (every["asked"], every["in_vocabulary"]) == (16, 13 / 16)
    right = 8 / 16
    assert every["not_answered"]["coverage_at_risk_0.2"] == pytest.approx(right / 0.8, abs=0.07)
    assert joint["expected_calibration_error"] == pytest.approx((1.3 / 7 + 1 / 6) / 2)
    assert {row["channels"] for row in document["two_way"]} == {"contexts", "all"}
    separate = by(document["two_way"], recipe="separate", channels="all")
    # w3 and w39 lead back, with both seeds.
    assert (separate["answers"], separate["share"]) == (13, pytest.approx(4 / 13))
    assert (separate["precision_agreeing"], separate["precision_others"]) == (1, 0)
    cost = by(document["cost"], recipe="separate")
    assert cost["runs"] == 4
    assert cost["seconds"] == {"link": 2.5, "total": 4.0}
    assert (cost["words_per_second"], cost["peak_memory_mib"]) == (600, 101)
    assert len(document["runs"]) == 8


def test_files(document, tmp_path: Path) -> None:
    write_ablation(document, tmp_path)
    assert json.loads((tmp_path / "ablation.json").read_text("utf-8")) == document
    assert "<table>" in (tmp_path / "ablation.html").read_text("utf-8")


def test_real_runs(plan) -> None:
    made = plan(recipes=("separate", "joint"), channels=("contexts",), settings={"dim": 20})
    document = ablate(made, runner=run_here)
    assert document["queries_in_vocabulary"] == 7
    assert [row["recipe"] for row in document["scores"]] == ["separate", "joint"]
    assert all(row["mrr"] > 0.2 for row in document["scores"])
    assert document["calibration"] == []
    assert document["overlap_with_training"] == 0


def test_one_number_of_shots(plan, told) -> None:
    with pytest.raises(ConfigError, match="shots: 0, 1; one number"):
        ablate(plan(shots=(0, 1)), runner=told)
    assert ablate(plan(shots=(2,)), runner=told)["overlap_with_training"] == 4
