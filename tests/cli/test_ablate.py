import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    *("output", "pairs", "lexicon", "languages", "recipes", "channels", "seeds", "folds", "shots"),
    *("seed_lexicon", "monolingual", "recipe_settings", "device"),
    *("retrieval", "settings", "queries", "queries_in_vocabulary", "coverage", "sentence_pairs"),
    *("largest_share_removed", "overlap_with_training", "scores", "comparisons", "groups"),
    *(
        "channel_comparisons",
        "group_comparisons",
        "calibration",
        "two_way",
        "cost",
        "runs",
        "inputs_sha256",
        "policy",
        "versions",
    ),
    "warnings",
}


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))


@pytest.fixture
def ablate(toy: Path, tmp_path: Path, call: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that compares on the toy pairs; the output is ``out``."""

    def run(*more: object) -> Any:
        given = ("--languages", "en,de", "--dim", "8", "--seeds", 1, "--output", tmp_path / "out")
        if "--hold-out" not in more:
            given = (*given, "--hold-out", toy / "held.tsv")
        return call("ablate", toy / "pairs.tsv", *given, *more)

    return run


def test_json_and_files(ablate: Callable[..., Any], tmp_path: Path) -> None:
    result = ablate("--folds", 2, "--channels", "contexts", "--channels", "table", "--json")
    assert result.code == 0
    document = result.json
    assert set(document) == KEYS
    assert document["channels"] == ["contexts", "table"]
    assert (document["queries"], document["queries_in_vocabulary"]) == (2, 2)
    assert len(document["runs"]) == 4
    assert all(run["seconds"]["total"] > 0 for run in document["runs"])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "ablation.html", "ablation.json",
    }  # fmt: skip
    stored = json.loads((tmp_path / "out" / "ablation.json").read_text("utf-8"))
    assert stored == {key: value for key, value in document.items() if key != "output"}


def test_what_train_takes_is_taken_and_recorded(
    ablate: Callable[..., Any], toy: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more" / "more.en"
    more.parent.mkdir()
    more.write_text("the cat sees a zebra .\n" * 3 + "\n", encoding="utf-8")
    result = ablate(
        *("--recipes", "joint,joint-skipgram", "--channels", "contexts", "--json"),
        *("--lexicon", toy / "lexicon.tsv", "--device", "cpu", "--phrases"),
        *("--monolingual-source", toy / "more.en", "--monolingual-source", more),
        *("--monolingual-target", toy / "more.de"),
        *("--set", "threshold=0.2", "--set", "joint-skipgram.epochs=1"),
    )
    assert result.code == 0
    document = result.json
    assert set(document) == KEYS
    assert document["seed_lexicon"] == "lexicon.tsv"
    names = {"source": [f"{toy.name}/more.en", "more/more.en"], "target": ["more.de"]}
    assert document["monolingual"] == names
    assert document["recipe_settings"] == {
        "joint": {"threshold": 0.2}, "joint-skipgram": {"threshold": 0.2, "epochs": 1},
    }  # fmt: skip
    assert (document["device"], document["settings"]["phrases"]) == ("cpu", True)
    assert len(document["inputs_sha256"]) == 6
    for run in document["runs"]:
        assert run["seed_pairs"] == 19 - 2  # without the held-out words
    assert document["overlap_with_training"] == 0
    assert [line for line in document["warnings"] if "more.en" in line] == [
        f"{more}:4: empty line; skipped (1 such line)"
    ]


def test_a_seed_lexicon_that_covers_nothing_is_named(
    ablate: Callable[..., Any], tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds.tsv"
    seeds.write_text("zz\tyy\n", encoding="utf-8")
    result = ablate("--lexicon", seeds)
    assert result.code == 2
    assert f"{seeds}: no usable pair" in result.lines[0]


def test_people_get_the_verdict(ablate: Callable[..., Any]) -> None:
    result = ablate("--channels", "contexts")
    assert result.code == 0
    assert "joint is not significantly different from separate" in result.out
    assert "ablation.html" in result.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--recipes", "joint,x"), "unknown recipe 'x'"),
        (("--recipes", ","), "recipes: empty"),
        (("--seeds", 0), "seeds is 0"),
        (("--folds", 3), "3 folds, but only 2 words"),
        (("--channels", "spelling-bee"), "unknown channel of this model 'spelling-bee'"),
        (("--hold-out", "gone.tsv"), "no such file: gone.tsv"),
        (("--hold-out-match", "x"), "hold-out match 'x'"),
        (("--retrieval", "x"), "unknown"),
        (("--set", "treshold=1"), "settings of joint: unknown key 'treshold'"),
        (("--set", "joint.threshold=2"), "threshold is 2"),
        (("--set", "joint-layers.steps=2"), "unknown recipe of this call 'joint-layers'"),
        (("--device", "cpu"), "--device cpu is for recipes that are trained step by step"),
        (("--lexicon", "gone.tsv"), "no such file: gone.tsv"),
        (("--monolingual-target", "gone.de"), "no such file: gone.de"),
    ],
)
def test_a_bad_call_is_code_2_and_leaves_nothing(
    ablate: Callable[..., Any], tmp_path: Path, options: tuple[Any, ...], message: str
) -> None:
    result = ablate(*options)
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert list(tmp_path.iterdir()) == []


def test_words_that_do_not_occur_are_refused(ablate: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "far.tsv").write_text("zz\tyy\n", encoding="utf-8")
    result = ablate("--hold-out", tmp_path / "far.tsv")
    assert result.code == 2
    assert "none of the 1 held-out words occurs" in result.lines[0]


def test_an_interrupt_leaves_nothing(toy: Path, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "xling.cli.main", "ablate", str(toy / "pairs.tsv")),
        *("--languages", "en,de", "--hold-out", str(toy / "held.tsv"), "--seeds", "50"),
        *("--output", str(tmp_path / "new" / "out")),
    ]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    time.sleep(4)
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=30)
    assert started.returncode == 130
    assert errors == "xling: interrupted\n"
    assert list(tmp_path.iterdir()) == []
