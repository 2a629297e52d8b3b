from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PARTS = ("", ".0-5000", ".5000-6500")


def test_a_lexicon(mirror: str, tmp_path: Path, call: Callable[..., Any]) -> None:
    options = ("--languages", "en,de", "--mirror", mirror)
    result = call("download", "muse", *options, "--json")
    assert (result.code, result.err) == (0, "")
    document = result.json
    assert document["licence"].startswith("CC BY-NC 4.0")
    assert document["cache"] == str(tmp_path / "cache")
    assert [Path(path).name for path in document["ready"]] == [f"en-de{p}.txt" for p in PARTS]
    assert Path(document["ready"][2]).read_text() == "house haus.5000-6500\n"
    assert [file["cached"] for file in document["files"]] == [False] * 3
    shown = call("download", "muse", *options)
    assert shown.code == 0
    assert "CC BY-NC 4.0" in shown.out
    assert "was there already" in " ".join(shown.out.split())


def test_the_list(call: Callable[..., Any]) -> None:
    assert "fasttext" in call("download", "--list").out
    found = call("download", "--list", "--json").json["data_sets"]
    assert found["flores"]["licence"] == "CC BY-SA 4.0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the name of a data set is needed"),
        (("muze", "--languages", "en,de"), "unknown data set 'muze'"),
        (("muse",), "muse needs two languages"),
        (("muse", "--languages", "en,!"), "malformed language code"),
        (("muse", "--languages", "en,fr"), "the server answers 404"),
        (("opus", "--languages", "en,fr"), "opus needs a corpus"),
    ],
)
def test_bad_calls(
    mirror: str, call: Callable[..., Any], arguments: tuple[str, ...], message: str
) -> None:
    result = call("download", *arguments, "--mirror", mirror)
    assert result.code == 2
    assert message in result.lines[0]
    assert len(result.lines) <= 2
    assert result.out == ""


def test_no_network(tmp_path: Path, mirror: str, call: Callable[..., Any]) -> None:
    arguments = ("download", "muse", "--languages", "en,de", "--mirror", "http://127.0.0.1:9")
    result = call(*arguments)
    assert result.code == 2
    assert "cannot reach 127.0.0.1:9" in result.lines[0]
    assert f"put it at {tmp_path / 'cache' / 'muse' / 'en-de.txt'}" in result.lines[1]
    assert len(result.lines) == 2
