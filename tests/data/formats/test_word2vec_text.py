import gzip

import numpy as np
import pytest
from gensim.models import KeyedVectors

from xling.data.formats.word2vec_text import read_vec, write_glove, write_vec
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import FormatError

# The fourth line of each file is bad.
GOOD = b"a 1 2\nb 3 4\n"
BAD_LINES = {
    "wrong width": [
        (b"c 1", "1 number instead of 2"),
        (b"c", "0 numbers instead of 2"),
        (b"c 1 2 3", "3 numbers instead of 2"),
    ],
    "empty line": [(b"", "empty line"), (b" \t ", "empty line")],
    "duplicate word": [(b"a 5 6", "the word 'a' stands twice")],
    "blank in word": [
        (b"New York 1 2", "the word 'New York' contains a blank"),
        ("New\u00a0York 1 2".encode(), "the word 'New\\xa0York' contains a blank"),
        (b" 1 2", "there is no word"),
    ],
    "not UTF-8": [(b"c\xff 1 2", "the word b'c\\xff' is not UTF-8")],
    "not a number": [
        (b"c 1 x", "'x' is no number"),
        (b"c 1_0 1", "'1_0' is no number"),
    ],
}
CASES = [(kind, line, message) for kind, found in BAD_LINES.items() for line, message in found]


def read(folder, raw, **options):
    path = folder / "a.vec"
    path.write_bytes(raw)
    return read_vec(path, "en", **options)


@pytest.mark.parametrize(("kind", "line", "message"), CASES)
@pytest.mark.parametrize("filler", [0, 700])
def test_bad_lines_are_skipped_and_counted(tmp_path, kind, line, message, filler):
    more = b"".join(b"w%d 0.5 1\n" % i for i in range(filler))
    rows = 5 + filler - 2 * (kind == "empty line")
    raw = b"%d 2\n" % rows + GOOD + line + b"\nd 5 6\n" + line + b"\n" + more
    space, report = read(tmp_path, raw)
    assert space.words[:3] == ("a", "b", "d")
    assert len(space) == report.items == 3 + filler
    np.testing.assert_array_equal(space.vectors[:3], [[1, 2], [3, 4], [5, 6]])
    (described,) = report.describe()
    assert described.startswith(f"{tmp_path / 'a.vec'}:4: {message}")
    assert described.endswith("(2 such lines)")
    assert report.count(kind) == 2


@pytest.mark.parametrize(("kind", "line", "message"), CASES)
def test_bad_lines_stop_under_strict(tmp_path, kind, line, message):
    with pytest.raises(FormatError) as caught:
        read(tmp_path, b"9 2\n" + GOOD + line + b"\n\nx nan 1\n", strict=True)
    assert str(caught.value).startswith(f"{tmp_path / 'a.vec'}:4: {message}")
    assert caught.value.line == 4


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("line", [b"c nan 1", b"c 1 -inf", b"c 1e99 1"])
def test_nan_and_infinity_always_stop(tmp_path, line, strict):
    with pytest.raises(FormatError, match=r"(NaN|Inf) in the vector of 'c'") as caught:
        read(tmp_path, b"3 2\n" + GOOD + line + b"\n", strict=strict)
    assert caught.value.line == 4
    space, _ = read(tmp_path, b"3 2\n" + GOOD + b"nan 1 2\n", strict=strict)
    assert space.words == ("a", "b", "nan")


@pytest.mark.parametrize("declared", [1, 3])
def test_a_wrong_header_count(tmp_path, declared):
    raw = b"%d 2\n" % declared + GOOD
    space, report = read(tmp_path, raw)
    assert space.words == ("a", "b")
    assert report.count("wrong header count") == 1
    message = f"a.vec:1: the header declares {declared} words, the file holds 2"
    assert message in report.describe()[0]
    with pytest.raises(FormatError) as caught:
        read(tmp_path, raw, strict=True)
    assert message in str(caught.value)


def test_a_header_that_lies_wildly_takes_no_memory(tmp_path):
    space, _ = read(tmp_path, b"999999999999999 2\n" + GOOD)
    assert len(space) == 2
    with pytest.raises(FormatError, match=r"a\.vec:1: '2 99999999' is neither a header"):
        read(tmp_path, b"2 99999999\n" + GOOD)


def test_words_that_differ_in_casing_are_different_words(tmp_path):
    space, report = read(tmp_path, b"3 2\nUS 1 2\nus 3 4\nUs 5 6\n", strict=True)
    assert space.words == ("US", "us", "Us")
    assert report.problems == ()


def test_words_equal_after_nfc_are_duplicates(tmp_path):
    space, report = read(tmp_path, "2 2\né 1 2\ne\u0301 3 4\n".encode())
    assert space.words == ("é",)
    assert report.count("duplicate word") == 1


def test_zero_vectors_are_kept_and_never_stop(tmp_path):
    space, report = read(tmp_path, b"2 2\na 0 -0.0\nb 1 2\n", strict=True)
    assert space.empty_words == {"a"}
    assert "a.vec:2: the vector of 'a' is zero; word kept" in report.describe()[0]


def test_without_a_header(tmp_path):
    space, report = read(tmp_path, b"2000 1 2\nb 3 4\n", strict=True)
    assert space.words == ("2000", "b")
    np.testing.assert_array_equal(space.vectors, [[1, 2], [3, 4]])
    assert report.problems == ()


def test_without_a_header_a_first_word_with_a_blank_does_not_set_the_width(tmp_path):
    space, report = read(tmp_path, b". . 1 2\nb 3 4\n")
    assert space.words == ("b",)
    assert report.count("blank in word") == 1


def test_tabs_and_fasttexts_blank_at_the_end_of_a_line(tmp_path):
    space, _ = read(tmp_path, b"\xef\xbb\xbf2 2 \r\na\t1\t2 \r\nb 3 4 \r\n", strict=True)
    assert space.words == ("a", "b")
    np.testing.assert_array_equal(space.vectors, [[1, 2], [3, 4]])


def test_one_dimension(tmp_path):
    space, _ = read(tmp_path, b"2 1\na 1\nb 2\n", strict=True)
    np.testing.assert_array_equal(space.vectors, [[1], [2]])


def test_what_is_neither_header_nor_vector(tmp_path):
    with pytest.raises(FormatError, match=r"a\.vec:1: 'once upon a time' is neither a header"):
        read(tmp_path, b"once upon a time\n")
    with pytest.raises(FormatError, match=r"a\.vec:1: '0 2' is neither a header"):
        read(tmp_path, b"0 2\n")


def test_no_usable_vector_names_the_first_problem(tmp_path):
    with pytest.raises(FormatError, match=r"no word with a usable vector; first .*a\.vec:2: 2 num"):
        read(tmp_path, b"2 3\na 1 2\nb 3 4\n")
    with pytest.raises(FormatError, match=r"no line holds a vector; first .*a\.vec:1: empty line"):
        read(tmp_path, b"\n\n")


def test_limit_stops_before_a_bad_line_and_before_the_count(tmp_path):
    space, report = read(tmp_path, b"9 2\n" + GOOD + b"broken\n", limit=2, strict=True)
    assert space.words == ("a", "b")
    assert report.problems == ()


def test_limit_counts_usable_words(tmp_path):
    space, _ = read(tmp_path, b"9 2\na 1 2\nbroken\na 1 2\nb 3 4\nc 5 6\n", limit=2)
    assert space.words == ("a", "b")


def test_truncated_gzip_is_always_an_error(tmp_path):
    path = tmp_path / "cut.vec.gz"
    path.write_bytes(gzip.compress(b"2 2\n" + GOOD)[:-5])
    with pytest.raises(FormatError, match=r"cut\.vec\.gz: the gzip data is cut short"):
        read_vec(path, "en")


def random_space(words=40, dim=7):
    rows = np.random.default_rng(3).normal(size=(words, dim)).astype(np.float32)
    names = tuple(f"wört{i}" for i in range(words))
    return EmbeddingSpace(language="en", vocabulary=Vocabulary(words=names), vectors=rows)


def test_gensim_reads_what_we_write(tmp_path):
    space = random_space()
    write_vec(tmp_path / "a.vec", space)
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / "a.vec"))
    assert tuple(theirs.index_to_key) == space.words
    np.testing.assert_array_equal(theirs.vectors, space.vectors)


def test_glove_is_the_same_without_the_header(tmp_path):
    space = random_space()
    write_vec(tmp_path / "a.vec", space)
    write_glove(tmp_path / "a.txt", space)
    header, rows = (tmp_path / "a.vec").read_bytes().split(b"\n", 1)
    assert header == b"40 7"
    assert (tmp_path / "a.txt").read_bytes() == rows


def test_we_read_what_gensim_writes(tmp_path):
    space = random_space()
    theirs = KeyedVectors(space.dim)
    theirs.add_vectors(list(space.words), np.array(space.vectors))
    theirs.save_word2vec_format(str(tmp_path / "a.vec"), binary=False)
    read_back, report = read_vec(tmp_path / "a.vec", "en", strict=True)
    assert report.problems == ()
    assert read_back.words == space.words
    np.testing.assert_array_equal(read_back.vectors, space.vectors)


def test_glove_cannot_hold_one_dimension(tmp_path):
    with pytest.raises(FormatError, match="vectors of one dimension need a header"):
        write_glove(tmp_path / "a.txt", random_space(dim=1))
