import pytest

from xling.data.corpus import ParallelCorpus
from xling.data.formats.line_aligned import read_line_aligned, read_lines, write_line_aligned
from xling.errors import FormatError

LANGUAGES = ("en", "de")


def files(folder, source, target):
    (folder / "a.en").write_bytes(source)
    (folder / "a.de").write_bytes(target)
    return folder / "a.en", folder / "a.de"


def test_lines_of_the_same_number_are_a_pair(tmp_path):
    corpus, report = read_line_aligned(
        *files(tmp_path, b"a\tx\nb\n", b" c\nd"), LANGUAGES, strict=True
    )
    assert corpus.source == ("a\tx", "b")
    assert corpus.target == ("c", "d")
    assert (report.items, report.problems) == (2, ())


@pytest.mark.parametrize(
    ("source", "target", "counts"), [(b"a\nb\nc\n", b"d\n", (3, 1)), (b"a\n", b"d\n\n", (1, 2))]
)
@pytest.mark.parametrize("strict", [False, True])
def test_different_line_counts(tmp_path, source, target, counts, strict):
    paths = files(tmp_path, source, target)
    with pytest.raises(FormatError) as caught:
        read_line_aligned(*paths, LANGUAGES, strict=strict)
    assert f"{paths[0]}: {counts[0]} lines, but {paths[1]} has {counts[1]}" in str(caught.value)


def test_bad_pairs_are_skipped_and_counted_for_their_file(tmp_path):
    source, target = files(tmp_path, b"a\n\nb\n\nc\n\xff\n", b"d\ne\n\n\nf\ng\n")
    corpus, report = read_line_aligned(source, target, LANGUAGES)
    assert corpus.source == ("a", "c")
    assert corpus.target == ("d", "f")
    assert [text.rpartition(" (")[0] for text in report.describe()] == [
        f"{source}:2: blank, but its pair is not; pair skipped",
        f"{target}:3: blank, but its pair is not; pair skipped",
        f"{source}:4: empty on both sides; pair skipped",
        f"{source}:6: byte 0xff at position 1 of the line is not UTF-8; line skipped",
    ]


def test_strict_stops_and_names_the_file_of_the_blank_side(tmp_path):
    with pytest.raises(FormatError, match=r"a\.de:2: blank, but its pair is not"):
        read_line_aligned(*files(tmp_path, b"a\nb\n", b"c\n\n"), LANGUAGES, strict=True)
    with pytest.raises(FormatError, match=r"a\.de:2: byte 0xff"):
        read_line_aligned(*files(tmp_path, b"a\nb\n", b"c\n\xff\n"), LANGUAGES, strict=True)


def test_empty_on_both_sides_never_stops(tmp_path):
    corpus, report = read_line_aligned(
        *files(tmp_path, b"a\n\nb\n", b"c\n\nd\n"), LANGUAGES, strict=True
    )
    assert len(corpus) == 2
    assert report.count("empty line") == 1


def test_one_empty_file(tmp_path):
    with pytest.raises(FormatError, match=r"a\.de: the file is empty"):
        read_line_aligned(*files(tmp_path, b"a\n", b""), LANGUAGES)


def test_no_usable_pair(tmp_path):
    with pytest.raises(FormatError, match="no line holds a sentence here and in"):
        read_line_aligned(*files(tmp_path, b"a\n\n", b"\nb\n"), LANGUAGES)


def test_round_trip(tmp_path):
    corpus = ParallelCorpus(
        source_language="en",
        target_language="de",
        source=("a\tb", "ü"),
        target=("c", "\u2028d\u00e9"),
    )
    stripped = ParallelCorpus(
        source_language="en", target_language="de", source=("a\tb", "ü"), target=("c", "dé")
    )
    paths = tmp_path / "a.en.gz", tmp_path / "a.de"
    write_line_aligned(*paths, corpus)
    assert read_line_aligned(*paths, LANGUAGES, strict=True)[0] == stripped


def test_a_sentence_with_a_line_feed_is_refused(tmp_path):
    corpus = ParallelCorpus(
        source_language="en", target_language="de", source=("a",), target=("b\nc",)
    )
    with pytest.raises(FormatError, match=r"a\.de: pair 1 holds a line feed"):
        write_line_aligned(tmp_path / "a.en", tmp_path / "a.de", corpus)
    assert list(tmp_path.iterdir()) == []


def test_monolingual_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\n\n two \n\xff\n")
    sentences, report = read_lines(path)
    assert sentences == ["one", "two"]
    assert (report.count("empty line"), report.count("not UTF-8"), report.items) == (1, 1, 2)
    with pytest.raises(FormatError, match=r"a\.txt:4: byte 0xff"):
        read_lines(path, strict=True)


def test_monolingual_text_without_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\n \n")
    with pytest.raises(FormatError, match=r"a\.txt: no line holds a sentence"):
        read_lines(path)
