"""Models are trained with gensim, saved in Facebook's format, and read back by us."""

import struct

import numpy as np
import pytest
from gensim.models.fasttext import FastText, load_facebook_vectors, save_facebook_model

from xling.data.formats.bin_file import read_bin
from xling.data.formats.fasttext_binary import read_fasttext_binary
from xling.errors import FormatError

SENTENCES = [
    ["die", "Straße", "ist", "lang", "東京"],
    ["die", "Katze", "schläft", "東京", "كلمة"],
    ["ist", "die", "Katze", "lang", "été"],
] * 4
UNKNOWN = ["Straßen", "Kätzchen", "東京都", "كلمات", "étés", "xyzzy", "a", "🙂🙂"]


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    return train(tmp_path_factory.mktemp("fasttext") / "model.bin", min_n=2, max_n=4)


def train(path, **settings):
    model = FastText(
        SENTENCES, vector_size=8, min_count=1, bucket=200, epochs=2, seed=1, workers=1, **settings
    )
    save_facebook_model(model, str(path))
    return path


def test_known_words_have_gensims_vectors_and_counts(model_path):
    theirs = load_facebook_vectors(str(model_path))
    space, report = read_bin(model_path, "de", strict=True)
    assert report.problems == ()
    assert space.words == tuple(theirs.index_to_key)
    np.testing.assert_allclose(space.vectors, theirs.vectors, atol=1e-6)
    assert space.vocabulary.counts.tolist() == [
        theirs.get_vecattr(word, "count") for word in space.words
    ]


@pytest.mark.parametrize("word", UNKNOWN)
def test_unknown_words_are_composed_as_gensim_does(model_path, word):
    theirs = load_facebook_vectors(str(model_path))
    assert word not in theirs.key_to_index
    space, _ = read_fasttext_binary(model_path, "de")
    np.testing.assert_allclose(space.subwords.compose(word), theirs.get_vector(word), atol=1e-5)


@pytest.mark.parametrize(("min_n", "max_n"), [(1, 3), (3, 6)])
def test_other_lengths_of_n_grams(tmp_path, min_n, max_n):
    path = train(tmp_path / "model.bin", min_n=min_n, max_n=max_n)
    theirs = load_facebook_vectors(str(path))
    space, _ = read_fasttext_binary(path, "de", strict=True)
    np.testing.assert_allclose(space.vectors, theirs.vectors, atol=1e-6)
    np.testing.assert_allclose(
        space.subwords.compose("Straßen"), theirs.get_vector("Straßen"), atol=1e-5
    )


def test_a_model_without_n_grams_has_no_subwords(tmp_path):
    path = train(tmp_path / "model.bin", min_n=3, max_n=0)
    space, _ = read_fasttext_binary(path, "de", strict=True)
    assert space.subwords is None
    np.testing.assert_allclose(space.vectors, load_facebook_vectors(str(path)).vectors, atol=1e-6)


def test_limit_keeps_the_whole_subword_table(model_path):
    whole, _ = read_fasttext_binary(model_path, "de")
    first, report = read_fasttext_binary(model_path, "de", limit=2)
    assert first.words == whole.words[:2]
    assert report.items == 2
    np.testing.assert_array_equal(first.vectors, whole.vectors[:2])
    np.testing.assert_array_equal(first.subwords.vectors, whole.subwords.vectors)


def synthetic(words, own, buckets, *, maxn=3, model=2, labels=0, quantised=False, version=12):
    """Build a model by the layout of fastText's own source."""
    dim = len(own[0])
    raw = struct.pack("<2i", 793712314, version)
    raw += struct.pack("<12id", dim, 5, 5, 1, 5, 1, 1, model, len(buckets), 2, maxn, 100, 1e-4)
    raw += struct.pack("<3iqq", len(words) + labels, len(words), labels, 100, -1)
    for count, word in enumerate(words, start=1):
        raw += word + b"\0" + struct.pack("<qb", count, 0)
    raw += struct.pack("<?2q", quantised, len(own) + len(buckets), dim)
    return raw + np.array([*own, *buckets], dtype="<f4").tobytes()


def read(folder, raw, **options):
    path = folder / "m.bin"
    path.write_bytes(raw)
    return read_fasttext_binary(path, "de", **options)


def test_the_sentence_end_has_its_own_row_alone(tmp_path):
    # One bucket: every n-gram is the row (4, 0); "ab" has <a <ab ab ab> b>, and <ab> is too long.
    space, _ = read(tmp_path, synthetic([b"</s>", b"ab"], [[1, 1], [10, 6]], [[4, 0]]))
    np.testing.assert_allclose(space.vectors, [[1, 1], [(10 + 5 * 4) / 6, 1]], rtol=1e-6)


def test_bad_words_are_skipped_and_counted_or_stop(tmp_path):
    names = [b"a", b"\xff", b"a", "x\u00a0y".encode(), b"z"]
    own = [[1, 2], [1, 2], [3, 4], [1, 2], [0, 0]]
    raw = synthetic(names, own, [[0, 0]])
    space, report = read(tmp_path, raw)
    assert space.words == ("a", "z")
    assert space.vocabulary.counts.tolist() == [1, 5]
    assert space.empty_words == {"z"}
    assert {problem.kind: problem.line for problem in report.problems} == {
        "not UTF-8": 2,
        "duplicate word": 3,
        "blank in word": 4,
        "zero vector": 5,
    }
    with pytest.raises(FormatError, match=r"m\.bin: word 2: the word b'\\xff' is not UTF-8"):
        read(tmp_path, raw, strict=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": 3}, "a supervised fastText model"),
        ({"labels": 2}, "a supervised fastText model"),
        ({"quantised": True}, "a quantised fastText model"),
        ({"version": 13}, "fastText version 13; up to 12 can be read"),
    ],
)
def test_other_kinds_of_model_are_refused(tmp_path, options, message):
    with pytest.raises(FormatError, match=rf"m\.bin: {message}"):
        read(tmp_path, synthetic([b"a"], [[1, 2]], [[3, 4]], **options))


def test_another_magic_number(tmp_path):
    raw = synthetic([b"a"], [[1, 2]], [[3, 4]])
    with pytest.raises(FormatError, match="does not begin with fastText's magic number"):
        read(tmp_path, b"xxxx" + raw[4:])


def test_a_matrix_of_another_shape(tmp_path):
    raw = synthetic([b"a"], [[1, 2]], [[3, 4]]).replace(
        struct.pack("<2q", 2, 2), struct.pack("<2q", 7, 2)
    )
    with pytest.raises(FormatError, match="a matrix of 7 x 2; 1 words and 1 buckets of width 2"):
        read(tmp_path, raw)


def test_nan_in_a_word_s_vector_is_always_an_error(tmp_path):
    with pytest.raises(FormatError, match=r"m\.bin: word 2: NaN in the vector of 'b'"):
        read(tmp_path, synthetic([b"a", b"b"], [[1, 2], [np.nan, 1]], [[3, 4]]))


def test_nan_in_the_n_grams_is_always_an_error(tmp_path):
    with pytest.raises(FormatError, match="NaN or Inf in the n-gram vectors"):
        read(tmp_path, synthetic([b"a"], [[1, 2]], [[3, np.nan]]))


def test_a_file_cut_anywhere_is_an_error_and_never_hangs(tmp_path):
    raw = synthetic([b"one", b"two"], [[1, 2], [3, 4]], [[5, 6]])
    for size in range(4, len(raw)):
        with pytest.raises(FormatError, match=r"m\.bin: the file ends within"):
            read(tmp_path, raw[:size])
