"""Sentence frames that say when something happens."""

import xling.demo.choices as choices
from xling.demo.lexicon import lexicon
from xling.demo.phrases import COUNTED, Builder, alive, indefinite
from xling.demo.syntax import Determiner, Sentence, Slot, Tense
from xling.demo.verb_choice import (
    HABITUAL,
    HARM,
    ONGOING,
    STATIVE,
    add_adverb,
    any_verb,
    event_verb,
    everyday_verb,
    transitive,
)

__all__ = [
    "event",
    "frequency",
    "future",
    "habit",
    "motion",
    "past",
    "past_time",
    "perfect",
    "perfect_motion",
    "present",
    "progressive",
]


def present(build: Builder) -> Sentence | None:
    """The baker sells fresh bread."""
    clause = build.action(transitive(build, frozenset({"once"})), extras=0.4)
    return Sentence(frame="present", clause=clause)


def past_time(build: Builder) -> Sentence | None:
    """Yesterday the baker sold the bread."""
    clause = build.action(event_verb(build, STATIVE | {"project"}), tense=Tense.PAST, extras=0.2)
    clause.time, clause.front_time = build.past_time(), True
    return Sentence(frame="past_time", clause=clause)


def past(build: Builder) -> Sentence | None:
    """The baker sold the bread at the market."""
    clause = build.action(transitive(build, STATIVE), tense=Tense.PAST, extras=0.4)
    add_adverb(build, clause)
    return Sentence(frame="past", clause=clause)


def perfect(build: Builder) -> Sentence | None:
    """The baker has already sold the bread."""
    verb = choices.verbs("acc", "dit", "dat", without=STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.15)
    clause.manner = None
    clause.already = lexicon().adverbs["already"]
    return Sentence(frame="perfect", clause=clause)


def perfect_motion(build: Builder) -> Sentence | None:
    """The children have swum in the lake."""
    verb = choices.verbs("intr", "dir", without=STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.0)
    if verb.pattern == "intr" and build.draws.chance(0.8):
        clause.place = build.place(verb, clause.subject, Slot.PLACE)
    if clause.place is None:
        clause.manner = build.manner(clause)
    return Sentence(frame="perfect_motion", clause=clause)


def future(build: Builder) -> Sentence | None:
    """Tomorrow the baker will sell the bread."""
    verb = event_verb(build, HARM)
    clause = build.action(verb, tense=Tense.FUTURE, extras=0.2)
    noun = clause.subject.noun
    if not alive(clause.subject) and (noun is None or "vehicle" not in noun.classes):
        return None
    if "involuntary" in verb.flags and verb.objects:
        return None
    clause.time, clause.front_time = build.future_time(), True
    add_adverb(build, clause)
    return Sentence(frame="future", clause=clause)


def progressive(build: Builder) -> Sentence | None:
    """The baker is selling the bread now."""
    verb = choices.verbs("acc", "intr", "prep", "dat", without=ONGOING).pick(build.draws)
    clause = build.action(verb, tense=Tense.PROGRESSIVE, extras=0.25)
    if clause.object is not None and clause.object.determiner is Determiner.NUMBER:
        return None
    clause.time = build.time_adverb("now")
    return Sentence(frame="progressive", clause=clause)


def habit(build: Builder) -> Sentence | None:
    """Every Monday the baker sells bread."""
    clause = build.action(any_verb(build, HABITUAL), extras=0.3)
    clause.time, clause.front_time = build.habitual_time(clause.verb, clause.subject), True
    return Sentence(frame="habit", clause=clause)


def frequency(build: Builder) -> Sentence | None:
    """The baker always sells fresh bread."""
    clause = build.action(any_verb(build, HABITUAL), extras=0.3)
    if not alive(clause.subject):
        return None
    adverbs = lexicon().adverbs
    clause.manner = None
    clause.frequency = adverbs[build.adverb("always", "never", "often", "rarely", "usually")]
    phrase = clause.object
    if clause.verb.pattern == "acc" and phrase is not None and phrase.noun is not None:
        one_of_many = phrase.noun.countable and phrase.noun.classes & COUNTED
        if one_of_many and "single" not in clause.verb.flags and build.draws.chance(0.7):
            phrase.determiner, phrase.plural = Determiner.BARE, True
    if clause.frequency.key == "never" and indefinite(phrase) and phrase is not None:
        return (
            None
            if phrase.determiner is not Determiner.BARE
            else Sentence(frame="frequency", clause=clause)
        )
    return Sentence(frame="frequency", clause=clause)


def motion(build: Builder) -> Sentence | None:
    """Every Sunday the family goes to church."""
    clause = build.action(choices.verbs("dir").pick(build.draws), extras=0.2)
    clause.time, clause.front_time = (
        build.habitual_time(clause.verb, clause.subject),
        build.draws.chance(0.6),
    )
    return Sentence(frame="motion", clause=clause)


def event(build: Builder) -> Sentence | None:
    """After the concert the musician drank a beer."""
    clause = build.action(everyday_verb(build), tense=Tense.PAST, extras=0.0)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.time, clause.front_time = build.event(0), True
    return Sentence(frame="event", clause=clause)
