"""Spanish clauses: marks, contractions, the personal "a"."""

import re
from collections.abc import Callable

import pytest

from xling.demo.lexicon import lexicon
from xling.demo.spanish import personal_a
from xling.demo.syntax import Clause, Determiner, NounPhrase

NOUNS, VERBS = lexicon().nouns, lexicon().verbs


def test_spanish_contractions_and_marks(text: Callable[[str], list[str]]) -> None:
    for sentence in text("es"):
        assert not re.search(r"\b(a|de) el\b", sentence), sentence
        assert sentence.count("¿") == sentence.count("?") <= 1
        assert sentence.startswith("¿") == sentence.endswith("?")
        assert not re.search(r"\b(y i|y hi|la agua|la águila|la hacha)", sentence.lower()), sentence


@pytest.mark.parametrize(
    ("verb", "key", "determiner", "expected"),
    [
        ("greet", "guest", Determiner.THE, True),
        ("greet", "guest", Determiner.BARE, False),
        ("buy", "book", Determiner.THE, False),
        ("feed", "horse", Determiner.THE, True),
        ("see", "horse", Determiner.THE, False),
        ("catch", "fish", Determiner.THE, False),
        ("have", "friend", Determiner.A, False),
        ("need", "doctor", Determiner.A, False),
        ("need", "doctor", Determiner.THE, True),
    ],
)
def test_personal_a(verb: str, key: str, determiner: Determiner, expected: bool) -> None:
    phrase = NounPhrase(noun=NOUNS[key], determiner=determiner)
    clause = Clause(subject=NounPhrase(noun=NOUNS["man"]), verb=VERBS[verb], object=phrase)
    assert personal_a(clause, phrase) is expected
