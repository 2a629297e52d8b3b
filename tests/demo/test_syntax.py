"""Derivations with known sentences in all three languages."""

import pytest

from xling.demo import english, german, spanish
from xling.demo.choices import BE
from xling.demo.corpus import _join, _written
from xling.demo.lexicon import lexicon
from xling.demo.syntax import (
    Clause,
    Determiner,
    Gap,
    Link,
    Modal,
    Mood,
    NounPhrase,
    Person,
    Predicate,
    Pronoun,
    Sentence,
    Slot,
    Tense,
    TimePhrase,
)

NOUNS, VERBS = lexicon().nouns, lexicon().verbs
ADJECTIVES, ADVERBS = lexicon().adjectives, lexicon().adverbs


def noun(key: str, base: int = Slot.SUBJECT, **features: object) -> NounPhrase:
    if "adjective" in features:
        features["adjective"] = ADJECTIVES[str(features["adjective"])]
    return NounPhrase(noun=NOUNS[key], base=base, **features)  # type: ignore[arg-type]


def say(sentence: Sentence) -> tuple[str, str, str]:
    one, two, three = (
        _join(_written(language.linearise(sentence))) for language in (english, german, spanish)
    )
    return one, two, three


def clause(subject: NounPhrase, verb: str, **parts: object) -> Clause:
    return Clause(subject=subject, verb=VERBS[verb], **parts)  # type: ignore[arg-type]


A, BARE, NO, MY = Determiner.A, Determiner.BARE, Determiner.NO, Determiner.MY
YESTERDAY = TimePhrase(
    english=(("yesterday", 0),), german=(("gestern", 0),), spanish=(("ayer", 0),)
)

CASES = [
    (
        Sentence(
            frame="weak noun",
            clause=clause(
                noun("hunter"),
                "see",
                object=noun("lion", Slot.OBJECT, adjective="wild"),
                tense=Tense.PAST,
            ),
        ),
        "The hunter saw the wild lion.",
        "Der Jäger sah den wilden Löwen.",
        "El cazador vio el león salvaje.",
    ),
    (
        Sentence(
            frame="separable",
            clause=clause(
                noun("mother", determiner=MY), "tidy", object=noun("kitchen", Slot.OBJECT)
            ),
        ),
        "My mother tidies the kitchen.",
        "Meine Mutter räumt die Küche auf.",
        "Mi madre ordena la cocina.",
    ),
    (
        Sentence(
            frame="separable last",
            clause=clause(noun("teacher"), "say"),
            link=Link.THAT,
            other=clause(noun("train", Slot.NEXT + Slot.SUBJECT), "arrive", base=Slot.NEXT),
        ),
        "The teacher says that the train arrives.",
        "Der Lehrer sagt, dass der Zug ankommt.",
        "El maestro dice que el tren llega.",
    ),
    (
        Sentence(
            frame="dative plural",
            clause=clause(
                noun("queen"),
                "give",
                object=noun("apple", Slot.OBJECT, determiner=A, adjective="red"),
                recipient=noun("boy", Slot.RECIPIENT, plural=True),
                tense=Tense.PERFECT,
            ),
        ),
        "The queen has given a red apple to the boys.",
        "Die Königin hat den Jungen einen roten Apfel gegeben.",
        "La reina les ha dado una manzana roja a los niños.",
    ),
    (
        Sentence(
            frame="sein",
            clause=clause(
                noun("eagle", determiner=A), "fly", tense=Tense.PERFECT, already=ADVERBS["already"]
            ),
        ),
        "An eagle has already flown.",
        "Ein Adler ist schon geflogen.",
        "Un águila ya ha volado.",
    ),
    (
        Sentence(
            frame="stressed a",
            clause=Clause(
                subject=noun("water"),
                verb=BE,
                predicate=Predicate(adjectives=(ADJECTIVES["cold"],)),
            ),
        ),
        "The water is cold.",
        "Das Wasser ist kalt.",
        "El agua está fría.",
    ),
    (
        Sentence(
            frame="contraction",
            clause=clause(
                noun("student", plural=True),
                "go",
                place=noun("market", Slot.PLACE),
                tense=Tense.PAST,
                time=YESTERDAY,
                front_time=True,
            ),
        ),
        "Yesterday the students went to the market.",
        "Gestern gingen die Studenten auf den Markt.",
        "Ayer los estudiantes fueron al mercado.",
    ),
    (
        Sentence(
            frame="kein",
            clause=clause(
                noun("customer"),
                "buy",
                object=noun("soap", Slot.OBJECT, determiner=NO),
                negative=True,
            ),
        ),
        "The customer does not buy soap.",
        "Der Kunde kauft keine Seife.",
        "El cliente no compra jabón.",
    ),
    (
        Sentence(
            frame="question",
            clause=clause(
                noun("doctor"), "help", object=noun("neighbor", Slot.OBJECT, determiner=MY)
            ),
            mood=Mood.POLAR,
        ),
        "Does the doctor help my neighbor?",
        "Hilft der Arzt meinem Nachbarn?",
        "¿Ayuda el médico a mi vecino?",
    ),
    (
        Sentence(
            frame="relative",
            clause=Clause(
                subject=noun(
                    "book",
                    relative=clause(
                        noun("girl", Slot.NEXT + Slot.SUBJECT),
                        "read",
                        base=Slot.NEXT,
                        object=noun("book"),
                        gap=Gap.OBJECT,
                    ),
                ),
                verb=BE,
                predicate=Predicate(adjectives=(ADJECTIVES["interesting"],)),
            ),
        ),
        "The book that the girl reads is interesting.",
        "Das Buch, das das Mädchen liest, ist interessant.",
        "El libro que lee la niña es interesante.",
    ),
    (
        Sentence(
            frame="because",
            clause=clause(noun("carpenter"), "buy", object=noun("ax", Slot.OBJECT)),
            link=Link.BECAUSE,
            other=clause(
                NounPhrase(pronoun=Pronoun.HE, dropped=True, base=Slot.NEXT + Slot.SUBJECT),
                "need",
                base=Slot.NEXT,
                object=NounPhrase(
                    noun=NOUNS["ax"], pronoun=Pronoun.IT, base=Slot.NEXT + Slot.OBJECT
                ),
            ),
        ),
        "The carpenter buys the ax because he needs it.",
        "Der Tischler kauft die Axt, weil er sie braucht.",
        "El carpintero compra el hacha porque la necesita.",
    ),
    (
        Sentence(
            frame="modal",
            clause=clause(
                NounPhrase(pronoun=Pronoun.WE, base=Slot.SUBJECT),
                "light",
                object=noun(
                    "candle", Slot.OBJECT, determiner=Determiner.NUMBER, number=3, plural=True
                ),
                modal=Modal.MUST,
            ),
        ),
        "We must light three candles.",
        "Wir müssen drei Kerzen anzünden.",
        "Debemos encender tres velas.",
    ),
    (
        Sentence(
            frame="liking",
            clause=clause(noun("guest", plural=True), "like", object=noun("film", Slot.OBJECT)),
            mood=Mood.LIKING,
        ),
        "The guests like the film.",
        "Den Gästen gefällt der Film.",
        "A los invitados les gusta la película.",
    ),
    (
        Sentence(
            frame="passive",
            clause=clause(
                noun("bridge", plural=True),
                "build",
                object=noun("engineer", Slot.OBJECT),
                passive=True,
                tense=Tense.PAST,
            ),
        ),
        "The bridges were built by the engineer.",
        "Die Brücken wurden vom Ingenieur gebaut.",
        "Los puentes fueron construidos por el ingeniero.",
    ),
    (
        Sentence(
            frame="genitive",
            clause=Clause(
                subject=noun("roof", owner=noun("house", Slot.OWNER, adjective="old")),
                verb=BE,
                predicate=Predicate(adjectives=(ADJECTIVES["red"],)),
            ),
        ),
        "The roof of the old house is red.",
        "Das Dach des alten Hauses ist rot.",
        "El tejado de la casa vieja es rojo.",
    ),
    (
        Sentence(
            frame="command",
            clause=clause(
                NounPhrase(pronoun=Pronoun.I),
                "close",
                object=noun("door", Slot.OBJECT),
                negative=True,
            ),
            mood=Mood.COMMAND,
        ),
        "Please do not close the door.",
        "Bitte schließen Sie die Tür nicht.",
        "Por favor, no cierre la puerta.",
    ),
]


@pytest.mark.parametrize(
    ("sentence", "in_english", "in_german", "in_spanish"),
    CASES,
    ids=lambda case: getattr(case, "frame", ""),
)
def test_derivation_reads_as_expected(
    sentence: Sentence, in_english: str, in_german: str, in_spanish: str
) -> None:
    assert say(sentence) == (in_english, in_german, in_spanish)


@pytest.mark.parametrize(
    ("phrase", "person"),
    [
        (NounPhrase(pronoun=Pronoun.I), Person.FIRST),
        (NounPhrase(pronoun=Pronoun.WE), Person.FIRST_PLURAL),
        (NounPhrase(noun=NOUNS["dog"]), Person.THIRD),
        (NounPhrase(noun=NOUNS["dog"], plural=True), Person.THIRD_PLURAL),
        (NounPhrase(noun=NOUNS["dog"], second=NounPhrase(noun=NOUNS["cat"])), Person.THIRD_PLURAL),
        (NounPhrase(noun=NOUNS["dog"], pronoun=Pronoun.IT, plural=True), Person.THIRD_PLURAL),
    ],
)
def test_person_of_a_phrase(phrase: NounPhrase, person: Person) -> None:
    assert phrase.person is person


def test_only_people_are_human() -> None:
    assert NounPhrase(noun=NOUNS["baby"]).human
    assert NounPhrase(name=("Anna", "Anna", "Ana")).human
    assert not NounPhrase(noun=NOUNS["dog"]).human
