"""The trilingual lexicon: plain tables, read once into typed entries."""

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from xling.demo.inflection import (
    EnglishVerb,
    GermanVerb,
    SpanishVerb,
    english_verb,
    german_dative_plural,
    german_genitive,
    german_verb,
    spanish_adjective,
    spanish_verb,
)

__all__ = [
    "CASES",
    "Adjective",
    "Adverb",
    "Cases",
    "Lexicon",
    "Noun",
    "Place",
    "Verb",
    "class_adjectives",
    "lexicon",
]

#: Nominative, accusative, dative, genitive.
Cases: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noun:
    """One noun concept. Number pairs are (singular, plural); mass nouns repeat the singular."""

    key: str
    classes: frozenset[str]
    english: tuple[str, str]
    german: tuple[Cases, Cases]
    german_gender: str
    spanish: tuple[str, str]
    spanish_gender: str
    spanish_stressed_a: bool
    countable: bool
    human: bool
    adjectives: tuple[str, ...]
    excluded: frozenset[str]

    @property
    def female(self) -> bool:
        """Whether English calls the person "she"."""
        return self.human and (self.german_gender == "f" or self.key == "girl")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adjective:
    """One adjective concept; an empty comparative means that it is not compared.

    `copula` is the Spanish verb "to be" that it takes: "ser", "estar", or "animate" for "estar"
    with people and animals alone.
    """

    key: str
    english: str
    english_comparative: str
    german: str
    german_stem: str
    german_comparative: str
    spanish: tuple[str, str, str, str]
    copula: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adverb:
    """One adverb concept with the kind of place it takes in a sentence."""

    key: str
    kind: str
    german: str
    spanish: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verb:
    """One verb concept: its forms, and what its arguments may be.

    `subjects`, `objects` and the like are selectors: noun keys, or classes after ``@``, each
    with a weight.
    """

    key: str
    english: EnglishVerb
    german: GermanVerb
    spanish: SpanishVerb
    pattern: str
    english_preposition: str
    german_preposition: str
    german_case: int
    spanish_preposition: str
    subjects: tuple[tuple[str, int], ...]
    objects: tuple[tuple[str, int], ...]
    recipients: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    tools: tuple[tuple[str, int], ...]
    manner: tuple[str, ...]
    flags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """The prepositions a noun takes as a place and as a goal; Spanish has "en" and "a"."""

    english_at: str
    german_at: str
    english_to: str
    german_to: str
    german_to_case: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """All entries by key."""

    nouns: dict[str, Noun]
    verbs: dict[str, Verb]
    adjectives: dict[str, Adjective]
    adverbs: dict[str, Adverb]
    places: dict[str, Place]


CASES = {"nom": 0, "acc": 1, "dat": 2, "gen": 3}
_ARTICLE_GENDER = {"der": "m", "die": "f", "das": "n", "el": "m", "la": "f", "la:el": "f"}


@cache
def lexicon() -> Lexicon:
    """Read the tables that come with the package."""
    return Lexicon(
        nouns={noun.key: noun for noun in map(_noun, _rows("nouns"))},
        verbs=_verbs(),
        adjectives={entry.key: entry for entry in map(_adjective, _rows("adjectives"))},
        adverbs={entry.key: entry for entry in map(_adverb, _rows("adverbs"))},
        places={row["noun"]: _place(row) for row in _rows("places")},
    )


@cache
def class_adjectives() -> dict[str, tuple[str, ...]]:
    """Adjectives that suit every noun of a class."""
    return {row["class"]: tuple(row["adjectives"].split()) for row in _rows("class_adjectives")}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("xling.demo").joinpath("tables", f"{name}.tsv").read_text(encoding="utf-8")
    head, *lines = text.splitlines()
    columns = head.split("\t")
    return [
        {
            column: "" if cell == "-" else cell
            for column, cell in zip(columns, line.split("\t"), strict=True)
        }
        for line in lines
    ]


def _noun(row: dict[str, str]) -> Noun:
    singular, plural = row["english"].split("/")
    countable = plural != "-"
    article, german = row["german"].split(" ")
    gender = _ARTICLE_GENDER[article]
    parts = german.split("/")
    base = parts[0]
    oblique = parts[2] if len(parts) > 2 else base
    genitive = parts[3] if len(parts) > 3 else german_genitive(base, gender, oblique)
    many = parts[1] if countable else base
    spanish_article, spanish = row["spanish"].split(" ")
    spanish_singular, spanish_plural = spanish.split("/")
    classes = frozenset(row["classes"].split())
    adjectives = row["adjectives"].split()
    return Noun(
        key=singular,
        classes=classes,
        english=(singular, plural if countable else singular),
        german=(
            (base, oblique, oblique, genitive),
            (many, many, german_dative_plural(many) if countable else many, many),
        ),
        german_gender=gender,
        spanish=(spanish_singular, spanish_plural if countable else spanish_singular),
        spanish_gender=_ARTICLE_GENDER[spanish_article],
        spanish_stressed_a=spanish_article == "la:el",
        countable=countable,
        human=bool(classes & {"person", "baby"}),
        adjectives=tuple(word for word in adjectives if not word.startswith("-")),
        excluded=frozenset(word[1:] for word in adjectives if word.startswith("-")),
    )


def _adjective(row: dict[str, str]) -> Adjective:
    word, _, stem = row["german"].partition("/")
    return Adjective(
        key=row["english"],
        english=row["english"],
        english_comparative=row["english_comparative"],
        german=word,
        german_stem=stem or word.removesuffix("e"),
        german_comparative=row["german_comparative"],
        spanish=spanish_adjective(row["spanish"]),
        copula=row["copula"],
    )


def _adverb(row: dict[str, str]) -> Adverb:
    return Adverb(
        key=row["english"], kind=row["kind"], german=row["german"], spanish=row["spanish"]
    )


def _place(row: dict[str, str]) -> Place:
    preposition, _, case = row["german_to"].partition(" ")
    return Place(
        english_at=row["english_at"],
        german_at=row["german_at"],
        english_to=row["english_to"],
        german_to=preposition,
        german_to_case=CASES[case],
    )


def _verb(row: dict[str, str]) -> Verb:
    base, past, participle, gerund = row["english"].split()
    infinitive, third, german_past, german_participle, auxiliary = row["german"].split()
    spanish, *irregular = row["spanish"].split()
    pattern, *government = row["pattern"].split()
    prepositions = {
        language: "" if word == "-" else word
        for language, word in (part.split("=") for part in government)
    }
    german_preposition, _, case = prepositions.get("de", "").partition("+")
    english_preposition = prepositions.get("en", "")
    return Verb(
        key="know that" if pattern == "knowing" else f"{base} {english_preposition}".strip(),
        english=english_verb(base, past, participle, gerund),
        german=german_verb(infinitive, third, german_past, german_participle, auxiliary),
        spanish=spanish_verb(spanish, _pairs(irregular)),
        pattern=pattern,
        english_preposition=english_preposition,
        german_preposition=german_preposition,
        german_case=CASES[case] if case else CASES["dat" if pattern == "dat" else "acc"],
        spanish_preposition=prepositions.get("es", ""),
        subjects=_selector(row["subjects"]),
        objects=_selector(row["objects"]),
        recipients=_selector(row["recipients"]),
        places=_selector(row["places"]),
        tools=_selector(row["tools"]),
        manner=tuple(row["manner"].split()),
        flags=frozenset(row["flags"].split()),
    )


def _verbs() -> dict[str, Verb]:
    """Read the verbs; further rows of a verb, with other partners, get a number after ``#``."""
    verbs: dict[str, Verb] = {}
    for row in _rows("verbs"):
        verb = _verb(row)
        key, sense = verb.key, 1
        while key in verbs:
            sense += 1
            key = f"{verb.key}#{sense}"
        verbs[key] = verb if key == verb.key else replace(verb, key=key)
    return verbs


def _pairs(cells: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (cell.partition("=") for cell in cells)}


def _selector(cell: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (name, int(weight or 1))
        for name, _, weight in (word.partition("*") for word in cell.split())
    )
