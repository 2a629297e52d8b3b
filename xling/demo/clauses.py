"""Sentence frames of two clauses: reasons, times, conditions, reports, relative clauses."""

import xling.demo.choices as choices
from xling.demo.lexicon import lexicon
from xling.demo.phrases import Builder, alive, indefinite, pronoun_for
from xling.demo.syntax import (
    Clause,
    Determiner,
    Gap,
    Link,
    Modal,
    NounPhrase,
    Predicate,
    Pronoun,
    Sentence,
    Slot,
    Tense,
)
from xling.demo.verb_choice import (
    ONCE,
    STATIVE,
    any_verb,
    event_verb,
    everyday_verb,
    mentions_owner,
)

__all__ = [
    "although",
    "and_clauses",
    "because_event",
    "because_need",
    "because_state",
    "but_clauses",
    "if_weather",
    "relative_object",
    "relative_subject",
    "said_that",
    "when_past",
    "whenever",
    "while_past",
    "wonder",
]

_NEXT = Slot.NEXT


def because_state(build: Builder) -> Sentence | None:
    """The carpenter does not work because he is tired."""
    if build.draws.chance(0.35):
        verb = lexicon().verbs[build.adverb(*choices.REASONS)]
        main = build.action(verb, extras=0.0)
        state = choices.REASONS[verb.key]
    else:
        main = build.action(any_verb(build, ONCE), extras=0.0, definite=True)
        main.negative = True
        state = build.adverb("tired", "sick", "tired", "sick", "nervous")
    if not main.subject.human and main.subject.pronoun is None:
        return None
    return _with_state(main, Link.BECAUSE, "because_state", state)


def _with_state(main: Clause, link: Link, frame: str, state: str) -> Sentence | None:
    pronoun = pronoun_for(main.subject)
    if pronoun is None or main.recipient is not None:
        return None
    subject = NounPhrase(
        pronoun=pronoun,
        female=pronoun is Pronoun.SHE,
        dropped=True,
        base=_NEXT + Slot.SUBJECT,
    )
    predicate = Predicate(adjectives=(lexicon().adjectives[state],))
    if main.subject.adjective is not None and main.subject.adjective.key in choices.STATES:
        main.subject.adjective = None
    other = Clause(subject=subject, verb=choices.BE, base=_NEXT, predicate=predicate)
    return Sentence(frame=frame, clause=main, link=link, other=other)


def although(build: Builder) -> Sentence | None:
    """The farmer works in the field although he is sick."""
    main = build.action(any_verb(build, ONCE), extras=0.0)
    state = build.adverb("tired", "sick", "hungry", "thirsty", "tired")
    return _with_state(main, Link.ALTHOUGH, "although", state)


def because_event(build: Builder) -> Sentence | None:
    """The mother is sad because the boy has lost the key."""
    noun = choices.nouns("person").pick(build.draws)
    subject = build.subject(noun, Slot.SUBJECT, definite=True, adjective=0.1)
    state = lexicon().adjectives[build.adverb("angry", "nervous", "sad")]
    main = Clause(subject=subject, verb=choices.BE, predicate=Predicate(adjectives=(state,)))
    harm = build.draws.chance(0.5)
    verb = choices.verbs("acc", "dat", without=STATIVE, flag="bad" if harm else "good").pick(
        build.draws
    )
    other = build.action(verb, _NEXT, tense=Tense.PERFECT, extras=0.0, definite=True)
    other.negative = not harm
    if not alive(other.subject) and not harm:
        return None
    if not build.apart(subject, other.subject) or subject.adjective is state:
        return None
    return Sentence(frame="because_event", clause=main, link=Link.BECAUSE, other=other)


def because_need(build: Builder) -> Sentence | None:
    """The carpenter buys the hammer because he needs it."""
    verb = lexicon().verbs[build.adverb("buy", "look for", "rent")]
    main = build.action(verb, extras=0.2)
    pronoun = pronoun_for(main.subject)
    phrase = main.object
    if pronoun is None or phrase is None or phrase.noun is None or phrase.noun.human:
        return None
    if phrase.noun.classes & {"food", "animal", "drink", "insight", "task"}:
        return None
    main.place = None
    it = NounPhrase(
        noun=phrase.noun, plural=phrase.plural, pronoun=Pronoun.IT, base=_NEXT + Slot.OBJECT
    )
    subject = NounPhrase(pronoun=pronoun, dropped=True, base=_NEXT + Slot.SUBJECT)
    other = Clause(subject=subject, verb=lexicon().verbs["need"], base=_NEXT, object=it)
    return Sentence(frame="because_need", clause=main, link=Link.BECAUSE, other=other)


def when_past(build: Builder) -> Sentence | None:
    """The dog barked when the postman opened the door."""
    without = STATIVE | {"lasting"}
    main = build.action(event_verb(build, without), tense=Tense.PAST, extras=0.0)
    other = build.action(event_verb(build, without), _NEXT, tense=Tense.PAST, extras=0.0)
    if not _meet(build, main, other):
        return None
    first = build.draws.chance(0.4)
    return Sentence(frame="when_past", clause=main, link=Link.WHEN, other=other, other_first=first)


def _meet(build: Builder, main: Clause, other: Clause) -> bool:
    """Whether two people or animals differ, and no "he" could mean the wrong one."""
    if main.subject.pronoun not in (None, Pronoun.I, Pronoun.WE):
        return False
    both = alive(main.subject) and alive(other.subject)
    return both and build.apart(main.subject, other.subject)


def while_past(build: Builder) -> Sentence | None:
    """While the father cooked the soup, the boy played with the dog."""
    verb = choices.verbs("acc", "intr", "prep", "loc", without=ONCE).pick(build.draws)
    other = build.action(verb, _NEXT, tense=Tense.IMPERFECT, extras=0.0)
    main = build.action(
        choices.verbs("acc", "intr", without=STATIVE).pick(build.draws),
        tense=Tense.PAST,
        extras=0.0,
    )
    if not _meet(build, main, other):
        return None
    return Sentence(frame="while_past", clause=main, link=Link.WHILE, other=other, other_first=True)


def whenever(build: Builder) -> Sentence | None:
    """When the girl is tired, she reads a book."""
    verb = lexicon().verbs[build.adverb(*choices.PASTIMES)]
    main = build.action(verb, extras=0.2)
    pronoun = pronoun_for(main.subject)
    if pronoun is None or mentions_owner(main.object):
        return None
    key = choices.REASONS.get(verb.key) or build.adverb("tired", "nervous", "sad", "angry")
    state = lexicon().adjectives[key]
    if not (main.subject.human or main.subject.pronoun):
        return None
    if main.subject.adjective is not None and main.subject.adjective.key in choices.STATES:
        main.subject.adjective = None
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
    main = build.action(everyday_verb(build), tense=Tense.FUTURE, extras=0.1)
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
        any_verb(build, ONCE if tense is Tense.PRESENT else STATIVE), _NEXT, tense=tense, extras=0.0
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
        choices.verbs("acc", "dat", "dit", "dir", without=STATIVE).pick(build.draws), _NEXT,
        tense=Tense.PERFECT, extras=0.0, definite=True,
    )  # fmt: skip
    if not build.apart(subject, other.subject):
        return None
    return Sentence(frame="wonder", clause=main, link=Link.WHETHER, other=other)


def relative_subject(build: Builder) -> Sentence | None:
    """The man who sells the bread lives in the village."""
    main = build.action(any_verb(build, ONCE), extras=0.0, definite=True)
    noun = main.subject.noun
    if noun is None or "kin" in noun.classes or main.subject.pronoun is not None:
        return None
    table = choices.verbs_of_subject(noun, "acc", "prep", "intr", "dat")
    if not table:
        return None
    verb = table.pick(build.draws)
    if verb.english.base == main.verb.english.base or verb.flags & ONCE:
        return None
    inner = NounPhrase(noun=noun, plural=main.subject.plural)
    relative = build.action(verb, _NEXT, subject=inner, extras=0.3, definite=True)
    relative.gap = Gap.SUBJECT
    main.subject.relative = relative
    main.subject.adjective = None
    return Sentence(frame="relative_subject", clause=main)


def relative_object(build: Builder) -> Sentence | None:
    """The boy reads the book that the teacher has bought."""
    verb = choices.verbs("acc", without=ONCE).pick(build.draws)
    main = build.action(verb, extras=0.0, definite=True)
    phrase = main.object
    if verb.german.prefix or phrase is None or phrase.noun is None or phrase.noun.human:
        return None  # a prefix would hang behind the relative clause
    if phrase.noun.classes & {"unique", "animal", "nature"}:
        return None
    table = choices.verbs_of_object(phrase.noun)
    inner = table.pick(build.draws) if table else verb
    if inner.english.base == verb.english.base or "stative" in inner.flags:
        return None
    if "making" in verb.flags:
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
    without = STATIVE if tense is Tense.PAST else ONCE
    first = build.action(any_verb(build, without), tense=tense, extras=0.0)
    verb = first.verb if link is Link.BUT or build.draws.chance(0.5) else any_verb(build, without)
    second = build.action(verb, _NEXT, tense=tense, extras=0.0)
    second.negative = link is Link.BUT and second.object is None and second.place is None
    if not build.apart(first.subject, second.subject) or verb.pattern == "dit":
        return None
    if alive(first.subject) != alive(second.subject):
        return None
    if first.object and second.object and first.object.noun is second.object.noun:
        return None
    return Sentence(frame=frame, clause=first, link=link, other=second)
