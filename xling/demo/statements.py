"""Sentence frames of one clause that state what somebody does."""

from xling.demo import choices
from xling.demo.lexicon import lexicon
from xling.demo.phrases import COUNTED, Builder, indefinite
from xling.demo.syntax import Clause, Determiner, Modal, Mood, NounPhrase, Sentence, Slot, Tense
from xling.demo.verb_choice import (
    ONCE,
    ONGOING,
    STATIVE,
    WILLED,
    add_adverb,
    any_verb,
    event_verb,
    transitive,
)

__all__ = [
    "can",
    "cannot",
    "comment",
    "event",
    "feelings",
    "frequency",
    "future",
    "giving",
    "giving_past",
    "habit",
    "had_to",
    "have",
    "like",
    "lives",
    "manner",
    "motion",
    "must",
    "names",
    "negation",
    "no_object",
    "numbers",
    "passive",
    "past",
    "past_negation",
    "past_time",
    "perfect",
    "perfect_motion",
    "perfect_negation",
    "present",
    "progressive",
    "tool",
    "two_objects",
    "want",
    "where_it_happens",
]


def present(build: Builder) -> Sentence | None:
    """The baker sells fresh bread."""
    clause = build.action(transitive(build, frozenset({"once"})), extras=0.4)
    return Sentence(frame="present", clause=clause)


def past_time(build: Builder) -> Sentence | None:
    """Yesterday the baker sold the bread."""
    clause = build.action(event_verb(build), tense=Tense.PAST, extras=0.2)
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
    clause.already = lexicon().adverbs["already"]
    return Sentence(frame="perfect", clause=clause)


def perfect_motion(build: Builder) -> Sentence | None:
    """The children have swum in the lake."""
    verb = choices.verbs("intr", "dir", without=STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.8)
    return Sentence(frame="perfect_motion", clause=clause)


def future(build: Builder) -> Sentence | None:
    """Tomorrow the baker will sell the bread."""
    clause = build.action(event_verb(build), tense=Tense.FUTURE, extras=0.2)
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
    clause = build.action(any_verb(build, ONCE), extras=0.3)
    clause.time, clause.front_time = build.habitual_time(), True
    return Sentence(frame="habit", clause=clause)


def frequency(build: Builder) -> Sentence | None:
    """The baker always sells fresh bread."""
    clause = build.action(any_verb(build, ONCE), extras=0.3)
    adverbs = lexicon().adverbs
    clause.manner = None
    clause.frequency = adverbs[build.adverb("always", "never", "often", "rarely", "usually")]
    if clause.frequency.key == "never" and indefinite(clause.object):
        return None
    return Sentence(frame="frequency", clause=clause)


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
    clause = build.action(any_verb(build, ONCE), extras=0.35)
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
    if clause.negative:
        clause.manner = None
    return Sentence(frame="want", clause=clause) if _free(clause) else None


def cannot(build: Builder) -> Sentence | None:
    """The pupil cannot translate the poem."""
    clause = build.action(transitive(build, ONCE), extras=0.0, definite=True)
    clause.modal, clause.negative = Modal.CAN, True
    return Sentence(frame="cannot", clause=clause)


def had_to(build: Builder) -> Sentence | None:
    """Yesterday the pupil wanted to translate the poem."""
    clause = build.action(any_verb(build, WILLED), tense=Tense.IMPERFECT, extras=0.2)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.modal = Modal.WANT
    return Sentence(frame="wanted", clause=clause) if _free(clause) else None


def _free(clause: Clause) -> bool:
    """Whether a modal may govern the clause: a clitic would have to move to the infinitive."""
    return clause.recipient is None


def giving(build: Builder) -> Sentence | None:
    """The king gives the boy's friend a coin."""
    clause = build.action(choices.verbs("dit").pick(build.draws), extras=0.0)
    return Sentence(frame="giving", clause=clause)


def giving_past(build: Builder) -> Sentence | None:
    """Yesterday the sailor told the boy a story."""
    clause = build.action(choices.verbs("dit").pick(build.draws), tense=Tense.PAST, extras=0.0)
    clause.time, clause.front_time = build.past_time(), True
    return Sentence(frame="giving_past", clause=clause)


def motion(build: Builder) -> Sentence | None:
    """Every Sunday the family goes to church."""
    clause = build.action(choices.verbs("dir").pick(build.draws), extras=0.2)
    clause.time, clause.front_time = build.habitual_time(), build.draws.chance(0.6)
    return Sentence(frame="motion", clause=clause)


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
    table = choices.manners(verb, "manner")
    if not table:
        return None
    clause.manner = table.pick(build.draws)
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


def event(build: Builder) -> Sentence | None:
    """After the concert the musician drank a beer."""
    clause = build.action(event_verb(build), tense=Tense.PAST, extras=0.0)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.time, clause.front_time = build.event(0), True
    return Sentence(frame="event", clause=clause)


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
        first = NounPhrase(noun=noun, base=base)
        second = NounPhrase(noun=other, base=Slot.SECOND)
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
    second = NounPhrase(noun=noun, base=Slot.SECOND)
    if first.noun.countable == noun.countable and not {first.noun.human, noun.human} & {True}:
        bare = build.draws.chance(0.4) and not {"unique"} & (noun.classes | first.noun.classes)
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
    plural = build.draws.chance(0.3)
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
    if phrase.noun.classes & {"kin", "unique"} or phrase.noun.human:
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
