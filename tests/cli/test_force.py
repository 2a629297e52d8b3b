"""--force must not cost anybody data: calls that once wiped folders and inputs."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def here(toy: Path, toy_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(toy / "pairs.tsv", tmp_path / "s.tsv")
    shutil.copy(toy / "lexicon.tsv", tmp_path / "lexicon.tsv")
    shutil.copytree(toy_model, tmp_path / "m")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


LANGUAGES = ("--languages", "en,de")
TRAIN = ("train", "s.tsv", *LANGUAGES)
ABLATE = ("ablate", "s.tsv", *LANGUAGES, "--hold-out", "lexicon.tsv")


@pytest.mark.parametrize(
    ("call_of", "output", "reason"),
    [
        (TRAIN, ".", ". holds the input s.tsv"),
        (TRAIN, "s.tsv", "s.tsv is the input s.tsv"),
        (TRAIN, "lexicon.tsv", "lexicon.tsv is no directory"),
        (TRAIN, "mine", "mine holds 'thesis.tex', which xling did not write there"),
        (TRAIN, "work/../mine", "work/../mine holds 'thesis.tex'"),
        (("align", "m/a.vec", "m/b.vec", *LANGUAGES, "--lexicon", "s.tsv"), "m", "m holds the"),
        (("export", "m"), ".", ". holds the input m"),
        (("export", "m"), "m", "m is the input m"),
        (("export", "m"), "mine", "mine holds 'thesis.tex'"),
        (("evaluate", "m", "lexicon.tsv"), "lexicon.tsv", "lexicon.tsv is the input lexicon.tsv"),
        (("evaluate", "m", "lexicon.tsv"), "m/model.json", "m/model.json is a part of the input m"),
        (("mine", "m", "s.tsv", "lexicon.tsv"), "s.tsv", "s.tsv is the input s.tsv"),
        (("mine", "m", "s.tsv", "lexicon.tsv"), "m/model.json", "m/model.json is a part of the"),
        (ABLATE, ".", ". holds the input s.tsv"),
        (ABLATE, "mine", "mine holds 'thesis.tex'"),
        (("shots", *ABLATE[1:]), "mine", "mine holds 'thesis.tex'"),
        (("demo",), ".", ". is the current folder or above it"),
        (("demo",), "mine", "mine holds 'thesis.tex'"),
    ],
)
def test_nothing_foreign_is_replaced(
    here: Path, call: Callable[..., Any], call_of: tuple[str, ...], output: str, reason: str
) -> None:
    before = {path: path.is_file() and path.read_bytes() for path in here.rglob("*")}
    result = call(*call_of, "--output", output, "--force")
    assert (result.code, result.out) == (2, "")
    assert result.lines[0].startswith(f"xling: {reason}")
    assert result.lines[1].startswith("hint: choose a new place; --force replaces an empty folder")
    assert len(result.lines) == 2
    assert {path: path.is_file() and path.read_bytes() for path in here.rglob("*")} == before


def test_generated_text_replaces_only_its_like(here: Path, call: Callable[..., Any]) -> None:
    refused = call("demo", "--pairs", 5, "--text", "mine", "--force")
    assert (refused.code, (here / "mine" / "thesis.tex").exists()) == (2, True)
    for _ in range(2):
        assert call("demo", "--pairs", 5, "--text", "text", "--force").code == 0


def test_an_own_output_and_an_empty_folder_are_replaced(
    here: Path, call: Callable[..., Any]
) -> None:
    (here / "out").mkdir()
    for _ in range(2):
        assert call("export", "m", "--output", "out", "--force").code == 0
    assert call(*TRAIN, "--dim", 8, "--no-calibrate", "--output", "out", "--force").code == 0
    assert (here / "out" / "manifest.json").exists()
    assert call(*TRAIN, "--dim", 8, "--no-calibrate", "--output", "out", "--force").code == 0
