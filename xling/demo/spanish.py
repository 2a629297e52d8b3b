"""The word order of Spanish clauses."""

from xling.demo.spanish_nouns import agreement, noun_phrase
from xling.demo.spanish_verbs import subject_column, tense_forms, verb_group
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
    Part,
    Person,
    Predicate,
    Pronoun,
    Sentence,
    Slot,
    Tokens,
    unmodified_role,
)

__all__ = [
    "linearise",
    "personal_a",
]

_CLITICS = ("lo", "la", "los", "las")
_LINKS = {
    Link.AND: ("y",),
    Link.BUT: ("pero",),
    Link.BECAUSE: ("porque",),
    Link.ALTHOUGH: ("aunque",),
    Link.WHEN: ("cuando",),
    Link.WHENEVER: ("cuando",),
    Link.WHILE: ("mientras",),
    Link.IF: ("si",),
    Link.THAT: ("que",),
    Link.WHETHER: ("si",),
}
_QUESTIONS = {
    Mood.WHO: ("quién",),
    Mood.WHAT: ("qué",),
    Mood.WHERE: ("dónde",),
    Mood.WHEN: ("cuándo",),
    Mood.WHY: ("por", "qué"),
    Mood.HOW: ("cómo",),
}
#: Patterns whose animal objects take the personal "a" as well.
_ANIMATE_FLAG = "animate"


def _phrase(phrase: NounPhrase, out: Tokens, preposition: str = "", node: int = 0) -> None:
    noun_phrase(phrase, out, preposition, node)
    relative = phrase.relative
    if relative is not None:
        out.append(("que", relative.base + Slot.CONJUNCTION))
        _clause(relative, out, subject_last=relative.gap is Gap.OBJECT)


def _clause(
    clause: Clause, out: Tokens, *, inverted: bool = False, subject_last: bool = False
) -> None:
    base = clause.base
    if clause.front_time and clause.time is not None:
        _time(clause, out)
        if clause.time.event is not None:
            out.append((",", UNALIGNED))
    if clause.comment is not None:
        out.append((clause.comment.spanish, base + Slot.COMMENT))
        out.append((",", UNALIGNED))
    opened = clause.front_time or clause.comment is not None
    silent = opened and clause.subject.pronoun is not None
    if clause.gap is not Gap.SUBJECT and not inverted and not subject_last and not silent:
        _phrase(clause.subject, out)
    if clause.negative:
        out.append(("no", base + Slot.NEGATION))
    if clause.frequency is not None:
        out.append((clause.frequency.spanish, base + Slot.FREQUENCY))
    if clause.already is not None:
        out.append((clause.already.spanish, base + Slot.ALREADY))
    if clause.recipient is not None:
        out.append(("les" if clause.recipient.plural else "le", UNALIGNED))
    objekt = clause.object if clause.gap is not Gap.OBJECT else None
    if objekt is not None and objekt.pronoun is Pronoun.IT and objekt.noun is not None:
        clitic = _CLITICS[agreement(objekt.noun, objekt.plural)]
        out.append((clitic, objekt.base + Part.NOUN))
        objekt = None
    finite, rest = verb_group(clause)
    out.extend(finite)
    if inverted and clause.gap is not Gap.SUBJECT and clause.subject.pronoun is None:
        _phrase(clause.subject, out)
    out.extend(rest)
    if clause.predicate is not None:
        _predicate(clause, clause.predicate, out)
    if subject_last and clause.gap is not Gap.SUBJECT and clause.subject.pronoun is None:
        _phrase(clause.subject, out)
    _after_verb(clause, objekt, out)


def _after_verb(clause: Clause, objekt: NounPhrase | None, out: Tokens) -> None:
    base = clause.base
    if clause.manner is not None:
        out.append((clause.manner.spanish, base + Slot.MANNER))
    if objekt is not None:
        node = base + Slot.OBJECT_PREPOSITION
        if clause.passive:
            _phrase(objekt, out, "por", node)
        elif clause.verb.spanish_preposition:
            _phrase(objekt, out, clause.verb.spanish_preposition, node)
        else:
            _phrase(objekt, out, "a" if personal_a(clause, objekt) else "", node)
    if clause.recipient is not None:
        _phrase(clause.recipient, out, "a", base + Slot.RECIPIENT_PREPOSITION)
    if clause.tool is not None:
        _phrase(clause.tool, out, "con", base + Slot.TOOL_PREPOSITION)
    if clause.place is not None:
        preposition = "a" if clause.verb.pattern == "dir" else "en"
        _phrase(clause.place, out, preposition, base + Slot.PLACE_PREPOSITION)
    if not clause.front_time:
        _time(clause, out)


def personal_a(clause: Clause, objekt: NounPhrase) -> bool:
    """Whether the direct object takes the personal "a"."""
    if clause.verb.pattern == "have":
        return False
    if objekt.determiner in (Determiner.BARE, Determiner.NO):
        return False
    if objekt.noun is not None and "animal" in objekt.noun.classes:
        lowly = objekt.noun.classes & {"aquatic", "insect"}
        return _ANIMATE_FLAG in clause.verb.flags and not lowly
    if not objekt.human:
        return False
    return clause.verb.key != "need" or objekt.determiner is not Determiner.A


def _time(clause: Clause, out: Tokens) -> None:
    if clause.time is None:
        return
    base = clause.base + Slot.TIME
    if clause.time.event is not None:
        *before, last = clause.time.prepositions[2].split()
        for word in before:
            out.append((word, base + 8))
        _phrase(clause.time.event, out, last, base + 8)
        return
    for word, offset in clause.time.spanish:
        out.append((word, base + offset))


def _predicate(clause: Clause, predicate: Predicate, out: Tokens) -> None:
    base = clause.base + Slot.PREDICATE
    if predicate.noun is not None:
        if predicate.prepositions is not None:
            *before, last = predicate.prepositions[2].split()
            for word in before:
                out.append((word, base))
            _phrase(predicate.noun, out, last, base)
        else:
            _phrase(unmodified_role(predicate.noun), out)
        return
    column = subject_column(clause)
    if predicate.standard is not None:
        out.append(("más", base + 5))
    if predicate.degree is not None:
        out.append((predicate.degree.spanish, base))
    for index, adjective in enumerate(predicate.adjectives):
        word = adjective.spanish[column]
        if index:
            out.append(("e" if word.startswith(("i", "hi")) else "y", base + 4))
        out.append((word, base + 1 + index))
    if predicate.standard is not None:
        out.append(("que", base + 6))
        _phrase(predicate.standard, out)


def _simple(clause: Clause, mood: Mood, out: Tokens) -> str:
    base = clause.base
    if mood is Mood.STATEMENT:
        _clause(clause, out)
        return "."
    if mood is Mood.COMMAND:
        out.append(("por", base + Slot.COMMENT))
        out.append(("favor", base + Slot.COMMENT))
        out.append((",", UNALIGNED))
        if clause.negative:
            out.append(("no", base + Slot.NEGATION))
        out.append((clause.verb.spanish.polite, base + Slot.VERB))
        _after_verb(clause, clause.object, out)
        return "."
    if mood is Mood.EXISTENCE:
        _existence(clause, out)
        return "."
    if mood is Mood.LIKING:
        _liking(clause, out)
        return "."
    out.append(("¿", UNALIGNED))
    if mood is Mood.POLAR:
        # A copula keeps its predicate beside it: "¿Está cansado el perro?"
        _clause(
            clause,
            out,
            inverted=clause.predicate is None,
            subject_last=clause.predicate is not None,
        )
        return "?"
    for word in _QUESTIONS[mood]:
        out.append((word, base + Slot.QUESTION))
    _clause(
        clause, out, inverted=clause.predicate is None, subject_last=clause.predicate is not None
    )
    return "?"


def _existence(clause: Clause, out: Tokens) -> None:
    base = clause.base
    if clause.front_time:
        _time(clause, out)
    if clause.negative:
        out.append(("no", base + Slot.NEGATION))
    out.append(("había" if clause.tense in PAST_TENSES else "hay", base + Slot.VERB))
    _phrase(clause.subject, out)
    if clause.place is not None:
        _phrase(clause.place, out, "en", base + Slot.PLACE_PREPOSITION)


def _liking(clause: Clause, out: Tokens) -> None:
    liked = clause.object
    if liked is None:
        return
    _phrase(clause.subject, out, "a", UNALIGNED)
    if clause.negative:
        out.append(("no", clause.base + Slot.NEGATION))
    plural = clause.subject.person is Person.THIRD_PLURAL
    out.append(("les" if plural else "le", UNALIGNED))
    forms = tense_forms(clause.verb.spanish, clause.tense)
    out.append((forms[liked.person], clause.base + Slot.VERB))
    _phrase(liked, out)


def linearise(sentence: Sentence) -> Tokens:
    """Realise a derivation as Spanish tokens, in lower case and with all punctuation."""
    out: Tokens = []
    if sentence.link is None or sentence.other is None:
        out.append((_simple(sentence.clause, sentence.mood, out), END_NODE))
        return out
    node = sentence.other.base + Slot.CONJUNCTION
    links = [(word, node) for word in _LINKS[sentence.link]]
    if sentence.other_first:
        out.extend(links)
        _clause(sentence.other, out)
        out.append((",", COMMA_NODE))
        out.append((_simple(sentence.clause, sentence.mood, out), END_NODE))
        return out
    end = _simple(sentence.clause, sentence.mood, out)
    if sentence.link is Link.BUT:
        out.append((",", COMMA_NODE))
    out.extend(links)
    _clause(sentence.other, out)
    out.append((end, END_NODE))
    return out
