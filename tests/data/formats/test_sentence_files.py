import gzip
import os
import threading
from pathlib import Path

import pytest

from xling.data.formats import sentence_files
from xling.data.formats.sentence_files import SentenceFiles, check_unmatched, count_lines
from xling.errors import FileAccessError, FormatError, InputError


def write(path: Path, text: bytes) -> Path:
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def test_files_follow_one_another_and_can_be_read_again(tmp_path: Path) -> None:
    first = write(tmp_path / "a.txt", "\ufeffone\n\n two \r\nthrée".encode())
    second = write(tmp_path / "b.txt.gz", b"four\n")
    files = SentenceFiles([first, second])
    for _ in range(2):
        assert list(files) == ["one", "two", "thrée", "four"]
        assert [report.items for report in files.reports] == [3, 1]
    assert files.reports[0].count("empty line") == 1


def test_it_is_read_line_by_line(tmp_path: Path) -> None:
    # A bad end does not matter to one who has not come to it.
    path = write(tmp_path / "a.txt", b"one\ntwo\n\xff\n")
    stream = iter(SentenceFiles([path], strict=True))
    assert [next(stream), next(stream)] == ["one", "two"]
    with pytest.raises(FormatError, match=r"a\.txt:3: byte 0xff at position 1 of the line"):
        next(stream)


def test_a_line_too_long_is_skipped_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentence_files, "_LONGEST", 10)
    text = b"0123456789\nx0123456789\n" + b"y" * 35 + b"\nshort\n" + b"z" * 20
    path = write(tmp_path / "a.txt", text)
    files = SentenceFiles([path])
    # A line end does not count; the line after a long one is whole.
    assert list(files) == ["0123456789", "short"]
    assert files.reports[0].count("too long") == 3
    assert "a.txt:2: longer than 10 bytes" in files.reports[0].describe()[0]
    with pytest.raises(FormatError, match=r"a\.txt:2: longer than 10 bytes"):
        list(SentenceFiles([path], strict=True))


def test_bad_bytes_are_counted(tmp_path: Path) -> None:
    files = SentenceFiles([write(tmp_path / "a.txt", b"one\n\xff\n\xfe\ntwo\n")])
    assert list(files) == ["one", "two"]
    assert files.reports[0].count("not UTF-8") == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [(b"", r"a\.txt: the file is empty"), (b"\n \n", r"a\.txt: no line holds a sentence")],
)
def test_a_file_without_a_sentence_is_refused(tmp_path: Path, text: bytes, message: str) -> None:
    good = write(tmp_path / "good.txt", b"one\n")
    files = SentenceFiles([good, write(tmp_path / "a.txt", text)])
    with pytest.raises(FormatError, match=message):
        list(files)
    assert len(files.reports) == 1


def test_damaged_and_missing_files_are_named(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(b"line %d\n" % i for i in range(9000)))
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    for read in (lambda path: list(SentenceFiles([path])), count_lines):
        with pytest.raises(FormatError, match=r"cut\.gz: the gzip data is cut short"):
            read(tmp_path / "cut.gz")
        with pytest.raises(FileAccessError, match=r"no such file: .*gone"):
            read(tmp_path / "gone")


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_progress_goes_from_some_to_all_bytes_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sentence_files, "_SIGN", 10)
    lines = b"".join(b"%s\n" % os.urandom(3000).hex().encode() for _ in range(95))
    path = write(tmp_path / name, lines)
    heard: list[tuple[str, int, int]] = []
    list(SentenceFiles([path], progress=lambda *told: heard.append(told)))
    size = path.stat().st_size
    assert {(stage, total) for stage, _, total in heard} == {(f"read {name}", size)}
    done = [part for _, part, _ in heard]
    assert len(done) == 10
    assert done == sorted(done)
    assert max(done[:-1]) < done[-1] == size


@pytest.mark.parametrize(("text", "lines"), [(b"", 0), (b"a\nb\n", 2), (b"a\n\n\xff", 3)])
def test_lines_are_counted_whatever_they_hold(tmp_path: Path, text: bytes, lines: int) -> None:
    assert count_lines(write(tmp_path / "a.txt", text)) == lines
    assert count_lines(write(tmp_path / "a.txt.gz", text)) == lines


def test_files_of_the_same_length_are_refused(tmp_path: Path) -> None:
    two, three, five, one, four = (
        write(tmp_path / f"{n}.txt", b"x\n" * n) for n in (2, 3, 5, 1, 4)
    )
    also_three = write(tmp_path / "also.txt.gz", b"y\n" * 3)
    check_unmatched([two], [three])
    check_unmatched([two, also_three], [])
    check_unmatched([three, also_three], [two])  # of one language
    with pytest.raises(InputError, match=r"3\.txt and .*also\.txt\.gz both have 3 lines") as found:
        check_unmatched([two, three], [also_three])
    assert "--accept-line-aligned" in str(found.value.hint)
    with pytest.raises(
        InputError, match=r"2\.txt and .*3\.txt and .*1\.txt and .*4\.txt both have 5"
    ):
        check_unmatched([two, three], [one, four])
    empty = [write(tmp_path / name, b"") for name in ("e.txt", "f.txt")]
    check_unmatched(empty[:1], empty[1:])
    with pytest.raises(InputError, match="both have 5 lines"):
        check_unmatched([two, three], [five])


def test_a_pipe_is_read_but_not_compared(tmp_path: Path) -> None:
    pipe, other = tmp_path / "pipe", write(tmp_path / "a.txt", b"one\n")
    os.mkfifo(pipe)
    with pytest.raises(InputError, match=r"pipe is no regular file") as found:
        check_unmatched([other], [pipe])
    assert "--accept-line-aligned" in str(found.value.hint)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"one\ntwo\n",))
    writer.start()
    assert list(SentenceFiles([pipe])) == ["one", "two"]
    writer.join()
