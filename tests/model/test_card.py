from xling.model.card import by_language, card_facts

CARD = {
    "languages": ["en", "de", "es"],
    "vocabulary": [1000, 20, 3],
    "method": "procrustes",
    "channels": ["contexts"],
    "seed_pairs": 1234,
    "seed_coverage": 0.5,
    "verdict": "trusted",
    "settings": {"a": {"b": 1, "c": None}, "d": [1, 2]},
    "scores": {"en>de": {"linked": {"precision": {"1": 0.25}, "queries": 8}}, "de>en": {}},
}


def test_lists_get_the_names_of_languages() -> None:
    assert by_language(CARD)["vocabulary"] == {"en": 1000, "de": 20, "es": 3}
    assert CARD["vocabulary"] == [1000, 20, 3]


def test_what_a_card_holds_is_said() -> None:
    facts = dict(card_facts(by_language(CARD)))
    assert facts == {
        "languages": "en, de and es",
        "method": "procrustes",
        "words": "en 1,000, de 20, es 3",
        "channels": "contexts",
        "seed pairs": "1,234 (50.0 % of the lexicon)",
        "verdict": "trusted",
        "settings": "a.b 1, d 1 2",
        "inner en>de": "first answer right: linked 25.0 % of 8",
    }


def test_an_empty_card() -> None:
    assert list(card_facts({"channels": ["contexts"]})) == [("channels", "contexts")]
