import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xling.data.formats import write_lexicon, write_vectors
from xling.data.lexicon import Lexicon

RUN = """
name = "try"
languages = ["en", "de"]
vectors = ["en.vec", "de.vec"]
seeds = ["seed.tsv"]
test = "test.tsv"
"""


def test_a_method_is_scored_with_what_it_cost(
    tmp_path: Path, repository: Path, make_rotated_world: Any
) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    write_vectors(tmp_path / "en.vec", world.source)
    write_vectors(tmp_path / "de.vec", world.target)
    for name, pairs in (("seed", world.lexicon.pairs[:150]), ("test", world.lexicon.pairs[150:])):
        write_lexicon(
            tmp_path / f"{name}.tsv",
            Lexicon(source_language="en", target_language="de", pairs=pairs),
        )
    (tmp_path / "try.toml").write_text(RUN, encoding="utf-8")
    command = [sys.executable, str(repository / "eval" / "align.py"), str(tmp_path / "try.toml")]
    command += ["--data", str(tmp_path), "--output", str(tmp_path), "--resume", "--only"]

    def run(method: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [*command, method],
            env={**os.environ, "PYTHONPATH": str(repository)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    done = run("procrustes")
    document = json.loads((tmp_path / "try.json").read_text(encoding="utf-8"))
    (row,) = document["results"]
    assert (row["method"], row["seeds"]) == ("procrustes", "seed.tsv")
    assert row["precision"]["1"] == pytest.approx(1.0)
    assert row["queries_in_vocabulary"] == 50
    assert (row["seed_pairs"], row["verdict"]) == (150, None)
    assert row["seconds"]["total"] > 0
    assert row["peak_memory_mib"] > 1
    assert "hits" not in row
    assert (row["seed"], document["threads"]) == (0, "1")
    assert document["commit"]
    assert document["command"].startswith("python eval/align.py try.toml --data ")
    assert str(tmp_path.parent) not in document["command"]
    run("ridge")  # added to what is stored
    rows = json.loads((tmp_path / "try.json").read_text(encoding="utf-8"))["results"]
    assert [one["method"] for one in rows] == ["procrustes", "ridge"]
    assert "difference" in rows[1]["against_procrustes"]
    assert "hits" not in rows[0]
    assert set(document["inputs_sha256"]) == {"en.vec", "de.vec", "seed.tsv", "test.tsv"}
    assert "| seed | procrustes | 1.000 |" in done.stdout
    (tmp_path / "try.toml").write_text(f"{RUN}few = 25\n", encoding="utf-8")
    assert "| 25 pairs | self-learning | 1.000 (trusted) |" in run("self-learning").stdout
    rows = json.loads((tmp_path / "try.json").read_text(encoding="utf-8"))["results"]
    found = [(one["seeds"], one["method"], one.get("seed_pairs")) for one in rows]
    assert found == [
        ("seed.tsv", "procrustes", 150), ("seed.tsv", "ridge", 150),
        ("seed.tsv", "self-learning", 150),
        ("seed.tsv:25", "self-learning", 25), ("", "self-learning", None),  # no equal strings
    ]  # fmt: skip


def test_figures_are_written_into_the_pages(tmp_path: Path, repository: Path) -> None:
    row: dict[str, Any] = {
        "method": "cca",
        "precision": {"1": 0.275},
        "confidence_interval": [0.231, 0.319],
        "verdict": None,
        "seconds": {"total": 4.21},
        "peak_memory_mib": 321.4,
    }
    rows = [{**row, "seeds": "big.tsv"}, {"method": "cca", "seeds": "small.tsv", "error": "few"}]
    (tmp_path / "try.toml").write_text(RUN, encoding="utf-8")
    (tmp_path / "try.json").write_text(json.dumps({"results": rows}), encoding="utf-8")
    marks = "<!-- figures of eval/align.py -->\nold\n<!-- end of figures -->\n"
    (tmp_path / "README.md").write_text(f"before\n{marks}after\n", encoding="utf-8")
    (tmp_path / "cca.md").write_text("Figure in our table: none yet\nafter\n", encoding="utf-8")
    command = [sys.executable, str(repository / "eval" / "align.py"), str(tmp_path / "try.toml")]
    command += ["--docs", "--pages", str(tmp_path), "--output", str(tmp_path)]
    for _ in range(2):  # the second time changes nothing
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(repository)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        table = (tmp_path / "README.md").read_text(encoding="utf-8")
        assert "| [`cca`](cca.md) | 27.5 (23.1-31.9) | 4.2 | 321 | - | | |" in table
        assert table.startswith("before\n")
        assert table.endswith("after\n")
        assert "old" not in table
        page = (tmp_path / "cca.md").read_text(encoding="utf-8")
        assert page == (
            "Figure in our table: P@1 27.5 (23.1-31.9) from big "
            "([all methods](README.md#figures))\nafter\n"
        )
