import gzip
from pathlib import Path

import pytest

from xling.data.formats.pair_rows import delimited_rows, json_rows
from xling.data.formats.report import ProblemLog
from xling.errors import FormatError


def write(path: Path, text: str) -> Path:
    raw = text.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def test_csv_with_quoted_commas_and_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv.gz", 'en,de\n"a, ""b""","x\ny"\n\nc,\n')
    log = ProblemLog(path, False)
    assert list(delimited_rows(path, log, header=None)) == [
        (3, {"en": 'a, "b"', "de": "x\ny"}),
        (5, {"en": "c", "de": ""}),
    ]
    assert log.report("x", 2).count("empty line") == 1


def test_tsv_keeps_quotation_marks(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", '"a\tb\tc\nd\n')
    log = ProblemLog(path, False)
    assert list(delimited_rows(path, log, header=False)) == [
        (1, {"1": '"a', "2": "b", "3": "c"}),
        (2, {"1": "d"}),
    ]
    assert list(delimited_rows(path, log, header=True)) == [(2, {'"a': "d"})]


def test_broken_csv(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'en,de\na,b\n"never closed,x\n')
    with pytest.raises(FormatError, match=r"a\.csv:3: broken CSV"):
        list(delimited_rows(path, ProblemLog(path, False), header=None))
    path = write(tmp_path / "b.csv", "en,en\na,b\n")
    with pytest.raises(FormatError, match=r"b\.csv:1: two columns have the same name"):
        list(delimited_rows(path, ProblemLog(path, False), header=None))


def test_json_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"en": "a"}\n\n{broken\n["a", "b"]\n{"en": "c"}\n')
    log = ProblemLog(path, False)
    assert list(json_rows(path, log)) == [(1, {"en": "a"}), (5, {"en": "c"})]
    report = log.report("x", 2)
    assert {problem.kind: problem.line for problem in report.problems} == {
        "empty line": 2,
        "no JSON": 3,
        "no object": 4,
    }
    with pytest.raises(FormatError, match=r"a\.jsonl:2: empty line"):
        list(json_rows(path, ProblemLog(path, True)))


@pytest.mark.parametrize("text", ['[\n{"en": "a"}\n]\n', '[{"en": "a"},\n {"en": "c"}]\n', "[{\n"])
def test_a_json_array_is_refused_with_what_is_right(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "a.json", text)
    with pytest.raises(FormatError, match="one JSON object a line is needed") as caught:
        list(json_rows(path, ProblemLog(path, False)))
    assert "jq -c" in str(caught.value.hint)
