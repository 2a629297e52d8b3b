import pytest

from xling.data.formats.pair_columns import choose_columns, parse_columns, parse_where
from xling.errors import InputError

LANGUAGES = ("en", "pt-BR")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": 1, "en": "a", "pt-BR": "b"}, ("en", "pt-BR")),
        ({"PT-br": "b", "EN": "a"}, ("EN", "PT-br")),
        ({"pt": "b", "en": "a"}, ("en", "pt")),
        ({"translation": {"en": "a", "pt": "b"}}, ("translation.en", "translation.pt")),
        ({"target": "b", "Source": "a"}, ("Source", "target")),
        ({"sentence1": "a", "sentence2": "b", "score": 3}, ("sentence1", "sentence2")),
        ({"source": "x", "target": "y", "en": "a", "pt": "b"}, ("en", "pt")),
    ],
)
def test_columns_are_found(row: dict[str, object], expected: tuple[str, str]) -> None:
    found = choose_columns(row, LANGUAGES, place="p")
    assert (found.source, found.target) == expected
    assert all(found.texts(row))


def test_columns_that_are_asked_for() -> None:
    row = {"en": "a", "x": {"y": " b\n c\t"}, "split": 3}
    found = choose_columns(row, LANGUAGES, place="p", wanted=("x.y", "en"), where=(("split", "3"),))
    assert found.texts(row) == ("b c", "a")
    assert found.wanted(row)
    assert not found.wanted({**row, "split": 4})
    assert found.texts({"en": None}) == (None, None)


def test_columns_that_are_not_there() -> None:
    row = {"a": "x", "b": {"c": "y"}}
    with pytest.raises(
        InputError, match=r"p: no columns for en and pt-BR among a, b, b\.c"
    ) as found:
        choose_columns(row, LANGUAGES, place="p")
    assert "--columns" in str(found.value.hint)
    with pytest.raises(InputError, match=r"no column 'en'; there are: a, b, b\.c"):
        choose_columns(row, LANGUAGES, place="p", wanted=("a", "en"))
    with pytest.raises(InputError, match="no column 'split'"):
        choose_columns(row, LANGUAGES, place="p", wanted=("a", "b.c"), where=(("split", "x"),))


def test_the_options() -> None:
    assert parse_columns(None) is None
    assert parse_columns(" 1, de") == ("1", "de")
    for text in ("en", "en,", "en,en", "a,b,c", ""):
        with pytest.raises(InputError, match="two different names or numbers"):
            parse_columns(text)
    assert parse_where(["a=b=c", " d = e "]) == (("a", "b=c"), ("d", "e"))
    for text in ("a", "=b"):
        with pytest.raises(InputError, match="COLUMN=VALUE is needed"):
            parse_where([text])
