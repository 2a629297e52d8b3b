import json

import pytest

from xling.errors import XlingError
from xling.experiments.plan import read_input, runs
from xling.experiments.runs import Run, RunResult, carry_out, run_here


def test_a_run_translates_the_words_that_it_held_out(plan) -> None:
    made = plan(settings={"dim": 30})
    (run,) = runs(made, read_input(made).parts)[:1]
    stages: list[str] = []
    found = run_here(run, lambda *call: stages.append(call[0]))
    assert (found.recipe, found.seed, found.fold, found.shots) == ("joint", 0, 0, 0)
    assert found.queries == ("w0", "w1", "w2", "w3", "w4", "w5", "absent", "w39")
    assert found.overlap == 0
    assert found.trained["held_out"]["words"] == 7
    assert found.trained["sentence_pairs"] + found.trained["held_out"]["pairs_removed"] == 400
    assert found.trained["peak_memory_mib"] > 10
    seconds = found.trained["seconds"]
    assert next(iter(seconds)) == "load"
    assert sum(seconds.values()) <= 2 * seconds["total"] + 0.1
    assert {"evaluate", "svd", "table"} <= set(stages)
    for answers in found.answers.values():
        assert set(answers) == set(found.queries) - {"absent"}
        for answer in answers.values():
            assert answer.right == (answer.rank == 1)
            assert answer.confidence is None
    assert found.answers["all"].keys() == found.answers["contexts"].keys()


def test_shots_are_training(plan) -> None:
    made = plan(shots=(0, 3), recipes=("separate",), channels=("all",))
    none, few = (run_here(run) for run in runs(made, read_input(made).parts))
    assert (none.overlap, few.overlap) == (0, 7)
    hits = [sum(answer.right for answer in one.answers["all"].values()) for one in (none, few)]
    assert hits[1] >= 6 > hits[0]


def test_both_ends_survive_json(plan, told) -> None:
    made = plan(folds=2)
    for run in runs(made, read_input(made).parts):
        assert Run.from_json(json.loads(json.dumps(run.to_json()))) == run
        found = told(run)
        assert RunResult.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_runs_are_carried_out_in_order_and_told_of(plan, told) -> None:
    made = plan(seeds=2)
    asked = runs(made, read_input(made).parts)
    calls = []
    found = carry_out(asked, told, lambda *call: calls.append(call))
    assert [(one.recipe, one.seed) for one in found] == [
        ("joint", 0), ("separate", 0), ("joint", 1), ("separate", 1),
    ]  # fmt: skip
    assert [call for call in calls if call[0] == "runs"] == [("runs", i, 4) for i in range(5)]
    assert ("separate, run 4 of 4: link", 1, 1) in calls


def test_an_error_reaches_the_caller(plan) -> None:
    made = plan(recipes=("joint",))
    (run,) = runs(made, read_input(made).parts)
    with pytest.raises(XlingError, match="no such file"):
        run_here(Run.from_json({**run.to_json(), "pairs": "gone.tsv"}))
