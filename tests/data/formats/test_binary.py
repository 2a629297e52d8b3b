from pathlib import Path

import numpy as np
import pytest

from xling.data.formats.binary import BinaryFile
from xling.errors import FormatError


def test_takes_bytes_words_and_rows_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    rows = np.arange(6, dtype="<f4").reshape(2, 3)
    path.write_bytes(b"headword end " + rows.tobytes())
    with BinaryFile(path) as file:
        assert file.take(4, "the header") == b"head"
        assert file.until(b" ", "a word") == b"word"
        assert file.until(b" ", "a word") == b"end"
        assert not file.at_end()
        np.testing.assert_array_equal(file.rows(2, 3, "the rows"), rows)
        assert file.at_end()


@pytest.mark.parametrize(("size", "read"), [(0, 0), (3, 0), (9, 1), (20, 2)])
def test_a_cut_is_told_with_what_was_being_read(tmp_path: Path, size: int, read: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes((b"head word " + bytes(12))[:size])
    with BinaryFile(path) as file:
        steps = (
            lambda: file.take(5, "the head"),
            lambda: file.until(b" ", "the word"),
            lambda: file.rows(1, 3, "the rows"),
        )
        for step in steps[:read]:
            step()
        with pytest.raises(FormatError, match=r"cut\.bin.*the (head|word|rows)"):
            steps[read]()
