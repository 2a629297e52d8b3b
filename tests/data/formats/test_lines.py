import gzip

import pytest

from xling.data.formats.lines import decoded_lines, raw_lines, write_lines
from xling.data.formats.report import ProblemLog
from xling.errors import FileAccessError, FormatError


def packed(path, raw):
    path.write_bytes(gzip.compress(raw, mtime=0))
    return path


def test_lines_end_at_a_line_feed_only(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffa\u2028b\u0085c\r\n\n d \nlast".encode())
    assert [(n, line.decode()) for n, line in raw_lines(path)] == [
        (1, "a\u2028b\u0085c"),
        (2, ""),
        (3, " d "),
        (4, "last"),
    ]


def test_reads_through_gzip(tmp_path):
    path = packed(tmp_path / "a.txt.gz", b"a\nb\n")
    assert list(raw_lines(path)) == [(1, b"a"), (2, b"b")]


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_empty_file(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(FormatError, match=rf"{name}: the file is empty"):
        list(raw_lines(path))


def test_empty_gzip_member(tmp_path):
    with pytest.raises(FormatError, match="the file is empty"):
        list(raw_lines(packed(tmp_path / "a.gz", b"")))


def test_truncated_gzip(tmp_path):
    path = packed(tmp_path / "a.txt.gz", b"".join(b"line %d\n" % i for i in range(5000)))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(FormatError, match=r"a\.txt\.gz: the gzip data is cut short"):
        list(raw_lines(path))


def test_damaged_gzip(tmp_path):
    path = packed(tmp_path / "a.txt.gz", b"line\n" * 1000)
    raw = bytearray(path.read_bytes())
    raw[-6] ^= 255
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=r"a\.txt\.gz: damaged gzip data \(CRC"):
        list(raw_lines(path))


def test_plain_text_named_gz(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(b"plain\n")
    with pytest.raises(FormatError, match=r"a\.gz: damaged gzip data \(Not a gzipped file"):
        list(raw_lines(path))


def test_missing_file_and_directory(tmp_path):
    with pytest.raises(FileAccessError, match=r"no such file: .*missing\.tsv"):
        list(raw_lines(tmp_path / "missing.tsv"))
    with pytest.raises(FileAccessError, match="is a directory; a file is needed"):
        list(raw_lines(tmp_path))


def test_undecodable_lines_are_counted_or_stop(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"ok\nab\xffc\nok\n\xfe\n")
    log = ProblemLog(path, strict=False)
    assert list(decoded_lines(path, log)) == [(1, "ok"), (2, None), (3, "ok"), (4, None)]
    report = log.report("lines", 2)
    assert report.describe() == [
        f"{path}:2: byte 0xff at position 3 of the line is not UTF-8; line skipped (2 such lines)"
    ]
    with pytest.raises(FormatError, match=r"a\.txt:2: byte 0xff"):
        list(decoded_lines(path, ProblemLog(path, strict=True)))


def test_gzip_is_written_alike_each_time(tmp_path):
    write_lines(tmp_path / "a.gz", [b"x", b"y"])
    write_lines(tmp_path / "b.gz", [b"x", b"y"])
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"x\ny\n"


def test_a_failure_while_writing_leaves_nothing(tmp_path):
    def lines():
        yield b"x"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(tmp_path / "a.txt", lines())
    assert list(tmp_path.iterdir()) == []
