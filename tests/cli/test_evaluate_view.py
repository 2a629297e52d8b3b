from typing import Any

import pytest

from xling.cli.evaluate_view import groups_table, queries_table, scores_table, summary
from xling.cli.render import write

SHARES = {"1": 0.5, "5": 0.75, "10": 1.0}
DOCUMENT: dict[str, Any] = {
    "model": "m",
    "from": "en",
    "to": "de",
    "queries": 10,
    "queries_in_vocabulary": 8,
    "identical_queries": 3,
    "coverage": 0.8,
    "precision": SHARES,
    "precision_overall": {"1": 0.4, "5": 0.6, "10": 0.8},
    "precision_non_identical": {"1": 0.2, "5": 0.3, "10": 0.4},
    "mrr": 0.625,
    "map": 0.6,
    "confidence_interval": [0.25, 0.75],
    "overlap_with_training": 4,
    "clean": {
        "count": 2, "precision": {"1": 0.125}, "source_side": {"count": 5, "precision": {"1": 0.2}},
    },
    "inflection_tolerant": {
        "queries": 8, "precision": {"1": 0.875}, "mrr": 0.9, "lemmas": "simplemma 2",
    },
    "policy_name": "muse",
    "ranked_by": "csls",
    "channels": "contexts",
    "candidates": 1234,
    "chance_precision_at_1": 0.001,
}  # fmt: skip


def drawn(part: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    write(part)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_scores(capsys: pytest.CaptureFixture[str]) -> None:
    rows = drawn(scores_table(DOCUMENT), capsys)
    assert "in vocabulary 8 50.0 % 75.0 % 100.0 %" in rows
    assert "all queries 10 40.0 % 60.0 % 80.0 %" in rows
    assert "not identical 5 20.0 % 30.0 % 40.0 %" in rows


def test_summary() -> None:
    told = dict(summary(DOCUMENT))
    assert told["MRR, MAP"] == "0.625, 0.600"
    assert told["policy"] == "muse"
    assert told["clean part"] == (
        "P@1 20.0 % of 5 queries whose own word was not fitted on; 12.5 % of 2 whose gold words "
        "were not either"
    )
    assert told["any inflection"] == "P@1 87.5 %, MRR 0.900 (simplemma 2)"


def test_summary_without_a_clean_part_and_lemmas() -> None:
    side = {"count": 0, "precision": None}
    none = {"count": 0, "precision": None, "source_side": side}
    told = dict(summary({**DOCUMENT, "clean": none, "inflection_tolerant": None}))
    assert told["clean part"] == "no query: all of them were fitted on"
    assert "any inflection" not in told
    some = {**none, "source_side": {"count": 1, "precision": {"1": 1.0}}}
    told = dict(summary({**DOCUMENT, "clean": some, "inflection_tolerant": None}))
    assert told["clean part"].endswith("none is free of gold words that were")


def test_what_can_be_answered_is_told_of_all_queries() -> None:
    sure = {
        "mean_confidence": 0.5, "right": 0.5, "expected_calibration_error": 0.05,
        "error_of_a_perfect_model": 0.04, "brier_skill": 0.25, "auroc": None,
        "coverage_at_risk_0.2": 0.625,
        "all_queries": {
            "counted_wrong": {"coverage_at_risk_0.2": 0.375},
            "not_answered": {"coverage_at_risk_0.2": 0.5},
        },
    }  # fmt: skip
    told = dict(summary({**DOCUMENT, "calibration": sure}))
    assert told["confidence"].endswith("Brier skill 0.250, AUROC –")
    assert told["one answer of five wrong"] == (
        "62.5 % of queries in vocabulary can be answered; of all queries 37.5 %, those out of "
        "vocabulary counted as wrong, or 50.0 %, counted as not answered"
    )


def test_groups(capsys: pytest.CaptureFixture[str]) -> None:
    part = {"queries": 3, "precision": SHARES, "mrr": 0.5, "confidence_interval": [0.0, 1.0]}
    groups = {
        "edit_distance": [{"group": "0", **part}, {"group": "0 to 0.25", **part}],
        "identical": [{"group": "identical", **part}],
    }
    rows = drawn(groups_table(groups), capsys)
    assert "edit distance 0 3 50.0 % 0.0 % to 100.0 % 75.0 %" in rows
    assert "0 to 0.25 3 50.0 % 0.0 % to 100.0 % 75.0 %" in rows
    assert rows[-1].startswith("identical identical")


def test_queries(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"word": "Kater", "score": 1.0, "rank": 1, "right": False}
    plain: list[dict[str, Any]] = [
        {"query": "cat", "rank": 2.5, "gold": ["katze", "mieze"], "best_wrong": wrong},
        {"query": "yak", "rank": None, "gold": ["jak"], "best_wrong": None},
    ]
    rows = drawn(queries_table(plain), capsys)
    assert "cat 2.5 katze, mieze Kater" in rows
    assert "yak – jak –" in rows
    asked = [plain[0] | {"answer": "Kater", "confidence": 0.25}, plain[1]]
    rows = drawn(queries_table(asked), capsys)
    assert "cat 2.5 katze, mieze Kater Kater 0.250" in rows
