from xling.cli.train_view import summary

DOCUMENT = {
    "output": "m",
    "recipe": "joint",
    "vocabulary": {"en": 1234, "de": 5},
    "sentence_pairs": 6000,
    "dropped": {},
    "held_out": {
        "words": 0,
        "pairs_removed": 1,
        "source_halves_kept": 1,
        "target_halves_kept": 0,
        "halves_dropped": 0,
    },
    "seed_pairs": 7,
    "seconds": {"total": 1.25},
    "peak_memory_mib": 100.0,
}


def test_what_was_made() -> None:
    rows = dict(summary(DOCUMENT))
    assert rows["words"] == "en 1,234, de 5"
    assert "left out" not in rows
    assert "held out" not in rows
    rows = dict(
        summary(
            {
                **DOCUMENT,
                "dropped": {"repeated": 1500, "language": 2},
                "held_out": {**DOCUMENT["held_out"], "words": 9},
            }
        )
    )
    assert rows["left out"] == "1,500 repeated, 2 language"
    assert rows["held out"].startswith("9 words, 1 pairs removed (1 source")
