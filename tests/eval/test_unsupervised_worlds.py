import json
import os
import subprocess
import sys
from pathlib import Path


def test_worlds_are_judged_and_gone_on_with(tmp_path: Path, repository: Path) -> None:
    script = repository / "eval" / "unsupervised_worlds.py"
    output = tmp_path / "worlds.json"
    command = [sys.executable, str(script), "--size", "60x8", "--first", "3", "--seeds", "1"]
    command += ["--output", str(output), "--resume"]
    environment = {**os.environ, "PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"}
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        runs = json.loads(output.read_text(encoding="utf-8"))["runs"]
        assert len(runs) == 12  # the second time nothing is added
        assert runs[0]["world"] == [60, 8, 3, 0]
    assert [run["kind"] for run in runs[::2]] == ["hidden map"] * 6
    assert [run["noise"] for run in runs[::2]] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert not any(run["succeeded"] for run in runs[1::2])
    assert all(
        run["named_rightly"] is ((run["verdict"] == "trusted") == run["succeeded"]) for run in runs
    )
    assert "| hidden map, 0.1 | 1 |" in done.stdout


def test_small_worlds_have_words_beyond_few_coupled_ones(tmp_path: Path, repository: Path) -> None:
    script = repository / "eval" / "unsupervised_worlds.py"
    output = tmp_path / "worlds.json"
    command = [sys.executable, str(script), "--size", "60x8", "--seeds", "1"]
    command += ["--output", str(output), "--coupled", "30"]
    environment = {**os.environ, "PYTHONPATH": str(repository), "OMP_NUM_THREADS": "1"}
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "--coupled is of --method wasserstein" in refused.stderr
    command += ["--method", "wasserstein"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    runs = json.loads(output.read_text(encoding="utf-8"))["runs"]
    assert [(run["method"], run["coupled"]) for run in runs] == [("wasserstein", 30)] * 12
    assert all("beyond" in run["checks"] for run in runs)
