import pytest

from xling.server.checks import check_text, check_top, check_words, choose_direction
from xling.server.problems import CallError
from xling.server.schemas import TranslateOptions
from xling.server.settings import ServerSettings

SETTINGS = ServerSettings(max_words=3, max_word=5, max_top=7)


def asked(**given):
    return TranslateOptions.model_validate(given)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "no_words"),
        (["a"] * 4, "too_many_words"),
        (["a", ""], "invalid_word"),
        (["a", "\t"], "invalid_word"),
        (["abcdef"], "invalid_word"),
        (["\udc00"], "invalid_word"),
    ],
)
def test_words_that_are_none(words, code):
    with pytest.raises(CallError) as caught:
        check_words(words, SETTINGS)
    assert caught.value.code == code


def test_limits_are_exact():
    check_words(["abcde"] * 3, SETTINGS)
    check_text("学校学校学", "word", SETTINGS)
    check_top(7, SETTINGS)
    with pytest.raises(CallError, match="top is 8; at most 7"):
        check_top(8, SETTINGS)


def test_names_are_brought_to_one_form(model):
    assert choose_direction(model, asked()) == ("en", "de", "csls", "all")
    found = choose_direction(model, asked(**{"from": "DE"}, channels="table, contexts"))
    assert found == ("de", "en", "csls", "contexts,table")


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"from": "fr"}, "unknown_language", "language of this model 'fr'; known: de, en"),
        ({"to": "x" * 900}, "unknown_language", "…"),
        ({"from": "en", "to": "EN"}, "invalid_direction", "both"),
        ({"retrieval": "cls"}, "unknown_retrieval", "'cls'"),
        ({"channels": "tabel"}, "unknown_channel", "'tabel'"),
        ({"channels": ""}, "unknown_channel", "''"),
    ],
)
def test_names_that_do_not_exist(model, given, code, said):
    with pytest.raises(CallError) as caught:
        choose_direction(model, asked(**given))
    assert (caught.value.status, caught.value.code) == (400, code)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 320
