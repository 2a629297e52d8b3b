"""Regular patterns, with what is irregular passed in."""

import pytest

from xling.demo.inflection import (
    english_verb,
    german_dative_plural,
    german_genitive,
    german_verb,
    spanish_adjective,
    spanish_verb,
)


def test_german_genitive_of_feminine_noun_has_no_ending() -> None:
    assert german_genitive("Stadt", "f", "Stadt") == "Stadt"


def test_irregular_forms_override_the_pattern() -> None:
    plain, changed = spanish_verb("cerrar", {}), spanish_verb("cerrar", {"yo": "cierro"})
    assert (plain.present[0], changed.present[0]) == ("cerro", "cierro")
    assert changed.polite == "cierre"


@pytest.mark.parametrize(
    ("base", "third"),
    [("wash", "washes"), ("go", "goes"), ("carry", "carries"), ("buy", "buys"), ("have", "has")],
)
def test_english_third_person(base: str, third: str) -> None:
    assert english_verb(base, "", "", "").third == third


def test_separable_prefix_stays_out_of_the_finite_forms() -> None:
    verb = german_verb("an+kommen", "kommt", "kam", "angekommen", "s")
    assert (verb.infinitive, verb.prefix) == ("ankommen", "an")
    assert verb.present == ("komme", "kommt", "kommen", "kommen")
    assert verb.past == ("kam", "kam", "kamen", "kamen")


@pytest.mark.parametrize(
    ("plural", "dative"), [("Hunde", "Hunden"), ("Frauen", "Frauen"), ("Sofas", "Sofas")]
)
def test_german_dative_plural(plural: str, dative: str) -> None:
    assert german_dative_plural(plural) == dative


@pytest.mark.parametrize(
    ("infinitive", "first"), [("buscar", "busqué"), ("pagar", "pagué"), ("cruzar", "crucé")]
)
def test_spanish_stem_keeps_its_sound(infinitive: str, first: str) -> None:
    assert spanish_verb(infinitive, {}).past[0] == first
    assert spanish_verb(infinitive, {}).polite == first[:-1] + "e"


def test_spanish_adjectives_of_two_or_four_forms() -> None:
    assert spanish_adjective("verde") == ("verde", "verde", "verdes", "verdes")
    assert spanish_adjective("a/b/c/d") == ("a", "b", "c", "d")
