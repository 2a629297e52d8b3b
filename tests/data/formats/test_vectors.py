"""The suite that every format of word vectors passes, and the choice between formats."""

import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from xling.data.formats.vectors import VECTOR_READERS, VECTOR_WRITERS, read_vectors, write_vectors
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.data.vocabulary import Vocabulary
from xling.errors import FileAccessError, FormatError, InputError, UnknownNameError

KEEPS_ALL = {".npz", ".safetensors"}
READ_ONLY = {".bin.gz"}

WORDS = (
    st.text(
        st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp"), exclude_characters="\0\ufeff"),
        min_size=1,
        max_size=6,
    )
    .map(lambda word: unicodedata.normalize("NFC", word))
    .filter(lambda word: word.split() == [word])
)
NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def make_space(words=("the", "Straße", "كلمة", "东西"), dim=3, **extra):
    vectors = np.random.default_rng(1).normal(size=(len(words), dim)).astype(np.float32)
    return EmbeddingSpace(
        language="en", vocabulary=Vocabulary(words=tuple(words)), vectors=vectors, **extra
    )


@st.composite
def spaces(draw):
    words = draw(st.lists(WORDS, unique=True, min_size=1, max_size=6))
    dim = draw(st.integers(2, 4))
    vectors = draw(arrays.arrays(np.float32, (len(words), dim), elements=NUMBERS))
    empty = frozenset(w for w, row in zip(words, vectors, strict=True) if not row.any())
    return EmbeddingSpace(
        language="en",
        vocabulary=Vocabulary(words=tuple(words)),
        vectors=vectors,
        empty_words=empty,
    )


def test_every_format_that_is_read_is_written_or_known_as_read_only():
    assert set(VECTOR_READERS) - set(VECTOR_WRITERS) == READ_ONLY
    assert set(VECTOR_WRITERS) <= set(VECTOR_READERS)


@pytest.mark.parametrize("ending", VECTOR_WRITERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(space=spaces())
def test_round_trip(tmp_path_factory, ending, space):
    path = tmp_path_factory.mktemp("vectors") / f"a{ending}"
    write_vectors(path, space)
    read, report = read_vectors(path, "en", strict=True)
    assert read.words == space.words
    assert read.vectors.dtype == np.float32
    np.testing.assert_array_equal(read.vectors, space.vectors)
    assert read.empty_words == space.empty_words
    assert report.items == len(space)
    assert report.count("zero vector") == len(space.empty_words)


@pytest.mark.parametrize("ending", VECTOR_WRITERS)
def test_limit_takes_the_first_words(tmp_path, ending):
    space = make_space(tuple(f"w{i}" for i in range(1200)))
    write_vectors(tmp_path / f"a{ending}", space)
    for limit in (1, 512, 513, 1199, 1200, 1201):
        read, report = read_vectors(tmp_path / f"a{ending}", "en", limit=limit, strict=True)
        assert read.words == space.words[:limit]
        np.testing.assert_array_equal(read.vectors, space.vectors[:limit])
        assert report.items == min(limit, 1200)


@pytest.mark.parametrize("ending", VECTOR_READERS)
def test_an_empty_file(tmp_path, ending):
    path = tmp_path / f"empty{ending}"
    path.touch()
    with pytest.raises(FormatError, match=rf"empty{ending}: the file is empty"):
        read_vectors(path, "en")


@pytest.mark.parametrize("ending", VECTOR_READERS)
def test_a_missing_file(tmp_path, ending):
    with pytest.raises(FileAccessError, match=rf"no such file: .*missing{ending}"):
        read_vectors(tmp_path / f"missing{ending}", "en")


@pytest.mark.parametrize("ending", VECTOR_READERS)
def test_a_file_that_is_something_else(tmp_path, ending):
    path = tmp_path / f"other{ending}"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(FormatError, match=rf"other{ending}"):
        read_vectors(path, "en")


@pytest.mark.parametrize("ending", sorted(set(VECTOR_WRITERS) - {".vec", ".txt"}))
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_file_is_always_an_error(tmp_path, ending, share):
    path = tmp_path / f"cut{ending}"
    write_vectors(path, make_space(tuple(f"w{i}" for i in range(600)), dim=20))
    raw = path.read_bytes()
    path.write_bytes(raw[: int(share * len(raw))])
    with pytest.raises(FormatError, match=rf"cut{ending}"):
        read_vectors(path, "en")


@pytest.mark.parametrize("ending", VECTOR_WRITERS)
@pytest.mark.parametrize("word", ["a b", "a\u00a0b", "", "a\nb", "a\0"])
def test_a_word_that_no_file_can_hold_is_refused(tmp_path, ending, word):
    with pytest.raises(FormatError, match="contains a blank or NUL"):
        write_vectors(tmp_path / f"a{ending}", make_space(("ok", word)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", VECTOR_WRITERS)
def test_a_word_without_a_utf8_form_is_refused(tmp_path, ending):
    with pytest.raises(FormatError, match="has no UTF-8 form"):
        write_vectors(tmp_path / f"a{ending}", make_space(("ok", "\ud800")))


@pytest.mark.parametrize("ending", VECTOR_WRITERS)
def test_an_existing_file_is_kept_without_force(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"x")
    with pytest.raises(FileAccessError, match="exists already"):
        write_vectors(path, make_space())
    assert path.read_bytes() == b"x"
    write_vectors(path, make_space(), force=True)
    assert read_vectors(path, "en")[0].words == make_space().words
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", sorted(KEEPS_ALL))
def test_counts_and_subwords_are_kept(tmp_path, ending):
    table = SubwordTable(
        vectors=np.random.default_rng(2).normal(size=(50, 3)).astype(np.float32),
        min_length=2,
        max_length=4,
    )
    counts = np.array([9, 5, 1])
    space = EmbeddingSpace(
        language="en",
        vocabulary=Vocabulary(words=("a", "b", "c"), counts=counts),
        vectors=np.eye(3, dtype=np.float32),
        subwords=table,
    )
    write_vectors(tmp_path / f"a{ending}", space)
    read, _ = read_vectors(tmp_path / f"a{ending}", "en", limit=2)
    np.testing.assert_array_equal(read.vocabulary.counts, [9, 5])
    assert (read.subwords.min_length, read.subwords.max_length) == (2, 4)
    np.testing.assert_array_equal(read.subwords.compose("straße"), table.compose("straße"))


def test_words_are_brought_to_nfc_with_casing_and_apostrophes_kept(tmp_path):
    space = make_space(("E\u0301te\u0301", "L’eau", "Don't"))
    for ending in VECTOR_WRITERS:
        write_vectors(tmp_path / f"a{ending}", space)
        read, _ = read_vectors(tmp_path / f"a{ending}", "fr")
        assert read.words == ("Été", "L’eau", "Don't")


def test_an_unknown_ending_names_the_known_ones(tmp_path):
    with pytest.raises(UnknownNameError, match=r"a\.vex.*'\.vex'; known: .*\.npz.*\.vec") as caught:
        read_vectors(tmp_path / "a.vex", "en")
    assert caught.value.hint == "did you mean '.vec'?"
    with pytest.raises(UnknownNameError, match=r"a\.pkl"):
        write_vectors(tmp_path / "a.pkl", make_space())


def test_the_ending_may_be_in_capitals(tmp_path):
    write_vectors(tmp_path / "A.VEC", make_space())
    assert len(read_vectors(tmp_path / "A.VEC", "en")[0]) == 4


def test_bad_arguments(tmp_path):
    with pytest.raises(InputError, match="malformed language code 'e'"):
        read_vectors(tmp_path / "a.vec", "e")
    with pytest.raises(InputError, match="limit is 0; at least 1 is needed"):
        read_vectors(tmp_path / "a.vec", "en", limit=0)


def test_the_formats_load_nothing_heavy():
    code = (
        "import sys, xling.data.formats, xling.data.formats.bin_file, xling.data.formats.npz\n"
        "import xling.data.formats.safetensors_file, xling.data.formats.word2vec_text\n"
        "assert not {'torch', 'faiss', 'gensim', 'scipy'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
