import gzip
import os
import stat
from pathlib import Path

import pytest

from xling.errors import FileAccessError, XlingError
from xling.files import (
    atomic_directory,
    atomic_file,
    check_output,
    digests,
    open_binary,
    system_error,
)

as_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_open_binary_reads_plain_and_gzip(tmp_path):
    (tmp_path / "a").write_bytes(b"plain")
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"packed"))
    with open_binary(tmp_path / "a") as stream:
        assert stream.read() == b"plain"
    with open_binary(str(tmp_path / "a.gz")) as stream:
        assert stream.read() == b"packed"


@pytest.mark.parametrize("name", ["missing.tsv", "missing.tsv.gz"])
def test_open_binary_names_a_missing_file(tmp_path, name):
    with pytest.raises(FileAccessError, match=rf"no such file: .*{name}"):
        open_binary(tmp_path / name)


def test_open_binary_refuses_a_directory(tmp_path):
    with pytest.raises(FileAccessError, match="is a directory; a file is needed"):
        open_binary(tmp_path)


@as_user
def test_open_binary_without_permission(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)
    with pytest.raises(FileAccessError, match="no permission to read"):
        open_binary(tmp_path / "a")


def test_check_output_refuses_what_is_taken(tmp_path):
    (tmp_path / "taken").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    check_output(tmp_path / "new" / "deep")
    check_output(tmp_path / "taken", force=True)
    for name in ("taken", "dangling"):
        with pytest.raises(FileAccessError, match=f"{name} exists already") as caught:
            check_output(tmp_path / name)
        assert caught.value.hint == "choose another place, or replace it with --force"


def test_check_output_refuses_a_parent_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileAccessError, match=r"file is not a directory, so .*file/out"):
        check_output(tmp_path / "file" / "out")


@as_user
def test_check_output_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(FileAccessError, match="no permission to write"):
        check_output(tmp_path / "out")
    tmp_path.chmod(0o700)


def test_a_directory_appears_only_when_complete(tmp_path):
    place = tmp_path / "new" / "model"
    with atomic_directory(place) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "a").write_text("x")
        assert not place.exists()
        assert folder.parent == place.parent
    assert (place / "sub" / "a").read_text() == "x"
    assert names(place.parent) == ["model"]


def test_modes_follow_the_umask(tmp_path):
    old = os.umask(0o027)
    try:
        with atomic_directory(tmp_path / "d"):
            pass
        with atomic_file(tmp_path / "f"):
            pass
        assert stat.S_IMODE((tmp_path / "d").stat().st_mode) == 0o750
        assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(old)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, XlingError("x"), ValueError("x")])
@pytest.mark.parametrize("atomic", [atomic_directory, atomic_file])
def test_an_exception_leaves_nothing_behind(tmp_path, atomic, error):
    def write_half():
        with atomic(tmp_path / "out") as temporary:
            (temporary / "a" if temporary.is_dir() else temporary).write_text("half")
            raise error

    with pytest.raises(error if isinstance(error, type) else type(error)):
        write_half()
    assert names(tmp_path) == []


def test_an_exception_removes_the_parents_that_were_made(tmp_path):
    with pytest.raises(KeyboardInterrupt), atomic_directory(tmp_path / "a" / "b" / "out"):
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_an_exception_keeps_what_stood_there(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "shots.json").write_text("old")

    def write_half():
        with atomic_directory(tmp_path / "out", force=True) as folder:
            (folder / "new").write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["shots.json"]


def test_force_replaces_a_directory_whole(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "shots.json").write_text("old")
    with atomic_directory(tmp_path / "out", force=True) as folder:
        (folder / "new").write_text("new")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["new"]


def test_force_replaces_no_file_by_a_directory(tmp_path):
    (tmp_path / "out").write_text("old")
    with (
        pytest.raises(FileAccessError, match="out is no directory, so it is not replaced"),
        atomic_directory(tmp_path / "out", force=True),
    ):
        pytest.fail("the body must not run")
    assert (tmp_path / "out").read_text() == "old"


def test_what_is_put_there_meanwhile_is_not_replaced(tmp_path):
    def write():
        with atomic_directory(tmp_path / "out", force=True) as folder:
            (folder / "new").write_text("new")
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "mine.txt").write_text("mine")

    with pytest.raises(FileAccessError, match=r"'mine\.txt', which xling did not write"):
        write()
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["mine.txt"]


@pytest.mark.parametrize("atomic", [atomic_directory, atomic_file])
def test_what_exists_is_refused_before_anything_is_written(tmp_path, atomic):
    (tmp_path / "out").write_text("old")
    with pytest.raises(FileAccessError, match="out exists already"), atomic(tmp_path / "out"):
        pytest.fail("the body must not run")
    assert (tmp_path / "out").read_text() == "old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("atomic", [atomic_directory, atomic_file])
def test_a_write_that_the_system_refuses_names_the_place(tmp_path, atomic):
    with (
        pytest.raises(FileAccessError, match=r"cannot write .*out: No space left on device"),
        atomic(tmp_path / "out"),
    ):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == []


def test_a_library_that_names_the_system_s_error_in_words_is_understood(tmp_path):
    told = "I/O error: No space left on device (os error 28)"
    with (
        pytest.raises(FileAccessError, match=r"cannot write .*out: No space left on device"),
        atomic_file(tmp_path / "out"),
    ):
        raise RuntimeError(told)
    assert names(tmp_path) == []
    assert system_error(FileAccessError(told)) is None
    assert system_error(RuntimeError("invalid shape")) is None


def test_a_rename_that_fails_puts_the_old_directory_back(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "shots.json").write_text("old")
    rename = type(tmp_path).rename

    def refuse(self, target):
        if (self / "new").exists():
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(type(tmp_path), "rename", refuse)
    with (
        pytest.raises(FileAccessError, match=r"cannot write .*out: Input/output error"),
        atomic_directory(tmp_path / "out", force=True) as folder,
    ):
        (folder / "new").write_text("new")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["shots.json"]


def test_a_file_keeps_its_ending_while_it_is_written(tmp_path):
    with atomic_file(tmp_path / "deep" / "a.vec.gz") as temporary:
        assert temporary.name.endswith(".vec.gz")
        temporary.write_text("x")
    assert (tmp_path / "deep" / "a.vec.gz").read_text() == "x"
    assert names(tmp_path / "deep") == ["a.vec.gz"]


def test_force_replaces_a_file(tmp_path):
    (tmp_path / "a").write_text("old")
    with atomic_file(tmp_path / "a", force=True) as temporary:
        temporary.write_text("new")
    assert (tmp_path / "a").read_text() == "new"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc")
@pytest.mark.parametrize("atomic", [atomic_directory, atomic_file])
def test_a_place_where_nothing_can_be_made(atomic):
    with (
        pytest.raises(FileAccessError, match=r"(cannot|no permission to) write /proc/out"),
        atomic("/proc/out"),
    ):
        pytest.fail("the body must not run")


def test_digests_are_of_the_bytes_of_regular_files(tmp_path):
    place = tmp_path / "a.txt"
    place.write_bytes(b"abc")
    os.mkfifo(tmp_path / "pipe")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    found = digests(a=place, pipe=tmp_path / "pipe", folder=tmp_path, none=tmp_path / "none")
    assert found == {"a": known}
