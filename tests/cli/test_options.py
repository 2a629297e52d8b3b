import os
from pathlib import Path

import pytest

from xling.cli.options import (
    _at_most_all,
    check_input,
    examples,
    naming_lexicon,
    parse_languages,
    parse_lexicons,
    parse_tags,
    telling,
)
from xling.data.formats.report import ProblemLog
from xling.errors import CoverageError, FileAccessError, InputError


def test_languages() -> None:
    assert parse_languages("en, pt-BR") == ("en", "pt-BR")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("en", "languages: 1 given"),
        ("en,de,fr", "languages: 3 given"),
        ("en,EN", "languages: both are 'en'"),
        ("en,", "malformed language code ''"),
    ],
)
def test_bad_languages(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_languages(text)


def test_inputs_are_checked(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    check_input(tmp_path / "a", None)
    with pytest.raises(FileAccessError, match=r"no such file: .*missing"):
        check_input(tmp_path / "a", tmp_path / "missing")
    with pytest.raises(FileAccessError, match="is a directory"):
        check_input(tmp_path)
    with pytest.raises(FileAccessError, match="cannot read"):
        check_input(tmp_path / ("long" * 500))


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    check_input(tmp_path / "pipe")  # would wait for ever for a writer


def test_examples_stand_on_lines_of_their_own() -> None:
    assert examples("a") == "Example:\n\na"
    assert examples("a", "b") == "Examples:\n\na\n\nb"


def test_the_lexicons_file_is_named() -> None:
    with (
        pytest.raises(CoverageError, match=r"^seed\.tsv: nothing$"),
        naming_lexicon(Path("seed.tsv")),
    ):
        raise CoverageError("nothing")
    with pytest.raises(CoverageError, match=r"^nothing$"), naming_lexicon(None):
        raise CoverageError("nothing")


def test_notes_of_what_was_read_are_short_and_only_of_our_errors() -> None:
    log = ProblemLog("a.tsv", strict=False)
    for number, kind in enumerate(("one", "two", "three"), start=1):
        log.problem(kind, number, kind, "line skipped")
    reports = [log.report("pairs", 0)]
    with pytest.raises(InputError) as caught, telling(reports):
        raise InputError("no")
    assert caught.value.__notes__ == [
        "a.tsv:1: one; line skipped (1 such line)",
        "2 more kinds of problem in the files that were read",
    ]
    with pytest.raises(KeyError) as other, telling(reports):
        raise KeyError
    assert not hasattr(other.value, "__notes__")
    with telling(reports):
        pass


def test_tags() -> None:
    assert parse_tags("en, de,pt-BR") == ("en", "de", "pt-BR")
    assert parse_tags("en") == ("en",)
    with pytest.raises(InputError, match="languages: 'DE' stands twice"):
        parse_tags("de,en,DE")
    with pytest.raises(InputError, match="malformed language code ''"):
        parse_tags("de,")


def test_lexicons_of_a_hub() -> None:
    found = parse_lexicons(["en-DE=a=b.tsv", "zh-Hant-en=c.tsv"], ["en", "de", "zh-Hant"])
    assert found == {("en", "de"): Path("a=b.tsv"), ("zh-Hant", "en"): Path("c.tsv")}


@pytest.mark.parametrize("text", ["en-de", "en-de=", "=a.tsv", "en=a.tsv", "en-en=a", "en-fr=a"])
def test_malformed_lexicons_of_a_hub(text: str) -> None:
    with pytest.raises(InputError, match="SOURCE-TARGET=FILE is needed, with two of en, de"):
        parse_lexicons([text], ["en", "de"])


def test_tags_that_could_be_cut_in_two_ways() -> None:
    with pytest.raises(InputError, match="SOURCE-TARGET=FILE is needed"):
        parse_lexicons(["a-b-c=x"], ["a", "b-c", "a-b", "c"])


def test_a_lexicon_stands_once() -> None:
    with pytest.raises(InputError, match="the lexicon EN-de is given twice"):
        parse_lexicons(["en-de=a", "EN-de=b"], ["en", "de"])
    assert len(parse_lexicons(["en-de=a", "de-en=b"], ["en", "de"])) == 2


def test_more_threads_than_processors_would_only_wait() -> None:
    most = os.cpu_count() or 1
    assert _at_most_all(10**20) == most
    assert [_at_most_all(given) for given in (None, 1, 0, -3)] == [None, 1, 0, -3]
