"""Sentence frames that ask, order or forbid."""

import xling.demo.choices as choices
from xling.demo.lexicon import lexicon
from xling.demo.phrases import Builder, alive
from xling.demo.syntax import (
    Clause,
    Determiner,
    Gap,
    Mood,
    NounPhrase,
    Pronoun,
    Sentence,
    Slot,
    Tense,
)
from xling.demo.verb_choice import ONCE, STATIVE, event_verb, mentions_owner, transitive

__all__ = [
    "command",
    "polar",
    "polar_past",
    "polar_perfect",
    "prohibition",
    "what",
    "when_question",
    "where",
    "who",
    "why",
]


def polar(build: Builder) -> Sentence | None:
    """Does the baker sell the bread?"""
    clause = build.action(transitive(build, frozenset({"once"})), extras=0.0, definite=True)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
        return None
    return Sentence(frame="polar", clause=clause, mood=Mood.POLAR)


def polar_past(build: Builder) -> Sentence | None:
    """Did the baker sell the bread yesterday?"""
    clause = build.action(event_verb(build), tense=Tense.PAST, extras=0.0, definite=True)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
        return None
    clause.time = build.past_time()
    return Sentence(frame="polar_past", clause=clause, mood=Mood.POLAR)


def polar_perfect(build: Builder) -> Sentence | None:
    """Has the baker already sold the bread?"""
    verb = choices.verbs("acc", "dat", without=STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.0, definite=True)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
        return None
    clause.already = lexicon().adverbs["already"]
    return Sentence(frame="polar_perfect", clause=clause, mood=Mood.POLAR)


def who(build: Builder) -> Sentence | None:
    """Who repaired the car?"""
    tense = Tense.PAST if build.draws.chance(0.5) else Tense.PRESENT
    verb = transitive(build, STATIVE if tense is Tense.PAST else frozenset({"once"}))
    noun = choices.subjects(verb).pick(build.draws)
    if not noun.human:
        return None
    subject = NounPhrase(noun=noun, base=Slot.SUBJECT)
    clause = build.action(verb, tense=tense, subject=subject, definite=True, extras=0.3)
    if mentions_owner(clause.object) or clause.manner is not None:
        return None
    clause.gap = Gap.SUBJECT
    return Sentence(frame="who", clause=clause, mood=Mood.WHO)


def what(build: Builder) -> Sentence | None:
    """What does the baker sell at the market?"""
    tense = Tense.PAST if build.draws.chance(0.4) else Tense.PRESENT
    without = ONCE | {"single", "animate", "project"}
    verb = choices.verbs("acc", without=without).pick(build.draws)
    clause = build.action(verb, tense=tense, definite=True, extras=0.0)
    if clause.object is None or clause.object.noun is None or clause.subject.pronoun is not None:
        return None
    if clause.object.noun.human or "animal" in clause.object.noun.classes:
        return None
    clause.gap = Gap.OBJECT
    clause.place = build.place(verb, clause.subject, Slot.PLACE)
    if clause.place is None:
        clause.time = build.time_adverb("yesterday" if tense is Tense.PAST else "today")
    return Sentence(frame="what", clause=clause, mood=Mood.WHAT)


def _question(build: Builder, mood: Mood, frame: str, tense: Tense) -> Sentence | None:
    without = (STATIVE if tense is Tense.PAST else ONCE) | {"involuntary"}
    verb = choices.verbs("acc", "prep", "dat", "intr", without=without).pick(build.draws)
    clause = build.action(verb, tense=tense, definite=True, extras=0.0)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE) or not alive(clause.subject):
        return None
    if tense is Tense.FUTURE and not clause.subject.human and clause.subject.pronoun is None:
        return None
    return Sentence(frame=frame, clause=clause, mood=mood)


def where(build: Builder) -> Sentence | None:
    """Where does the baker buy the flour?"""
    sentence = _question(build, Mood.WHERE, "where", Tense.PRESENT)
    if sentence is None or not sentence.clause.verb.places:
        return None
    return sentence


def when_question(build: Builder) -> Sentence | None:
    """When will the mechanic repair the car?"""
    return _question(build, Mood.WHEN, "when_question", Tense.FUTURE)


def why(build: Builder) -> Sentence | None:
    """Why did the king sell the castle?"""
    return _question(build, Mood.WHY, "why", Tense.PAST)


def command(build: Builder) -> Sentence | None:
    """Please open the window."""
    clause = _order(build)
    return Sentence(frame="command", clause=clause, mood=Mood.COMMAND)


def prohibition(build: Builder) -> Sentence | None:
    """Please do not open the window."""
    clause = _order(build)
    clause.negative = True
    clause.manner = None
    return Sentence(frame="prohibition", clause=clause, mood=Mood.COMMAND)


def _order(build: Builder) -> Clause:
    verb = choices.verbs("acc", "dat", flag="imp").pick(build.draws)
    clause = build.action(verb, subject=NounPhrase(pronoun=Pronoun.I), definite=True, extras=0.25)
    clause.place = None
    if clause.object is not None and clause.object.determiner is Determiner.MY:
        clause.object.determiner = Determiner.THE
    return clause
