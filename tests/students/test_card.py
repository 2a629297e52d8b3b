"""The model card says what hubs and people read."""

from xling.students.card import student_card


def test_metadata_scores_and_settings():
    card = student_card(
        {
            "kind": "transformer",
            "languages": ["en", "de"],
            "teacher": "minilm",
            "pairs": 12345,
            "held_out": 500,
            "accuracy": {"en-de": 0.912},
            "accuracy_before": {"en-de": 0.1},
            "settings": {"batch": 64},
            "seed": 3,
            "versions": {"xling": "9"},
        }
    )
    assert card.startswith("---\nlibrary_name: sentence-transformers\n")
    assert "language:\n- en\n- de\n" in card
    assert "on 12,345 matched sentences" in card
    assert "| en-de | 10.0 % | 91.2 % |" in card
    assert "| batch | 64 |" in card
    assert "SentenceTransformer(" in card


def test_without_scores():
    facts = {"kind": "static", "languages": ["en", "de"], "teacher": "t", "pairs": 2, "held_out": 0,
             "accuracy": {}, "settings": {}, "seed": 0, "versions": {}}  # fmt: skip
    assert "None: too few pairs" in student_card(facts)
