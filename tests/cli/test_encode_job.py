"""What ``xling encode`` refuses, called as a person calls it."""

import pytest


@pytest.fixture
def files(tmp_path, monkeypatch, parallel_pairs):
    """Stand in a folder with sentences and words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "en.txt").write_text("".join(f"{s}\n" for s, _ in parallel_pairs), encoding="utf-8")
    (tmp_path / "words.txt").write_text("cat\ndog\nzebra\n")
    return tmp_path


BAD = {
    "neither modules.json nor config.json": ("encode", ".", "en.txt", "--output", "x.npy"),
    "no such folder: no/such/model": ("encode", "no/such/model", "en.txt", "--output", "x.npy"),
    "HF_HUB_OFFLINE is set": ("encode", "no-one/none", "en.txt", "--output", "x.npy"),
    "no such file: none.txt": ("encode", "TINY", "none.txt", "--output", "x.npy"),
    "ending of the output x.vec:": ("encode", "TINY", "en.txt", "--output", "x.vec"),
    "--words is missing": ("encode", "TINY", "en.txt", "--text", "en.txt", "--output", "x.npy"),
    "layers 'a'": ("encode", "TINY", "words.txt", "--words", "--layers", "a", "--output", "x.vec"),
    "layer 9;": ("encode", "TINY", "words.txt", "--words", "--layers", "9", "--output", "x.vec"),
    "isotropy 'x'": ("encode", "TINY", "en.txt", "--isotropy", "x", "--output", "x.npy"),
    "batch is 0": ("encode", "TINY", "en.txt", "--batch", "0", "--output", "x.npy"),
    "malformed language": ("encode", "TINY", "en.txt", "--language", "?", "--output", "x.npy"),
    "source 'x'; known": ("encode", "TINY", "words.txt", "--words", "--source", "x",
                          "--output", "x.vec"),
}  # fmt: skip


@pytest.mark.parametrize("said", BAD)
def test_bad_input_is_one_line(files, call, tiny_bert, said):
    arguments = [tiny_bert if word == "TINY" else word for word in BAD[said]]
    result = call(*arguments)
    assert result.code == 2
    assert said in result.lines[0]
    assert len(result.lines) <= 2
    assert not (files / "x.npy").exists()
    assert not (files / "x.vec").exists()
