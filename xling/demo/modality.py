"""Sentence frames that say what is denied, possible, needed or wanted."""

import xling.demo.choices as choices
from xling.demo.phrases import Builder, alive, indefinite
from xling.demo.syntax import Clause, Determiner, Modal, Sentence, Tense
from xling.demo.verb_choice import (
    ONCE,
    STATIVE,
    WILLED,
    any_verb,
    event_verb,
    transitive,
)

__all__ = [
    "can",
    "cannot",
    "had_to",
    "must",
    "negation",
    "no_object",
    "past_negation",
    "perfect_negation",
    "want",
]


def negation(build: Builder) -> Sentence | None:
    """The baker does not sell the cake."""
    clause = build.action(transitive(build), definite=True, extras=0.0)
    clause.negative = True
    return Sentence(frame="negation", clause=clause)


def past_negation(build: Builder) -> Sentence | None:
    """The baker did not sell the cake yesterday."""
    clause = build.action(event_verb(build), tense=Tense.PAST, definite=True, extras=0.0)
    clause.negative = True
    clause.time, clause.front_time = build.past_time(), build.draws.chance(0.5)
    return Sentence(frame="past_negation", clause=clause)


def perfect_negation(build: Builder) -> Sentence | None:
    """The baker has not sold the cake."""
    verb = choices.verbs("acc", "dat", "intr", "dit", without=STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, definite=True, extras=0.0)
    if verb.pattern == "dit" and indefinite(clause.recipient):
        return None
    clause.negative = True
    return Sentence(frame="perfect_negation", clause=clause)


def no_object(build: Builder) -> Sentence | None:
    """The baker sells no cookies: German "kein", elsewhere plain negation."""
    verb = choices.verbs("acc", without=ONCE | {"single"}).pick(build.draws)
    clause = build.action(verb, definite=True, extras=0.3)
    phrase = clause.object
    if phrase is None or phrase.noun is None:
        return None
    if phrase.noun.human or phrase.noun.classes & {"unique"} or phrase.owner is not None:
        return None
    clause.manner = None
    phrase.determiner = Determiner.NO
    phrase.plural = phrase.noun.countable
    clause.negative = True
    return Sentence(frame="no_object", clause=clause)


def can(build: Builder) -> Sentence | None:
    """The pupil can translate the poem."""
    clause = build.action(any_verb(build, WILLED), extras=0.35)
    if not alive(clause.subject):
        return None
    clause.modal = Modal.CAN
    return Sentence(frame="can", clause=clause) if _free(clause) else None


def must(build: Builder) -> Sentence | None:
    """The pupil must translate the poem."""
    clause = build.action(any_verb(build, WILLED), extras=0.35)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.modal = Modal.MUST
    if clause.place is None and clause.manner is None and build.draws.chance(0.5):
        clause.time = build.time_adverb("today", "tomorrow")
    return Sentence(frame="must", clause=clause) if _free(clause) else None


def want(build: Builder) -> Sentence | None:
    """The pupil wants to translate the poem."""
    clause = build.action(any_verb(build, WILLED), extras=0.3)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.modal = Modal.WANT
    clause.negative = not indefinite(clause.object) and build.draws.chance(0.3)
    clause.manner = None
    return Sentence(frame="want", clause=clause) if _free(clause) else None


def cannot(build: Builder) -> Sentence | None:
    """The pupil cannot translate the poem."""
    clause = build.action(transitive(build, WILLED), extras=0.0, definite=True)
    if not alive(clause.subject):
        return None
    clause.modal, clause.negative = Modal.CAN, True
    return Sentence(frame="cannot", clause=clause)


def had_to(build: Builder) -> Sentence | None:
    """Yesterday the pupil wanted to translate the poem."""
    clause = build.action(any_verb(build, WILLED), tense=Tense.IMPERFECT, extras=0.2)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.modal, clause.manner = Modal.WANT, None
    return Sentence(frame="wanted", clause=clause) if _free(clause) else None


def _free(clause: Clause) -> bool:
    """Whether a modal may govern the clause: a clitic would have to move to the infinitive."""
    return clause.recipient is None
