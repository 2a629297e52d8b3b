"""Sentence frames: each draws one kind of sentence.

A frame is a function from a `Builder` to a `Sentence`, or to None when the words it drew do not
fit together; the caller then draws again.
"""

from collections.abc import Callable
from typing import TypeAlias

from xling.demo import choices
from xling.demo.copular import COPULAR_FRAMES
from xling.demo.lexicon import Verb, lexicon
from xling.demo.phrases import COUNTED, Builder, indefinite, pronoun_for
from xling.demo.syntax import (
    Clause,
    Determiner,
    Gap,
    Link,
    Modal,
    Mood,
    NounPhrase,
    Predicate,
    Pronoun,
    Sentence,
    Slot,
    Tense,
)

Frame: TypeAlias = Callable[[Builder], Sentence | None]
_STATIVE = frozenset({"stative"})
_ONCE = frozenset({"stative", "once"})
_ONGOING = frozenset({"stative", "once", "ongoing"})
_WILLED = frozenset({"stative", "once", "involuntary"})
_HARM = frozenset({"stative", "bad"})
_NEXT = Slot.NEXT


def _transitive(build: Builder, without: frozenset[str] = frozenset()) -> Verb:
    return choices.verbs("acc", "prep", "dat", without=without).pick(build.draws)


def _any(build: Builder, without: frozenset[str] = frozenset()) -> Verb:
    table = choices.verbs("acc", "prep", "dat", "intr", "dir", "loc", "dit", without=without)
    return table.pick(build.draws)


def _event(build: Builder) -> Verb:
    table = choices.verbs("acc", "prep", "dat", "intr", "dir", without=_STATIVE)
    return table.pick(build.draws)


def _adverb(build: Builder, clause: Clause) -> None:
    """Put an adverb such as "suddenly" before the verb where the verb has one."""
    table = choices.manners(clause.verb, "mid")
    if table and build.draws.chance(0.5):
        clause.frequency = table.pick(build.draws)


def present(build: Builder) -> Sentence | None:
    """The baker sells fresh bread."""
    clause = build.action(_transitive(build, frozenset({"once"})), extras=0.4)
    return Sentence(frame="present", clause=clause)


def past_time(build: Builder) -> Sentence | None:
    """Yesterday the baker sold the bread."""
    clause = build.action(_event(build), tense=Tense.PAST, extras=0.2)
    clause.time, clause.front_time = build.past_time(), True
    return Sentence(frame="past_time", clause=clause)


def past(build: Builder) -> Sentence | None:
    """The baker sold the bread at the market."""
    clause = build.action(_transitive(build, _STATIVE), tense=Tense.PAST, extras=0.4)
    _adverb(build, clause)
    return Sentence(frame="past", clause=clause)


def perfect(build: Builder) -> Sentence | None:
    """The baker has already sold the bread."""
    verb = choices.verbs("acc", "dit", "dat", without=_STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.15)
    clause.already = lexicon().adverbs["already"]
    return Sentence(frame="perfect", clause=clause)


def perfect_motion(build: Builder) -> Sentence | None:
    """The children have swum in the lake."""
    verb = choices.verbs("intr", "dir", without=_STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.8)
    return Sentence(frame="perfect_motion", clause=clause)


def future(build: Builder) -> Sentence | None:
    """Tomorrow the baker will sell the bread."""
    clause = build.action(_event(build), tense=Tense.FUTURE, extras=0.2)
    clause.time, clause.front_time = build.future_time(), True
    _adverb(build, clause)
    return Sentence(frame="future", clause=clause)


def progressive(build: Builder) -> Sentence | None:
    """The baker is selling the bread now."""
    verb = choices.verbs("acc", "intr", "prep", "dat", without=_ONGOING).pick(build.draws)
    clause = build.action(verb, tense=Tense.PROGRESSIVE, extras=0.25)
    if clause.object is not None and clause.object.determiner is Determiner.NUMBER:
        return None
    clause.time = build.time_adverb("now")
    return Sentence(frame="progressive", clause=clause)


def habit(build: Builder) -> Sentence | None:
    """Every Monday the baker sells bread."""
    clause = build.action(_any(build, _ONCE), extras=0.3)
    clause.time, clause.front_time = build.habitual_time(), True
    return Sentence(frame="habit", clause=clause)


def frequency(build: Builder) -> Sentence | None:
    """The baker always sells fresh bread."""
    clause = build.action(_any(build, _ONCE), extras=0.3)
    adverbs = lexicon().adverbs
    clause.manner = None
    clause.frequency = adverbs[build.adverb("always", "never", "often", "rarely", "usually")]
    if clause.frequency.key == "never" and indefinite(clause.object):
        return None
    return Sentence(frame="frequency", clause=clause)


def negation(build: Builder) -> Sentence | None:
    """The baker does not sell the cake."""
    clause = build.action(_transitive(build), definite=True, extras=0.0)
    clause.negative = True
    return Sentence(frame="negation", clause=clause)


def past_negation(build: Builder) -> Sentence | None:
    """The baker did not sell the cake yesterday."""
    clause = build.action(_event(build), tense=Tense.PAST, definite=True, extras=0.0)
    clause.negative = True
    clause.time, clause.front_time = build.past_time(), build.draws.chance(0.5)
    return Sentence(frame="past_negation", clause=clause)


def perfect_negation(build: Builder) -> Sentence | None:
    """The baker has not sold the cake."""
    verb = choices.verbs("acc", "dat", "intr", "dit", without=_STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, definite=True, extras=0.0)
    if verb.pattern == "dit" and indefinite(clause.recipient):
        return None
    clause.negative = True
    return Sentence(frame="perfect_negation", clause=clause)


def no_object(build: Builder) -> Sentence | None:
    """The baker sells no cookies: German "kein", elsewhere plain negation."""
    verb = choices.verbs("acc", without=_ONCE | {"single"}).pick(build.draws)
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


def polar(build: Builder) -> Sentence | None:
    """Does the baker sell the bread?"""
    clause = build.action(_transitive(build, frozenset({"once"})), extras=0.0, definite=True)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
        return None
    return Sentence(frame="polar", clause=clause, mood=Mood.POLAR)


def polar_past(build: Builder) -> Sentence | None:
    """Did the baker sell the bread yesterday?"""
    clause = build.action(_event(build), tense=Tense.PAST, extras=0.0, definite=True)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
        return None
    clause.time = build.past_time()
    return Sentence(frame="polar_past", clause=clause, mood=Mood.POLAR)


def polar_perfect(build: Builder) -> Sentence | None:
    """Has the baker already sold the bread?"""
    verb = choices.verbs("acc", "dat", without=_STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.0, definite=True)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
        return None
    clause.already = lexicon().adverbs["already"]
    return Sentence(frame="polar_perfect", clause=clause, mood=Mood.POLAR)


def who(build: Builder) -> Sentence | None:
    """Who repaired the car?"""
    tense = Tense.PAST if build.draws.chance(0.5) else Tense.PRESENT
    verb = _transitive(build, _STATIVE if tense is Tense.PAST else frozenset({"once"}))
    noun = choices.subjects(verb).pick(build.draws)
    if not noun.human:
        return None
    subject = NounPhrase(noun=noun, base=Slot.SUBJECT)
    clause = build.action(verb, tense=tense, subject=subject, definite=True, extras=0.3)
    if _mentions_owner(clause.object) or clause.manner is not None:
        return None
    clause.gap = Gap.SUBJECT
    return Sentence(frame="who", clause=clause, mood=Mood.WHO)


def _mentions_owner(phrase: NounPhrase | None) -> bool:
    return phrase is not None and phrase.determiner in (
        Determiner.HIS,
        Determiner.HER,
        Determiner.THEIR,
    )


def what(build: Builder) -> Sentence | None:
    """What does the baker sell at the market?"""
    tense = Tense.PAST if build.draws.chance(0.4) else Tense.PRESENT
    verb = choices.verbs("acc", without=_ONCE).pick(build.draws)
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
    without = _STATIVE if tense is not Tense.PRESENT else _ONCE
    verb = choices.verbs("acc", "prep", "dat", "intr", without=without).pick(build.draws)
    clause = build.action(verb, tense=tense, definite=True, extras=0.0)
    if clause.subject.pronoun in (Pronoun.I, Pronoun.WE):
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


def can(build: Builder) -> Sentence | None:
    """The pupil can translate the poem."""
    clause = build.action(_any(build, _ONCE), extras=0.35)
    clause.modal = Modal.CAN
    return Sentence(frame="can", clause=clause) if _free(clause) else None


def must(build: Builder) -> Sentence | None:
    """The pupil must translate the poem."""
    clause = build.action(_any(build, _WILLED), extras=0.35)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.modal = Modal.MUST
    if clause.place is None and clause.manner is None and build.draws.chance(0.5):
        clause.time = build.time_adverb("today", "tomorrow")
    return Sentence(frame="must", clause=clause) if _free(clause) else None


def want(build: Builder) -> Sentence | None:
    """The pupil wants to translate the poem."""
    clause = build.action(_any(build, _WILLED), extras=0.3)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.modal = Modal.WANT
    clause.negative = not indefinite(clause.object) and build.draws.chance(0.3)
    if clause.negative:
        clause.manner = None
    return Sentence(frame="want", clause=clause) if _free(clause) else None


def cannot(build: Builder) -> Sentence | None:
    """The pupil cannot translate the poem."""
    clause = build.action(_transitive(build, _ONCE), extras=0.0, definite=True)
    clause.modal, clause.negative = Modal.CAN, True
    return Sentence(frame="cannot", clause=clause)


def had_to(build: Builder) -> Sentence | None:
    """Yesterday the pupil wanted to translate the poem."""
    clause = build.action(_any(build, _WILLED), tense=Tense.IMPERFECT, extras=0.2)
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
    verb = choices.verbs("intr", "loc", "acc", "prep", "dat", without=_ONCE).pick(build.draws)
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
    verb = choices.verbs("intr", without=_STATIVE).pick(build.draws)
    clause = build.action(verb, tense=Tense.PAST, extras=0.0)
    clause.place = build.place(verb, clause.subject, Slot.PLACE)
    _adverb(build, clause)
    return Sentence(frame="place", clause=clause) if clause.place is not None else None


def tool(build: Builder) -> Sentence | None:
    """The chef cuts the bread with the knife."""
    verb = choices.verbs("acc", without=_STATIVE).pick(build.draws)
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
    clause = build.action(_event(build), tense=Tense.PAST, extras=0.0)
    if not clause.subject.human and clause.subject.pronoun is None:
        return None
    clause.time, clause.front_time = build.event(0), True
    return Sentence(frame="event", clause=clause)


def comment(build: Builder) -> Sentence | None:
    """Unfortunately, the boy has lost the key."""
    word = build.adverb("unfortunately", "fortunately", "naturally")
    flag = {"unfortunately": "bad", "fortunately": "good"}.get(word, "")
    verb = choices.verbs("acc", "dat", without=_STATIVE, flag=flag).pick(build.draws)
    clause = build.action(verb, tense=Tense.PERFECT, extras=0.0)
    clause.comment = lexicon().adverbs[word]
    return Sentence(frame="comment", clause=clause)


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


def names(build: Builder) -> Sentence | None:
    """Anna and Peter are reading the newspaper: two names or relatives share a verb."""
    verb = _transitive(build, frozenset({"once"}))
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
    verb = choices.verbs(*patterns, without=_ONCE).pick(build.draws)
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
    verb = choices.verbs("acc", without=_ONCE | {"single"}).pick(build.draws)
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


def because_state(build: Builder) -> Sentence | None:
    """The carpenter does not work because he is tired."""
    if build.draws.chance(0.35):
        verb = lexicon().verbs[build.adverb(*choices.REASONS)]
        main = build.action(verb, extras=0.0)
        state = choices.REASONS[verb.key]
    else:
        main = build.action(_any(build, _ONCE), extras=0.0, definite=True)
        main.negative = True
        state = build.adverb("tired", "sick", "nervous", "angry", "sad")
    if not main.subject.human and main.subject.pronoun is None:
        return None
    return _with_state(build, main, Link.BECAUSE, "because_state", state)


def _with_state(
    build: Builder, main: Clause, link: Link, frame: str, state: str
) -> Sentence | None:
    pronoun = pronoun_for(main.subject)
    if pronoun is None:
        return None
    subject = NounPhrase(
        pronoun=pronoun,
        female=pronoun is Pronoun.SHE,
        dropped=True,
        base=_NEXT + Slot.SUBJECT,
    )
    predicate = Predicate(adjectives=(lexicon().adjectives[state],))
    other = Clause(subject=subject, verb=choices.BE, base=_NEXT, predicate=predicate)
    return Sentence(frame=frame, clause=main, link=link, other=other)


def although(build: Builder) -> Sentence | None:
    """The farmer works in the field although he is sick."""
    main = build.action(_any(build, _ONCE), extras=0.0)
    state = build.adverb("tired", "sick", "hungry", "thirsty", "nervous", "sad")
    return _with_state(build, main, Link.ALTHOUGH, "although", state)


def because_event(build: Builder) -> Sentence | None:
    """The mother is sad because the boy has lost the key."""
    noun = choices.nouns("person").pick(build.draws)
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.1)
    state = lexicon().adjectives[build.adverb("angry", "nervous", "sad")]
    main = Clause(subject=subject, verb=choices.BE, predicate=Predicate(adjectives=(state,)))
    harm = build.draws.chance(0.5)
    verb = choices.verbs(
        "acc", "dat", without=_STATIVE if harm else _HARM, flag="bad" if harm else ""
    ).pick(build.draws)
    other = build.action(verb, _NEXT, tense=Tense.PERFECT, extras=0.0, definite=True)
    other.negative = not harm
    if not build.apart(subject, other.subject) or subject.adjective is state:
        return None
    return Sentence(frame="because_event", clause=main, link=Link.BECAUSE, other=other)


def because_need(build: Builder) -> Sentence | None:
    """The carpenter buys the hammer because he needs it."""
    verb = lexicon().verbs[build.adverb("buy", "seek", "use", "rent", "choose", "order")]
    main = build.action(verb, extras=0.2)
    pronoun = pronoun_for(main.subject)
    phrase = main.object
    if pronoun is None or phrase is None or phrase.noun is None or phrase.noun.human:
        return None
    it = NounPhrase(
        noun=phrase.noun, plural=phrase.plural, pronoun=Pronoun.IT, base=_NEXT + Slot.OBJECT
    )
    subject = NounPhrase(pronoun=pronoun, dropped=True, base=_NEXT + Slot.SUBJECT)
    other = Clause(subject=subject, verb=lexicon().verbs["need"], base=_NEXT, object=it)
    return Sentence(frame="because_need", clause=main, link=Link.BECAUSE, other=other)


def when_past(build: Builder) -> Sentence | None:
    """The dog barked when the postman opened the door."""
    main = build.action(_event(build), tense=Tense.PAST, extras=0.0)
    other = build.action(_event(build), _NEXT, tense=Tense.PAST, extras=0.0)
    if not build.apart(main.subject, other.subject):
        return None
    first = build.draws.chance(0.4)
    return Sentence(frame="when_past", clause=main, link=Link.WHEN, other=other, other_first=first)


def while_past(build: Builder) -> Sentence | None:
    """While the father cooked the soup, the boy played with the dog."""
    verb = choices.verbs("acc", "intr", "prep", "loc", without=_ONCE).pick(build.draws)
    other = build.action(verb, _NEXT, tense=Tense.IMPERFECT, extras=0.0)
    main = build.action(
        choices.verbs("acc", "intr", without=_STATIVE).pick(build.draws),
        tense=Tense.PAST,
        extras=0.0,
    )
    if not build.apart(main.subject, other.subject):
        return None
    return Sentence(frame="while_past", clause=main, link=Link.WHILE, other=other, other_first=True)


def whenever(build: Builder) -> Sentence | None:
    """When the girl is tired, she reads a book."""
    verb = lexicon().verbs[build.adverb(*choices.PASTIMES)]
    main = build.action(verb, extras=0.2)
    pronoun = pronoun_for(main.subject)
    if pronoun is None or _mentions_owner(main.object):
        return None
    key = choices.REASONS.get(verb.key) or build.adverb("tired", "nervous", "sad", "angry")
    state = lexicon().adjectives[key]
    if main.subject.adjective is state or not (main.subject.human or main.subject.pronoun):
        return None
    subject = main.subject
    subject.base = _NEXT + Slot.SUBJECT
    main.subject = NounPhrase(pronoun=pronoun, dropped=True, base=Slot.SUBJECT)
    other = Clause(
        subject=subject, verb=choices.BE, base=_NEXT, predicate=Predicate(adjectives=(state,))
    )
    return Sentence(
        frame="whenever", clause=main, link=Link.WHENEVER, other=other, other_first=True
    )


def if_weather(build: Builder) -> Sentence | None:
    """If it rains tomorrow, the boy will read a book."""
    verb = lexicon().verbs[build.adverb("rain", "snow")]
    it = NounPhrase(pronoun=Pronoun.IT, base=_NEXT + Slot.SUBJECT)
    other = Clause(subject=it, verb=verb, base=_NEXT, time=build.time_adverb("tomorrow", "today"))
    main = build.action(_event(build), tense=Tense.FUTURE, extras=0.1)
    if build.draws.chance(0.4) and not indefinite(main.object):
        main.negative, main.manner = True, None
        main.place = main.place if main.verb.pattern == "dir" else None
    if not main.subject.human and main.subject.pronoun is None:
        return None
    return Sentence(frame="if_weather", clause=main, link=Link.IF, other=other, other_first=True)


def said_that(build: Builder) -> Sentence | None:
    """The neighbor says that the thief has stolen the car."""
    verb = lexicon().verbs[build.adverb("say", "believe")]
    subject = build.actor(verb, Slot.SUBJECT, definite=True)
    tense = (Tense.PERFECT, Tense.FUTURE, Tense.PRESENT)[build.draws.below(3)]
    other = build.action(
        _any(build, _ONCE if tense is Tense.PRESENT else _STATIVE), _NEXT, tense=tense, extras=0.0
    )
    if not build.apart(subject, other.subject):
        return None
    main = Clause(subject=subject, verb=verb)
    return Sentence(frame="said_that", clause=main, link=Link.THAT, other=other)


def wonder(build: Builder) -> Sentence | None:
    """The teacher wants to know whether the pupil has learned the poem."""
    subject = build.actor(lexicon().verbs["say"], Slot.SUBJECT, definite=True)
    verb = lexicon().verbs["know that"]
    main = Clause(subject=subject, verb=verb, modal=Modal.WANT)
    other = build.action(
        choices.verbs("acc", "dat", "dit", "dir", without=_STATIVE).pick(build.draws), _NEXT,
        tense=Tense.PERFECT, extras=0.0, definite=True,
    )  # fmt: skip
    if not build.apart(subject, other.subject):
        return None
    return Sentence(frame="wonder", clause=main, link=Link.WHETHER, other=other)


def relative_subject(build: Builder) -> Sentence | None:
    """The man who sells the bread lives in the village."""
    main = build.action(_any(build, _ONCE), extras=0.0, definite=True)
    noun = main.subject.noun
    if noun is None or "kin" in noun.classes or main.subject.pronoun is not None:
        return None
    table = choices.verbs_of_subject(noun, "acc", "prep", "intr", "dat")
    if not table:
        return None
    verb = table.pick(build.draws)
    if verb is main.verb or verb.flags & _ONCE:
        return None
    inner = NounPhrase(noun=noun, plural=main.subject.plural)
    relative = build.action(verb, _NEXT, subject=inner, extras=0.3, definite=True)
    relative.gap = Gap.SUBJECT
    main.subject.relative = relative
    main.subject.adjective = None
    return Sentence(frame="relative_subject", clause=main)


def relative_object(build: Builder) -> Sentence | None:
    """The boy reads the book that the teacher has bought."""
    verb = choices.verbs("acc", without=_ONCE).pick(build.draws)
    main = build.action(verb, extras=0.0, definite=True)
    phrase = main.object
    if phrase is None or phrase.noun is None or phrase.noun.human:
        return None
    if phrase.noun.classes & {"unique", "animal", "nature"}:
        return None
    table = choices.verbs_of_object(phrase.noun)
    inner = table.pick(build.draws) if table else verb
    if inner is verb or "stative" in inner.flags:
        return None
    phrase.determiner, phrase.adjective = Determiner.THE, None
    relative = build.action(inner, _NEXT, tense=Tense.PERFECT, extras=0.0, definite=True)
    if relative.subject.noun is main.subject.noun or relative.subject.pronoun is not None:
        return None
    relative.object = NounPhrase(noun=phrase.noun, plural=phrase.plural)
    relative.gap = Gap.OBJECT
    phrase.relative = relative
    return Sentence(frame="relative_object", clause=main)


def and_clauses(build: Builder) -> Sentence | None:
    """The cat sleeps and the dog barks."""
    return _two(build, Link.AND, "and_clauses")


def but_clauses(build: Builder) -> Sentence | None:
    """The cat sleeps, but the dog barks."""
    return _two(build, Link.BUT, "but_clauses")


def _two(build: Builder, link: Link, frame: str) -> Sentence | None:
    tense = Tense.PAST if build.draws.chance(0.4) else Tense.PRESENT
    without = _STATIVE if tense is Tense.PAST else _ONCE
    first = build.action(_any(build, without), tense=tense, extras=0.0)
    verb = first.verb if link is Link.BUT or build.draws.chance(0.5) else _any(build, without)
    second = build.action(verb, _NEXT, tense=tense, extras=0.0)
    if not build.apart(first.subject, second.subject):
        return None
    return Sentence(frame=frame, clause=first, link=link, other=second)


#: Every frame with its share of the sentences; shares are relative.
FRAMES: dict[str, tuple[Frame, float]] = {
    "although": (although, 2.0),
    "and_clauses": (and_clauses, 2.0),
    "because_event": (because_event, 2.0),
    "because_need": (because_need, 1.2),
    "because_state": (because_state, 2.0),
    "both": (names, 2.0),
    "but_clauses": (but_clauses, 2.0),
    "can": (can, 2.0),
    "cannot": (cannot, 1.6),
    "command": (command, 1.0),
    "comment": (comment, 2.0),
    "event": (event, 2.0),
    "feelings": (feelings, 2.4),
    "frequency": (frequency, 2.2),
    "future": (future, 2.2),
    "giving": (giving, 2.0),
    "giving_past": (giving_past, 2.0),
    "habit": (habit, 2.2),
    "have": (have, 2.0),
    "if_weather": (if_weather, 2.0),
    "like": (like, 2.0),
    "lives": (lives, 1.4),
    "manner": (manner, 2.4),
    "motion": (motion, 2.0),
    "must": (must, 2.0),
    "negation": (negation, 2.0),
    "no_object": (no_object, 1.8),
    "numbers": (numbers, 2.0),
    "passive": (passive, 2.0),
    "past": (past, 2.2),
    "past_negation": (past_negation, 2.0),
    "past_time": (past_time, 2.2),
    "perfect": (perfect, 2.0),
    "perfect_motion": (perfect_motion, 1.6),
    "perfect_negation": (perfect_negation, 1.8),
    "place": (where_it_happens, 1.6),
    "polar": (polar, 1.8),
    "polar_past": (polar_past, 1.8),
    "polar_perfect": (polar_perfect, 1.8),
    "present": (present, 2.4),
    "progressive": (progressive, 2.2),
    "prohibition": (prohibition, 1.0),
    "relative_object": (relative_object, 2.0),
    "relative_subject": (relative_subject, 2.2),
    "said_that": (said_that, 2.2),
    "tool": (tool, 1.6),
    "two_objects": (two_objects, 2.0),
    "want": (want, 2.0),
    "wanted": (had_to, 2.0),
    "what": (what, 1.8),
    "when_past": (when_past, 2.2),
    "when_question": (when_question, 1.6),
    "whenever": (whenever, 2.0),
    "where": (where, 1.6),
    "while_past": (while_past, 2.2),
    "who": (who, 1.6),
    "why": (why, 1.6),
    "wonder": (wonder, 2.0),
    **COPULAR_FRAMES,
}
