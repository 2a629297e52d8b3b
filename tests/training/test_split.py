import pytest

from xling.data.indexed import index_text
from xling.data.lexicon import Lexicon
from xling.errors import ConfigError, DegenerateInputError
from xling.training.split import split_off, without_held

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


def test_given_seed_pairs_go_by_the_rule_that_takes_sentences_out() -> None:
    seeds = lexicon(
        ("cat's", "Katze"), ("dogs", "Hunde"), ("New York", "NY"), ("a cat", "Katze"), ("bird", "X")
    )
    held = split_off(SOURCE, TARGET, lexicon(("cat", "Katze"), ("dog", "Hund")))
    kept = [a for a, _ in without_held(seeds, held, "form").pairs]
    assert kept == ["dogs", "New York", "bird"]
    family = split_off(SOURCE, TARGET, lexicon(("cat", "Katze"), ("dog", "Hund")), match="family")
    kept = [a for a, _ in without_held(seeds, family, "family").pairs]
    assert kept == ["New York", "bird"]
    both = split_off(SOURCE, TARGET, lexicon(("dog", "eine")), side="both")
    assert [a for a, _ in without_held(lexicon(("x", "eine"), ("y", "z")), both, "form").pairs] == [
        "y"
    ]
    nothing = split_off(SOURCE, TARGET, None)
    assert without_held(seeds, nothing, "form") == seeds


def test_an_entry_of_several_words_takes_out_what_holds_all_of_them() -> None:
    source = index_text(["new york is big", "york is new", "a new car"], "en")
    held = split_off(source, index_text(["a", "b", "c"], "de"), lexicon(("New York", "NY")))
    seeds = lexicon(("york new city", "A"), ("new car", "B"), ("york", "C"))
    assert [a for a, _ in without_held(seeds, held, "form").pairs] == ["new car", "york"]
