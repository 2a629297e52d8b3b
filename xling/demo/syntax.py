"""The abstract syntax that all three languages realise.

A derivation is a `Sentence` made of `Clause` and `NounPhrase` objects, which hold lexicon entries
and features but no words. Every realised token carries the number of the abstract node it stands
for; two tokens of different languages are aligned when they share a node.
"""

from dataclasses import dataclass, replace
from enum import Enum, IntEnum, auto
from typing import Final, TypeAlias

from xling.demo.lexicon import Adjective, Adverb, Noun, Verb

__all__ = [
    "COMMA_NODE",
    "END_NODE",
    "INDEFINITE",
    "PAST_TENSES",
    "PRONOUN_PERSON",
    "UNALIGNED",
    "Clause",
    "Determiner",
    "Gap",
    "Link",
    "Modal",
    "Mood",
    "NounPhrase",
    "Part",
    "Person",
    "Phrase",
    "Predicate",
    "Pronoun",
    "Sentence",
    "Slot",
    "Tense",
    "TimePhrase",
    "Token",
    "Tokens",
    "unmodified_role",
]

#: A realised token: its word and the node, or nodes, it stands for. `UNALIGNED` is no node.
Token: TypeAlias = tuple[str, int | tuple[int, ...]]
Tokens: TypeAlias = list[Token]
#: Words of a ready-made phrase with the offset of each word's node.
Phrase: TypeAlias = tuple[tuple[str, int], ...]

UNALIGNED = -1
END_NODE = 9_999
COMMA_NODE = 9_998


class Slot:
    """Where the nodes of a clause are numbered; a noun phrase takes ten numbers from its slot."""

    VERB: Final = 1
    AUXILIARY: Final = 2
    NEGATION: Final = 3
    FREQUENCY: Final = 4
    MANNER: Final = 5
    ALREADY: Final = 6
    CONJUNCTION: Final = 7
    OBJECT_PREPOSITION: Final = 8
    COMMENT: Final = 9
    SUBJECT: Final = 10
    OBJECT: Final = 20
    RECIPIENT: Final = 30
    RECIPIENT_PREPOSITION: Final = 38
    PLACE: Final = 40
    PLACE_PREPOSITION: Final = 48
    TOOL: Final = 50
    TOOL_PREPOSITION: Final = 58
    TIME: Final = 60
    PREDICATE: Final = 70
    STANDARD: Final = 80
    OWNER: Final = 90
    OWNER_PREPOSITION: Final = 98
    SECOND: Final = 110
    SECOND_CONJUNCTION: Final = 118
    QUESTION: Final = 119
    NEXT: Final = 200


class Part:
    """Offsets of the words within one noun phrase."""

    DETERMINER: Final = 0
    NUMBER: Final = 1
    ADJECTIVE: Final = 2
    NOUN: Final = 3


class Tense(Enum):
    """Tense with aspect; only Spanish tells `PAST` from `IMPERFECT`."""

    PRESENT = auto()
    PAST = auto()
    IMPERFECT = auto()
    PERFECT = auto()
    FUTURE = auto()
    PROGRESSIVE = auto()


#: Tenses that only Spanish tells apart.
PAST_TENSES = frozenset({Tense.PAST, Tense.IMPERFECT})


class Person(IntEnum):
    """Person and number; the value is the column in the conjugation tables."""

    FIRST = 0
    THIRD = 1
    FIRST_PLURAL = 2
    THIRD_PLURAL = 3


class Modal(Enum):
    """Modal verbs."""

    CAN = auto()
    MUST = auto()
    WANT = auto()


class Determiner(Enum):
    """What opens a noun phrase."""

    THE = auto()
    A = auto()
    BARE = auto()
    THIS = auto()
    NO = auto()
    MANY = auto()
    NUMBER = auto()
    MY = auto()
    HIS = auto()
    HER = auto()
    OUR = auto()
    THEIR = auto()


#: Determiners that leave open which thing is meant; German negates them with "kein".
INDEFINITE = frozenset(
    {Determiner.A, Determiner.BARE, Determiner.NO, Determiner.MANY, Determiner.NUMBER}
)


class Pronoun(Enum):
    """Pronouns; `IT` stands for an inanimate noun, whose gender the language looks up."""

    I = auto()  # noqa: E741
    HE = auto()
    SHE = auto()
    WE = auto()
    THEY = auto()
    IT = auto()


PRONOUN_PERSON = {
    Pronoun.I: Person.FIRST,
    Pronoun.HE: Person.THIRD,
    Pronoun.SHE: Person.THIRD,
    Pronoun.WE: Person.FIRST_PLURAL,
    Pronoun.THEY: Person.THIRD_PLURAL,
    Pronoun.IT: Person.THIRD,
}


@dataclass(slots=True, kw_only=True)
class NounPhrase:
    """A noun with what stands around it, a pronoun, or a first name.

    A `dropped` pronoun stays silent in Spanish, where the verb shows who is meant.
    """

    noun: Noun | None = None
    plural: bool = False
    determiner: Determiner = Determiner.THE
    number: int = 0
    adjective: Adjective | None = None
    pronoun: Pronoun | None = None
    name: tuple[str, str, str] | None = None
    female: bool = False
    dropped: bool = False
    owner: "NounPhrase | None" = None
    second: "NounPhrase | None" = None
    relative: "Clause | None" = None
    base: int = 0

    @property
    def person(self) -> Person:
        """Person and number that the verb agrees with."""
        if self.second is not None:
            return Person.THIRD_PLURAL
        if self.pronoun is not None:
            if self.pronoun is Pronoun.IT and self.plural:
                return Person.THIRD_PLURAL
            return PRONOUN_PERSON[self.pronoun]
        return Person.THIRD_PLURAL if self.plural else Person.THIRD

    @property
    def human(self) -> bool:
        """Whether the phrase names people, as the Spanish personal "a" asks."""
        return self.name is not None or (self.noun is not None and self.noun.human)


@dataclass(slots=True, kw_only=True)
class TimePhrase:
    """A ready-made phrase of time, or a preposition with an event."""

    english: Phrase = ()
    german: Phrase = ()
    spanish: Phrase = ()
    event: NounPhrase | None = None
    prepositions: tuple[str, str, str] = ("", "", "")


@dataclass(slots=True, kw_only=True)
class Predicate:
    """What a copula says of its subject."""

    adjectives: tuple[Adjective, ...] = ()
    degree: Adverb | None = None
    standard: NounPhrase | None = None
    noun: NounPhrase | None = None
    prepositions: tuple[str, str, str] | None = None


class Gap(Enum):
    """Which part of a clause is left to a question word or a relative pronoun."""

    SUBJECT = auto()
    OBJECT = auto()


@dataclass(slots=True, kw_only=True)
class Clause:
    """One verb, or copula, with everything that depends on it."""

    subject: NounPhrase
    verb: Verb
    base: int = 0
    tense: Tense = Tense.PRESENT
    modal: Modal | None = None
    negative: bool = False
    passive: bool = False
    object: NounPhrase | None = None
    recipient: NounPhrase | None = None
    predicate: Predicate | None = None
    place: NounPhrase | None = None
    tool: NounPhrase | None = None
    manner: Adverb | None = None
    frequency: Adverb | None = None
    already: Adverb | None = None
    time: TimePhrase | None = None
    front_time: bool = False
    comment: Adverb | None = None
    gap: Gap | None = None


class Link(Enum):
    """Words that join two clauses."""

    AND = auto()
    BUT = auto()
    BECAUSE = auto()
    ALTHOUGH = auto()
    WHEN = auto()
    WHENEVER = auto()
    WHILE = auto()
    IF = auto()
    THAT = auto()
    WHETHER = auto()


class Mood(Enum):
    """What kind of sentence a clause becomes."""

    STATEMENT = auto()
    POLAR = auto()
    WHO = auto()
    WHAT = auto()
    WHERE = auto()
    WHEN = auto()
    WHY = auto()
    HOW = auto()
    COMMAND = auto()
    EXISTENCE = auto()
    LIKING = auto()
    WEATHER = auto()


@dataclass(slots=True, kw_only=True)
class Sentence:
    """A whole derivation: one clause, or two that are joined."""

    frame: str
    clause: Clause
    mood: Mood = Mood.STATEMENT
    link: Link | None = None
    other: Clause | None = None
    other_mood: Mood = Mood.STATEMENT
    other_first: bool = False


def unmodified_role(phrase: NounPhrase) -> NounPhrase:
    """Take the article from a bare profession: "ist Bäcker", "es panadero"."""
    if phrase.adjective is not None:
        return phrase
    return replace(phrase, determiner=Determiner.BARE)
