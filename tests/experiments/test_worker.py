import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from xling.errors import FileAccessError, FitError, InputError, UnknownNameError
from xling.experiments import worker
from xling.experiments.plan import read_input, runs
from xling.experiments.runs import Run, run_here
from xling.experiments.worker import run_apart


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))


@pytest.fixture
def run(plan) -> Run:
    made = plan(recipes=("joint",))
    return runs(made, read_input(made).parts)[0]


def test_another_process_answers_the_same(run: Run) -> None:
    stages: list[str] = []
    found = run_apart(run, lambda *call: stages.append(call[0]))
    here = run_here(run)
    assert found.answers == here.answers
    assert found.queries == here.queries
    assert {"svd", "evaluate"} <= set(stages)
    assert 10 < found.trained["peak_memory_mib"] < 2000


def test_errors_are_those_of_the_run(run: Run) -> None:
    gone = Run.from_json({**run.to_json(), "pairs": "gone.tsv"})
    with pytest.raises(FileAccessError, match=r"no such file: gone\.tsv"):
        run_apart(gone)


def test_an_interrupt_ends_the_process(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    plain = subprocess.Popen

    def start(*arguments, **options):
        started.append(plain(*arguments, **options))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", start)

    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_apart(run, interrupt)
    assert started[0].returncode is not None


def test_a_process_that_dies_is_told_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FitError, match="the training of 'joint' ended with code 1: it said noth"):
        run_apart(run)


def serve(run: dict) -> list[dict]:
    answers = io.StringIO()
    worker._serve(io.StringIO(json.dumps(run)), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_messages(run: Run) -> None:
    said = serve(run.to_json())
    assert set(said[-1]) == {"result"}
    assert all(set(line) == {"progress"} for line in said[:-1])
    unknown = serve({**run.to_json(), "recipe": "jiont"})[-1]["error"]
    assert unknown["kind"] == "UnknownNameError"
    assert unknown["hint"] == "did you mean 'joint'?"
    # An error whose class is made of other parts comes as the class above it.
    made = worker._error(**unknown)
    assert isinstance(made, InputError)
    assert not isinstance(made, UnknownNameError)
    assert str(made).startswith("unknown recipe 'jiont'")
    assert made.hint == "did you mean 'joint'?"
    fault = worker._error("ZeroDivisionError", "by zero", None)
    assert type(fault) is RuntimeError
    assert str(fault) == "ZeroDivisionError: by zero"
