"""``xling encode``, called as a person calls it."""

import numpy as np
import pytest


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


def test_isotropy_leaves_nothing_that_is_not_complete(files, call, tiny_bert):
    (files / "one.txt").write_text("a dog\n")
    turned = ("encode", tiny_bert, "one.txt", "--output", "x.npy", "--isotropy", "whiten")
    for _ in range(2):
        result = call(*turned)
        assert (result.code, len(result.lines)) == (2, 1)
        assert "1 rows that are not zero" in result.err
        assert not (files / "x.npy").exists()
    assert call(*turned[:-2]).code == 0
    many = ("--isotropy", "all-but-the-top", "--components", "32")
    result = call("encode", tiny_bert, "en.txt", "--output", "y.npy", *many)
    assert (result.code, "components is 32; a number from 1 to 31" in result.err) == (2, True)
    words = ("--words", "--output", "y.vec")
    assert "components is 32;" in call("encode", tiny_bert, "words.txt", *words, *many).err
    (files / "y.isotropy.npz").write_text("mine")
    centred = ("encode", tiny_bert, "en.txt", "--output", "y.npy", "--isotropy", "centre")
    result = call(*centred)
    assert (result.code, "y.isotropy.npz exists already" in result.err) == (2, True)
    assert (files / "y.isotropy.npz").read_text() == "mine"
    assert not [place for place in files.iterdir() if place.name.startswith("y.npy")]
    assert call(*centred, "--force").code == 0
    with np.load("y.isotropy.npz") as stored:
        assert str(stored["kind"]) == "centre"


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
