"""A file's rows on the disk: whole or not there, and gone on with after a stop."""

import errno
import os

import numpy as np
import pytest

from xling.encoders.pretrained.big_files import encode_file
from xling.encoders.pretrained.counts import EncodeCounts
from xling.errors import ConflictError, FileAccessError, FormatError


class Lengths:
    """Encodes a sentence as its length and its first character; can stop at a word."""

    dim = 2

    def __init__(self, stop_at: str | None = None) -> None:
        self.stop_at, self.seen = stop_at, 0

    def encode_counted(self, sentences):
        if self.stop_at in sentences:
            raise KeyboardInterrupt
        self.seen += len(sentences)
        rows = [[len(s), ord(s[0]) if s else 0] for s in sentences]
        counts = EncodeCounts(sentences=len(sentences), tokens=sum(map(len, sentences)))
        return np.array(rows, np.float32), counts


def write(path, lines: int = 10):
    path.write_text("".join(f"{'x' * i}\n" for i in range(1, lines + 1)), encoding="utf-8")
    return path


def test_row_i_is_line_i(tmp_path):
    source = tmp_path / "text"
    source.write_bytes("abc\n\nö\n\xff\nlast".encode().replace("\xff".encode(), b"\xff"))
    done = encode_file(Lengths(), source, tmp_path / "x.npy", made_by="m", chunk=2)
    rows = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert rows.dtype == np.float32
    assert rows[:, 0].tolist() == [3, 0, 1, 0, 4]
    assert (done.rows, done.dim, done.resumed) == (5, 2, 0)
    assert done.counts.sentences == 5
    assert "not UTF-8" in " ".join(done.report.describe())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["text", "x.npy"]


def test_a_stopped_run_is_gone_on_with(tmp_path):
    source, output = write(tmp_path / "text"), tmp_path / "x.npy"
    with pytest.raises(KeyboardInterrupt):
        encode_file(Lengths("xxxxxxx"), source, output, made_by="m", chunk=2)
    assert not output.exists()
    encoder = Lengths()
    done = encode_file(encoder, source, output, made_by="m", chunk=2)
    assert (done.resumed, encoder.seen) == (6, 4)
    assert done.counts.tokens == 55
    whole = encode_file(Lengths(), source, tmp_path / "y.npy", made_by="m", chunk=3)
    assert whole.counts == done.counts
    assert (tmp_path / "y.npy").read_bytes() == output.read_bytes()


def test_what_another_run_began_is_not_gone_on_with(tmp_path):
    source, output = write(tmp_path / "text"), tmp_path / "x.npy"
    with pytest.raises(KeyboardInterrupt):
        encode_file(Lengths("xxxxxxx"), source, output, made_by="m", chunk=2)
    with pytest.raises(ConflictError, match=r"x\.npy\.part was begun from another file, or by"):
        encode_file(Lengths(), source, output, made_by="other", chunk=2)
    write(source, 9)
    with pytest.raises(ConflictError, match="begun from another file"):
        encode_file(Lengths(), source, output, made_by="m", chunk=2)
    done = encode_file(Lengths(), source, output, made_by="m", chunk=2, force=True)
    assert (done.rows, done.resumed) == (9, 0)


def test_a_taken_place_and_an_empty_file(tmp_path):
    source = write(tmp_path / "text")
    (tmp_path / "x.npy").write_text("mine")
    with pytest.raises(FileAccessError, match="exists already"):
        encode_file(Lengths(), source, tmp_path / "x.npy", made_by="m")
    (tmp_path / "empty").write_text("")
    with pytest.raises(FormatError, match="the file is empty"):
        encode_file(Lengths(), tmp_path / "empty", tmp_path / "y.npy", made_by="m")


def test_a_last_step_that_fails_is_taken_again(tmp_path):
    source, output = write(tmp_path / "text"), tmp_path / "x.npy"

    def fail(part):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_file(Lengths(), source, output, made_by="m", finish=fail)
    assert not output.exists()

    def double(part):
        np.save(output, 2 * np.load(part))

    encoder = Lengths()
    done = encode_file(encoder, source, output, made_by="m", finish=double)
    assert (done.resumed, encoder.seen) == (10, 0)
    assert np.load(output)[:, 0].tolist() == list(range(2, 22, 2))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["text", "x.npy"]


def test_a_full_disk_is_told_before_any_work(tmp_path, monkeypatch):
    source, output = write(tmp_path / "text"), tmp_path / "x.npy"

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    encoder = Lengths()
    with pytest.raises(FileAccessError, match=r"cannot write .*x\.npy: No space left on device"):
        encode_file(encoder, source, output, made_by="m")
    assert encoder.seen == 0
    assert [p.name for p in tmp_path.iterdir()] == ["text"]
