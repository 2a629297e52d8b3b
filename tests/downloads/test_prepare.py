import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from xling.data.formats import read_pairs
from xling.downloads.prepare import flores_pairs, moses_pairs
from xling.errors import FormatError


def moses(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("README", "x")
        for ending, text in files.items():
            opened.writestr(f"C.de-en.{ending}", text)
    return path


def flores(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as opened:
        for code, text in (("eng_Latn", "One.\nTwo.\n"), ("deu_Latn", "Eins.\nZwei.\n")):
            for split in ("dev", "devtest"):
                member = tarfile.TarInfo(f"./flores200_dataset/{split}/{code}.{split}")
                raw = text.encode()
                member.size = len(raw)
                opened.addfile(member, io.BytesIO(raw))
    return path


def test_moses_files(tmp_path: Path) -> None:
    archive = moses(tmp_path / "a.zip", de="x\ty\u2028z\n\nc\n", en="a\nb\n d\n")
    assert moses_pairs(archive, ("en", "de"), tmp_path / "o.tsv.gz") == 2
    corpus, report = read_pairs(tmp_path / "o.tsv.gz", ("en", "de"))
    assert corpus.source == ("a", "d")
    assert corpus.target == ("x y z", "c")
    assert report.problems == ()


def test_flores_files(tmp_path: Path) -> None:
    archive = flores(tmp_path / "a.tar.gz")
    for languages in (("de", "en"), ("deu_Latn", "en-GB")):
        assert flores_pairs(archive, languages, "devtest", tmp_path / "o.tsv") == 2
        assert (tmp_path / "o.tsv").read_text() == "Eins.\tOne.\nZwei.\tTwo.\n"
    with pytest.raises(FormatError, match="no language 'fr' in it; it has deu_Latn, eng_Latn"):
        flores_pairs(archive, ("en", "fr"), "dev", tmp_path / "no.tsv")
    assert not (tmp_path / "no.tsv").exists()


def test_bad_archives(tmp_path: Path) -> None:
    output = tmp_path / "o.tsv"
    with pytest.raises(FormatError, match=r"no single file in it ends in \.fr"):
        moses_pairs(moses(tmp_path / "a.zip", en="a\n", de="b\n"), ("en", "fr"), output)
    with pytest.raises(FormatError, match="differ in their number of lines, from line 2"):
        moses_pairs(moses(tmp_path / "b.zip", en="a\nb\n", de="b\n"), ("en", "de"), output)
    whole = moses(tmp_path / "c.zip", en="a\n", de="b\n").read_bytes()
    (tmp_path / "c.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match=r"c\.zip: damaged archive") as found:
        moses_pairs(tmp_path / "c.zip", ("en", "de"), output)
    assert "--force" in str(found.value.hint)
    raw = flores(tmp_path / "d.tar.gz").read_bytes()
    (tmp_path / "d.tar.gz").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(FormatError, match="damaged archive"):
        flores_pairs(tmp_path / "d.tar.gz", ("en", "de"), "dev", output)
    assert not output.exists()
