import hashlib
from pathlib import Path

import pytest

from xling.experiments.inputs import file_names, file_sums


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("a/x.tsv", "b/y.tsv"), ("x.tsv", "y.tsv")),
        (("a/x.tsv", "b/x.tsv", "y"), ("a/x.tsv", "b/x.tsv", "y")),
        (("c/a/x", "d/a/x", "d/x"), ("c/a/x", "d/a/x", "d/x")),
        (("/x", "/a/x"), ("/x", "a/x")),
        (("/a/x", "/a/x"), ("x",)),  # one file in two places of a call
    ],
)
def test_names_are_as_short_as_tells_files_apart(paths, names) -> None:
    assert tuple(file_names(map(Path, paths)).values()) == names


def test_sums_of_files_of_one_base_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_text(folder)
    found = file_sums([tmp_path / "a" / "x", tmp_path / "b" / "x", tmp_path / "b"])
    assert found == {f"{name}/x": hashlib.sha256(name.encode()).hexdigest() for name in "ab"}
