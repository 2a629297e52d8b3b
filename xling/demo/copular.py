"""Sentence frames about what things are, where they are, and that they are there."""

from collections.abc import Callable

import xling.demo.choices as choices
from xling.demo.lexicon import Adjective, Noun, lexicon
from xling.demo.phrases import Builder
from xling.demo.syntax import (
    Clause,
    Determiner,
    Mood,
    NounPhrase,
    Predicate,
    Sentence,
    Slot,
    Tense,
)

__all__ = [
    "COPULAR_FRAMES",
    "comparison",
    "is_it_like",
    "is_like",
    "is_not_like",
    "location",
    "made_of",
    "profession",
    "there_is",
    "there_is_no",
    "there_was",
    "two_qualities",
    "was_like",
    "whose",
]

#: What rooms and other places contain.
_CONTENTS = {
    "kitchen": "table chair oven fridge pan pot plate cup knife spoon bread milk cheese bottle",
    "bedroom": "bed lamp pillow blanket mirror cupboard curtain clock doll",
    "bathroom": "mirror towel soap brush comb bucket spider",
    "garage": "car bicycle motorcycle ladder hammer box bucket rope",
    "cellar": "wine potato box mouse bottle shelf rope candle ax beer",
    "garden": "tree rose tulip flower hedgehog bird chair table butterfly frog ladder",
    "forest": "tree mushroom wolf deer bear fox squirrel cave owl castle",
    "park": "tree flower dog squirrel butterfly swan duck",
    "field": "cow horse sheep tractor pumpkin potato goat mouse",
    "farm": "cow pig hen goose tractor horse goat donkey rooster sheep",
    "stable": "horse cow donkey shovel bucket goat",
    "river": "fish stone frog",
    "lake": "fish swan duck frog",
    "sea": "whale shark fish",
    "beach": "stone boat tourist umbrella ball towel",
    "desert": "camel snake sand stone spider",
    "library": "book newspaper dictionary shelf map novel student lamp",
    "museum": "picture coin ring photo clock map tourist",
    "office": "computer phone table chair lamp report contract bill pencil",
    "school": "pupil teacher map piano computer ball",
    "restaurant": "guest waiter table chef wine candle soup",
    "hotel": "guest tourist suitcase room sofa bed",
    "hospital": "patient doctor nurse bed medicine",
    "market": "apple tomato fish cheese flower merchant customer carrot onion basket egg",
    "station": "train clock tourist policeman taxi suitcase",
    "port": "ship boat sailor fisherman net rope",
    "city": "museum theater hospital palace station park bridge church cinema bakery university",
    "village": "church bakery farm school pharmacy square bridge store",
    "street": "car bus tree lamp store bakery taxi dog leaf",
    "square": "tree church tower market flag bird musician",
    "island": "beach castle village port cave mountain monkey parrot",
    "castle": "king queen prince tower cellar mirror carpet gold",
    "mountain": "snow goat cave eagle stone",
    "cave": "bear gold snake water",
    "church": "candle priest picture wedding",
    "bakery": "bread cake cookie baker oven flour",
    "theater": "actor dancer curtain singer piano",
    "factory": "machine engineer steel engine truck",
    "university": "student professor library computer scientist",
    "prison": "thief soldier wall mouse",
    "airport": "plane pilot tourist suitcase taxi policeman",
}
#: Things and what they rest on, hide behind or stand beside.
_SURFACES = "table chair bed sofa shelf cupboard box carpet"
_ON_TOP = (
    "cup plate bottle glass book newspaper letter cat key candle knife spoon fork bowl hat lamp "
    "cake phone bag umbrella pencil camera violin map photo ball doll comb basket glove coin bread"
)
_PARTS = {
    "house": "roof door window wall kitchen garden",
    "church": "roof door tower wall window",
    "car": "wheel door engine",
    "bicycle": "wheel",
    "truck": "wheel engine door",
    "train": "door window engine",
    "ship": "engine",
    "castle": "tower wall door roof cellar garden",
    "palace": "garden tower door",
    "kitchen": "window door wall",
    "bedroom": "window door wall",
    "room": "door window wall",
    "school": "roof window door library",
    "hotel": "kitchen room door roof cellar",
    "restaurant": "kitchen door",
    "hospital": "window door garden",
    "museum": "door wall roof garden",
    "university": "library garden roof",
    "factory": "roof machine wall",
    "farm": "stable field meadow",
    "stable": "door roof wall",
    "tree": "leaf branch",
    "boat": "engine",
    "elephant": "ear eye head",
    "cat": "eye ear nose",
    "dog": "ear nose eye tooth",
    "horse": "ear eye head",
    "rabbit": "ear nose eye",
    "wolf": "tooth ear eye",
    "lion": "tooth head",
    "city": "street square bridge",
    "village": "street square church bridge",
}
_STUFF = {
    "wood": "table chair bed door box spoon boat house bridge doll flute",
    "gold": "ring coin cup clock",
    "silver": "spoon ring knife fork coin bowl",
    "iron": "key hammer nail bridge pan shovel ax",
    "wool": "sweater scarf sock glove blanket carpet cap coat",
    "leather": "shoe boot belt bag jacket sofa glove suitcase",
    "paper": "bag lamp flag",
    "cotton": "shirt dress skirt towel curtain sock",
    "silk": "dress shirt tie scarf curtain skirt pillow",
    "steel": "knife needle pot bridge oven tower",
}
_RELATIONS = (
    ("under", "unter", "debajo de"),
    ("behind", "hinter", "detrás de"),
    ("beside", "neben", "junto a"),
)
_ON = ("on", "auf", "sobre")
_NOT_DESCRIBED = frozenset({"weather"})


def _nouns(cell: str) -> tuple[Noun, ...]:
    entries = lexicon().nouns
    return tuple(entries[key] for key in cell.split() if key in entries)


def _one(build: Builder, items: tuple[Noun, ...]) -> Noun:
    return items[build.draws.below(len(items))]


def _thing(build: Builder) -> Noun:
    return choices.everything().pick(build.draws)


def _described(build: Builder) -> tuple[Noun, Adjective] | None:
    noun = _thing(build)
    adjective = build.adjective(noun)
    if adjective is None or noun.classes & _NOT_DESCRIBED:
        return None
    if adjective.key in choices.ATTRIBUTIVE:
        return None
    return noun, adjective


def _says(subject: NounPhrase, *adjectives: Adjective) -> Clause:
    return Clause(subject=subject, verb=choices.BE, predicate=Predicate(adjectives=adjectives))


def is_like(build: Builder) -> Sentence | None:
    """The coffee is very hot."""
    drawn = _described(build)
    if drawn is None:
        return None
    noun, adjective = drawn
    clause = _says(build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.0), adjective)
    degrees = ("very", "too", "quite") if adjective.key in choices.TOO else ("very", "quite")
    degree = lexicon().adverbs[build.adverb(*degrees)]
    if adjective.key in ("full", "empty", "dry", "black", "white"):
        degree = lexicon().adverbs["almost"]
    elif not adjective.english_comparative:
        return Sentence(frame="is_like", clause=clause)
    if clause.predicate is not None:
        clause.predicate.degree = degree
    return Sentence(frame="is_like", clause=clause)


def was_like(build: Builder) -> Sentence | None:
    """Yesterday the coffee was cold."""
    drawn = _described(build)
    if drawn is None:
        return None
    noun, adjective = drawn
    clause = _says(build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.0), adjective)
    clause.tense = Tense.IMPERFECT
    return Sentence(frame="was_like", clause=clause)


def is_not_like(build: Builder) -> Sentence | None:
    """The coffee is not hot."""
    drawn = _described(build)
    if drawn is None:
        return None
    noun, adjective = drawn
    clause = _says(build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.15), adjective)
    clause.negative = True
    if clause.subject.adjective is adjective:
        return None
    return Sentence(frame="is_not_like", clause=clause)


def is_it_like(build: Builder) -> Sentence | None:
    """Is the coffee hot?"""
    drawn = _described(build)
    if drawn is None:
        return None
    noun, adjective = drawn
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.0)
    return Sentence(frame="is_it_like", clause=_says(subject, adjective), mood=Mood.POLAR)


def two_qualities(build: Builder) -> Sentence | None:
    """The coffee is hot and strong."""
    drawn = _described(build)
    if drawn is None:
        return None
    noun, adjective = drawn
    second = build.adjective(noun)
    if second is None or second is adjective or second.key in choices.ATTRIBUTIVE:
        return None
    if second.copula != adjective.copula:
        return None
    if {second.key, adjective.key} in choices.OPPOSITES:
        return None
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.0)
    return Sentence(frame="two_qualities", clause=_says(subject, adjective, second))


def comparison(build: Builder) -> Sentence | None:
    """The lion is stronger than the wolf."""
    drawn = _described(build)
    if drawn is None:
        return None
    noun, adjective = drawn
    table = choices.comparable(noun, adjective)
    if not adjective.english_comparative or not table:
        return None
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.0)
    standard = build.subject(
        table.pick(build.draws), Slot.STANDARD, definite=True, adjective=0.0, singular=True
    )
    if standard.determiner in (Determiner.HIS, Determiner.HER):
        standard.determiner = Determiner.MY
    clause = _says(subject, adjective)
    clause.predicate = Predicate(adjectives=(adjective,), standard=standard)
    return Sentence(frame="comparison", clause=clause)


def profession(build: Builder) -> Sentence | None:
    """My brother is a baker."""
    draws = build.draws
    if draws.chance(0.3):
        subject = build.name(Slot.SUBJECT)
        female = subject.female
    else:
        noun = choices.nouns("kin").pick(draws)
        subject = build.subject(noun, Slot.SUBJECT, adjective=0.2)
        female = noun.female
    job = choices.nouns("fjob" if female else "job").pick(draws)
    if job.female != female:
        return None
    role = NounPhrase(noun=job, determiner=Determiner.A, base=Slot.STANDARD)
    if draws.chance(0.5):
        adjective = build.adjective(job)
        role.adjective = adjective if adjective and adjective.copula == "ser" else None
    clause = Clause(subject=subject, verb=choices.BE, predicate=Predicate(noun=role))
    clause.tense = Tense.IMPERFECT if draws.chance(0.4) else Tense.PRESENT
    return Sentence(frame="profession", clause=clause)


def there_is(build: Builder) -> Sentence | None:
    """There is an old clock in the office."""
    return _existence(build, "there_is", Tense.PRESENT, negative=False)


def there_was(build: Builder) -> Sentence | None:
    """There were three boats in the port."""
    return _existence(build, "there_was", Tense.IMPERFECT, negative=False)


def there_is_no(build: Builder) -> Sentence | None:
    """There are no chairs in the kitchen."""
    return _existence(build, "there_is_no", Tense.PRESENT, negative=True)


def _existence(build: Builder, frame: str, tense: Tense, *, negative: bool) -> Sentence | None:
    draws = build.draws
    room = tuple(_CONTENTS)[draws.below(len(_CONTENTS))]
    noun = _one(build, _nouns(_CONTENTS[room]))
    phrase = NounPhrase(noun=noun, base=Slot.SUBJECT)
    chance = draws.uniform()
    if negative:
        phrase.determiner, phrase.plural = Determiner.NO, noun.countable
    elif not noun.countable:
        phrase.determiner = Determiner.BARE
    elif chance < 0.4:
        phrase.determiner = Determiner.A
    elif chance < 0.8:
        phrase.determiner, phrase.plural = Determiner.NUMBER, True
        phrase.number = 2 + draws.below(11)
    else:
        phrase.determiner, phrase.plural = Determiner.MANY, True
    if draws.chance(0.5):
        phrase.adjective = build.adjective(noun)
    where = NounPhrase(noun=lexicon().nouns[room], base=Slot.PLACE)
    if draws.chance(0.3):
        where.adjective = build.adjective(lexicon().nouns[room])
    clause = Clause(subject=phrase, verb=choices.BE, tense=tense, negative=negative, place=where)
    return Sentence(frame=frame, clause=clause, mood=Mood.EXISTENCE)


def location(build: Builder) -> Sentence | None:
    """The cup is on the table."""
    noun, ground = _one(build, _nouns(_ON_TOP)), _one(build, _nouns(_SURFACES))
    relation = _RELATIONS[build.draws.below(3)] if build.draws.chance(0.6) else _ON
    subject = build.subject(noun, Slot.SUBJECT, definite=True)
    if noun.classes & {"tableware", "burning"} and "seat" in ground.classes:
        return None
    where = NounPhrase(noun=ground, base=Slot.STANDARD)
    if build.draws.chance(0.3):
        where.adjective = build.adjective(ground)
    clause = Clause(subject=subject, verb=choices.BE)
    clause.predicate = Predicate(noun=where, prepositions=relation)
    clause.tense = Tense.IMPERFECT if build.draws.chance(0.4) else Tense.PRESENT
    return Sentence(frame="location", clause=clause)


def whose(build: Builder) -> Sentence | None:
    """The roof of the house is red."""
    owner = tuple(_PARTS)[build.draws.below(len(_PARTS))]
    noun = _one(build, _nouns(_PARTS[owner]))
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.0)
    if subject.determiner is not Determiner.THE:
        return None
    holder = lexicon().nouns[owner]
    subject.owner = NounPhrase(noun=holder, base=Slot.OWNER)
    if build.draws.chance(0.35):
        subject.owner.adjective = build.adjective(holder)
    adjective = build.adjective(noun)
    if adjective is None:
        return None
    clause = _says(subject, adjective)
    clause.tense = Tense.IMPERFECT if build.draws.chance(0.4) else Tense.PRESENT
    return Sentence(frame="whose", clause=clause)


def made_of(build: Builder) -> Sentence | None:
    """The old spoon is made of silver."""
    material = tuple(_STUFF)[build.draws.below(len(_STUFF))]
    noun = _one(build, _nouns(_STUFF[material]))
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.5)
    if subject.adjective is not None and subject.adjective.key == "golden":
        return None
    stuff = NounPhrase(
        noun=lexicon().nouns[material], determiner=Determiner.BARE, base=Slot.STANDARD
    )
    clause = Clause(subject=subject, verb=choices.BE)
    clause.predicate = Predicate(noun=stuff, prepositions=("of", "aus", "de"))
    clause.tense = Tense.IMPERFECT if build.draws.chance(0.4) else Tense.PRESENT
    return Sentence(frame="made_of", clause=clause)


COPULAR_FRAMES: dict[str, tuple[Callable[[Builder], Sentence | None], float]] = {
    "comparison": (comparison, 2.4),
    "is_it_like": (is_it_like, 1.4),
    "is_like": (is_like, 2.2),
    "is_not_like": (is_not_like, 1.8),
    "location": (location, 1.8),
    "made_of": (made_of, 1.0),
    "profession": (profession, 1.4),
    "there_is": (there_is, 2.2),
    "there_is_no": (there_is_no, 1.8),
    "there_was": (there_was, 2.0),
    "two_qualities": (two_qualities, 2.0),
    "was_like": (was_like, 1.6),
    "whose": (whose, 1.6),
}
