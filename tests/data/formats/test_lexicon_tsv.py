import gzip
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data.formats.lexicon_tsv import read_lexicon, write_lexicon
from xling.data.lexicon import Lexicon
from xling.errors import FormatError, InputError

LANGUAGES = ("en", "de")

# The third line of each file is bad.
GOOD = b"a\tb\nc d\n"
BAD_LINES = {
    "one column": (b"alone", "one column only; a line should be: source word TAB target word"),
    "empty line": (b"", "empty line"),
    "blank side": (b"\tb", "the source side is blank"),
    "several words": (b"ice cream Eis", "3 words without a TAB"),
    "duplicate pair": (b"a b", "the pair ('a', 'b') stands twice"),
    "not UTF-8": (b"x\ty\xff", "byte 0xff at position 4 of the line is not UTF-8"),
}


def read(folder, raw, **options):
    path = folder / "lex.tsv"
    path.write_bytes(raw)
    return read_lexicon(path, LANGUAGES, **options)


def test_tabs_or_blanks_many_to_many(tmp_path):
    lexicon, report = read(
        tmp_path, "cat Katze\ncat\tKater\ndog   Hund\r\nice cream\tSpeise\u00a0eis\n".encode()
    )
    assert lexicon.pairs == (
        ("cat", "Katze"),
        ("cat", "Kater"),
        ("dog", "Hund"),
        ("ice cream", "Speise\u00a0eis"),
    )
    assert lexicon.confidences is None
    assert (report.items, report.problems) == (4, ())


def test_words_are_nfc_and_otherwise_as_written(tmp_path):
    lexicon, _ = read(tmp_path, "E\u0301TE\u0301\tl’ÉTÉ\n".encode())
    assert lexicon.pairs == (("ÉTÉ", "l’ÉTÉ"),)


def test_a_column_of_confidences(tmp_path):
    lexicon, _ = read(tmp_path, b"a\tb\t0.5\nc\td\t1\tnote\n")
    np.testing.assert_array_equal(lexicon.confidences, [0.5, 1.0])


@pytest.mark.parametrize("third", [b"1.5", b"0", b"nan", b"noun", b""])
def test_a_column_of_something_else_is_ignored(tmp_path, third):
    lexicon, report = read(tmp_path, b"a\tb\t" + third + b"\n")
    assert lexicon.confidences is None
    assert report.problems == ()


def test_confidences_on_some_lines_are_ignored_but_reported(tmp_path):
    lexicon, report = read(tmp_path, b"a\tb\t0.5\nc\td\n", strict=True)
    assert lexicon.confidences is None
    assert "only 1 of 2 pairs have a confidence" in report.describe()[0]


@pytest.mark.parametrize("kind", BAD_LINES)
def test_bad_lines_are_skipped_and_counted(tmp_path, kind):
    line, message = BAD_LINES[kind]
    lexicon, report = read(tmp_path, GOOD + line + b"\ne\tf\n" + line + b"\n")
    assert lexicon.pairs == (("a", "b"), ("c", "d"), ("e", "f"))
    assert report.count(kind) == 2
    assert f"lex.tsv:3: {message}" in report.describe()[0]


@pytest.mark.parametrize("kind", BAD_LINES)
def test_bad_lines_stop_under_strict(tmp_path, kind):
    line, message = BAD_LINES[kind]
    with pytest.raises(FormatError) as caught:
        read(tmp_path, GOOD + line + b"\n", strict=True)
    assert f"lex.tsv:3: {message}" in str(caught.value)


def test_a_file_without_any_pair(tmp_path):
    with pytest.raises(FormatError, match=r"lex\.tsv: no line holds a word pair; a line should be"):
        read(tmp_path, b"a\nb\n")


def test_empty_and_truncated_files(tmp_path):
    with pytest.raises(FormatError, match="the file is empty"):
        read(tmp_path, b"")
    path = tmp_path / "lex.gz"
    path.write_bytes(gzip.compress(b"a\tb\n" * 3)[:-3])
    with pytest.raises(FormatError, match=r"lex\.gz: the gzip data is cut short"):
        read_lexicon(path, LANGUAGES)


def test_equal_languages(tmp_path):
    with pytest.raises(InputError, match="both are 'de'"):
        read_lexicon(tmp_path / "missing", ("de", "de"))


WORDS = (
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\t\n\ufeff"), min_size=1)
    .map(str.strip)
    .filter(bool)
)


@given(
    st.dictionaries(
        st.tuples(WORDS, WORDS), st.floats(0, 1, exclude_min=True), min_size=1, max_size=8
    ),
    st.booleans(),
)
def test_round_trip(tmp_path_factory, weighted, with_confidences):
    pairs = {tuple(unicodedata.normalize("NFC", side) for side in pair): 0 for pair in weighted}
    confidences = np.array(list(weighted.values())[: len(pairs)])
    lexicon = Lexicon(
        source_language="en",
        target_language="de",
        pairs=tuple(pairs),
        confidences=confidences if with_confidences else None,
    )
    path = tmp_path_factory.mktemp("lexicon") / "a.tsv.gz"
    write_lexicon(path, lexicon)
    read_back, _ = read_lexicon(path, LANGUAGES, strict=True)
    assert read_back.pairs == lexicon.pairs
    if with_confidences:
        np.testing.assert_array_equal(read_back.confidences, confidences)
    else:
        assert read_back.confidences is None


@pytest.mark.parametrize("word", [" ", "a\tb", "a\nb"])
def test_a_word_that_no_line_can_hold_is_refused(tmp_path, word):
    lexicon = Lexicon(source_language="en", target_language="de", pairs=(("a", "b"), ("c", word)))
    with pytest.raises(FormatError, match="pair 2 holds a blank word, a TAB or a line feed"):
        write_lexicon(tmp_path / "a.tsv", lexicon)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_lexicon_is_not_written(tmp_path):
    with pytest.raises(FormatError, match="holds no pair"):
        write_lexicon(
            tmp_path / "a.tsv", Lexicon(source_language="en", target_language="de", pairs=())
        )


def test_parts_of_speech_stand_in_a_further_column(tmp_path):
    lexicon, _ = read(tmp_path, b"a\tb\tNOUN\nc\td\tv\na\tb\tADJ\ne f\n")
    assert lexicon.parts_of_speech == ("noun", "verb", "")
    assert lexicon.confidences is None
    both, _ = read(tmp_path, b"a\tb\t0.5\tNOUN\n")
    assert (both.confidences.tolist(), both.parts_of_speech) == ([0.5], ("noun",))
    named, _ = read(tmp_path, b"a\tb\t\t\tIdiom\n", pos_column=5)
    assert named.parts_of_speech == ("idiom",)
    with pytest.raises(FormatError, match=r"lex\.tsv: column 4 is blank on all lines"):
        read(tmp_path, b"a\tb\tNOUN\n", pos_column=4)
