import errno
import os
from pathlib import Path

import pytest

from xling.data.scratch import ScratchFile
from xling.errors import FileAccessError


def test_it_has_no_name_and_keeps_what_is_written(tmp_path: Path) -> None:
    file = ScratchFile(tmp_path / "not" / "yet" / "there")
    file.append(b"abc")
    file.append(b"")
    file.append(b"defg")
    assert (file.read(2, 3), file.read(0, 0), file.read(0, 7)) == (b"cde", b"", b"abcdefg")
    assert not list(tmp_path.iterdir())
    file.close()


def test_what_the_system_refuses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ScratchFile(tmp_path / "out")
    file.append(b"abc")
    with pytest.raises(FileAccessError, match=r"cannot read a temporary file beside .*out: "):
        file.read(2, 3)

    def full(_: int, __: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(FileAccessError, match=r"cannot write .* beside .*out: No space left"):
        file.append(b"x")
    file.close()
