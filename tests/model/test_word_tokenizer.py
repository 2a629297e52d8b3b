import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xling.data.text import SEGMENTERS, fold, tokenize
from xling.errors import InputError
from xling.model.word_tokenizer import word_tokenizer

WORDS = ["strasse", "don't", "a", "katze", "l'", "homme", "σοφος", "été", "über", "fi", "ʼn", "ii"]


def found(text: str, language: str) -> list[str]:
    ids = word_tokenizer(WORDS, language).encode(text, add_special_tokens=False).ids
    return [WORDS[row] for row in ids]


def expected(text: str, language: str) -> list[str]:
    return [fold(word) for word in tokenize([text], language)[0] if fold(word) in WORDS]


@pytest.mark.parametrize(
    "text",
    [
        "Die STRASSE, Straße! don’t a ab bA l'a KATZE",
        "L’homme ΣΟΦΟΣ E\u0301te\u0301 u\u0308ber ﬁ ﬁfi kat\u00adze\u00a0a x ŉ Ⅱ İI",
        "a_a a-b a1 1 l’’homme 'a' don`t\tkatze\nkatze\u200b",
        "",
        "!?",
    ],
)
@pytest.mark.parametrize("language", ["en", "fr", "el"])
def test_the_same_words_are_found(text: str, language: str) -> None:
    assert found(text, language) == expected(text, language)


def test_it_finds_anything_at_all() -> None:
    text = "Die Straße: don’t über-homme ﬁ"
    assert found(text, "de") == ["strasse", "don't", "über", "homme", "fi"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("aAßẞ'’ ­-.ﬁiıİlLσςΣe\u0301\u0308uÜ1²\u200b\u00a0ŉn"), max_size=12))
def test_any_text(text: str) -> None:
    for language in ("en", "fr"):
        assert found(text, language) == expected(text, language)


def test_a_segmenter_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SEGMENTERS, "xx", str.split)
    with pytest.raises(InputError, match="'xx' has a segmenter"):
        word_tokenizer(WORDS, "xx")
