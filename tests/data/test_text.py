import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data import text
from xling.data.text import (
    apostrophe_parts,
    fold,
    looks_unsegmented,
    normalize,
    same_words,
    tokenize,
    without_marks,
)

TEXT = st.text(st.characters(exclude_categories=("Cs",)))


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("l\u2019e\u0301te\u0301\u00a0!", "l'été !"),
        ("so\u00adlar\u200b\ufeff", "solar"),
        ("a\tb\r\nc", "a b  c"),
        ("e\u00ad\u0301", "é"),
        ("\u1fef", "'"),
        ("don´t don`t don‘t", "don't don't don't"),
    ],
)
def test_normalize(raw, wanted):
    assert normalize(raw) == wanted


def test_sentences_of_the_same_words():
    assert (
        same_words("\u00bfQu\u00e9 hora es?")
        == same_words(" qu\u00e9 hora  es.")
        == "qu\u00e9horaes"
    )
    assert same_words("Es ist 3.") != same_words("Es ist 4.")
    assert same_words("\u0939\u093f\u0928") != same_words(
        "\u0939\u0928"
    )  # a vowel sign is no letter, but counts
    assert same_words(" ?! ") == "?!"


@given(TEXT)
def test_normalize_and_fold_are_done_once(raw):
    once = normalize(raw)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert fold(fold(raw)) == fold(raw)


@pytest.mark.parametrize("form", ["Straße", "STRASSE", "strasse"])
def test_fold_joins_written_forms(form):
    assert fold(form) == "strasse"


def test_fold_keeps_accents():
    assert fold("Été") == "été"
    assert fold("ete") != "été"


@pytest.mark.parametrize(
    ("sentence", "language", "words"),
    [
        ("Don’t wake the cat!", "en", ["Don't", "wake", "the", "cat"]),
        ("L’homme d'aujourd’hui dort.", "fr", ["L'", "homme", "d'", "aujourd'", "hui", "dort"]),
        ("dell'acqua", "it-CH", ["dell'", "acqua"]),
        ("dell'acqua", "de", ["dell'acqua"]),
        ("3 Äpfel, 2½ كتاب", "de", ["3", "Äpfel", "2½", "كتاب"]),
        ("हिन्दी भाषा", "hi", ["हिन्दी", "भाषा"]),
        ("'quoted'", "en", ["quoted"]),
        ("...", "en", []),
        ("", "en", []),
    ],
)
def test_tokenize(sentence, language, words):
    assert tokenize([sentence], language) == [words]


def test_a_language_may_have_a_segmenter(monkeypatch):
    monkeypatch.setitem(text.SEGMENTERS, "zh", list)
    assert tokenize(["东西"], "zh-Hant") == [["东", "西"]]
    assert tokenize(["东西"], "ja") == [["东西"]]


def test_looks_unsegmented():
    assert looks_unsegmented(["我们昨天在学校里看见了他"], 1)
    assert looks_unsegmented(["w" * 13] * 20, 1)
    assert not looks_unsegmented(["w" * 12] * 20, 1)
    assert looks_unsegmented(["w" * 9] * 3, 2)
    assert not looks_unsegmented(["w" * 8] * 3, 2)
    assert not looks_unsegmented(["w" * 9] * 4, 2)
    assert not looks_unsegmented([], 3)


def test_marks_go_and_letters_stay() -> None:
    assert without_marks("Hüte") == "Hute"
    assert without_marks("e\u0301te\u0301") == "ete"
    assert without_marks("학교") == "학교"
    assert without_marks("ß") == "ß"


def test_what_stands_around_an_apostrophe() -> None:
    assert apostrophe_parts("o'clock's") == ["o'clock's", "o", "clock", "s"]
    assert apostrophe_parts("l'") == ["l'", "l"]
    assert apostrophe_parts("a'a") == ["a'a", "a"]
