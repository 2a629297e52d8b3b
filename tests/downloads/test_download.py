import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from xling.data.formats import read_pairs
from xling.downloads.download import cache_folder, download
from xling.errors import InputError, RemoteError


def test_the_cache_is_where_the_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLING_CACHE", "/somewhere/else")
    assert cache_folder() == Path("/somewhere/else")
    monkeypatch.delenv("XLING_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == Path("/caches/xling")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder().parts[-3:] == ("Library", "Caches", "xling")


def test_pairs_are_made_ready(server: Any, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("Books.de-en.de", "Haus\nBaum\n")
        opened.writestr("Books.de-en.en", "house\ntree\n")
    server.files["/OPUS-Books/v1/moses/de-en.txt.zip"] = packed.getvalue()
    options: dict[str, Any] = {"corpus": "Books", "mirror": server.url + "/", "cache": tmp_path}
    for languages, first in ((("en", "de"), "house"), (("de", "en"), "Haus")):
        found = download("opus", languages, **options)
        assert found.ready[0] == tmp_path / "opus" / f"Books-v1-{'-'.join(languages)}.tsv.gz"
        corpus, _ = read_pairs(found.ready[0], languages)
        assert corpus.source[0] == first
        assert str(found.ready[0]) in found.example
    assert found.files[0].cached
    assert len(server.asked) == 1


def test_vectors_and_lexicons_are_ready_as_they_come(server: Any, tmp_path: Path) -> None:
    for part in ("", ".0-5000", ".5000-6500"):
        server.files[f"/arrival/dictionaries/en-de{part}.txt"] = b"house haus\n"
    found = download("muse", ("en", "de"), mirror=server.url, cache=tmp_path)
    assert [path.name for path in found.ready][1:] == ["en-de.0-5000.txt", "en-de.5000-6500.txt"]
    server.files["/fasttext/vectors-wiki/wiki.de.vec"] = b"1 1\na 1\n"
    found = download("fasttext-wiki", ("de",), mirror=server.url, cache=tmp_path)
    assert found.ready[0].read_bytes() == b"1 1\na 1\n"


def test_what_cannot_be_had(server: Any, tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="404"):
        download("fasttext-wiki", ("xx",), mirror=server.url, cache=tmp_path)
    with pytest.raises(InputError, match="mirror 'ftp://x'"):
        download("muse", ("en", "de"), mirror="ftp://x", cache=tmp_path)
