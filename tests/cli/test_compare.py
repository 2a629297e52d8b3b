import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_a_model_and_its_copy(
    toy_model: Path, twin: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    output = tmp_path / "compared.json"
    result = call("compare", toy_model, twin, toy / "lexicon.tsv", "--json", "--output", output)
    assert result.code == 0
    document = result.json
    assert document == json.loads(output.read_text("utf-8"))
    assert document["models"] == [str(toy_model), str(twin)]  # one name would say nothing
    assert document["queries_in_common"] == document["queries"] == 19
    one = call("evaluate", toy_model, toy / "lexicon.tsv", "--json").json
    first, second = document["scores"]
    assert first["common"]["precision_at_1"] == one["precision"]["1"]
    assert second["all"]["precision_at_1"] == one["precision_overall"]["1"]
    assert {row["verdict"] for row in document["comparisons"]} == {"not significantly different"}
    assert first["ranked_by"] == "ranker"
    assert sum("this is no zero-shot score" in line for line in result.lines) == 2
    again = call("compare", toy_model, twin, toy / "lexicon.tsv", "--output", output)
    assert (again.code, "compared.json exists already" in again.lines[0]) == (2, True)


def test_people_get_tables(
    toy_model: Path, twin: Path, toy: Path, call: Callable[..., Any]
) -> None:
    options = ("--channels", "contexts", "--retrieval", "nn")
    out = call("compare", toy_model, twin, toy / "lexicon.tsv", *options).out
    for text in ("19 of 19 queries", "not significantly different", "P@1, common", "p (Holm)"):
        assert text in out


def test_wrong_calls(toy_model: Path, twin: Path, toy: Path, call: Callable[..., Any]) -> None:
    few = call("compare", toy_model, toy / "lexicon.tsv")
    assert (few.code, few.lines[1]) == (2, "hint: xling compare MODEL MODEL LEXICON")
    twice = call("compare", toy_model, toy_model, toy / "lexicon.tsv")
    assert (twice.code, "is given twice" in twice.lines[0]) == (2, True)
    gone = call("compare", toy_model, "gone", toy / "lexicon.tsv")
    assert (gone.code, "no such model: gone" in gone.lines[0]) == (2, True)
    name = call("compare", toy_model, twin, toy / "lexicon.tsv", "--policy", "mus")
    assert (name.code, name.lines[1]) == (2, "hint: did you mean 'muse'?")
    absent = call("compare", toy_model, twin, toy / "lexicon.tsv", "--from", "fr")
    assert (absent.code, "unknown language of this model 'fr'" in absent.lines[0]) == (2, True)


def test_tables_for_papers(
    toy_model: Path, twin: Path, toy: Path, call: Callable[..., Any]
) -> None:
    compared = call("compare", toy_model, twin, toy / "lexicon.tsv", "--format", "markdown").out
    assert compared.startswith("| model | coverage | P@1 |")
    assert len(compared.splitlines()) == 4
    judged = call("evaluate", toy_model, toy / "lexicon.tsv", "--format", "latex").out
    assert judged.startswith("\\begin{tabular}{lrrrrrrrrr}")
    assert "model & 19 & 100.0 & " in judged
    for command in (("compare", toy_model, twin), ("evaluate", toy_model)):
        wrong = call(*command, toy / "lexicon.tsv", "--format", "latexx")
        assert (wrong.code, wrong.lines[-1]) == (2, "hint: did you mean 'latex'?")
