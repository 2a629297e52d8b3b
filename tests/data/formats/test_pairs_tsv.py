import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data.corpus import ParallelCorpus
from xling.data.formats.pairs_tsv import read_pairs, write_pairs
from xling.errors import FormatError, InputError

LANGUAGES = ("en", "de")
SENTENCES = (
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\t\n\ufeff"), min_size=1)
    .map(str.strip)
    .filter(bool)
)

# The third line of each file is bad.
GOOD = b"a\tb\nc\td\te\n"
BAD_LINES = {
    "one column": (b"alone", "one column only; a line should be: source sentence TAB target"),
    "empty line": (b" ", "empty line"),
    "blank side": (b"a\t \tb", "the target side is blank"),
    "not UTF-8": (b"x\xff\ty", "byte 0xff at position 2 of the line is not UTF-8"),
}


def test_further_columns_are_ignored(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes("\ufeffA  cat.\tEine Katze.\tCC-BY\r\nl’eau\t das Wasser \n".encode())
    corpus, report = read_pairs(path, LANGUAGES, strict=True)
    assert corpus.source == ("A  cat.", "l’eau")
    assert corpus.target == ("Eine Katze.", "das Wasser")
    assert (corpus.source_language, corpus.target_language) == LANGUAGES
    assert (report.items, report.kind, report.problems) == (2, "sentence pairs", ())


@pytest.mark.parametrize("kind", BAD_LINES)
def test_bad_lines_are_skipped_and_counted(tmp_path, kind):
    line, message = BAD_LINES[kind]
    path = tmp_path / "a.tsv"
    path.write_bytes(GOOD + line + b"\nf\tg\n" + line + b"\n")
    corpus, report = read_pairs(path, LANGUAGES)
    assert corpus.source == ("a", "c", "f")
    assert report.count(kind) == 2
    (described,) = report.describe()
    assert described.startswith(f"{path}:3: {message}")
    assert described.endswith("(2 such lines)")


@pytest.mark.parametrize("kind", BAD_LINES)
def test_bad_lines_stop_under_strict(tmp_path, kind):
    line, message = BAD_LINES[kind]
    path = tmp_path / "a.tsv"
    path.write_bytes(GOOD + line + b"\n")
    with pytest.raises(FormatError) as caught:
        read_pairs(path, LANGUAGES, strict=True)
    assert str(caught.value).startswith(f"{path}:3: {message}")
    assert caught.value.line == 3


def test_a_file_without_any_pair(tmp_path):
    path = tmp_path / "onecol.tsv"
    path.write_bytes(b"a\nb\n")
    with pytest.raises(FormatError, match=r"onecol\.tsv: no line holds .* source sentence TAB"):
        read_pairs(path, LANGUAGES)


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.tsv"
    path.touch()
    with pytest.raises(FormatError, match=r"empty\.tsv: the file is empty"):
        read_pairs(path, LANGUAGES)


def test_truncated_gzip_is_always_an_error(tmp_path):
    path = tmp_path / "cut.tsv.gz"
    raw = gzip.compress(b"".join(b"a %d\tb %d\n" % (i, i) for i in range(3000)))
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(FormatError, match=r"cut\.tsv\.gz: the gzip data is cut short"):
        read_pairs(path, LANGUAGES)


def test_equal_languages_are_refused_before_reading(tmp_path):
    with pytest.raises(InputError, match="both are 'en'"):
        read_pairs(tmp_path / "missing.tsv", ("en", "en"))


@given(st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1))
def test_round_trip(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("pairs") / "a.tsv.gz"
    source, target = zip(*pairs, strict=True)
    corpus = ParallelCorpus(
        source_language="en", target_language="de", source=source, target=target
    )
    write_pairs(path, corpus)
    read, report = read_pairs(path, LANGUAGES, strict=True)
    assert read == corpus
    assert report.items == len(pairs)


@pytest.mark.parametrize("sentence", ["a\tb", "a\nb"])
def test_a_sentence_that_no_line_can_hold_is_refused(tmp_path, sentence):
    corpus = ParallelCorpus(
        source_language="en", target_language="de", source=("x", "y"), target=("x", sentence)
    )
    with pytest.raises(FormatError, match="pair 2 holds a TAB or a line feed"):
        write_pairs(tmp_path / "a.tsv", corpus)
    assert list(tmp_path.iterdir()) == []
