from xling.linking.card import linked_card

CARD = {
    "encoders": ["minilm", "gbert|x"],
    "method": "ridge",
    "pairs": 1200,
    "held_out": 60,
    "settings": {"penalty": 2.0},
    "accuracy": {"en-de": 0.875, "de-en": 0.5},
    "versions": {"xling": "9"},
}


def test_the_card_holds_scores_and_how_to_load() -> None:
    made = linked_card(CARD, ["en", "de"], prompts=frozenset(["de"]), alone=True)
    assert made.startswith('---\nlanguage:\n- "en"\n- "de"\n')
    for line in (
        'model = SentenceTransformer("PATH OR NAME")',
        'model.encode(["..."], task="en")',
        'model.encode(["..."], task="de", prompt_name="de")',
        "| en-de | 87.5 % |",
        "| encoders | minilm, gbert\\|x |",
        "| held out | 60 |",
        "| penalty | 2.0 |",
    ):
        assert line in made.splitlines()


def test_one_language_and_nothing_known() -> None:
    made = linked_card({}, ["de"], prompts=frozenset(), alone=False)
    assert 'model.encode(["..."])' in made
    assert "trust_remote_code=True" in made
    assert "Needs the package `xling`" in made
    assert "Scores" not in made


def test_students_are_called_so() -> None:
    card = {"teacher": "minilm", "kind": "static"}
    made = linked_card(card, ["en", "de"], prompts=frozenset(), alone=True)
    assert "Students of `minilm` that xling trained" in made
    assert "maps" not in made
