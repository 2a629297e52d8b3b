import io
import json
import sys

import pytest

from xling.cli.render import complain, facts, per_cent, table, to_json, warn, write, write_json


def test_texts_end_with_one_line_feed(capsys: pytest.CaptureFixture[str]) -> None:
    write("one", "two\n", "")
    assert capsys.readouterr().out == "one\ntwo\n\n"


def test_a_table_is_neither_cut_nor_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    word = "[bold]" + "x" * 300
    write(table(("word", "n"), [(word, "1"), ("b", "22")], title="Words", right=(1,)))
    out = capsys.readouterr().out
    assert out.startswith("Words\n")
    assert word in out
    assert out.splitlines()[-1].endswith(" 22")
    assert "\x1b" not in out


def test_facts_have_no_header(capsys: pytest.CaptureFixture[str]) -> None:
    write(facts([("size", "3 MiB"), ("words", "4")]))
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["size", "3", "MiB"],
        ["words", "4"],
    ]


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"word": "für", "score": None})
    out = capsys.readouterr().out
    assert json.loads(out) == {"word": "für", "score": None}
    assert "für" in out


def test_json_holds_no_nan() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"score": float("nan")})


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stdout)
    write("für", table(("a", "b"), [("c", "d")]))
    write_json({"word": "für"})
    text = raw.getvalue().decode("ascii")
    lines = text.splitlines()
    assert lines[0] == "f\\xfcr"
    assert set(lines[2]) <= set("-+ ")
    assert json.loads("\n".join(lines[4:])) == {"word": "für"}


def test_undecodable_names_do_not_break_json(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"output": "a\udcff"})
    assert json.loads(capsys.readouterr().out) == {"output": "a\udcff"}


def test_messages_are_single_lines(capsys: pytest.CaptureFixture[str]) -> None:
    complain("a\nb", hint="c\nd")
    warn(["one", "two"])
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.splitlines() == [
        "xling: a b",
        "hint: c d",
        "xling: warning: one",
        "xling: warning: two",
    ]


def test_per_cent() -> None:
    assert per_cent(1) == "100.0 %"
    assert per_cent(0.00017, 3) == "0.017 %"
    assert per_cent(None) == "–"
