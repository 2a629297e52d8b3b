import gzip

import numpy as np
import pytest
from gensim.models import KeyedVectors

from xling.data.formats.bin_file import read_bin
from xling.data.formats.word2vec_binary import read_word2vec_binary, write_word2vec_binary
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError


def entry(word, *numbers):
    return word + b" " + np.array(numbers, dtype="<f4").tobytes() + b"\n"


GOOD = entry(b"a", 1, 2) + entry(b"b", 3, 4)
# The third word of each file is bad.
BAD_WORDS = {
    "duplicate word": (entry(b"a", 5, 6), "the word 'a' stands twice"),
    "blank in word": (entry("x\u00a0y".encode(), 1, 2), "the word 'x\\xa0y' contains a blank"),
    "not UTF-8": (entry(b"c\xff", 1, 2), "the word b'c\\xff' is not UTF-8"),
}


def read(folder, raw, **options):
    path = folder / "a.bin"
    path.write_bytes(raw)
    return read_word2vec_binary(path, "en", **options)


@pytest.mark.parametrize("kind", BAD_WORDS)
def test_bad_words_are_skipped_and_counted(tmp_path, kind):
    bad, message = BAD_WORDS[kind]
    space, report = read(tmp_path, b"5 2\n" + GOOD + bad + entry(b"d", 5, 6) + bad)
    assert space.words == ("a", "b", "d")
    np.testing.assert_array_equal(space.vectors, [[1, 2], [3, 4], [5, 6]])
    assert report.count(kind) == 2
    assert f"a.bin: word 3: {message}" in report.describe()[0]
    assert "(2 such words)" in report.describe()[0]


@pytest.mark.parametrize("kind", BAD_WORDS)
def test_bad_words_stop_under_strict(tmp_path, kind):
    bad, message = BAD_WORDS[kind]
    with pytest.raises(FormatError) as caught:
        read(tmp_path, b"3 2\n" + GOOD + bad, strict=True)
    assert f"a.bin: word 3: {message}" in str(caught.value)


@pytest.mark.parametrize("bad", [np.nan, -np.inf])
def test_nan_and_infinity_always_stop(tmp_path, bad):
    with pytest.raises(FormatError, match=r"a\.bin: word 3: (NaN|Inf) in the vector of 'c'"):
        read(tmp_path, b"3 2\n" + GOOD + entry(b"c", bad, 1))


def test_fewer_words_than_declared(tmp_path):
    with pytest.raises(FormatError, match=r"a\.bin: the file ends within word 3"):
        read(tmp_path, b"3 2\n" + GOOD)


def test_more_words_than_declared(tmp_path):
    space, report = read(tmp_path, b"1 2\n" + GOOD)
    assert space.words == ("a",)
    assert "the header declares 1 words, but more follow" in report.describe()[0]
    with pytest.raises(FormatError, match="the header declares 1 words, but more follow"):
        read(tmp_path, b"1 2\n" + GOOD, strict=True)


@pytest.mark.parametrize("header", [b"3\n", b"3 x\n", b"0 2\n", b"3 0\n", b"1 99999999999\n"])
def test_a_bad_header(tmp_path, header):
    with pytest.raises(FormatError, match=r"a\.bin: neither a fastText model nor word2vec"):
        read(tmp_path, header + GOOD)


def test_a_vector_whose_bytes_look_like_blanks_or_line_feeds(tmp_path):
    blanks = np.frombuffer(b"\n \n \n \n ", dtype="<f4")
    space, _ = read(tmp_path, b"2 2\n" + entry(b"a", *blanks) + entry(b"b", 1, 2), strict=True)
    np.testing.assert_array_equal(space.vectors, [blanks, [1, 2]])


def test_zero_vectors_are_kept(tmp_path):
    space, report = read(tmp_path, b"1 2\n" + entry(b"a", 0, 0), strict=True)
    assert space.empty_words == {"a"}
    assert report.count("zero vector") == 1


def random_space():
    rows = np.random.default_rng(3).normal(size=(1500, 300)).astype(np.float32)  # over 1 MiB
    names = tuple(f"wört{i}" for i in range(1500))
    return EmbeddingSpace(language="en", vocabulary=Vocabulary(words=names), vectors=rows)


def test_gensim_reads_what_we_write(tmp_path):
    space = random_space()
    write_word2vec_binary(tmp_path / "a.bin", space)
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / "a.bin"), binary=True)
    assert tuple(theirs.index_to_key) == space.words
    np.testing.assert_array_equal(theirs.vectors, space.vectors)


def test_we_read_what_gensim_writes(tmp_path):
    space = random_space()
    theirs = KeyedVectors(space.dim)
    theirs.add_vectors(list(space.words), np.array(space.vectors))
    theirs.save_word2vec_format(str(tmp_path / "a.bin"), binary=True)
    packed = tmp_path / "a.bin.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.bin").read_bytes(), 1))
    for path in (tmp_path / "a.bin", packed):
        read_back, report = read_bin(path, "en", strict=True)
        assert report.problems == ()
        assert read_back.words == space.words
        np.testing.assert_array_equal(read_back.vectors, space.vectors)
