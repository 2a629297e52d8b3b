import gzip
from pathlib import Path

import pytest

from xling.data.formats.similarity_tsv import RatedPair, read_similarity
from xling.errors import FileAccessError, FormatError, InputError

LINES = "word 1\tword 2\tscore\nold\tnew\t1.5\nNew York\tcity\t7\n"
PAIRS = (
    RatedPair(first="old", second="new", score=1.5),
    RatedPair(first="New York", second="city", score=7.0),
)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rated.tsv"
    path.write_bytes(text.encode())
    return path


def test_pairs_and_a_header(tmp_path: Path) -> None:
    pairs, report = read_similarity(written(tmp_path, LINES))
    assert pairs == PAIRS
    assert (report.items, report.count("header")) == (2, 1)
    assert "'score' is no score: a header; line left out" in report.describe()[0]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(tmp_path: Path, end: str) -> None:
    text = LINES.removesuffix("\n").replace("\n", end)
    assert read_similarity(written(tmp_path, text))[0] == PAIRS


def test_gzip_and_another_column(tmp_path: Path) -> None:
    path = tmp_path / "rated.tsv.gz"
    path.write_bytes(gzip.compress(b"old\tnew\tA\t1.5\nNew York\tcity\tN\t7\n"))
    assert read_similarity(path, column=4)[0] == PAIRS
    with pytest.raises(InputError, match="the score's column is 2; the words stand in 1 and 2"):
        read_similarity(path, column=2)


def test_problems_are_counted(tmp_path: Path) -> None:
    text = f"{LINES}\nold\tnew\t2\na\tb\na\tb\tx\n\tb\t1\na\tb\tnan\n"
    pairs, report = read_similarity(written(tmp_path, text))
    assert pairs == PAIRS
    kinds = ("empty line", "duplicate pair", "too few columns", "no score")
    assert [report.count(kind) for kind in kinds] == [1, 1, 2, 2]
    with pytest.raises(FormatError, match=r"rated.tsv:4: empty line"):
        read_similarity(written(tmp_path, text), strict=True)


def test_nothing_usable(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no line holds two words and a score"):
        read_similarity(written(tmp_path, "cat\tKatze\n"))
    with pytest.raises(FormatError, match="the file is empty"):
        read_similarity(written(tmp_path, ""))
    with pytest.raises(FileAccessError, match="no such file"):
        read_similarity(tmp_path / "none.tsv")
