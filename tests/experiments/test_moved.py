import json
from pathlib import Path
from typing import Any

import pytest

from xling.experiments.moved import compare_results, figures_of


def result(**changes: Any) -> dict[str, Any]:
    """Give a result with a figure of each form that results have."""
    row = {
        "lexicon": "test.tsv",
        "recipe": "joint",
        "channels": "all",
        "queries": 100,
        "precision_1": 0.5,
        "interval": [0.4, 0.6],
        "against_separate": {"difference": 0.02, "low": 0.01, "high": 0.03, "p_value": 0.04},
    }
    score = {
        "precision": {"1": 0.3, "5": 0.7},
        "confidence_interval": [0.2, 0.4],
        "groups": {"identical": [{"group": "identical", "precision": {"1": 0.9, "5": 1.0},
                                  "confidence_interval": [0.8, 1.0]}]},
    }  # fmt: skip
    point = {
        "recipe": "joint",
        "shots": 2,
        "precision": {"1": 0.4, "5": 0.5},
        "mrr": 0.45,
        "confidence_interval": {"1": [0.3, 0.5], "5": [0.4, 0.6], "mrr": [0.4, 0.5]},
    }
    retrieved = {
        "languages": ["en", "de"],
        "accuracy": {"en-de": 0.9, "de-en": 0.8},
        "confidence_interval": {"en-de": [0.88, 0.92], "de-en": [0.78, 0.82]},
    }
    return {
        "run": {"name": "try"},
        "inputs_sha256": {"test.tsv": "1", "pairs.tsv": "2"},
        "summary": [row, {**row, "recipe": "separate", **changes}],
        "results": [{"seed": 0, "scores": score}, {"seed": 1, "scores": score}],
        "points": [point, {**point, "shots": 5}],
        "retrieved": [retrieved],
    }


def test_every_form_of_interval_is_found() -> None:
    found = figures_of(result())
    assert {place: (one.value, one.low, one.high) for place, one in found.items()} == {
        "summary[test.tsv, joint, all].precision_1": (0.5, 0.4, 0.6),
        "summary[test.tsv, joint, all].against_separate.difference": (0.02, 0.01, 0.03),
        "summary[test.tsv, separate, all].precision_1": (0.5, 0.4, 0.6),
        "summary[test.tsv, separate, all].against_separate.difference": (0.02, 0.01, 0.03),
        "results[0].scores.precision.1": (0.3, 0.2, 0.4),
        "results[0].scores.groups.identical[identical].precision.1": (0.9, 0.8, 1.0),
        "results[1].scores.precision.1": (0.3, 0.2, 0.4),
        "results[1].scores.groups.identical[identical].precision.1": (0.9, 0.8, 1.0),
        "points[joint, 2].precision.1": (0.4, 0.3, 0.5),
        "points[joint, 2].precision.5": (0.5, 0.4, 0.6),
        "points[joint, 2].mrr": (0.45, 0.4, 0.5),
        "points[joint, 5].precision.1": (0.4, 0.3, 0.5),
        "points[joint, 5].precision.5": (0.5, 0.4, 0.6),
        "points[joint, 5].mrr": (0.45, 0.4, 0.5),
        "retrieved[en-de].accuracy.en-de": (0.9, 0.88, 0.92),
        "retrieved[en-de].accuracy.de-en": (0.8, 0.78, 0.82),
    }


def test_a_result_equals_itself_in_any_order() -> None:
    turned = result()
    turned["summary"].reverse()
    found = compare_results(result(), turned)
    assert (found["figures"], found["unchanged"], found["within"]) == (16, 16, 0)
    assert (found["beyond"], found["missing"], found["new"]) == ([], [], 0)
    assert (found["inputs_changed"], found["run_changed"]) == ([], False)


@pytest.mark.parametrize(
    ("value", "within", "beyond"), [(0.4, 1, 0), (0.6, 1, 0), (0.399, 0, 1), (0.601, 0, 1)]
)
def test_a_figure_moves_within_its_interval_or_beyond(
    value: float, within: int, beyond: int
) -> None:
    found = compare_results(result(), result(precision_1=value))
    assert (found["within"], len(found["beyond"])) == (within, beyond)
    if beyond:
        assert found["beyond"] == [
            {
                "place": "summary[test.tsv, separate, all].precision_1",
                "earlier": 0.5,
                "confidence_interval": [0.4, 0.6],
                "now": value,
                "difference": pytest.approx(value - 0.5),
            }
        ]


def test_an_unchanged_figure_outside_its_own_interval_has_not_moved() -> None:
    odd = result(interval=[0.6, 0.7])
    assert compare_results(odd, odd)["beyond"] == []


def test_what_is_gone_and_what_is_new() -> None:
    fewer = result()
    del fewer["summary"][1]
    place = "summary[test.tsv, separate, all]"
    found = compare_results(result(), fewer)
    assert found["missing"] == [f"{place}.precision_1", f"{place}.against_separate.difference"]
    assert compare_results(fewer, result())["new"] == 2
    assert compare_results(result(), result(interval=None))["missing"] == [f"{place}.precision_1"]


def test_other_inputs_and_another_run_are_told() -> None:
    other = result()
    other["inputs_sha256"] = {"test.tsv": "9", "more.tsv": "3"}
    other["run"] = {"name": "try", "program": "run.py"}
    found = compare_results(result(), other)
    assert (found["inputs_changed"], found["run_changed"]) == (["test.tsv"], False)
    other["run"]["seeds"] = 2
    assert compare_results(result(), other)["run_changed"]


def test_rows_that_say_nothing_of_themselves_are_numbered() -> None:
    row = {"accuracy": 0.5, "confidence_interval": [0.4, 0.6]}
    assert list(figures_of({"rows": [row, row]})) == ["rows[0].accuracy", "rows[1].accuracy"]


@pytest.mark.parametrize("name", ["linked", "zero-shot", "claim", "shots", "retrieval", "inner"])
def test_the_kept_results_have_figures(repository: Path, name: str) -> None:
    kept = json.loads((repository / "eval" / "results" / f"{name}.json").read_text("utf-8"))
    found = compare_results(kept, kept)
    assert found["figures"] == found["unchanged"] > 40
