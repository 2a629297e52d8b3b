"""Segmenters that are extras: which package a language needs, and what is made of its pieces."""

import sys
from types import SimpleNamespace

import pytest

from xling.data.segmenters import SEGMENTER_EXTRAS, needs_segmenter, segmenter
from xling.errors import MissingExtraError, UnknownNameError


def test_languages_with_blanks_need_none():
    assert needs_segmenter("zh")
    assert needs_segmenter("ja-JP")
    assert not needs_segmenter("en")
    with pytest.raises(UnknownNameError, match="unknown language without blanks 'en'"):
        segmenter("en")


@pytest.mark.parametrize("language", sorted(SEGMENTER_EXTRAS))
def test_a_missing_package_is_named_with_its_extra(monkeypatch, language):
    package, extra = SEGMENTER_EXTRAS[language]
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=f"{language} sentences into words") as caught:
        segmenter(language)
    assert caught.value.hint == f"install it with: pip install 'xling[{extra}]'"


REAL = {
    "zh": ("我爱北京天安门。", ["我", "爱", "北京", "天安门"]),
    "ja": ("私は東京に住んでいます。", ["私", "は", "東京", "に", "住ん", "で", "い", "ます"]),
    "th": ("ฉันรักภาษาไทย", ["ฉัน", "รัก", "ภาษาไทย"]),
}


@pytest.mark.parametrize("language", REAL)
@pytest.mark.filterwarnings("ignore")  # of the packages, as they are read
def test_real_segmenters(language):
    pytest.importorskip(SEGMENTER_EXTRAS[language][0])
    sentence, words = REAL[language]
    assert segmenter(language)(sentence) == words


def test_words_without_punctuation(monkeypatch):
    pieces = ["我", "爱", "北京", "。", " "]
    fakes = {
        "jieba": SimpleNamespace(setLogLevel=lambda _: None, cut=lambda _: iter(pieces)),
        "fugashi": SimpleNamespace(
            Tagger=lambda: lambda _: [SimpleNamespace(surface=piece) for piece in pieces]
        ),
        "pythainlp": SimpleNamespace(word_tokenize=lambda _, **__: pieces),
    }
    for name, fake in fakes.items():
        monkeypatch.setitem(sys.modules, name, fake)
    for language in ("zh", "ja", "th"):
        assert segmenter(language)("我爱北京。 ") == ["我", "爱", "北京"]
