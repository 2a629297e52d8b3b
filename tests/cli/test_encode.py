"""``xling encode``, called as a person calls it."""

import numpy as np
import pytest

from xling.data.formats import read_vectors


@pytest.fixture
def files(tmp_path, monkeypatch, parallel_pairs):
    """Stand in a folder with sentences and words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "en.txt").write_text("".join(f"{s}\n" for s, _ in parallel_pairs), encoding="utf-8")
    (tmp_path / "words.txt").write_text("cat\ndog\nzebra\n")
    return tmp_path


def test_sentences_to_a_matrix(files, call, tiny_bert):
    result = call("encode", tiny_bert, "en.txt", "--language", "en", "--output", "x.npy", "--json")
    assert (result.code, result.err) == (0, "")
    assert (result.json["rows"], result.json["dimensions"], result.json["truncated"]) == (
        192,
        32,
        0,
    )
    rows = np.load("x.npy", mmap_mode="r")
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert len(np.unique(np.round(rows, 4), axis=0)) == 192
    flat = call(
        *("encode", tiny_bert, "en.txt", "--output", "y.npy", "--isotropy", "centre", "--json")
    )
    assert np.allclose(np.load("y.npy"), rows - rows.mean(axis=0), atol=1e-5)
    with np.load(flat.json["isotropy_file"]) as stored:
        assert np.allclose(stored["mean"], rows.mean(axis=0), atol=1e-6)


def test_half_precision_is_another_run(files, call, tiny_bert):
    whole = call("encode", tiny_bert, "en.txt", "--output", "a.npy", "--json")
    half = call("encode", tiny_bert, "en.txt", "--precision", "bf16", "--output", "h.npy", "--json")
    assert (whole.json["precision"], half.json["precision"]) == ("fp32", "bf16")
    rows = np.load("a.npy"), np.load("h.npy")
    assert not np.array_equal(*rows)
    assert np.allclose(*rows, atol=0.05)


def test_what_the_tokenizer_does_not_know_is_said(files, call, tiny_bert):
    (files / "ru.txt").write_text("собака спит\n" * 3 + "dog " * 40 + "\n", encoding="utf-8")
    result = call("encode", tiny_bert, "ru.txt", "--language", "ru", "--output", "x.npy")
    assert result.code == 0
    assert "unknown to the tokenizer" in result.err
    assert "1 of 4 ru sentences have more than 24 tokens" in result.err
    assert "unknown tokens" in result.out


def test_words_to_a_vector_file(files, call, tiny_bert):
    result = call(
        *("encode", tiny_bert, "words.txt", "--words", "--text", "en.txt", "--language", "en"),
        *("--layers", "0,-1", "--output", "en.vec", "--json"),
    )
    assert (result.code, result.json["missing"]) == (0, ["zebra"])
    assert result.json["source"] == "occurrences"
    assert "1 words got no vector" in result.err
    space, _ = read_vectors("en.vec", "en")
    assert space.words == ("cat", "dog")
    alone = call("encode", tiny_bert, "words.txt", "--words", "--output", "alone.vec")
    assert "isolation" in alone.out
    assert not np.allclose(read_vectors("alone.vec", "en")[0].vectors[:2], space.vectors)


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
