"""The Spanish verb group; "ser" or "estar"."""

import pytest

from xling.demo.choices import BE
from xling.demo.lexicon import lexicon
from xling.demo.spanish_verbs import spanish_participle, subject_column, verb_group
from xling.demo.syntax import Clause, Modal, NounPhrase, Predicate, Pronoun, Tense

NOUNS, VERBS, ADJECTIVES = lexicon().nouns, lexicon().verbs, lexicon().adjectives


def words(clause: Clause) -> str:
    finite, rest = verb_group(clause)
    return " ".join(word for word, _ in finite + rest)


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({}, "escribe"),
        ({"tense": Tense.PAST}, "escribió"),
        ({"tense": Tense.IMPERFECT}, "escribía"),
        ({"tense": Tense.PERFECT}, "ha escrito"),
        ({"tense": Tense.FUTURE}, "escribirá"),
        ({"tense": Tense.PROGRESSIVE}, "está escribiendo"),
        ({"modal": Modal.CAN}, "puede escribir"),
        ({"modal": Modal.WANT, "tense": Tense.IMPERFECT}, "quería escribir"),
    ],
)
def test_verb_group(features: dict[str, object], expected: str) -> None:
    subject = NounPhrase(pronoun=Pronoun.SHE, female=True)
    assert words(Clause(subject=subject, verb=VERBS["write"], **features)) == expected


@pytest.mark.parametrize(
    ("key", "adjective", "copula"),
    [
        ("house", "old", "es"),
        ("soup", "hot", "está"),
        ("woman", "sad", "está"),
        ("song", "sad", "es"),
        ("door", "closed", "está"),
    ],
)
def test_ser_or_estar(key: str, adjective: str, copula: str) -> None:
    said = Predicate(adjectives=(ADJECTIVES[adjective],))
    assert words(Clause(subject=NounPhrase(noun=NOUNS[key]), verb=BE, predicate=said)) == copula


def test_participles_agree_with_the_subject() -> None:
    pair = NounPhrase(noun=NOUNS["mother"], second=NounPhrase(noun=NOUNS["father"]))
    column = subject_column(Clause(subject=pair, verb=VERBS["rescue"]))
    assert spanish_participle("rescatado", column) == "rescatados"
    women = Clause(subject=NounPhrase(noun=NOUNS["mother"], plural=True), verb=VERBS["rescue"])
    assert spanish_participle("rescatado", subject_column(women)) == "rescatadas"
