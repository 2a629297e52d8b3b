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


def test_nothing_in_vocabulary_is_refused(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    (tmp_path / "foreign.tsv").write_text("zz\tyy\nz\ty\nx\ty\nq\ty\n")
    result = call("evaluate", toy_model, tmp_path / "foreign.tsv", "--json")
    assert (result.code, result.out, len(result.lines)) == (2, "", 2)
    assert (
        "foreign.tsv: coverage is 0 of 4 queries, for example zz (yy), z (y), x (y):"
        in (result.lines[0])
    )


def test_exchanged_columns_are_refused(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    (tmp_path / "turned.tsv").write_text("Katze\tcat\nHund\tdog\n", encoding="utf-8")
    result = call("evaluate", toy_model, tmp_path / "turned.tsv", "--json")
    assert (result.code, result.out) == (2, "")
    assert "its columns look exchanged: 2 of 2 pairs are known as de and en" in result.lines[0]
    assert result.lines[1].startswith("hint: judge the other direction with --from de --to en")


def test_a_header_and_duplicates_are_counted(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    (tmp_path / "test.tsv").write_text("English\tGerman\ncat\tKatze\ncat\tKatze\n", "utf-8")
    result = call("evaluate", toy_model, tmp_path / "test.tsv", "--json")
    document = result.json
    assert (document["queries"], document["header_left_out"]) == (1, True)
    assert document["duplicate_lines"] == 1
    assert any("looks like a header" in line for line in result.lines)
    assert any("stands twice" in line for line in result.lines)


def test_a_column_of_numbers_is_refused(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    (tmp_path / "scores.tsv").write_text("cat\t0.5\ndog\t0.75\n")
    result = call("evaluate", toy_model, tmp_path / "scores.tsv")
    assert result.code == 2
    assert "column 2 holds numbers, not words: 0.5, 0.75" in result.lines[0]


def test_policies_are_chosen_by_name(toy_model: Path, toy: Path, call: Callable[..., Any]) -> None:
    document = call("evaluate", toy_model, toy / "lexicon.tsv", "--policy", "vecmap", "--json").json
    assert document["policy_name"] == "vecmap"
    assert "compared as written" in document["policy"]
    wrong = call("evaluate", toy_model, toy / "lexicon.tsv", "--policy", "vecmapp")
    assert (wrong.code, wrong.lines[1]) == (2, "hint: did you mean 'vecmap'?")


def test_each_query_has_its_answers(toy_model: Path, toy: Path, call: Callable[..., Any]) -> None:
    document = call("evaluate", toy_model, toy / "lexicon.tsv", "--per-query", "--json").json
    rows = {row["query"]: row for row in document["per_query"]}
    cat = rows["cat"]
    assert cat["gold"] == ["katze"]
    assert 1 < len(cat["answers"]) <= 10
    scores = [answer["score"] for answer in cat["answers"]]
    assert scores == sorted(scores, reverse=True)
    (right,) = (answer for answer in cat["answers"] if answer["right"])
    assert (right["word"].casefold(), right["rank"]) == ("katze", cat["rank"])
    assert cat["best_wrong"]["word"].casefold() != "katze"
    told = call("translate", toy_model, "cat", "--top", 3, "--json").json["results"][0]
    assert [one["word"] for one in told["translations"]] == [
        answer["word"] for answer in cat["answers"][:3]
    ]


def test_the_clean_part_and_the_groups(
    toy_model: Path, toy: Path, call: Callable[..., Any]
) -> None:
    result = call("evaluate", toy_model, toy / "lexicon.tsv", "--json")
    side = result.json["clean"]["source_side"]
    held = call("evaluate", toy_model, toy / "held.tsv", "--json").json
    assert side["count"] == held["queries_in_vocabulary"] == 2
    assert side["precision"] == held["precision"]
    assert (
        sum(row["queries"] for row in result.json["groups"]["frequency"])
        == (result.json["queries_in_vocabulary"])
    )


def test_inflections(toy_model: Path, toy: Path, call: Callable[..., Any]) -> None:
    pytest.importorskip("simplemma")
    plain = call("evaluate", toy_model, toy / "lexicon.tsv", "--json").json
    document = call("evaluate", toy_model, toy / "lexicon.tsv", "--lemmas", "--json").json
    assert plain["inflection_tolerant"] is None
    assert document["precision"] == plain["precision"]
    tolerant = document["inflection_tolerant"]
    assert tolerant["queries"] == document["queries_in_vocabulary"]
    assert tolerant["precision"]["1"] >= document["precision"]["1"]


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


def test_parts_of_speech_of_a_lexicon(toy_model, toy, tmp_path, call) -> None:
    lines = (toy / "lexicon.tsv").read_text("utf-8").splitlines()
    tags = ["NOUN"] * 10 + ["VERB"] * 5 + ["ADJ"] * 4
    lexicon = tmp_path / "tagged.tsv"
    lexicon.write_text("".join(f"{a}\t{b}\n" for a, b in zip(lines, tags, strict=True)), "utf-8")
    found = call("evaluate", toy_model, lexicon, "--json").json
    plain = call("evaluate", toy_model, toy / "lexicon.tsv", "--json").json
    groups = {row["group"]: row["queries"] for row in found["groups"]["part_of_speech"]}
    assert groups == {"noun": 10, "verb": 5, "adjective": 4}
    assert "part_of_speech" not in plain["groups"]
    assert found["precision"] == plain["precision"]
    assert "part of speech" in call("evaluate", toy_model, lexicon).out
    wrong = call("evaluate", toy_model, lexicon, "--pos-column", 4)
    assert (wrong.code, wrong.out) == (2, "")
    assert "column 4 is blank on all lines" in wrong.lines[0]
