"""The German verb group in each tense."""

import pytest

from xling.demo.german_verbs import verb_group
from xling.demo.lexicon import lexicon
from xling.demo.syntax import Clause, Modal, NounPhrase, Pronoun, Tense

VERBS = lexicon().verbs


@pytest.mark.parametrize(
    ("key", "features", "finite", "tail"),
    [
        ("tidy", {}, "räumt", ["auf"]),
        ("tidy", {"tense": Tense.PAST}, "räumte", ["auf"]),
        ("tidy", {"tense": Tense.PERFECT}, "hat", ["aufgeräumt"]),
        ("tidy", {"modal": Modal.MUST}, "muss", ["aufräumen"]),
        ("arrive", {"tense": Tense.PERFECT}, "ist", ["angekommen"]),
        ("write", {}, "schreibt", []),
        ("write", {"tense": Tense.FUTURE}, "wird", ["schreiben"]),
        ("write", {"passive": True, "tense": Tense.PAST}, "wurde", ["geschrieben"]),
        ("write", {"modal": Modal.WANT, "tense": Tense.IMPERFECT}, "wollte", ["schreiben"]),
    ],
)
def test_verb_bracket(key: str, features: dict[str, object], finite: str, tail: list[str]) -> None:
    clause = Clause(subject=NounPhrase(pronoun=Pronoun.HE), verb=VERBS[key], **features)
    word, _, closing = verb_group(clause)
    assert (word, [each for each, _ in closing]) == (finite, tail)
