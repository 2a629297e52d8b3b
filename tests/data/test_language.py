import pytest

from xling.data.language import check_language, check_language_pair, primary_subtag
from xling.errors import InputError

GOOD = ["en", "deu", "pt-BR", "zh-Hant", "zh-yue", "sr-Latn-RS", "es-419", "sl-rozaj-biske-1994"]
GOOD += ["de-DE-u-co-phonebk", "en-x-private", "EN", "de-1996"]
BAD = ["", "e", "en_US", "-en", "en-", "language-of-men", "e1", "en us", "12", "en-x", "abcdefghi"]


@pytest.mark.parametrize("tag", GOOD)
def test_well_formed_tags(tag):
    assert check_language(tag) == tag


@pytest.mark.parametrize("tag", BAD)
def test_malformed_tags(tag):
    with pytest.raises(InputError, match="malformed language code"):
        check_language(tag)


def test_a_pair():
    assert check_language_pair(("en", "de")) == ("en", "de")
    assert check_language_pair(("pt", "pt-BR")) == ("pt", "pt-BR")


@pytest.mark.parametrize(
    ("languages", "message"),
    [
        (("en",), r"languages: 1 given \(en\); 2 are needed"),
        (("en", "de", "fr"), r"languages: 3 given \(en,de,fr\); 2 are needed"),
        (("en", "EN"), "languages: both are 'en'"),
        (("en", "d"), "malformed language code 'd'"),
    ],
)
def test_not_a_pair(languages, message):
    with pytest.raises(InputError, match=message):
        check_language_pair(languages)


def test_primary_subtag():
    assert primary_subtag("PT-br") == "pt"
    assert primary_subtag("de") == "de"
