import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import argparse, json, pathlib, sys
parser = argparse.ArgumentParser()
parser.add_argument("run")
parser.add_argument("--output")
parser.add_argument("--data")
parser.add_argument("--value", type=float, default=0.5)
given = parser.parse_args()
if given.value < 0:
    sys.exit("value is negative")
row = {"recipe": "joint", "accuracy": given.value, "confidence_interval": [0.4, 0.6]}
pathlib.Path(given.output, "try.json").write_text(json.dumps({"rows": [row]}))
print("the table of the run")
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a run file with an earlier result; the current folder is another, empty one."""
    for name in ("runs", "results", "here"):
        (tmp_path / name).mkdir()
    (tmp_path / "run.py").write_text(PROGRAM)
    place = tmp_path / "runs" / "try.toml"
    place.write_text('name = "try"\n')
    row = {"recipe": "joint", "accuracy": 0.5, "confidence_interval": [0.4, 0.6]}
    (tmp_path / "results" / "try.json").write_text(json.dumps({"rows": [row]}))
    monkeypatch.chdir(tmp_path / "here")
    return place


def test_an_unmoved_run(file: Path, call: Callable[..., Any]) -> None:
    result = call("run", file)
    assert (result.code, result.err) == (0, "")
    assert "the table of the run" in result.out
    assert "1 figures with an interval: 1 unchanged" in result.out
    assert json.loads(Path("try.json").read_text())["rows"][0]["accuracy"] == 0.5


def test_a_figure_beyond_its_interval_is_said_with_exit_code_3(
    file: Path, call: Callable[..., Any]
) -> None:
    result = call("run", file, "--output", "new.json", "--json", "--", "--value", "0.7")
    assert (result.code, result.err) == (3, "")
    document = result.json
    assert document["run"] == "try"
    assert document["result"] == "new.json"
    assert document["against"] == str(file.parent.parent / "results" / "try.json")
    assert document["seconds"] > 0
    (moved,) = document["comparison"]["beyond"]
    assert (moved["place"], moved["earlier"], moved["now"]) == ("rows[joint].accuracy", 0.5, 0.7)
    shown = call("run", file, "--result", "new.json")
    assert shown.code == 3
    assert "rows[joint].accuracy" in shown.out
    assert "+0.2000" in shown.out


def test_within_the_interval_is_no_matter(file: Path, call: Callable[..., Any]) -> None:
    result = call("run", file, "--json", "--", "--value", "0.59")
    assert (result.code, result.json["comparison"]["within"]) == (0, 1)


@pytest.mark.parametrize(("kind", "start"), [("markdown", "| figure |"), ("latex", r"\begin")])
def test_tables_for_papers(file: Path, call: Callable[..., Any], kind: str, start: str) -> None:
    result = call("run", file, "--format", kind, "--", "--value", "0.7")
    assert result.code == 3
    assert start in result.out


def test_nothing_is_overwritten(file: Path, call: Callable[..., Any]) -> None:
    assert call("run", file).code == 0
    again = call("run", file)
    assert (again.code, again.out) == (2, "")
    assert "try.json exists already" in again.lines[0]
    assert call("run", file, "--force").code == 0
    kept = file.parent.parent / "results" / "try.json"
    for place in (kept, file):
        before = place.read_bytes()
        refused = call("run", file, "--force", "--output", place)
        assert (refused.code, "is the input" in refused.lines[0]) == (2, True)
        assert place.read_bytes() == before


def test_without_an_earlier_result(file: Path, call: Callable[..., Any]) -> None:
    (file.parent.parent / "results" / "try.json").unlink()
    result = call("run", file, "--json")
    assert (result.code, result.json["comparison"], result.json["against"]) == (0, None, None)
    assert "no earlier result" in result.lines[0]
    compared = call("run", file, "--result", "try.json", "--against", "try.json", "--json")
    assert compared.json["comparison"]["unchanged"] == 1
    assert compared.json["seconds"] is None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--", "--value", "-1"), "run.py ended with code 1: value is negative"),
        (("--against", "none.json"), "none.json"),
        (("--result", "none.json"), "none.json"),
        (("--result", "none.json", "--output", "b.json"), "--result compares and runs nothing"),
        (("--format", "html"), "format"),
    ],
)
def test_a_wrong_call_is_said_in_a_line(
    file: Path, call: Callable[..., Any], arguments: tuple[str, ...], reason: str
) -> None:
    result = call("run", file, *arguments)
    assert (result.code, result.out) == (2, "")
    assert reason in result.lines[0]
    assert len(result.lines) <= 2
    assert not Path("try.json").exists()
