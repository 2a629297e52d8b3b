import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xling.cli.demo import run_demo
from xling.cli.demo_world import DemoJob

KEYS = {
    "synthetic",
    "output",
    "languages",
    "vocabulary",
    "sentence_pairs",
    "unmatched_sentences",
    "held_out",
    "seed_pairs",
    "seed",
    "scores",
    "examples",
    "seconds",
    "peak_memory_mib",
    "warnings",
    "report",
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand in an empty folder, and let the demo be small."""
    monkeypatch.chdir(tmp_path)
    defaults = DemoJob.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "further", 500)
    monkeypatch.setitem(defaults, "dim", 40)
    return tmp_path


def test_the_whole_demo(small: Path, call: Callable[..., Any]) -> None:
    arguments = ("demo", "--pairs", 1500)
    result = call(*arguments, "--json")
    assert result.code == 0
    document = result.json
    assert set(document) == KEYS
    assert document["synthetic"] is True
    assert document["output"] == "models/demo-en-de"
    scores = {(s["recipe"], s["words"], s["channels"]): s for s in document["scores"]}
    assert set(scores) == {
        *((recipe, "held out", c) for recipe in ("joint", "separate") for c in ("all", "contexts")),
        ("joint", "linked", "all"),
    }
    assert scores["joint", "linked", "all"]["precision"]["1"] > 0.5
    assert len(document["examples"]) == 5
    for example in document["examples"]:
        for one in example["translations"]:
            assert one["right"] == (one["word"] in example["gold"])
    assert {"generate", "train joint", "train separate", "save", "total"} <= set(
        document["seconds"]
    )
    held = call("info", "models/demo-en-de", "--json").json
    assert held["demo"]["synthetic"] is True
    assert held["held_out"]["words"] > 0
    assert "synthetic" in call("info", "models/demo-en-de").out

    again = call(*arguments)  # its own default output is replaced
    assert again.code == 0
    assert "joint vs separate, synthetic text" in again.out
    following = again.out.split("Next:\n")[1].splitlines()
    assert [line.split()[1] for line in following] == ["translate", "evaluate", "train"]
    assert call("translate", *following[0].split()[2:]).code == 0


def test_what_is_no_demo_is_not_replaced(small: Path, call: Callable[..., Any]) -> None:
    place = small / "models" / "demo-en-de"
    place.mkdir(parents=True)
    card = {"card": {"recipe": "joint"}}
    (place / "model.json").write_text(json.dumps(card))
    result = call("demo")
    assert result.code == 2
    assert "exists already" in result.lines[0]
    assert json.loads((place / "model.json").read_text()) == card


def test_a_given_output_that_exists_is_refused(small: Path, call: Callable[..., Any]) -> None:
    (small / "mine").mkdir()
    result = call("demo", "--output", "mine")
    assert result.code == 2
    assert "mine exists already" in result.lines[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--languages", "en,fr"), "unknown demo language (--languages) 'fr'; known: de, en, es"),
        (("--languages", "en"), "languages: 1 given"),
        (("--pairs", "0"), "pairs is 0"),
        (("--seed", "-1"), "seed is -1"),
    ],
)
def test_bad_options(
    small: Path, call: Callable[..., Any], arguments: tuple[str, ...], message: str
) -> None:
    result = call("demo", *arguments)
    assert result.code == 2
    assert message in result.lines[0]
    assert list(small.iterdir()) == []


@pytest.mark.slow
def test_at_its_defaults_joint_learns_words_it_never_saw_matched(tmp_path: Path) -> None:
    document = run_demo(DemoJob(output=tmp_path / "m"))
    first = {
        (score["recipe"], score["words"], score["channels"]): score["precision"]["1"]
        for score in document["scores"]
    }
    assert first["joint", "held out", "all"] > 0.5
    assert first["joint", "held out", "contexts"] > first["separate", "held out", "contexts"]
    assert first["joint", "linked", "all"] > 0.9


def test_a_page_of_the_demo(small: Path, call: Callable[..., Any]) -> None:
    page = small / "models" / "demo.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text("mine", encoding="utf-8")
    arguments = ("demo", "--pairs", 1500, "--report", page)
    refused = call(*arguments)
    assert (refused.code, "demo.html exists already" in refused.lines[0]) == (2, True)
    page.unlink()
    for _ in range(2):  # run again, it replaces its own page
        result = call(*arguments)
        assert result.code == 0
        assert f"Report: {page}" in result.out
    assert "demo-en-de" in page.read_text("utf-8")
