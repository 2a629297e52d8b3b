"""Input that cannot be judged: one line, a hint at most, exit code 2, and nothing is written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def files(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with lexicons and sentences that are not what they should be."""
    monkeypatch.chdir(tmp_path)
    pairs = [line.split("\t") for line in (toy / "lexicon.tsv").read_text("utf-8").splitlines()]
    made = {
        "good.tsv": pairs,
        "empty.tsv": [],
        "header-only.tsv": [("English", "German")],
        "unknown.tsv": [("alpha", "beta"), ("gamma", "delta"), ("eta", "zeta"), ("nu", "mu")],
        "swapped.tsv": [(b, a) for a, b in pairs],
        "numbers.tsv": [(a, "0.5", b) for a, b in pairs],
        "one.tsv": [(a,) for a, _ in pairs],
        "blank.tsv": [(a, "") for a, _ in pairs],
        "taken.json": [("mine",)],
    }
    for name, rows in made.items():
        Path(name).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    Path("some.en").write_text("the old cat sees the dog .\n", encoding="utf-8")
    Path("none.en").write_text("", encoding="utf-8")
    return tmp_path


LEXICONS = [
    ("empty.tsv", "empty.tsv", ""),
    ("header-only.tsv", "header-only.tsv", "no line but the header"),
    ("unknown.tsv", "coverage is 0 of 4 queries", "alpha (beta), gamma (delta), eta (zeta)"),
    ("swapped.tsv", "its columns look exchanged", "known as de and en"),
    ("numbers.tsv", "column 2 holds numbers, not words", "0.5, 0.5, 0.5"),
    ("one.tsv", "no line holds a word pair", ""),
    ("blank.tsv", "no line holds a word pair", ""),
    ("missing.tsv", "no such file", "missing.tsv"),
]


@pytest.mark.parametrize(("lexicon", "said", "shown"), LEXICONS)
@pytest.mark.parametrize("command", ["evaluate", "compare", "report"])
def test_a_lexicon_that_cannot_judge(
    files: Path,
    toy_model: Path,
    twin: Path,
    call: Callable[..., Any],
    command: str,
    lexicon: str,
    said: str,
    shown: str,
) -> None:
    models = (toy_model, twin) if command == "compare" else (toy_model,)
    output = "out.html" if command == "report" else "out.json"
    result = call(command, *models, lexicon, "--output", output)
    assert (result.code, result.out) == (2, "")
    told = [line for line in result.lines if not line.startswith(("xling: warning", "hint"))]
    assert len(told) == 1
    assert said in told[0]
    assert shown in told[0]
    assert lexicon in told[0]
    assert not Path(output).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "good.tsv"),
        ("report", "good.tsv", "--output", "out.html"),
        ("isometry", "good.tsv"),
        ("similarity", "good.tsv"),
        ("retrieve", "some.en", "some.en"),
        ("mine", "some.en", "some.en", "--output", "out.tsv"),
        ("aer", "good.tsv"),
    ],
)
def test_a_model_without_the_language(
    files: Path, toy_model: Path, call: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    for option in ("--from", "--to"):
        result = call(arguments[0], toy_model, *arguments[1:], option, "fr")
        assert (result.code, result.out) == (2, "")
        assert "'fr'" in result.lines[0]
        assert "en" in result.lines[0]
        assert len(result.lines) <= 2
    assert not list(files.glob("out.*"))


def test_compared_models_without_the_language(
    files: Path, toy_model: Path, twin: Path, call: Callable[..., Any]
) -> None:
    result = call("compare", toy_model, twin, "good.tsv", "--from", "fr")
    assert (result.code, result.out, "'fr'" in result.lines[0]) == (2, "", True)


@pytest.mark.parametrize("command", ["evaluate", "compare"])
def test_nothing_is_overwritten_without_force(
    files: Path, toy_model: Path, twin: Path, call: Callable[..., Any], command: str
) -> None:
    models = (toy_model, twin) if command == "compare" else (toy_model,)
    result = call(command, *models, "good.tsv", "--output", "taken.json")
    assert (result.code, result.out) == (2, "")
    assert "taken.json exists already" in result.lines[0]
    assert Path("taken.json").read_text() == "mine\n"
    forced = call(command, *models, "good.tsv", "--output", "taken.json", "--force")
    assert forced.code == 0
    assert Path("taken.json").read_text().startswith("{")


def test_a_header_and_repeated_lines_are_no_reason_to_stop(
    files: Path, toy_model: Path, call: Callable[..., Any]
) -> None:
    good = Path("good.tsv").read_text("utf-8")
    Path("odd.tsv").write_text(f"English\tGerman\n{good}{good}", "utf-8")
    plain = call("evaluate", toy_model, "good.tsv", "--json").json
    result = call("evaluate", toy_model, "odd.tsv", "--json")
    assert result.code == 0
    assert result.json["header_left_out"] is True
    assert result.json["duplicate_lines"] == len(good.splitlines())
    for key in ("queries", "precision", "mrr", "map", "groups"):
        assert result.json[key] == plain[key]
    assert any("looks like a header" in line for line in result.lines)
    assert any("stands twice" in line for line in result.lines)


def test_sentences_of_no_word_are_said(
    files: Path, toy_model: Path, call: Callable[..., Any]
) -> None:
    for arguments in (("retrieve", "none.en", "none.en"), ("retrieve", "some.en", "none.en")):
        result = call(arguments[0], toy_model, *arguments[1:])
        assert (result.code, result.out) == (2, "")
        assert len(result.lines) <= 2
