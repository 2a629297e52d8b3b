import pytest

from xling.data.vocabulary import Vocabulary
from xling.server.suggestions import Suggestions

WORDS = ("the", "über", "Uhr", "übermorgen", "Öl", "uber", "学校", "学生", "الكتاب", "straße", "U")


@pytest.fixture
def suggestions():
    return Suggestions(Vocabulary(words=WORDS))


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("UB", ["über", "übermorgen", "uber"]),
        ("über", ["über", "uber", "übermorgen"]),
        ("u", ["U", "über", "Uhr", "übermorgen", "uber"]),
        ("ol", ["Öl"]),
        ("学", ["学校", "学生"]),
        ("ال", ["الكتاب"]),
        ("STRASSE", ["straße"]),
        ("x", []),
        ("the end", []),
    ],
)
def test_any_case_accents_and_script(suggestions, prefix, words):
    assert suggestions.find(prefix, 10) == words


def test_a_cut_keeps_the_exact_word_and_the_most_frequent(suggestions):
    assert suggestions.find("u", 2) == ["U", "über"]
    assert suggestions.find("u", 1) == ["U"]
