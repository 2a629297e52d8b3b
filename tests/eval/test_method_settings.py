import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xling.data.formats import write_lexicon, write_vectors

RUN = """
name = "try"
languages = ["en", "de"]
vectors = ["en.vec", "de.vec"]
lexicon = "all.tsv"
parts = 4
left_out = [0, 1]
few = 60
[settings]
procrustes = [{}]
ridge = [{penalty = 1}]
[robust]
pairs = 120
exchanged = 0.3
draws = [0]
methods = {procrustes = {}}
"""


def test_settings_are_compared_on_pairs_left_out(
    tmp_path: Path, repository: Path, make_rotated_world: Any
) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.05)
    write_vectors(tmp_path / "en.vec", world.source)
    write_vectors(tmp_path / "de.vec", world.target)
    write_lexicon(tmp_path / "all.tsv", world.lexicon)
    (tmp_path / "try.toml").write_text(RUN, encoding="utf-8")
    program = repository / "eval" / "method_settings.py"
    done = subprocess.run(
        [sys.executable, program, tmp_path / "try.toml", "--data", tmp_path, "--output", tmp_path],
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "try.json").read_text(encoding="utf-8"))
    rows = document["results"]
    assert [(row["method"], row["part"], row["pairs"], row["queries"]) for row in rows] == [
        (method, part, pairs, 50)
        for method in ("procrustes", "ridge")
        for part in (0, 1)
        for pairs in (60, 150)
    ]
    assert min(row["p1"] for row in rows if row["method"] == "procrustes") > 0.9
    clean, clean_robust, dirty, dirty_robust = document["robust"]
    assert (clean["wrong"], dirty["wrong"]) == (0, 36)
    assert dirty["cosine"] < dirty_robust["cosine"] == pytest.approx(clean["cosine"], abs=0.01)
    assert dirty_robust["exchanged_named"] > 30
    assert clean_robust["exchanged_named"] == 0
    assert '| ridge | {"penalty": 1} |' in done.stdout
