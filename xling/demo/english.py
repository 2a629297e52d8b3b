"""The word order of English clauses."""

from dataclasses import replace

from xling.demo.english_nouns import noun_phrase
from xling.demo.english_verbs import BE_FORMS, do_support, verb_group
from xling.demo.lexicon import lexicon
from xling.demo.syntax import (
    COMMA_NODE,
    END_NODE,
    PAST_TENSES,
    UNALIGNED,
    Clause,
    Determiner,
    Gap,
    Link,
    Mood,
    NounPhrase,
    Person,
    Predicate,
    Sentence,
    Slot,
    Tense,
    Tokens,
)

__all__ = [
    "linearise",
]

_LINKS = {
    Link.AND: "and",
    Link.BUT: "but",
    Link.BECAUSE: "because",
    Link.ALTHOUGH: "although",
    Link.WHEN: "when",
    Link.WHENEVER: "when",
    Link.WHILE: "while",
    Link.IF: "if",
    Link.THAT: "that",
    Link.WHETHER: "whether",
}
_QUESTIONS = {
    Mood.WHO: "who",
    Mood.WHAT: "what",
    Mood.WHERE: "where",
    Mood.WHEN: "when",
    Mood.WHY: "why",
    Mood.HOW: "how",
}


def _phrase(phrase: NounPhrase, out: Tokens, *, oblique: bool = True) -> None:
    noun_phrase(phrase, out, oblique=oblique)
    relative = phrase.relative
    if relative is not None:
        out.append(("who" if phrase.human else "that", relative.base + Slot.CONJUNCTION))
        _clause(relative, out)


def _clause(clause: Clause, out: Tokens, *, inverted: bool = False) -> None:
    base = clause.base
    if clause.front_time and clause.time is not None:
        _time(clause, out)
        if clause.time.event is not None or len(clause.time.english) > 1:
            out.append((",", UNALIGNED))
    if clause.comment is not None:
        out.append((clause.comment.key, base + Slot.COMMENT))
        out.append((",", UNALIGNED))
    front, rest = verb_group(clause)
    fused = bool(front) and front[0][0] == "cannot"
    if not front and (clause.negative or inverted):
        front, rest = do_support(clause, rest)
    if inverted:
        out.extend(front)
    if clause.gap is not Gap.SUBJECT:
        _phrase(clause.subject, out, oblique=False)
    if not inverted:
        out.extend(front)
    if clause.negative and not fused:
        out.append(("not", base + Slot.NEGATION))
    _before_verb(clause, out)
    out.extend(rest)
    _after_verb(clause, out)


def _before_verb(clause: Clause, out: Tokens) -> None:
    if clause.frequency is not None:
        out.append((clause.frequency.key, clause.base + Slot.FREQUENCY))
    if clause.already is not None:
        out.append((clause.already.key, clause.base + Slot.ALREADY))


def _after_verb(clause: Clause, out: Tokens) -> None:
    base = clause.base
    preposition = clause.verb.english_preposition
    goal = clause.verb.pattern == "dir"
    manner_first = bool(preposition) or goal or clause.verb.pattern == "loc"
    if manner_first:
        _manner(clause, out)
    if clause.predicate is not None:
        _predicate(clause, clause.predicate, out)
    if clause.passive:
        out.append(("by", base + Slot.OBJECT_PREPOSITION))
    elif preposition:
        out.append((preposition, base + Slot.OBJECT_PREPOSITION))
    if clause.object is not None and clause.gap is not Gap.OBJECT:
        _phrase(clause.object, out)
    if clause.recipient is not None:
        out.append(("to", base + Slot.RECIPIENT_PREPOSITION))
        _phrase(clause.recipient, out)
    if not manner_first:
        _manner(clause, out)
    if clause.tool is not None:
        out.append(("with", base + Slot.TOOL_PREPOSITION))
        _phrase(clause.tool, out)
    if clause.place is not None and clause.place.noun is not None:
        place = lexicon().places[clause.place.noun.key]
        word = place.english_to if goal else place.english_at
        out.append((word, base + Slot.PLACE_PREPOSITION))
        _phrase(clause.place, out)
    if not clause.front_time:
        _time(clause, out)


def _manner(clause: Clause, out: Tokens) -> None:
    if clause.manner is not None:
        out.append((clause.manner.key, clause.base + Slot.MANNER))


def _time(clause: Clause, out: Tokens) -> None:
    if clause.time is None:
        return
    if clause.time.event is not None:
        out.append((clause.time.prepositions[0], clause.base + Slot.TIME + 8))
        event = clause.time.event
        if event.noun is not None and "meal" in event.noun.classes:
            event = replace(event, determiner=Determiner.BARE)
        _phrase(event, out)
        return
    for word, offset in clause.time.english:
        out.append((word, clause.base + Slot.TIME + offset))


def _predicate(clause: Clause, predicate: Predicate, out: Tokens) -> None:
    base = clause.base + Slot.PREDICATE
    if predicate.prepositions is not None and predicate.noun is not None:
        if predicate.prepositions[0] == "of":
            out.append(("made", UNALIGNED))
        for word in predicate.prepositions[0].split():
            out.append((word, base))
        _phrase(predicate.noun, out)
        return
    if predicate.noun is not None:
        _phrase(predicate.noun, out)
        return
    if predicate.degree is not None:
        out.append((predicate.degree.key, base))
    for index, adjective in enumerate(predicate.adjectives):
        if index:
            out.append(("and", base + 4))
        node = base + 1 + index
        if predicate.standard is None:
            out.append((adjective.english, node))
        elif adjective.english_comparative == "more":
            out.append(("more", base + 5))
            out.append((adjective.english, node))
        else:
            out.append((adjective.english_comparative, (node, base + 5)))
    if predicate.standard is not None:
        out.append(("than", base + 6))
        _phrase(predicate.standard, out)


def _simple(clause: Clause, mood: Mood, out: Tokens) -> str:
    """Realise one clause in its mood and return the closing punctuation mark."""
    base = clause.base
    if mood is Mood.STATEMENT:
        _clause(clause, out)
        return "."
    if mood is Mood.POLAR:
        _clause(clause, out, inverted=True)
        return "?"
    if mood is Mood.COMMAND:
        out.append(("please", base + Slot.COMMENT))
        if clause.negative:
            out.append(("do", UNALIGNED))
            out.append(("not", base + Slot.NEGATION))
        out.append((clause.verb.english.base, base + Slot.VERB))
        _after_verb(clause, out)
        return "."
    if mood is Mood.EXISTENCE:
        _existence(clause, out)
        return "."
    if mood is Mood.LIKING:
        _phrase(clause.subject, out, oblique=False)
        if clause.negative:
            third = clause.subject.person is Person.THIRD
            out.append(("does" if third else "do", UNALIGNED))
            out.append(("not", base + Slot.NEGATION))
            out.append(("like", base + Slot.VERB))
        elif clause.tense is Tense.PAST:
            out.append(("liked", base + Slot.VERB))
        else:
            third = clause.subject.person is Person.THIRD
            out.append(("likes" if third else "like", base + Slot.VERB))
        if clause.object is not None:
            _phrase(clause.object, out)
        return "."
    out.append((_QUESTIONS[mood], base + Slot.QUESTION))
    _clause(clause, out, inverted=mood is not Mood.WHO)
    return "?"


def _existence(clause: Clause, out: Tokens) -> None:
    base = clause.base
    if clause.front_time and clause.time is not None:
        _time(clause, out)
        out.append((",", UNALIGNED))
    past = clause.tense in PAST_TENSES
    out.append(("there", UNALIGNED))
    out.append((BE_FORMS[clause.subject.person][past], base + Slot.VERB))
    if clause.negative:
        out.append(("no", base + Slot.NEGATION))
    _phrase(clause.subject, out)
    if clause.place is not None and clause.place.noun is not None:
        place = lexicon().places[clause.place.noun.key]
        out.append((place.english_at, base + Slot.PLACE_PREPOSITION))
        _phrase(clause.place, out)


def linearise(sentence: Sentence) -> Tokens:
    """Realise a derivation as English tokens, in lower case and with final punctuation."""
    out: Tokens = []
    if sentence.link is None or sentence.other is None:
        out.append((_simple(sentence.clause, sentence.mood, out), END_NODE))
        return out
    link = (_LINKS[sentence.link], sentence.other.base + Slot.CONJUNCTION)
    if sentence.other_first:
        out.append(link)
        _clause(sentence.other, out)
        out.append((",", COMMA_NODE))
        out.append((_simple(sentence.clause, sentence.mood, out), END_NODE))
        return out
    end = _simple(sentence.clause, sentence.mood, out)
    if sentence.link in (Link.AND, Link.BUT):
        out.append((",", COMMA_NODE))
    out.append(link)
    _clause(sentence.other, out)
    out.append((end, END_NODE))
    return out
