"""``xling migrate`` and ``xling drift``, called as a person calls them."""

import faiss
import numpy as np
import pytest

from xling.data.formats import read_vectors, write_vectors


@pytest.fixture
def files(tmp_path, monkeypatch, rotated_world):
    """Stand in a folder with rows of an old and of a new model."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    x = random.standard_normal((500, 12)).astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((12, 12)))[0].astype(np.float32)
    np.save("all.npy", x)
    np.save("old.npy", x[:300])
    np.save("new.npy", x[:300] @ turn)
    np.save("later-old.npy", x[300:])
    np.save("later-new.npy", x[300:] @ turn)
    np.save("other-new.npy", np.roll(x[300:] @ turn, 3, axis=1))
    np.save("short.npy", x[:299])
    write_vectors("en.vec", rotated_world.source)
    return tmp_path


SAMPLE = ("--old", "old.npy", "--new", "new.npy")


def test_rows_move_and_the_recall_is_said(files, call):
    result = call(
        *("migrate", "all.npy", *SAMPLE, "--output", "x.npy", "--save-map", "map", "--json"),
    )
    assert (result.code, result.err) == (0, "")
    assert (result.json["rows"], result.json["fitted_on"], result.json["held_out"]) == (
        500,
        270,
        30,
    )
    assert result.json["recall_kept"] > 0.95
    unit = np.load("later-new.npy")
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    assert np.allclose((np.load("x.npy")[300:] * unit).sum(axis=1), 1, atol=0.01)
    again = call("migrate", "all.npy", "--map", "map", "--output", "x.faiss")
    assert again.code == 0
    assert "recall@10 kept" in again.out
    index = faiss.read_index("x.faiss")
    assert np.array_equal(index.reconstruct_n(0, 500), np.load("x.npy"))


def test_words_move_into_an_index_with_its_words(files, call, rotated_world):
    write_vectors("de.vec", rotated_world.target)
    sample = ("--old", "en.vec", "--new", "en.vec")
    moved = ("migrate", "en.vec", *sample, "--held-out", "0.3", "--output", "x.faiss")
    assert call(*moved).code == 0
    words = [line.split("\t") for line in (files / "x.ids.tsv").read_text().splitlines()]
    assert words == [[str(row), word] for row, word in enumerate(rotated_world.source.words)]
    index = faiss.read_index("x.faiss")
    assert index.ntotal == len(words)
    (files / "x.faiss").unlink()
    result = call(*moved)
    assert (result.code, "x.ids.tsv exists already" in result.err) == (2, True)
    assert not (files / "x.faiss").exists()


def test_a_full_disk_is_one_line(files, call, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    result = call("migrate", "all.npy", *SAMPLE, "--output", "x.npy")
    assert (result.code, len(result.lines)) == (2, 1)
    assert "cannot write x.npy: No space left on device" in result.err
    assert not [place for place in files.iterdir() if "x.npy" in place.name]


def test_drift(files, call):
    assert call("migrate", "all.npy", *SAMPLE, "--output", "x.npy", "--save-map", "map").code == 0
    same = call("drift", "map", "--old", "later-old.npy", "--new", "later-new.npy", "--json")
    assert (same.code, same.json["verdict"]) == (0, "kept")
    other = call("drift", "map", "--old", "later-old.npy", "--new", "other-new.npy")
    assert other.code == 3
    assert "drifted" in other.out
    assert "keeps less than it did" in other.err


def test_words_are_matched_by_word(files, call):
    result = call(
        *("migrate", "en.vec", "--old", "en.vec", "--new", "en.vec", "--held-out", "0.3"),
        *("--output", "out.vec", "--method", "procrustes", "--json"),
    )
    assert (result.code, result.json["recall_kept"]) == (0, 1.0)
    given, made = (read_vectors(name, "en")[0] for name in ("en.vec", "out.vec"))
    assert given.words == made.words
    assert np.allclose(given.vectors, made.vectors, atol=1e-3)


OUT = ("--output", "x.npy")
BAD = {
    "300 old and 299 new": ("migrate", "all.npy", "--old", "old.npy", "--new", "short.npy", *OUT),
    "a sample embedded by both models is needed": ("migrate", "all.npy", "--old", "old.npy", *OUT),
    "--map is an earlier": ("migrate", "all.npy", *SAMPLE, "--map", "map", *OUT),
    "unknown method 'x'": ("migrate", "all.npy", *SAMPLE, "--method", "x", *OUT),
    "ending of the output x.txt:": ("migrate", "all.npy", *SAMPLE, "--output", "x.txt"),
    "ending of the vectors all.what:": ("migrate", "all.what", *SAMPLE, *OUT),
    "no such file: none.npy": ("migrate", "none.npy", *SAMPLE, *OUT),
    "two matrices or two": ("migrate", "all.npy", "--old", "old.npy", "--new", "en.vec",
                                         *OUT),
    "12 is needed": ("migrate", "narrow.npy", *SAMPLE, *OUT),
    "no such model: none": ("drift", "none", *SAMPLE),
    "not an xling model": ("drift", ".", *SAMPLE),
}  # fmt: skip


@pytest.mark.parametrize("said", BAD)
def test_bad_input_is_one_line(files, call, said):
    np.save("narrow.npy", np.ones((5, 3), np.float32))
    result = call(*BAD[said])
    assert result.code == 2
    assert said in result.lines[0]
    assert len(result.lines) <= 2
    assert not (files / "x.npy").exists()
