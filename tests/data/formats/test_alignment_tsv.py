from pathlib import Path

import pytest

from xling.data.formats.alignment_tsv import alignment_line, read_alignments
from xling.errors import FormatError


def read(folder: Path, text: str, **options: bool):
    place = folder / "gold.tsv"
    place.write_text(text, encoding="utf-8")
    return read_alignments(place, **options)


def test_sure_and_possible_links(tmp_path: Path) -> None:
    found, report = read(tmp_path, "a cat .\teine Katze .\t0-0 1-1 1?0 2p2\nhi\thallo\t\n")
    assert (found[0].source, found[0].target) == (("a", "cat", "."), ("eine", "Katze", "."))
    assert found[0].sure == {(0, 0), (1, 1)}
    assert found[0].possible == {(0, 0), (1, 1), (1, 0), (2, 2)}
    assert found[1].possible == frozenset()
    assert (report.items, report.problems) == (2, ())


def test_what_is_written_is_read(tmp_path: Path) -> None:
    line = alignment_line(("the", "dog"), ("der", "Hund"), [(0, 0), (1, 1)])
    (found,), _ = read(tmp_path, line + "\n")
    assert (found.source, found.target) == (("the", "dog"), ("der", "Hund"))
    assert found.sure == found.possible == {(0, 0), (1, 1)}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("a\tb", "not aligned"),
        ("\tb\t0-0", "not aligned"),
        ("a\tb\t0-0\tmore", "not aligned"),
        ("a\tb\t0-1", "bad link"),
        ("a\tb\t1-0", "bad link"),
        ("a\tb\t0:0", "bad link"),
        ("a\tb\t-1-0", "bad link"),
    ],
)
def test_bad_lines_are_skipped_and_counted(tmp_path: Path, line: str, kind: str) -> None:
    found, report = read(tmp_path, f"a\tb\t0-0\n{line}\n")
    assert len(found) == 1
    assert report.count(kind) == 1
    with pytest.raises(FormatError, match=r"gold\.tsv:2: "):
        read(tmp_path, f"a\tb\t0-0\n{line}\n", strict=True)
    with pytest.raises(FormatError, match="no line is aligned"):
        read(tmp_path, f"{line}\n")
