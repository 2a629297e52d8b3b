import json
from pathlib import Path

import pytest

from xling.errors import XlingError
from xling.experiments.plan import read_input, runs
from xling.experiments.runs import Run, RunResult, carry_out, run_here, skipped


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
    assert found.outside == {"contexts": {"absent": 0.0}, "all": {"absent": 0.0}}


def test_shots_are_training(plan) -> None:
    made = plan(shots=(0, 3), recipes=("separate",), channels=("all",))
    none, few = (run_here(run) for run in runs(made, read_input(made).parts))
    assert (none.overlap, few.overlap) == (0, 7)
    hits = [sum(answer.right for answer in one.answers["all"].values()) for one in (none, few)]
    assert hits[1] >= 6 > hits[0]


def test_no_seed_pair_holds_a_held_out_word(plan, tmp_path: Path) -> None:
    seeds = "".join(f"w{i}\tV{i}\n" for i in range(40))
    (tmp_path / "seeds.tsv").write_text(seeds, encoding="utf-8")
    made = plan(seed_lexicon=tmp_path / "seeds.tsv", recipes=("separate",))
    found = run_here(*runs(made, read_input(made).parts))
    assert found.trained["seed_pairs"] == 40 - 7  # w0 to w5 and w39
    assert found.overlap == 0


def test_further_text_counts_and_is_matched_with_nothing(plan, tmp_path: Path) -> None:
    (tmp_path / "more.en").write_bytes(b"zebra w6 w0\n" * 3 + b"\n")
    (tmp_path / "more.de").write_bytes(b"V6 Zebra\n" * 5 + b"\xff\n")
    plain = plan(recipes=("joint",))
    more = plan(recipes=("joint",), monolingual=((tmp_path / "more.en",), (tmp_path / "more.de",)))
    without, found = (run_here(*runs(made, read_input(made).parts)) for made in (plain, more))
    assert found.trained["vocabulary"] == [n + 1 for n in without.trained["vocabulary"]]
    assert found.trained["sentence_pairs"] == without.trained["sentence_pairs"]
    assert found.overlap == 0  # w0 stands in unmatched text only
    assert without.trained["skipped"] == []
    assert [line.partition(":")[0] for line in skipped([found, without, found])] == [
        str(tmp_path / "more.en"), str(tmp_path / "more.de"),
    ]  # fmt: skip


def test_units_are_found_in_what_is_left(plan, corpus: Path, tmp_path: Path) -> None:
    lines = (corpus / "pairs.tsv").read_text("utf-8").splitlines()
    towns = [f"new york {line} Neu Yorck" if i % 3 else line for i, line in enumerate(lines)]
    towns += ["san pedro\tSankt Peter"] * 9
    (tmp_path / "towns.tsv").write_text("\n".join(towns) + "\n", encoding="utf-8")
    (tmp_path / "held.tsv").write_text("pedro\tPeter\nnew york\tneu yorck\n", encoding="utf-8")
    given = {"pairs": tmp_path / "towns.tsv", "lexicon": tmp_path / "held.tsv"}
    made = plan(**given, recipes=("joint",), settings={"phrases": True, "min_count": 1})
    run = run_here(*runs(made, read_input(made).parts))
    assert run.overlap == 0
    assert run.trained["held_out"]["pairs_removed"] == sum(i % 3 > 0 for i in range(400)) + 9
    assert set(run.answers["all"]) == {"new york"}  # as a unit, of unmatched halves


def test_settings_of_a_recipe_and_a_device(plan) -> None:
    made = plan(
        recipes=("joint", "joint-skipgram"),
        channels=("contexts",),
        recipe_settings={"joint": {"threshold": 0.9}, "joint-skipgram": {"epochs": 1, "width": 4}},
        device="cpu",
    )
    joint, skipgram = (run_here(run) for run in runs(made, read_input(made).parts))
    other = run_here(runs(plan(), read_input(plan()).parts)[0])
    assert joint.answers["contexts"].keys() == other.answers["contexts"].keys()
    assert joint.answers["contexts"] != other.answers["contexts"]
    assert len(skipgram.answers["contexts"]) == 7


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
