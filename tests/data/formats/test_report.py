import json

import pytest

from xling.data.formats.report import ProblemLog
from xling.errors import FormatError


def test_a_kind_is_counted_once_with_its_first_example():
    log = ProblemLog("broken.vec", strict=False)
    log.problem("NaN", 4, "NaN in the vector of 'c'", "word skipped")
    log.problem("empty line", 5, "empty line", "skipped")
    log.problem("NaN", 7, "NaN in the vector of 'd'", "word skipped")
    report = log.report("word vectors", 9)
    assert report.describe() == [
        "broken.vec:4: NaN in the vector of 'c'; word skipped (2 such lines)",
        "broken.vec:5: empty line; skipped (1 such line)",
    ]
    assert (report.count("NaN"), report.count("empty line"), report.count("Inf")) == (2, 1, 0)


def test_strict_stops_at_a_problem_but_not_at_a_note():
    log = ProblemLog("broken.vec", strict=True)
    log.note("zero vector", 3, "the vector of 'a' is zero", "word kept")
    with pytest.raises(FormatError, match=r"^broken\.vec:4: NaN in the vector of 'c'$") as caught:
        log.problem("NaN", 4, "NaN in the vector of 'c'", "word skipped")
    assert caught.value.line == 4
    assert log.report("word vectors", 1).count("zero vector") == 1


def test_words_of_a_binary_file_are_no_lines():
    log = ProblemLog("a.bin", strict=False, unit="word")
    log.problem("NaN", 4, "NaN in the vector of 'c'", "word skipped")
    assert log.report("word vectors", 1).describe() == [
        "a.bin: word 4: NaN in the vector of 'c'; word skipped (1 such word)"
    ]
    error = log.error("NaN", line=4)
    assert str(error) == "a.bin: word 4: NaN"
    assert error.line is None


def test_what_concerns_the_whole_file_has_no_place():
    log = ProblemLog("a.tsv", strict=False)
    log.note("partial confidences", None, "only 1 of 2", "column ignored")
    assert log.report("word pairs", 2).describe() == ["a.tsv: only 1 of 2; column ignored"]


def test_problems_of_another_file_are_kept_apart():
    log = ProblemLog("a.en", strict=False)
    log.problem("blank side", 2, "blank", "pair skipped")
    log.problem("blank side", 3, "blank", "pair skipped", path="a.de")
    report = log.report("sentence pairs", 1)
    assert report.describe() == [
        "a.en:2: blank; pair skipped (1 such line)",
        "a.de:3: blank; pair skipped (1 such line)",
    ]
    assert report.count("blank side") == 2


def test_survives_json():
    log = ProblemLog("a.bin", strict=False, unit="word")
    log.problem("NaN", 4, "NaN", "skipped")
    assert json.loads(json.dumps(log.report("word vectors", 1).to_json())) == {
        "path": "a.bin",
        "kind": "word vectors",
        "items": 1,
        "problems": [
            {"kind": "NaN", "path": "a.bin", "word": 4, "message": "NaN; skipped", "count": 1}
        ],
    }


def test_nothing_usable_names_the_first_problem():
    log = ProblemLog("a.tsv", strict=False)
    log.problem("one column", 1, "one column only", "line skipped")
    with pytest.raises(FormatError, match=r"a\.tsv: no pair; first problem: a\.tsv:1: one column"):
        raise log.nothing_usable("no pair")
