import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_evaluate_writes_a_report(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    page = tmp_path / "r.html"
    result = call("evaluate", toy_model, toy / "lexicon.tsv", "--report", page, "--json")
    assert result.code == 0
    document = result.json
    assert document["report"]["file"] == str(page)
    assert document["report"]["bytes"] == page.stat().st_size
    text = page.read_text("utf-8")
    for key in ("precision", "precision_overall", "precision_non_identical"):
        for value in document[key].values():
            assert f'<data value="{value!r}">' in text
    for value in (document["mrr"], document["coverage"], *document["confidence_interval"]):
        assert f'<data value="{value!r}">' in text
    plain = call("evaluate", toy_model, toy / "lexicon.tsv", "--json").json
    assert {k: v for k, v in document.items() if k != "report"} == plain
    again = call("evaluate", toy_model, toy / "lexicon.tsv", "--report", page)
    assert (again.code, "r.html exists already" in again.lines[0]) == (2, True)
    forced = call("evaluate", toy_model, toy / "lexicon.tsv", "--report", page, "--force")
    assert forced.code == 0
    assert f"report: {page}" in forced.out


def test_two_files_of_one_name_are_refused(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    same = tmp_path / "same"
    result = call("evaluate", toy_model, toy / "lexicon.tsv", "--report", same, "--output", same)
    assert result.code == 2
    assert "another file of this call" in result.lines[0]
    assert not same.exists()


def test_report_without_and_with_a_lexicon(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    page = tmp_path / "model.html"
    result = call("report", toy_model, "--output", page, "--from", "de", "--words", 20, "--json")
    assert result.code == 0
    assert (result.json["from"], result.json["to"]) == ("de", "en")
    assert result.json["report"]["words"] <= 20
    assert "evaluation" not in result.json
    assert "No test lexicon was given" in page.read_text("utf-8")
    assert call("report", toy_model, "--output", page).code == 2
    result = call("report", toy_model, toy / "held.tsv", "--output", page, "--force", "--json")
    plain = call("evaluate", toy_model, toy / "held.tsv", "--json").json
    assert result.json["evaluation"] == plain
    assert "Worst mistakes" in page.read_text("utf-8")
    shown = call("report", toy_model, "--output", page, "--force")
    assert shown.out.startswith(f"report: {page} (")


def test_wrong_calls_write_nothing(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    page = tmp_path / "r.html"
    for more, said in (
        (("--words", 3), "words is 3; from 10 to 2000"),
        (("--from", "fr"), "'fr'"),
        (("--retrieval", "best"), "best"),
        ((tmp_path / "none.tsv",), "no such file"),
    ):
        result = call("report", toy_model, *more, "--output", page)
        assert (result.code, said in result.lines[0]) == (2, True), result.lines
    missing = call("report", tmp_path / "none", "--output", page)
    assert missing.lines == [f"xling: no such model: {tmp_path / 'none'}"]
    assert call("report", toy_model).code == 2  # no output is named
    assert list(tmp_path.iterdir()) == []
    inside = call("report", toy_model, toy / "held.tsv", "--output", toy / "held.tsv", "--force")
    assert inside.code == 2
    assert json.dumps((toy / "held.tsv").read_text("utf-8")).startswith('"tree')


def test_every_criterion_has_a_report(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    for name in ("margin", "mutual"):
        page = tmp_path / f"{name}.html"
        options = ("--retrieval", name, "--channels", "contexts", "--report", page)
        assert call("evaluate", toy_model, toy / "lexicon.tsv", *options).code == 0
        assert name in page.read_text("utf-8")


@pytest.mark.parametrize("policy", ["muse", "vecmap", "xling-eval"])
def test_every_policy_has_a_report(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any], policy: str
) -> None:
    lexicon, page = tmp_path / "test.tsv", tmp_path / "r.html"
    lines = (toy / "lexicon.tsv").read_text("utf-8") + "cat\tKATER\ncat\tHund\n"
    lexicon.write_text(lines, "utf-8")
    options = ("--policy", policy, "--report", page, "--json")
    found = call("evaluate", toy_model, lexicon, *options)
    assert found.code == 0, found.err
    text = page.read_text("utf-8")
    for row in found.json["scores"]:
        assert f'<data value="{row["precision"]["1"]!r}">' in text
        assert f'<data value="{row["queries"]!r}">' in text


def test_no_query_in_vocabulary_is_said(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    lexicon, page = tmp_path / "test.tsv", tmp_path / "r.html"
    lexicon.write_text("CAT\tKATZE\n", "utf-8")  # as written, unknown to vecmap's policy
    found = call("evaluate", toy_model, lexicon, "--policy", "vecmap", "--report", page)
    assert found.code == 0, found.err
    assert "No query is in vocabulary" in page.read_text("utf-8")


def test_a_hub_has_a_report_of_any_two_languages(
    hub_world: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    from xling.hubs import hub

    pairs = {("en", other): hub_world.lexicon("en", other, range(60)) for other in ("de", "es")}
    model = hub(hub_world.spaces, pairs)
    model.save(tmp_path / "hub")
    lexicon, page = tmp_path / "test.tsv", tmp_path / "r.html"
    lexicon.write_text("".join(f"de{i}\tes{i}\n" for i in range(60, 80)), "utf-8")
    options = ("--from", "de", "--to", "es", "--output", page, "--words", 20, "--json")
    found = call("report", tmp_path / "hub", lexicon, *options)
    assert found.code == 0, found.err
    assert (found.json["from"], found.json["to"]) == ("de", "es")
    own = call("evaluate", tmp_path / "hub", lexicon, "--from", "de", "--to", "es", "--json").json
    assert found.json["evaluation"] == own
    assert own["precision"]["1"] > 0.5
    text = page.read_text("utf-8")
    assert f'<data value="{own["precision"]["1"]!r}">' in text
    assert "es60" in text
