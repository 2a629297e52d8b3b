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
    done = subprocess.run(
        [
            *(sys.executable, str(repository / "eval" / "align.py"), str(tmp_path / "try.toml")),
            *("--data", str(tmp_path), "--output", str(tmp_path), "--only", "procrustes"),
        ],
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "try.json").read_text(encoding="utf-8"))
    (row,) = document["results"]
    assert (row["method"], row["seeds"]) == ("procrustes", "seed.tsv")
    assert row["precision"]["1"] == pytest.approx(1.0)
    assert row["queries_in_vocabulary"] == 50
    assert (row["seed_pairs"], row["verdict"]) == (150, None)
    assert row["seconds"]["total"] > 0
    assert row["peak_memory_mib"] > 1
    assert "hits" not in row
    assert set(document["inputs_sha256"]) == {"en.vec", "de.vec", "seed.tsv", "test.tsv"}
    assert "| seed | procrustes | 1.000 |" in done.stdout
