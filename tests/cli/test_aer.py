from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def gold(toy: Path) -> Path:
    """Give gold alignments of the toy pairs: position by position, the full stop as well."""
    place = toy / "gold.tsv"
    lines = (toy / "pairs.tsv").read_text("utf-8").splitlines()[:100]
    links = " ".join(f"{i}-{i}" for i in range(len(lines[0].split("\t")[0].split())))
    place.write_text("".join(f"{line}\t{links}\n" for line in lines), "utf-8")
    return place


def test_the_table_aligns_the_toy_language(
    toy_model: Path, gold: Path, call: Callable[..., Any]
) -> None:
    result = call("aer", toy_model, gold, "--json")
    assert result.code == 0, result.err
    document = result.json
    assert (document["from"], document["to"], document["sentences"]) == ("en", "de", 100)
    assert (document["sure_links"], document["links_left_out"]) == (700, 100)
    assert set(document["symmetrizations"]) == {
        *("forward", "backward", "intersection", "union", "grow-diag")
    }
    own = document["symmetrizations"][document["symmetrize"]]
    assert {key: document[key] for key in own} == own
    low, high = document["confidence_interval"]
    assert 0 <= low <= document["aer"] <= high < 0.4
    both = document["symmetrizations"]["intersection"]
    assert both["precision"] >= document["symmetrizations"]["union"]["precision"]
    chosen = call("aer", toy_model, gold, "--symmetrize", "intersection", "--json").json
    assert chosen["aer"] == both["aer"]


def test_the_other_direction(
    toy_model: Path, gold: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    turned = tmp_path / "turned.tsv"
    rows = [line.split("\t") for line in gold.read_text("utf-8").splitlines()]
    turned.write_text("".join(f"{b}\t{a}\t{links}\n" for a, b, links in rows), "utf-8")
    there = call("aer", toy_model, gold, "--json").json["symmetrizations"]
    back = call("aer", toy_model, turned, "--from", "de", "--json").json["symmetrizations"]
    assert back["intersection"]["aer"] == pytest.approx(there["intersection"]["aer"])
    assert back["forward"]["aer"] == pytest.approx(there["backward"]["aer"])
    wrong = call("aer", toy_model, turned)
    assert (wrong.code, wrong.out) == (2, "")
    assert "its columns look exchanged" in wrong.lines[0]
    assert "--from de --to en" in wrong.lines[1]


def test_people_and_papers_get_tables(
    toy_model: Path, gold: Path, call: Callable[..., Any]
) -> None:
    assert "700 sure links" in call("aer", toy_model, gold).out
    assert "| grow-diag |" in call("aer", toy_model, gold, "--format", "markdown").out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("foo\tbar\t0-0\n", "no word of 1 sentence pairs is in vocabulary, for example foo"),
        ("cat\tKatze\n", "no line is aligned"),
        ("cat\tKatze\t\n", "no sure link"),
    ],
)
def test_a_wrong_file_is_said(
    toy_model: Path, tmp_path: Path, call: Callable[..., Any], text: str, reason: str
) -> None:
    place = tmp_path / "gold.tsv"
    place.write_text(text, "utf-8")
    result = call("aer", toy_model, place)
    assert (result.code, result.out) == (2, "")
    assert any(reason in line for line in result.lines), result.lines


def test_a_wrong_call_is_said(
    toy_model: Path, gold: Path, rotated_world: Any, tmp_path: Path, call: Callable[..., Any]
) -> None:
    import xling

    xling.align(rotated_world.source, rotated_world.target, rotated_world.lexicon).save(
        tmp_path / "aligned"
    )
    for arguments, reason in (
        ((toy_model, gold, "--symmetrize", "all"), "symmetrization 'all'"),
        ((toy_model, tmp_path / "none.tsv"), "no such file"),
        ((tmp_path / "aligned", gold), "has no mined table"),
    ):
        result = call("aer", *arguments)
        assert (result.code, result.out) == (2, "")
        assert reason in result.lines[0]
