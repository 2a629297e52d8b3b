import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_growth_is_measured_to_the_end(tmp_path: Path, repository: Path) -> None:
    output = tmp_path / "growth.json"
    command = [sys.executable, str(repository / "eval" / "bench" / "align_growth.py")]
    command += ["--sizes", "300,600", "--dim", "12", "--output", str(output)]
    environment = {**os.environ, "PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(output.read_text(encoding="utf-8"))
    assert (document["threads"], document["pairs"]) == ("1", [5000, 25])
    assert document["command"].startswith("python eval/bench/align_growth.py --sizes 300,600 ")
    assert document["versions"]["xling"]
    rows = document["rows"]
    assert [(row["method"], row["words"]) for row in rows] == [
        (method, words) for words in (300, 600) for method in ("procrustes", "self-learning")
    ]
    for row in rows:
        assert row["spaces_mib"] == pytest.approx(2 * row["words"] * 12 * 4 / 2**20)
        assert row["precision_nn"] > 0.9
        assert row["fit_seconds"] > 0
        assert row["peak_mib"] >= row["fit_peak_mib"] > row["spaces_mib"]
    assert done.stdout.count("| procrustes |") == 2
