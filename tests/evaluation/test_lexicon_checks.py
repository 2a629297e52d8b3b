import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, FormatError, LanguageMismatchError
from xling.evaluation.lexicon_checks import check_test_lexicon, without_header

EN = Vocabulary(words=("the", "cat", "dog", "house", "hand", "London", "1990"))
DE = Vocabulary(words=("die", "Katze", "Hund", "Haus", "Hand", "London", "1990"))


def lexicon(*pairs: tuple[str, str], **more: object) -> Lexicon:
    return Lexicon(source_language="en", target_language="de", pairs=pairs, **more)  # type: ignore[arg-type]


def check(*pairs: tuple[str, str]) -> list[str]:
    return check_test_lexicon(lexicon(*pairs), EN, DE, place="test.tsv")


RIGHT = (("cat", "Katze"), ("dog", "Hund"), ("house", "Haus"), ("hand", "Hand"))


def test_a_good_lexicon_passes() -> None:
    assert check(*RIGHT) == []


@pytest.mark.parametrize(
    "header",
    [
        ("en", "de"), ("EN", "DE"), ("Source", "Target"), ("English", "German"),
        ("word 1", "word 2"), ("# src", "tgt"),
    ],
)  # fmt: skip
def test_a_header_is_noticed(header: tuple[str, str]) -> None:
    rest, said = without_header(lexicon(header, *RIGHT, confidences=np.linspace(0.2, 1, 5)))
    assert rest.pairs == RIGHT
    assert rest.confidences is not None
    assert rest.confidences[0] == pytest.approx(0.4)
    assert said is not None
    assert header[0] in said


@pytest.mark.parametrize("first", [("word", "Wort"), ("english", "englisch"), ("target", "target")])
def test_a_pair_is_no_header(first: tuple[str, str]) -> None:
    given = lexicon(first, *RIGHT)
    assert without_header(given) == (given, None)


def test_a_header_alone_is_an_empty_lexicon() -> None:
    rest, _ = without_header(lexicon(("en", "de")))
    with pytest.raises(FormatError, match="no line but the header holds a word pair"):
        check_test_lexicon(rest, EN, DE, place="test.tsv")


def test_exchanged_columns_are_noticed() -> None:
    turned = [(b, a) for a, b in RIGHT]
    with pytest.raises(LanguageMismatchError, match="3 of 5 pairs are known as de and en") as e:
        check(*turned, ("London", "London"))
    assert e.value.hint == (
        "judge the other direction with --from de --to en, or exchange the columns"
    )


def test_some_pairs_the_other_way_round_are_no_reason() -> None:
    # "die" is a German article and an English verb: one pair fits both ways round.
    assert check(*RIGHT, ("Katze", "cat")) == []


@pytest.mark.parametrize(("number", "turn"), [(1, True), (2, False)])
def test_a_column_of_numbers_is_noticed(number: int, turn: bool) -> None:
    pairs = [("cat", "0.93"), ("dog", "1e-3"), ("house", "17 %"[:2])]
    with pytest.raises(FormatError, match=f"column {number} holds numbers, not words: 0.93, 1e-3"):
        check(*((b, a) if turn else (a, b) for a, b in pairs))


def test_numerals_may_be_translated() -> None:
    assert "hold the same word twice" in check(("1990", "1990"))[0]


def test_nothing_known_shows_three() -> None:
    with pytest.raises(CoverageError) as caught:
        check(("cat", "Mieze"), ("zebra", "Zebra"), ("gnu", "Hund"), ("emu", "Emu"))
    assert str(caught.value) == (
        "test.tsv: coverage is 0 of 4 queries, for example cat (mieze), zebra (zebra), gnu (hund): "
        "1 en words and the gold of 1 are in vocabulary, none together"
    )
    assert caught.value.hint == "are its columns en and de, the languages of the model?"
