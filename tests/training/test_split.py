import pytest

from xling.data.indexed import index_text
from xling.data.lexicon import Lexicon
from xling.errors import ConfigError, DegenerateInputError
from xling.training.split import split_off

SOURCE = index_text(["the cat", "a cat", "dogs", "a dog"], "en")
TARGET = index_text(["die Katze", "eine Katze", "Hunde", "ein Hund"], "de")


def lexicon(*pairs: tuple[str, str]) -> Lexicon:
    return Lexicon(source_language="en", target_language="de", pairs=pairs)


def test_the_lexicons_words_are_taken_out() -> None:
    given = lexicon(("Cat", "Katze"), ("dog", "eine"))
    assert split_off(SOURCE, TARGET, given).linked.tolist() == [2]
    assert split_off(SOURCE, TARGET, given, match="family").linked.tolist() == []
    few = lexicon(("dog", "eine"))
    assert split_off(SOURCE, TARGET, few).linked.tolist() == [0, 1, 2]
    assert split_off(SOURCE, TARGET, few, side="both").linked.tolist() == [0, 2]
    assert len(split_off(SOURCE, TARGET, lexicon(("cat", "Katze")), shots=1).linked) == 3


def test_without_a_lexicon_everything_stays() -> None:
    assert split_off(SOURCE, TARGET, None).linked.tolist() == [0, 1, 2, 3]


def test_refusals() -> None:
    with pytest.raises(DegenerateInputError, match=r"none of the 2 .* 'katze', 'hund'$") as raised:
        split_off(SOURCE, TARGET, lexicon(("Katze", "cat"), ("Hund", "dog")))
    assert raised.value.hint == "is the first column of the hold-out lexicon en?"
    with pytest.raises(ConfigError, match="shots is 4"):
        split_off(SOURCE, TARGET, lexicon(("cat", "Katze")), shots=4)
