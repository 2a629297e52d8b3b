"""The English verb group in each tense."""

import pytest

from xling.demo.english_verbs import do_support, verb_group
from xling.demo.lexicon import lexicon
from xling.demo.syntax import Clause, Modal, NounPhrase, Pronoun, Tense

WRITE = lexicon().verbs["write"]


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ({}, "writes"),
        ({"tense": Tense.PAST}, "wrote"),
        ({"tense": Tense.IMPERFECT}, "wrote"),
        ({"tense": Tense.PERFECT}, "has written"),
        ({"tense": Tense.FUTURE}, "will write"),
        ({"tense": Tense.PROGRESSIVE}, "is writing"),
        ({"modal": Modal.MUST}, "must write"),
        ({"modal": Modal.WANT}, "wants to write"),
        ({"modal": Modal.CAN, "negative": True}, "cannot write"),
        ({"passive": True, "tense": Tense.PAST}, "was written"),
    ],
)
def test_verb_group(features: dict[str, object], words: str) -> None:
    clause = Clause(subject=NounPhrase(pronoun=Pronoun.HE), verb=WRITE, **features)
    front, rest = verb_group(clause)
    assert " ".join(word for word, _ in front + rest) == words


def test_simple_verbs_take_do() -> None:
    clause = Clause(subject=NounPhrase(pronoun=Pronoun.HE), verb=WRITE)
    front, rest = do_support(clause, verb_group(clause)[1])
    assert [word for word, _ in front + rest] == ["does", "write"]
