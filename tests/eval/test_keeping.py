import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from xling.experiments.runs import Answer, Run, RunResult
from xling.progress import Progress, silent
from xling.training.learn import TrainSettings


@pytest.fixture
def script(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("keeping", repository / "eval" / "keeping.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., Run]:
    (tmp_path / "pairs.tsv").write_text("a\tb\n", encoding="utf-8")

    def make(**changes) -> Run:
        given = {"recipe": "joint", "settings": TrainSettings(), "channels": ("all",), "fold": 0}
        return Run(
            pairs=str(tmp_path / "pairs.tsv"), languages=("en", "de"), hold_out=(("a", "b"),),
            **(given | changes),
        )  # fmt: skip

    return make


class Counted:
    """A runner that trains nothing, and counts how often it is asked."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self, asked: Run, progress: Progress = silent) -> RunResult:
        self.done += 1
        answer = Answer(rank=1.0 + self.done, right=False, confidence=0.5, returns=True)
        return RunResult(
            recipe=asked.recipe, seed=asked.settings.seed, fold=asked.fold, shots=0,
            answers={"all": {"a": answer}}, queries=("a",), overlap=0, trained={"x": [1]},
        )  # fmt: skip


def test_a_run_is_done_once(script, asked, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(script, "code", lambda: "tree")
    counted = Counted()
    first = script.keeping(tmp_path / "kept", counted)(asked(), silent)
    again = script.keeping(tmp_path / "kept", counted)(asked(), silent)
    assert (counted.done, again) == (1, first)
    runner = script.keeping(tmp_path / "kept", counted)
    others = [asked(fold=1), asked(recipe="separate"), asked(settings=TrainSettings(seed=1))]
    for other in others:
        runner(other, silent)
    assert counted.done == 4
    # Other pairs under the same name, or other code, are another run.
    (tmp_path / "pairs.tsv").write_text("a\tc\n", encoding="utf-8")
    script.keeping(tmp_path / "kept", counted)(asked(), silent)
    monkeypatch.setattr(script, "code", lambda: "another tree")
    script.keeping(tmp_path / "kept", counted)(asked(), silent)
    assert counted.done == 6
    assert not list((tmp_path / "kept").glob("*.part"))


@pytest.mark.parametrize("field", ["seed_lexicon", "monolingual"])
def test_other_bytes_of_a_further_file_are_another_run(
    script, asked, tmp_path: Path, monkeypatch, field: str
) -> None:
    monkeypatch.setattr(script, "code", lambda: "tree")
    more = tmp_path / "more"
    given = {field: str(more) if field == "seed_lexicon" else ((str(more),), ())}
    counted = Counted()
    for text in ("a\tb\n", "a\tb\n", "a\tc\n"):
        more.write_text(text, encoding="utf-8")
        script.keeping(tmp_path / "kept", counted)(asked(**given), silent)
    assert counted.done == 2


def test_code_that_is_not_committed_is_never_trusted(
    script, asked, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(script, "code", lambda: None)
    counted = Counted()
    for _ in range(2):
        script.keeping(tmp_path / "kept", counted)(asked(), silent)
    assert counted.done == 2
    assert "not committed" in capsys.readouterr().err
