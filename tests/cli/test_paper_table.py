from typing import Any

import pytest

from xling.cli.paper_table import FORMATS, comparison_rows, evaluation_row, paper_table
from xling.errors import UnknownNameError

ROWS = [("a|b_c", "50.0–60.0"), (r"x&\y", "–")]


def test_markdown() -> None:
    assert paper_table(("model", "P@1"), ROWS, "markdown").splitlines() == [
        "| model | P@1 |",
        "|---|---:|",
        r"| a\|b_c | 50.0–60.0 |",
        r"| x&\y | – |",
    ]


def test_latex() -> None:
    lines = paper_table(("model", "95 %"), [*ROWS, ("m", "1.0†")], "latex").splitlines()
    assert lines == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"model & 95 \% \\",
        r"\midrule",
        r"a|b\_c & 50.0--60.0 \\",
        r"x\&\textbackslash{}y & -- \\",
        r"m & 1.0$^\dagger$ \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown format 'html'; known: latex, markdown"):
        paper_table(("a",), [], "html")
    assert FORMATS[0] == "text"


def test_a_row_of_an_evaluation() -> None:
    document: dict[str, Any] = {
        "model": "m",
        "queries_in_vocabulary": 8,
        "coverage": 0.8,
        "precision": {"1": 0.5, "5": 0.75, "10": 1.0},
        "precision_overall": {"1": 0.4},
        "confidence_interval": [0.25, 0.7512],
        "mrr": 0.625,
        "map": 0.6,
    }
    headers, rows = evaluation_row(document)
    assert dict(zip(headers, rows[0], strict=True)) == {
        "model": "m", "queries": "8", "coverage": "80.0", "P@1": "50.0", "95 %": "25.0–75.1",
        "P@5": "75.0", "P@10": "100.0", "MRR": "0.625", "MAP": "0.600", "P@1 of all": "40.0",
    }  # fmt: skip


def test_rows_of_a_comparison_mark_who_is_not_beaten() -> None:
    def score(name: str, share: float | None) -> dict[str, Any]:
        common = {
            "precision_at_1": share, "precision_at_5": share, "mrr": share,
            "confidence_interval": None if share is None else [0.0, 1.0],
        }  # fmt: skip
        return {
            "model": name, "coverage": 0.5, "common": common, "all": {"precision_at_1": 0.25},
        }  # fmt: skip

    def test(a: str, b: str, verdict: str, **more: str) -> dict[str, str]:
        labels = {"measure": "precision_at_1", "among": "common"} | more
        return {"model": a, "against": b, "verdict": verdict, **labels}

    same = "not significantly different"
    document = {
        "scores": [score("a", 0.5), score("b", 0.75), score("c", 0.7), score("d", None)],
        "comparisons": [
            test("a", "b", "worse"), test("a", "c", "worse"), test("b", "c", same),
            test("a", "d", "better"), test("d", "a", "better", among="all"),
            test("d", "a", "better", measure="mrr"),
        ],
    }  # fmt: skip
    headers, rows = comparison_rows(document)
    assert headers[2] == "P@1"
    assert [row[2] for row in rows] == ["50.0", "75.0†", "70.0†", "–"]
    assert rows[0][3:] == ("0.0–100.0", "50.0", "0.500", "25.0")
