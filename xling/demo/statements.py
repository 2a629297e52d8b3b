"""Sentence frames that say who does what to whom."""

import xling.demo.choices as choices
from xling.demo.lexicon import lexicon
from xling.demo.phrases import COUNTED, Builder
from xling.demo.syntax import Clause, Determiner, Mood, NounPhrase, Sentence, Slot, Tense
from xling.demo.verb_choice import (
    ONCE,
    STATIVE,
    add_adverb,
    transitive,
)

__all__ = [
    "comment",
    "feelings",
    "giving",
    "giving_past",
    "have",
    "like",
    "lives",
    "manner",
    "names",
    "numbers",
    "passive",
    "tool",
    "two_objects",
    "where_it_happens",
]


def giving(build: Builder) -> Sentence | None:
    """The king gives the boy's friend a coin."""
    clause = build.action(choices.verbs("dit").pick(build.draws), extras=0.0)
    return Sentence(frame="giving", clause=clause)


def giving_past(build: Builder) -> Sentence | None:
    """Yesterday the sailor told the boy a story."""
    clause = build.action(choices.verbs("dit").pick(build.draws), tense=Tense.PAST, extras=0.0)
    clause.time, clause.front_time = build.past_time(), True
    return Sentence(frame="giving_past", clause=clause)


def feelings(build: Builder) -> Sentence | None:
    """The boy hates garlic: lasting states, in the Spanish imperfect when past."""
    verb = choices.verbs("acc", flag="stative").pick(build.draws)
    clause = build.action(verb, extras=0.5)
    if build.draws.chance(0.4):
        clause.tense = Tense.IMPERFECT
    return Sentence(frame="feelings", clause=clause)


def lives(build: Builder) -> Sentence | None:
    """My old uncle lives in the village."""
    verb = choices.verbs("loc").pick(build.draws)
    clause = build.action(verb, extras=0.25)
    if build.draws.chance(0.35):
        clause.tense = Tense.IMPERFECT
    return Sentence(frame="lives", clause=clause)


def manner(build: Builder) -> Sentence | None:
    """The dancer dances elegantly in the theater."""
    patterns = ("intr", "loc", "prep") if build.draws.chance(0.5) else ("acc", "dat")
    verb = choices.verbs(*patterns, without=ONCE).pick(build.draws)
    clause = build.action(verb, extras=0.0)
    clause.manner = build.manner(clause)
    if clause.manner is None:
        return None
    if verb.pattern == "intr" and build.draws.chance(0.5):
        clause.place = build.place(verb, clause.subject, Slot.PLACE)
    return Sentence(frame="manner", clause=clause)


def where_it_happens(build: Builder) -> Sentence | None:
    """The wolf howled in the forest."""
    verb = choices.verbs("intr", without=STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PAST, extras=0.0)
    clause.place = build.place(verb, clause.subject, Slot.PLACE)
    add_adverb(build, clause)
    return Sentence(frame="place", clause=clause) if clause.place is not None else None


def tool(build: Builder) -> Sentence | None:
    """The chef cuts the bread with the knife."""
    verb = choices.verbs("acc", without=STATIVE).pick(build.draws)
    if not verb.tools:
        return None
    tense = Tense.PAST if build.draws.chance(0.5) else Tense.PRESENT
    clause = build.action(verb, tense=tense, extras=0.0)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    noun = choices.tools(verb).pick(build.draws)
    determiner = Determiner.A if build.draws.chance(0.6) else Determiner.THE
    clause.tool = NounPhrase(noun=noun, determiner=determiner, base=Slot.TOOL)
    if build.draws.chance(0.3):
        clause.tool.adjective = build.adjective(noun)
    return Sentence(frame="tool", clause=clause)


def comment(build: Builder) -> Sentence | None:
    """Unfortunately, the boy has lost the key."""
    word = build.adverb("unfortunately", "fortunately", "naturally")
    flag = {"unfortunately": "bad", "fortunately": "good"}.get(word, "")
    verb = choices.verbs("acc", "dat", without=STATIVE, flag=flag).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.0)
    clause.comment = lexicon().adverbs[word]
    return Sentence(frame="comment", clause=clause)


def names(build: Builder) -> Sentence | None:
    """Anna and Peter are reading the newspaper: two names or relatives share a verb."""
    verb = transitive(build, frozenset({"once"}))
    noun = choices.subjects(verb).pick(build.draws)
    if not noun.human:
        return None
    base = Slot.SUBJECT
    if build.draws.chance(0.5):
        first, second = build.name(base), build.name(Slot.SECOND)
        if first.name == second.name:
            return None
    else:
        other = choices.subjects(verb).pick(build.draws)
        if not other.human or other is noun:
            return None
        family = "kin" in noun.classes
        if family != ("kin" in other.classes):
            return None
        whose = Determiner.MY if family else Determiner.THE
        first = NounPhrase(noun=noun, determiner=whose, base=base)
        second = NounPhrase(noun=other, determiner=whose, base=Slot.SECOND)
    first.second = second
    clause = build.action(verb, subject=first, extras=0.3)
    return Sentence(frame="both", clause=clause)


def two_objects(build: Builder) -> Sentence | None:
    """The tourist buys bread and cheese."""
    patterns = ("acc2",) if build.draws.chance(0.06) else ("acc",)
    verb = choices.verbs(*patterns, without=ONCE).pick(build.draws)
    tense = Tense.PAST if build.draws.chance(0.5) else Tense.PRESENT
    clause = build.action(verb, tense=tense, definite=True, extras=0.0)
    first = clause.object
    noun = choices.objects(verb, clause.subject.noun).pick(build.draws)
    if first is None or first.noun is noun or first.noun is None:
        return None
    if "kin" in noun.classes or first.determiner not in (Determiner.THE, Determiner.BARE):
        return None
    if not first.noun.classes & noun.classes - {"mass", "thing", "place", "carried"}:
        return None
    second = NounPhrase(noun=noun, base=Slot.SECOND)
    if first.noun.countable == noun.countable and not {first.noun.human, noun.human} & {True}:
        bare = build.draws.chance(0.4) and not {"unique", "event", "body"} & (
            noun.classes | first.noun.classes
        )
        if bare:
            first.determiner = second.determiner = Determiner.BARE
            first.plural = second.plural = noun.countable
            first.adjective = None
    first.second = second
    return Sentence(frame="two_objects", clause=clause)


def like(build: Builder) -> Sentence | None:
    """The girl likes the film: German and Spanish turn subject and object round."""
    verb = lexicon().verbs["like"]
    noun = choices.subjects(verb).pick(build.draws)
    subject = build.subject(noun, Slot.SUBJECT, definite=True)
    liked = build.object(verb, subject, Slot.OBJECT, definite=True)
    clause = Clause(subject=subject, verb=verb, object=liked)
    if build.draws.chance(0.3):
        clause.tense = Tense.PAST
    elif build.draws.chance(0.3):
        clause.negative = True
    return Sentence(frame="like", clause=clause, mood=Mood.LIKING)


def have(build: Builder) -> Sentence | None:
    """My brother has a loyal dog."""
    verb = lexicon().verbs["have"]
    subject = build.actor(verb, Slot.SUBJECT)
    noun = choices.objects(verb, subject.noun).pick(build.draws)
    plural = build.draws.chance(0.3) and not noun.classes & {"place", "scheme", "device"}
    phrase = NounPhrase(noun=noun, plural=plural, determiner=Determiner.A, base=Slot.OBJECT)
    if plural:
        phrase.determiner, phrase.number = Determiner.NUMBER, 2 + build.draws.below(4)
    if build.draws.chance(0.45):
        phrase.adjective = build.adjective(noun)
    clause = Clause(subject=subject, verb=verb, object=phrase)
    if build.draws.chance(0.3):
        clause.tense = Tense.IMPERFECT
    return Sentence(frame="have", clause=clause)


def numbers(build: Builder) -> Sentence | None:
    """The farmer buys three horses."""
    verb = choices.verbs("acc", without=ONCE | {"single"}).pick(build.draws)
    tense = Tense.PAST if build.draws.chance(0.6) else Tense.PRESENT
    clause = build.action(verb, tense=tense, extras=0.3)
    phrase = clause.object
    if phrase is None or phrase.noun is None or not phrase.noun.countable:
        return None
    if phrase.noun.classes & {"kin", "unique", "pair"} or phrase.noun.human:
        return None
    if not phrase.noun.classes & COUNTED:
        return None
    phrase.determiner, phrase.plural = Determiner.NUMBER, True
    phrase.number = 2 + build.draws.below(11)
    return Sentence(frame="numbers", clause=clause)


def passive(build: Builder) -> Sentence | None:
    """The bridge was built by the engineer."""
    verb = choices.verbs("acc", flag="pass").pick(build.draws)
    agent = choices.subjects(verb).pick(build.draws)
    noun = choices.objects(verb, agent).pick(build.draws)
    subject = build.subject(noun, Slot.SUBJECT, definite=True)
    if "kin" in noun.classes:
        return None
    by = build.subject(agent, Slot.OBJECT, adjective=0.2)
    clause = Clause(subject=subject, verb=verb, object=by, passive=True, tense=Tense.PAST)
    return Sentence(frame="passive", clause=clause)
