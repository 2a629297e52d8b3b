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
    rows = [line for line in done.stdout.splitlines() if line.startswith("| given |")]
    assert len(rows) == 4
    assert sum("not significantly different (p =" in row for row in rows) == 2
    # One corpus again: the other one stays.
    (folder / "try.toml").write_text(RUN.replace("dim = 10", "dim = 6"), encoding="utf-8")
    assert run(repository, folder, "--lexicons", str(folder), "--only", "joined").returncode == 0
    again = json.loads((folder / "results" / "try.json").read_text("utf-8"))
    assert again["corpora"]["given"] == given
    assert again["corpora"]["joined"]["settings"]["dim"] == 6


def test_an_ablation_needs_its_lexicons(repository: Path, folder: Path) -> None:
    done = run(repository, folder)
    assert done.returncode == 2
    assert "--lexicons FOLDER is needed" in done.stderr
    done = run(repository, folder, "--lexicons", str(folder), "--only", "other")
    assert "unknown corpus 'other'; known: given, joined" in done.stderr


def test_the_claim_is_described_whole(repository: Path) -> None:
    claim = tomllib.loads((repository / "eval" / "runs" / "claim.toml").read_text("utf-8"))
    assert claim["protocol"] == "ablation"
    assert set(claim["recipes"]) <= set(RECIPES)
    assert {"contexts", "all"} <= set(claim["channels"])
    for corpus in claim["corpora"]:
        assert corpus["folds"] >= 5
        assert sum(key in corpus for key in ("pairs", "joined", "line_aligned")) == 1
        assert ("silver" in corpus["lexicon"]) != ("from" in corpus["lexicon"])
