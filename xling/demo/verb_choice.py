"""Choosing verbs for a frame: which patterns, and which kinds of verbs to leave out."""

import xling.demo.choices as choices
from xling.demo.lexicon import Verb, lexicon
from xling.demo.phrases import Builder
from xling.demo.syntax import Clause, Determiner, NounPhrase

__all__ = [
    "HABITUAL",
    "HARM",
    "ONCE",
    "ONGOING",
    "STATIVE",
    "WILLED",
    "add_adverb",
    "any_verb",
    "event_verb",
    "everyday_verb",
    "mentions_owner",
    "transitive",
]

#: Flags of verbs that a frame leaves out: lasting states, single events, what nobody plans.
STATIVE = frozenset({"stative"})
ONCE = frozenset({"stative", "once"})
ONGOING = frozenset({"stative", "once", "ongoing"})
WILLED = frozenset({"stative", "once", "involuntary"})
HARM = frozenset({"stative", "bad"})
HABITUAL = ONCE | {"bad", "project"}


def transitive(build: Builder, without: frozenset[str] = frozenset()) -> Verb:
    """Draw a verb with an object."""
    return choices.verbs("acc", "prep", "dat", without=without).pick(build.draws)


def any_verb(build: Builder, without: frozenset[str] = frozenset()) -> Verb:
    """Draw a verb of any ordinary pattern."""
    table = choices.verbs("acc", "prep", "dat", "intr", "dir", "loc", "dit", without=without)
    return table.pick(build.draws)


def event_verb(build: Builder, without: frozenset[str] = STATIVE) -> Verb:
    """Draw a verb for something that happens."""
    table = choices.verbs("acc", "prep", "dat", "intr", "dir", without=without)
    return table.pick(build.draws)


def everyday_verb(build: Builder) -> Verb:
    """Draw a verb for what people do on any day."""
    return lexicon().verbs[build.adverb(*choices.EVERYDAY)]


def add_adverb(build: Builder, clause: Clause) -> None:
    """Put an adverb such as "suddenly" before the verb where the verb has one."""
    table = choices.manners(clause.verb, "mid")
    if table and build.draws.chance(0.5):
        clause.frequency = table.pick(build.draws)


def mentions_owner(phrase: NounPhrase | None) -> bool:
    """Whether a phrase points back at somebody with "his", "her" or "their"."""
    return phrase is not None and phrase.determiner in (
        Determiner.HIS,
        Determiner.HER,
        Determiner.THEIR,
    )
