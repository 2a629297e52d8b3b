import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xling.training.registry import RECIPES

RUN = """
name = "try"
protocol = "ablation"
seeds = 1
recipes = ["joint", "separate"]
channels = ["contexts", "all"]
settings = {dim = 10, calibrate = false}

[[corpora]]
name = "given"
languages = ["en", "de"]
pairs = "pairs.tsv"
folds = 2

[[corpora]]
name = "joined"
languages = ["en", "de"]
folds = 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a run file, its pairs and its lexicons."""
    random = np.random.default_rng(0)
    topics = np.arange(32).reshape(8, 4)
    lines = []
    for _ in range(300):
        chosen = random.choice(topics[random.integers(8)], 3, replace=False)
        lines.append("\t".join(" ".join(f"{a}{i}" for i in chosen) for a in "wV") + "\n")
    for name in ("pairs.tsv", "joined.pairs.tsv"):
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")
    for name in ("given", "joined"):
        text = "".join(f"w{i}\tV{i}\n" for i in range(4))
        (tmp_path / f"{name}.lexicon.tsv").write_text(text, encoding="utf-8")
    (tmp_path / "try.toml").write_text(RUN, encoding="utf-8")
    return tmp_path


def run(repository: Path, folder: Path, *more: str) -> Any:
    return subprocess.run(
        [
            *(sys.executable, str(repository / "eval" / "run.py"), str(folder / "try.toml")),
            *("--data", str(folder), "--output", str(folder / "results"), *more),
        ],
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_ablation_is_carried_out_on_each_corpus(repository: Path, folder: Path) -> None:
    done = run(repository, folder, "--lexicons", str(folder))
    assert done.returncode == 0, done.stderr
    stored = json.loads((folder / "results" / "try.json").read_text("utf-8"))
    assert list(stored["corpora"]) == ["given", "joined"]
    given = stored["corpora"]["given"]
    assert (given["folds"], given["queries_in_vocabulary"], len(given["runs"])) == (2, 4, 4)
    assert given["settings"]["dim"] == 10
    claim = done.stdout.split("\n\n")[0]
    rows = [line for line in claim.splitlines() if line.startswith("| given |")]
    assert len(rows) == 4
    assert sum("not significantly different (p =" in row for row in rows) == 2
    # One corpus again: the other one stays.
    (folder / "try.toml").write_text(RUN.replace("dim = 10", "dim = 6"), encoding="utf-8")
    assert run(repository, folder, "--lexicons", str(folder), "--only", "joined").returncode == 0
    again = json.loads((folder / "results" / "try.json").read_text("utf-8"))
    assert again["corpora"]["given"] == given
    assert again["corpora"]["joined"]["settings"]["dim"] == 6


def test_every_table_of_an_ablation_is_printed(repository: Path, folder: Path) -> None:
    text = RUN.replace(", calibrate = false", "").replace('"contexts", "all"', '"all"')
    (folder / "try.toml").write_text(text, encoding="utf-8")
    done = run(repository, folder, "--lexicons", str(folder), "--only", "given")
    assert done.returncode == 0, done.stderr
    stored = json.loads((folder / "results" / "try.json").read_text("utf-8"))
    (joint, _) = stored["corpora"]["given"]["two_way"]
    assert f"| given | joint | all | {joint['share']:.3f} |" in done.stdout
    for heading in ("not identical |", "AUROC | risk-coverage area |", "| words/s | peak MiB |"):
        assert heading in done.stdout
    (cost, _) = stored["corpora"]["given"]["cost"]
    assert f"| given | joint | 2 | {cost['seconds']['total']:.1f} |" in done.stdout


def test_curves_of_shots_name_no_word(repository: Path, folder: Path) -> None:
    pytest.importorskip("matplotlib")
    text = RUN.replace('"ablation"', '"shots"\nshots = [0, 2, 10]').split("[[corpora]]")
    (folder / "try.toml").write_text(
        "[[corpora]]".join(text[:2]).replace("folds = 2", ""), encoding="utf-8"
    )
    done = run(repository, folder, "--lexicons", str(folder), "--keep", str(folder / "kept"))
    assert done.returncode == 0, done.stderr
    stored = json.loads((folder / "results" / "try.json").read_text("utf-8"))
    given = stored["corpora"]["given"]
    assert [row["shots"] for row in given["points"]][:3] == [0, 2, 10]
    assert {type(one["held_out"]["short"]) for one in given["runs"]} == {int}
    assert {(folder / "results" / f"given.{kind}").exists() for kind in ("png", "svg")} == {True}
    assert "| given | contexts | joint | 4 |" in done.stdout
    assert len(list((folder / "kept").iterdir())) == 6


def test_all_pairs_linked(repository: Path, folder: Path) -> None:
    text = """
    name = "try"
    protocol = "linked"
    seeds = [0, 1]
    recipes = ["joint"]
    channels = ["contexts", "all"]
    [[corpora]]
    languages = ["en", "de"]
    pairs = "pairs.tsv"
    lexicons = ["given.lexicon.tsv"]
    """
    (folder / "try.toml").write_text(text, encoding="utf-8")
    done = run(repository, folder)
    assert done.returncode == 0, done.stderr
    stored = json.loads((folder / "results" / "try.json").read_text("utf-8"))
    contexts, whole = stored["summary"]
    assert "two_way" not in contexts
    assert 0 <= whole["two_way"]["share"] <= 1
    if whole["calibration"] is not None:
        assert whole["calibration"]["answers"] == 8
    assert all(
        "per_query" not in score
        for result in stored["results"]
        for by_channels in result["scores"].values()
        for score in by_channels.values()
    )


def test_an_ablation_needs_its_lexicons(repository: Path, folder: Path) -> None:
    done = run(repository, folder)
    assert done.returncode == 2
    assert "--lexicons FOLDER is needed" in done.stderr
    inside = ("--lexicons", str(folder), "--keep", str(repository / "kept"))
    assert "kept lies inside the repository" in run(repository, folder, *inside).stderr
    done = run(repository, folder, "--lexicons", str(folder), "--only", "other")
    assert "unknown corpus 'other'; known: given, joined" in done.stderr


@pytest.mark.parametrize("name", ["claim", "claim-family", "inner"])
def test_the_runs_are_described_whole(repository: Path, name: str) -> None:
    claim = tomllib.loads((repository / "eval" / "runs" / f"{name}.toml").read_text("utf-8"))
    assert claim["protocol"] == "ablation"
    assert set(claim["recipes"]) <= set(RECIPES)
    assert "all" in claim["channels"]
    assert set(claim.get("settings", {})) <= {"hold_out_match"}
    for corpus in claim["corpora"]:
        assert corpus["folds"] >= 5
        assert sum(key in corpus for key in ("pairs", "joined", "line_aligned")) == 1
        assert ("silver" in corpus["lexicon"]) != ("from" in corpus["lexicon"])
