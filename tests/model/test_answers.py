import dataclasses

import pytest

from xling.model.answers import Lookup, Translation


def test_answers_are_values() -> None:
    one = Translation(word="Katze", score=1.5, confidence=None)
    assert one == Translation(word="Katze", score=1.5, confidence=None)
    assert one != Translation(word="Katze", score=1.5, confidence=0.5)
    found = Lookup(word="cat", status="ok", translations=(one,))
    assert dataclasses.asdict(found) == {
        "word": "cat",
        "status": "ok",
        "translations": ({"word": "Katze", "score": 1.5, "confidence": None},),
    }
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.status = "subword"
    with pytest.raises(TypeError, match="positional"):
        Translation("Katze", 1.5, None)
