import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    "from",
    "to",
    "retrieval",
    "channels",
    "queries",
    "queries_in_vocabulary",
    "coverage",
    "precision",
    "precision_overall",
    "mrr",
    "confidence_interval",
    "identical_queries",
    "precision_non_identical",
    "overlap_with_training",
}


def test_json(toy_model: Path, toy: Path, call: Callable[..., Any]) -> None:
    result = call("evaluate", toy_model, toy / "lexicon.tsv", "--json")
    assert result.code == 0
    document = result.json
    assert set(document) >= KEYS
    assert "per_query" not in document
    assert (document["from"], document["to"]) == ("en", "de")
    assert document["queries"] == 19
    assert document["overlap_with_training"] == 17  # two words were held out
    assert (
        "xling: warning: 17 of 19 queries stand in linked pairs or the seed lexicon: this is no "
        "zero-shot score"
    ) in result.lines
    assert document["precision"]["1"] > 0.5
    low, high = document["confidence_interval"]
    assert low <= document["precision"]["1"] <= high


def test_held_out_words_are_a_zero_shot_test(
    toy_model: Path, toy: Path, call: Callable[..., Any]
) -> None:
    result = call("evaluate", toy_model, toy / "held.tsv", "--json")
    assert result.json["overlap_with_training"] == 0
    assert result.err == ""


def test_the_other_direction(toy_model: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    (tmp_path / "turned.tsv").write_text("Katze\tcat\nhund\tdog\nxyz\tzyx\n", encoding="utf-8")
    document = call("evaluate", toy_model, tmp_path / "turned.tsv", "--from", "de", "--json").json
    assert (document["from"], document["to"]) == ("de", "en")
    assert (document["queries"], document["queries_in_vocabulary"]) == (3, 2)
    assert document["precision"]["1"] == 1.0
    assert document["precision_overall"]["1"] == pytest.approx(2 / 3)


def test_per_query_and_a_file(
    toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    output = ("--output", tmp_path / "scores.json", "--per-query")
    result = call("evaluate", toy_model, toy / "lexicon.tsv", *output, "--json")
    assert result.json == json.loads((tmp_path / "scores.json").read_text("utf-8"))
    assert [row["query"] for row in result.json["per_query"]][:2] == ["cat", "dog"]
    again = call("evaluate", toy_model, toy / "lexicon.tsv", *output)
    assert again.code == 2
    assert "scores.json exists already" in again.lines[0]
    shown = call("evaluate", toy_model, toy / "lexicon.tsv", *output, "--force")
    assert shown.code == 0
    assert "query" in shown.out


def test_first_answers_are_told_of_where_asked_for(
    toy_model: Path, toy: Path, call: Callable[..., Any]
) -> None:
    plain = call("evaluate", toy_model, toy / "lexicon.tsv", "--per-query", "--json").json
    assert not {"two_way", "calibration"} & set(plain)
    more = ("--per-query", "--two-way", "--calibration")
    document = call("evaluate", toy_model, toy / "lexicon.tsv", *more, "--json").json
    rows = [row for row in document["per_query"] if "answer" in row]
    assert [(row["query"], row["rank"]) for row in document["per_query"]] == [
        (row["query"], row["rank"]) for row in plain["per_query"]
    ]
    assert len(rows) == document["queries_in_vocabulary"]
    right = sum(row["right"] for row in rows) / len(rows)
    assert right == pytest.approx(document["precision"]["1"])
    agreeing = [row for row in rows if row["returns"]]
    assert document["two_way"]["share"] == len(agreeing) / len(rows) > 0.5
    assert document["two_way"]["precision_agreeing"] == pytest.approx(
        sum(row["right"] for row in agreeing) / len(agreeing)
    )
    (cat,) = (row for row in rows if row["query"] == "cat")
    back = call("translate", toy_model, cat["answer"], "--from", "de", "--top", 1, "--json").json
    (best,) = back["results"][0]["translations"]
    assert cat["returns"] == (best["word"] == "cat")
    sure = [row["confidence"] for row in rows if row["confidence"] is not None]
    if sure:
        assert document["calibration"]["answers"] == len(sure)
    else:
        assert document["calibration"] is None
    shown = call("evaluate", toy_model, toy / "lexicon.tsv", *more).out
    assert "of first answers lead back to the query" in shown
    assert "first answer" in shown
    contexts = call(
        "evaluate", toy_model, toy / "lexicon.tsv", "--calibration", "--channels", "contexts",
        "--json",
    ).json  # fmt: skip
    assert (contexts["calibration"], "two_way" in contexts) == (None, False)


def test_people_get_tables(toy_model: Path, toy: Path, call: Callable[..., Any]) -> None:
    out = call("evaluate", toy_model, toy / "lexicon.tsv").out
    for text in ("P@1", "P@5", "P@10", "in vocabulary", "all queries", "coverage", "95 %", "MRR"):
        assert text in out
    assert "identical" in out
    assert "17 of 19 queries" in out


def test_nothing_in_vocabulary_is_warned_of(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    (tmp_path / "foreign.tsv").write_text("zz\tyy\n")
    result = call("evaluate", toy_model, tmp_path / "foreign.tsv", "--json")
    assert (result.code, result.json["queries_in_vocabulary"]) == (0, 0)
    assert "foreign.tsv" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--retrieval", "cslss"), "unknown retrieval criterion 'cslss'"),
        (("--channels", "contxts"), "unknown channel of this model 'contxts'"),
        (("--from", "fr"), "unknown language of this model 'fr'"),
        (("--from", "de", "--to", "de"), "from and to are both 'de'"),
    ],
)
def test_bad_names_are_refused_even_without_a_known_query(
    toy_model: Path,
    tmp_path: Path,
    call: Callable[..., Any],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    (tmp_path / "foreign.tsv").write_text("zz\tyy\n")
    result = call("evaluate", toy_model, tmp_path / "foreign.tsv", *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.lines[0]


def test_bad_files(toy_model: Path, toy: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    assert "no such model: no-model" in call("evaluate", "no-model", toy / "held.tsv").lines[0]
    assert "no such file: none.tsv" in call("evaluate", toy_model, "none.tsv").lines[0]
    (tmp_path / "empty.tsv").touch()
    result = call("evaluate", toy_model, tmp_path / "empty.tsv")
    assert (result.code, len(result.lines)) == (2, 1)
    assert "empty.tsv: the file is empty" in result.lines[0]
