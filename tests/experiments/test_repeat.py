import json
import threading
import time
from pathlib import Path

import pytest

from xling.errors import FileAccessError, FormatError, InputError
from xling.experiments.repeat import read_result, read_run, repeat

PROGRAM = """
import argparse, json, pathlib, sys, time
parser = argparse.ArgumentParser()
parser.add_argument("run")
parser.add_argument("--output")
parser.add_argument("--data")
parser.add_argument("--value", type=float, default=0.5)
parser.add_argument("--mode", default="")
given = parser.parse_args()
print("half way", file=sys.stderr, flush=True)
if given.mode == "fail":
    sys.exit("no such corpus: en.tsv")
if given.mode == "wait":
    time.sleep(60)
if given.mode != "nothing":
    document = {"accuracy": given.value, "confidence_interval": [0.4, 0.6], "data": given.data}
    pathlib.Path(given.output, "try.json").write_text(json.dumps(document))
print("a table")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a run file whose program stands in the folder above."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "run.py").write_text(PROGRAM)
    place = tmp_path / "runs" / "try.toml"
    place.write_text('name = "try"\n')
    return place


def test_a_run_is_repeated_by_its_program(file: Path, tmp_path: Path) -> None:
    said: list[str] = []
    run = read_run(file)
    assert (run.name, run.result) == ("try", tmp_path / "results" / "try.json")
    again = repeat(run, ["--value", "0.7"], data=tmp_path, tell=said.append)
    assert again.document["accuracy"] == 0.7
    assert again.document["data"] == str(tmp_path)
    assert (again.printed, said) == ("a table\n", ["half way"])
    assert again.seconds > 0
    assert not (tmp_path / "results").exists()


def test_a_failure_is_told_by_the_last_thing_that_was_said(file: Path) -> None:
    with pytest.raises(InputError, match=r"^run\.py ended with code 1: no such corpus: en\.tsv$"):
        repeat(read_run(file), ["--mode", "fail"])
    with pytest.raises(FileAccessError, match=r"without making try\.json"):
        repeat(read_run(file), ["--mode", "nothing"])


def test_who_stops_waiting_ends_the_program(file: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(line: str) -> None:
        raise StoppedError

    before, start = threading.active_count(), time.perf_counter()
    with pytest.raises(StoppedError):
        repeat(read_run(file), ["--mode", "wait"], tell=stop)
    assert time.perf_counter() - start < 20
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name = ", "no TOML"),
        ("seed = 0\n", "name is None"),
        ('name = "../try"\n', "name is '../try'"),
        ('name = "try"\nprogram = "/bin/sh"\n', "program is '/bin/sh'"),
        ('name = "try"\nprogram = 3\n', "program is 3"),
    ],
)
def test_a_bad_run_file_is_refused(file: Path, text: str, reason: str) -> None:
    file.write_text(text)
    with pytest.raises(FormatError, match=reason):
        read_run(file)


def test_a_program_that_is_not_there_is_refused(file: Path) -> None:
    file.write_text('name = "try"\nprogram = "none.py"\n')
    with pytest.raises(FileAccessError, match=r"none\.py"):
        read_run(file)


def test_a_result_is_a_json_object(tmp_path: Path) -> None:
    place = tmp_path / "result.json"
    place.write_text(json.dumps({"a": 1}))
    assert read_result(place) == {"a": 1}
    for text, reason in (("[1]", "a JSON list"), ("{", "no JSON")):
        place.write_text(text)
        with pytest.raises(FormatError, match=reason):
            read_result(place)


def test_every_run_of_the_repository_has_its_program(repository: Path) -> None:
    files = sorted((repository / "eval" / "runs").glob("*.toml"))
    assert files
    for one in files:
        run = read_run(one)
        assert run.name == one.stem
        assert "argparse" in run.program.read_text("utf-8")
