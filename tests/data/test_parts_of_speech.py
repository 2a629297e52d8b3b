import pytest

from xling.data.parts_of_speech import found_tags, part_of_speech
from xling.errors import InputError


@pytest.mark.parametrize(
    ("tag", "name"),
    [("NOUN", "noun"), ("propn", "proper noun"), ("VBZ", "verb"), ("Idiom", "idiom"), ("", "")],
)
def test_names(tag: str, name: str) -> None:
    assert part_of_speech(tag) == name


def rows(*columns: tuple[str, ...]) -> list[list[str]]:
    return [["a", "b", *more] for more in columns]


def test_usual_names_are_found_in_the_third_or_fourth_column() -> None:
    assert found_tags(rows(("N",), ("v",), ())) == (("noun", "verb", ""), 3)
    assert found_tags(rows(("0.5", "ADJ"), ("1", "ADV"))) == (("adjective", "adverb"), 4)


@pytest.mark.parametrize(
    "columns",
    [
        ((), ()),
        (("0.5",), ("1",)),
        (("see there",), ("noun",)),  # half of what is said
        (("noun",), (), ()),  # too few lines say it
        (("", "", "noun"), ("", "", "verb")),  # the fifth must be named
    ],
)
def test_other_columns_are_not_taken_for_it(columns: tuple[tuple[str, ...], ...]) -> None:
    assert found_tags(rows(*columns)) is None


def test_a_named_column_may_hold_anything() -> None:
    made = rows(("", "", "Idiom"), ("", "", "NOUN"), ())
    assert found_tags(made, 5) == (("idiom", "noun", ""), 5)


@pytest.mark.parametrize(("column", "said"), [(2, "the words stand there"), (6, "is blank on all")])
def test_a_wrong_column_is_refused(column: int, said: str) -> None:
    with pytest.raises(InputError, match=f"column {column} .*{said}"):
        found_tags(rows(("noun",)), column)
