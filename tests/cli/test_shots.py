import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))


@pytest.fixture
def shots(toy: Path, tmp_path: Path, call: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that runs on the toy pairs; the output is ``out``."""

    def run(*more: object) -> Any:
        given = ("--languages", "en,de", "--dim", "8", "--seeds", 1, "--output", tmp_path / "out")
        held = ("--hold-out", toy / "held.tsv")
        return call("shots", toy / "pairs.tsv", *given, *held, *more)

    return run


def test_json_and_files(shots: Callable[..., Any], tmp_path: Path) -> None:
    result = shots("--shots", "0,2", "--recipes", "joint", "--json")
    assert result.code == 0
    document = result.json
    assert [(p["channels"], p["shots"]) for p in document["points"]] == [
        ("contexts", 0), ("contexts", 2), ("all", 0), ("all", 2),
    ]  # fmt: skip
    assert document["queries_compared"] == 2
    assert [point["overlap_with_training"] for point in document["points"]] == [0, 2, 0, 2]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "shots.json", "shots.png", "shots.svg",
    }  # fmt: skip
    stored = json.loads((tmp_path / "out" / "shots.json").read_text("utf-8"))
    assert stored == {key: value for key, value in document.items() if key != "output"}


def test_what_train_takes_is_taken_and_recorded(
    shots: Callable[..., Any], toy: Path, tmp_path: Path
) -> None:
    result = shots(
        *("--shots", "0,2", "--recipes", "joint", "--channels", "contexts", "--phrases", "--json"),
        *("--lexicon", toy / "lexicon.tsv", "--monolingual-source", toy / "more.en"),
        *("--set", "joint.threshold=0.2"),
    )
    assert result.code == 0
    document = result.json
    assert document["seed_lexicon"] == "lexicon.tsv"
    assert document["monolingual"] == {"source": ["more.en"], "target": []}
    assert document["recipe_settings"] == {"joint": {"threshold": 0.2}}
    assert document["settings"]["phrases"] is True
    assert document["inputs_sha256"].keys() == {
        "pairs.tsv", "held.tsv", "lexicon.tsv", "more.en",
    }  # fmt: skip
    assert {run["seed_pairs"] for run in document["runs"]} == {17}


def test_people_get_a_table(shots: Callable[..., Any]) -> None:
    result = shots("--shots", "1", "--recipes", "separate", "--channels", "contexts")
    assert result.code == 0
    for text in ("separate", "words with fewer", "shots.png"):
        assert text in result.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--shots", "0,x"), "--shots is '0,x'"),
        (("--shots", "0,0"), "shots: 0, 0"),
        (("--shots", "-1"), "shots: -1"),
        (("--shots", "999"), "shots is 999, but all 2 held-out words"),
        (("--recipes", "x"), "unknown recipe 'x'"),
        (("--set", "treshold=1"), "settings of joint: unknown key 'treshold'"),
        (("--device", "tpu", "--recipes", "joint-layers"), "device 'tpu'"),
    ],
)
def test_a_bad_call_is_code_2_and_leaves_nothing(
    shots: Callable[..., Any], tmp_path: Path, options: tuple[Any, ...], message: str
) -> None:
    result = shots(*options)
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert list(tmp_path.iterdir()) == []


def test_what_draws_is_asked_for_before_any_work(
    shots: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = shots()
    assert result.code == 2
    assert result.lines[1] == "hint: install it with: pip install 'xling[plots]'"
