"""English linearisation: auxiliaries, agreement, articles and word order."""

from dataclasses import replace
from functools import cache

from xling.demo.lexicon import Noun, lexicon
from xling.demo.syntax import (
    COMMA_NODE,
    END_NODE,
    UNALIGNED,
    Clause,
    Determiner,
    Gap,
    Link,
    Modal,
    Mood,
    NounPhrase,
    Part,
    Person,
    Phrase,
    Predicate,
    Pronoun,
    Sentence,
    Slot,
    Tense,
    Tokens,
)

__all__ = [
    "NUMBERS",
    "indefinite_article",
    "linearise",
    "noun_phrase",
]

NUMBERS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_DETERMINERS = {
    Determiner.THE: "the",
    Determiner.NO: "",
    Determiner.BARE: "",
    Determiner.NUMBER: "",
    Determiner.MANY: "many",
    Determiner.MY: "my",
    Determiner.HIS: "his",
    Determiner.HER: "her",
    Determiner.OUR: "our",
    Determiner.THEIR: "their",
}
_PRONOUNS = {
    Pronoun.I: ("I", "me"),
    Pronoun.HE: ("he", "him"),
    Pronoun.SHE: ("she", "her"),
    Pronoun.WE: ("we", "us"),
    Pronoun.THEY: ("they", "them"),
}
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
_MODALS = {Modal.CAN: "can", Modal.MUST: "must"}
_BE = {
    Person.FIRST: ("am", "was"),
    Person.THIRD: ("is", "was"),
    Person.FIRST_PLURAL: ("are", "were"),
    Person.THIRD_PLURAL: ("are", "were"),
}
_PAST = (Tense.PAST, Tense.IMPERFECT)
#: Words whose first letter misleads about the sound: "an honest man", "a useful map".
_AN = frozenset({"honest", "hour", "heir"})
_A = ("use", "uni", "eur", "one", "ura")


def indefinite_article(word: str) -> str:
    """Choose "a" or "an" by the sound that `word` begins with.

    Examples
    --------
    >>> indefinite_article("umbrella"), indefinite_article("useful"), indefinite_article("honest")
    ('an', 'a', 'an')
    """
    if word in _AN:
        return "an"
    if word.startswith(_A):
        return "a"
    return "an" if word[0] in "aeiou" else "a"


@cache
def _phrase(
    noun: Noun, plural: bool, determiner: Determiner, number: int, adjective: str
) -> Phrase:
    words: list[tuple[str, int]] = []
    if adjective:
        words.append((adjective, Part.ADJECTIVE))
    words.append((noun.english[plural], Part.NOUN))
    if determiner is Determiner.A:
        words.insert(0, (indefinite_article(words[0][0]), Part.DETERMINER))
    elif determiner is Determiner.THIS:
        words.insert(0, ("these" if plural else "this", Part.DETERMINER))
    elif determiner is Determiner.NUMBER:
        words.insert(0, (NUMBERS[number - 2], Part.NUMBER))
    elif _DETERMINERS[determiner]:
        words.insert(0, (_DETERMINERS[determiner], Part.DETERMINER))
    return tuple(words)


def noun_phrase(phrase: NounPhrase, out: Tokens, *, oblique: bool = True) -> None:
    """Append the words of a noun phrase; `oblique` asks for "him" rather than "he"."""
    base = phrase.base
    if phrase.pronoun is Pronoun.IT:
        out.append(("them" if phrase.plural else "it", base + Part.NOUN))
        return
    if phrase.pronoun is not None:
        out.append((_PRONOUNS[phrase.pronoun][oblique], base + Part.NOUN))
        return
    if phrase.name is not None:
        out.append((phrase.name[0], base + Part.NOUN))
    elif phrase.noun is not None:
        adjective = phrase.adjective.english if phrase.adjective is not None else ""
        for word, offset in _phrase(
            phrase.noun, phrase.plural, phrase.determiner, phrase.number, adjective
        ):
            out.append((word, base + offset))
    if phrase.owner is not None:
        out.append(("of", phrase.owner.base + 8))
        noun_phrase(phrase.owner, out)
    if phrase.second is not None:
        out.append(("and", phrase.second.base + 8))
        noun_phrase(phrase.second, out)
    if phrase.relative is not None:
        human = phrase.human
        out.append(("who" if human else "that", phrase.relative.base + Slot.CONJUNCTION))
        _clause(phrase.relative, out)


def _verb(clause: Clause) -> tuple[Tokens, Tokens]:
    """Split the verb group into what a question puts first and the rest."""
    base = clause.base
    person = clause.subject.person
    verb = clause.verb
    tense = clause.tense
    main = base + Slot.VERB
    auxiliary = base + Slot.AUXILIARY
    if verb.key == "be":
        if tense is Tense.FUTURE:
            return [("will", auxiliary)], [("be", main)]
        return [(_BE[person][tense in _PAST], main)], []
    if clause.modal in _MODALS:
        modal = _MODALS[clause.modal]
        if clause.negative and clause.modal is Modal.CAN:
            return [("cannot", (auxiliary, base + Slot.NEGATION))], [(verb.english.base, main)]
        return [(modal, auxiliary)], [(verb.english.base, main)]
    if clause.passive:
        return [(_BE[person][tense in _PAST], auxiliary)], [(verb.english.participle, main)]
    if tense is Tense.PERFECT:
        have = "has" if person is Person.THIRD else "have"
        return [(have, auxiliary)], [(verb.english.participle, main)]
    if tense is Tense.FUTURE:
        return [("will", auxiliary)], [(verb.english.base, main)]
    if tense is Tense.PROGRESSIVE:
        return [(_BE[person][0], auxiliary)], [(verb.english.gerund, main)]
    third = tense is Tense.PRESENT and person is Person.THIRD
    if clause.modal is Modal.WANT:
        want = "wanted" if tense in _PAST else "wants" if third else "want"
        return [], [(want, auxiliary), ("to", UNALIGNED), (verb.english.base, main)]
    if tense in _PAST:
        return [], [(verb.english.past, main)]
    return [], [(verb.english.third if third else verb.english.base, main)]


def _do_support(clause: Clause, rest: Tokens) -> tuple[Tokens, Tokens]:
    """Give a simple verb the "do" that negation and questions need."""
    if clause.tense in _PAST:
        support = "did"
    else:
        support = "does" if clause.subject.person is Person.THIRD else "do"
    if clause.modal is Modal.WANT:
        rest = [("want", rest[0][1]), *rest[1:]]
    else:
        rest = [(clause.verb.english.base, rest[0][1])]
    return [(support, UNALIGNED)], rest


def _clause(clause: Clause, out: Tokens, *, inverted: bool = False) -> None:
    base = clause.base
    if clause.front_time and clause.time is not None:
        _time(clause, out)
        if clause.time.event is not None or len(clause.time.english) > 1:
            out.append((",", UNALIGNED))
    if clause.comment is not None:
        out.append((clause.comment.key, base + Slot.COMMENT))
        out.append((",", UNALIGNED))
    front, rest = _verb(clause)
    fused = bool(front) and front[0][0] == "cannot"
    if not front and (clause.negative or inverted):
        front, rest = _do_support(clause, rest)
    if inverted:
        out.extend(front)
    if clause.gap is not Gap.SUBJECT:
        noun_phrase(clause.subject, out, oblique=False)
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
        noun_phrase(clause.object, out)
    if clause.recipient is not None:
        out.append(("to", base + Slot.RECIPIENT_PREPOSITION))
        noun_phrase(clause.recipient, out)
    if not manner_first:
        _manner(clause, out)
    if clause.tool is not None:
        out.append(("with", base + Slot.TOOL_PREPOSITION))
        noun_phrase(clause.tool, out)
    if clause.place is not None and clause.place.noun is not None:
        place = lexicon().places[clause.place.noun.key]
        word = place.english_to if goal else place.english_at
        out.append((word, base + Slot.PLACE_PREPOSITION))
        noun_phrase(clause.place, out)
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
        noun_phrase(event, out)
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
        noun_phrase(predicate.noun, out)
        return
    if predicate.noun is not None:
        noun_phrase(predicate.noun, out)
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
        noun_phrase(predicate.standard, out)


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
        noun_phrase(clause.subject, out, oblique=False)
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
            noun_phrase(clause.object, out)
        return "."
    out.append((_QUESTIONS[mood], base + Slot.QUESTION))
    _clause(clause, out, inverted=mood is not Mood.WHO)
    return "?"


def _existence(clause: Clause, out: Tokens) -> None:
    base = clause.base
    if clause.front_time and clause.time is not None:
        _time(clause, out)
        out.append((",", UNALIGNED))
    past = clause.tense in _PAST
    out.append(("there", UNALIGNED))
    out.append((_BE[clause.subject.person][past], base + Slot.VERB))
    if clause.negative:
        out.append(("no", base + Slot.NEGATION))
    noun_phrase(clause.subject, out)
    if clause.place is not None and clause.place.noun is not None:
        place = lexicon().places[clause.place.noun.key]
        out.append((place.english_at, base + Slot.PLACE_PREPOSITION))
        noun_phrase(clause.place, out)


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
