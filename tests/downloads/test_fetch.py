import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from xling.downloads.fetch import fetch
from xling.errors import ChecksumError, FileAccessError, InputError, RemoteError

BODY = bytes(range(256)) * 40
DIGEST = hashlib.sha256(BODY).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_file_is_fetched_once(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = BODY
    seen = []
    path = tmp_path / "deep" / "a.bin"
    first = fetch(f"{server.url}/a.bin", path, progress=lambda *step: seen.append(step))
    assert path.read_bytes() == BODY
    assert (first.sha256, first.size, first.cached) == (DIGEST, len(BODY), False)
    assert seen[-1] == ("fetch a.bin", len(BODY), len(BODY))
    assert names(path.parent) == ["a.bin", "a.bin.json"]
    again = fetch(f"{server.url}/a.bin", path)
    assert again.cached
    assert len(server.asked) == 1
    assert not fetch(f"{server.url}/a.bin", path, force=True).cached
    assert len(server.asked) == 2


def test_a_cut_connection_is_gone_on_with(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = BODY
    server.cuts = [1000, 2000]
    fetch(f"{server.url}/a.bin", tmp_path / "a.bin", sha256=DIGEST)
    assert (tmp_path / "a.bin").read_bytes() == BODY
    assert [wanted for _, wanted in server.asked] == [None, "bytes=1000-", "bytes=3000-"]


def test_a_later_call_goes_on(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = BODY
    server.cuts = [1500, 0, 0, 0]
    with pytest.raises(RemoteError, match=r"cut off after 1,500 of 10,240 bytes") as found:
        fetch(f"{server.url}/a.bin", tmp_path / "a.bin")
    assert "goes on" in str(found.value.hint)
    assert names(tmp_path) == ["a.bin.part", "a.bin.part.json"]
    server.asked.clear()
    fetch(f"{server.url}/a.bin", tmp_path / "a.bin", sha256=DIGEST)
    assert server.asked == [("/a.bin", "bytes=1500-")]
    assert names(tmp_path) == ["a.bin", "a.bin.json"]


def test_a_part_of_an_older_file_is_not_gone_on_with(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = b"x" * 5000
    server.cuts = [1500, 0, 0, 0]
    with pytest.raises(RemoteError):
        fetch(f"{server.url}/a.bin", tmp_path / "a.bin")
    server.files["/a.bin"], server.etag = BODY, '"two"'
    assert fetch(f"{server.url}/a.bin", tmp_path / "a.bin").sha256 == DIGEST


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_a_server_that_cannot_go_on(server: Any, tmp_path: Path, etag: str | None) -> None:
    server.files["/a.bin"], server.etag, server.ranges = BODY, etag, False
    server.cuts = [1000]
    assert fetch(f"{server.url}/a.bin", tmp_path / "a.bin").sha256 == DIGEST


def test_a_part_that_is_longer_than_the_file(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = BODY
    (tmp_path / "a.bin.part").write_bytes(BODY + b"more")
    (tmp_path / "a.bin.part.json").write_text(json.dumps({"mark": server.etag}))
    assert fetch(f"{server.url}/a.bin", tmp_path / "a.bin").sha256 == DIGEST


def test_a_part_that_is_complete_is_not_fetched_again(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = BODY
    for stored, digest in ((BODY, DIGEST), (b"x" * len(BODY), None)):
        server.asked.clear()
        (tmp_path / "a.bin.part").write_bytes(stored)
        (tmp_path / "a.bin.part.json").write_text(json.dumps({"mark": server.etag}))
        if digest is None:
            with pytest.raises(ChecksumError):
                fetch(f"{server.url}/a.bin", tmp_path / "a.bin", sha256=DIGEST)
        else:
            assert fetch(f"{server.url}/a.bin", tmp_path / "a.bin", sha256=DIGEST).sha256 == digest
        assert server.asked == [("/a.bin", f"bytes={len(BODY)}-")]
        (tmp_path / "a.bin").unlink(missing_ok=True)


def test_a_wrong_checksum(server: Any, tmp_path: Path) -> None:
    server.files["/a.bin"] = BODY
    with pytest.raises(ChecksumError, match=f"SHA-256 is {DIGEST}, not 00"):
        fetch(f"{server.url}/a.bin", tmp_path / "a.bin", sha256="00")
    assert names(tmp_path) == []
    path = tmp_path / "a.bin"
    fetch(f"{server.url}/a.bin", path)
    path.write_bytes(BODY[:-1])
    with pytest.raises(ChecksumError, match="damaged or was changed") as found:
        fetch(f"{server.url}/a.bin", path)
    assert "--force" in str(found.value.hint)


def test_a_file_put_there_by_hand(server: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(BODY)
    assert fetch(f"{server.url}/a.bin", path).cached
    assert json.loads((tmp_path / "a.bin.json").read_text())["sha256"] == DIGEST
    assert server.asked == []


def test_what_the_server_does_not_have(server: Any, tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="the server answers 404 Not Found") as found:
        fetch(f"{server.url}/none", tmp_path / "a.bin")
    assert found.value.status == 404
    assert str(tmp_path / "a.bin") in str(found.value.hint)
    assert names(tmp_path) == []


def test_a_server_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(RemoteError, match=r"cannot reach 127\.0\.0\.1:9") as found:
        fetch("http://127.0.0.1:9/a", tmp_path / "a.bin")
    assert f"put it at {tmp_path / 'a.bin'}" in str(found.value.hint)
    with pytest.raises(InputError, match="no address"):
        fetch("file:///etc/hosts", tmp_path / "a.bin")
    (tmp_path / "file").touch()
    with pytest.raises(FileAccessError, match="cannot write"):
        fetch("http://127.0.0.1:9/a", tmp_path / "file" / "a.bin")
