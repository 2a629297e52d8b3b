import json
from pathlib import Path

import pytest

from xling.errors import ConfigError
from xling.experiments.runs import run_here
from xling.experiments.shots import shots, write_shots


def test_every_point_is_over_the_same_queries(plan, told) -> None:
    document = shots(plan(shots=(3, 0), seeds=2), runner=told)
    assert (document["queries"], document["queries_compared"]) == (8, 6)  # w0 is not in every run
    points = document["points"]
    assert len(points) == 2 * 2 * 2
    assert {point["queries"] for point in points} == {6}
    assert [point["shots"] for point in points] == [0, 3] * 4
    zero, three = points[:2]
    assert (zero["recipe"], zero["channels"]) == ("joint", "contexts")
    # w1, w3, w5, w39 are right; w2 and w4 come up from rank 8 to 5.
    assert zero["precision"] == {"1": pytest.approx(4 / 6), "5": pytest.approx(4 / 6)}
    assert three["precision"] == {"1": pytest.approx(4 / 6), "5": 1}
    assert (zero["short"], three["short"]) == (0, 1)
    assert (zero["overlap_with_training"], three["overlap_with_training"]) == (0, 3)
    assert len(document["runs"]) == 8


def test_shots_teach(plan) -> None:
    made = plan(shots=(0, 4), recipes=("joint",), channels=("all",), settings={"dim": 20})
    zero, four = shots(made, runner=run_here)["points"]
    assert four["precision"]["1"] > zero["precision"]["1"] + 0.3


def test_files(plan, told, tmp_path: Path) -> None:
    document = shots(plan(shots=(0, 1)), runner=told)
    write_shots(document, tmp_path)
    assert json.loads((tmp_path / "shots.json").read_text("utf-8")) == document
    assert {path.name for path in tmp_path.iterdir()} == {"shots.json", "shots.png", "shots.svg"}


def test_folds_are_refused(plan, told) -> None:
    with pytest.raises(ConfigError, match="folds is 2"):
        shots(plan(folds=2), runner=told)
