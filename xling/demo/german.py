"""The word order of German clauses."""

from xling.demo.german_nouns import ACC, DAT, NOM, noun_phrase, relative_pronoun
from xling.demo.german_verbs import verb_group
from xling.demo.lexicon import lexicon
from xling.demo.syntax import (
    COMMA_NODE,
    END_NODE,
    INDEFINITE,
    PAST_TENSES,
    UNALIGNED,
    Clause,
    Determiner,
    Gap,
    Link,
    Mood,
    NounPhrase,
    Predicate,
    Sentence,
    Slot,
    Tense,
    Tokens,
    unmodified_role,
)

__all__ = [
    "linearise",
]

_LINKS = {
    Link.AND: "und",
    Link.BUT: "aber",
    Link.BECAUSE: "weil",
    Link.ALTHOUGH: "obwohl",
    Link.WHEN: "als",
    Link.WHENEVER: "wenn",
    Link.WHILE: "während",
    Link.IF: "wenn",
    Link.THAT: "dass",
    Link.WHETHER: "ob",
}
# Before a numeral "gut zehn" is a good ten, and "genau zehn" exactly ten.
_CHANGE_NUMBERS = frozenset({"well", "precisely"})
_QUESTIONS = {
    Mood.WHO: "wer",
    Mood.WHAT: "was",
    Mood.WHERE: "wo",
    Mood.WHEN: "wann",
    Mood.WHY: "warum",
    Mood.HOW: "wie",
}


def _phrase(
    phrase: NounPhrase, out: Tokens, case: int, preposition: str = "", node: int = 0
) -> None:
    noun_phrase(phrase, out, case, preposition, node)
    relative = phrase.relative
    if relative is not None:
        role = NOM if relative.gap is Gap.SUBJECT else relative.verb.german_case
        out.append((",", UNALIGNED))
        out.append((relative_pronoun(phrase, role), relative.base + Slot.CONJUNCTION))
        _clause(relative, out, "last")
        out.append((",", UNALIGNED))


def _clause(clause: Clause, out: Tokens, order: str) -> None:
    """Append a clause with its verb "second", "first", "after" a fronted phrase, or "last"."""
    finite, node, tail = verb_group(clause)
    verb = (finite, node)
    if order == "second":
        if clause.front_time and clause.time is not None:
            _time(clause, out)
            order = "after"
        elif clause.comment is not None:
            out.append((clause.comment.german, clause.base + Slot.COMMENT))
            order = "after"
    if order in ("first", "after"):
        out.append(verb)
    if clause.gap is not Gap.SUBJECT:
        _phrase(clause.subject, out, NOM)
    if order == "second":
        out.append(verb)
    _middle(clause, out)
    if order == "last":
        if clause.verb.german.prefix and tail and tail[0][0] == clause.verb.german.prefix:
            out.append((tail[0][0] + finite, node))
        else:
            out.extend(tail)
            out.append(verb)
    else:
        out.extend(tail)


def _middle(clause: Clause, out: Tokens) -> None:
    """Append what stands between the two parts of the verb."""
    base = clause.base
    verb = clause.verb
    objekt = clause.object if clause.gap is not Gap.OBJECT and not clause.passive else None
    preposition = verb.german_preposition
    pronoun = objekt is not None and objekt.pronoun is not None and not preposition
    if pronoun and objekt is not None:
        _phrase(objekt, out, verb.german_case)
        objekt = None
    if not clause.front_time:
        _time(clause, out)
    if clause.frequency is not None:
        out.append((clause.frequency.german, base + Slot.FREQUENCY))
    if clause.recipient is not None:
        _phrase(clause.recipient, out, DAT)
    indefinite = (
        objekt is not None
        and objekt.noun is not None
        and objekt.determiner in INDEFINITE
        and not preposition
        and objekt.second is None
    )
    if objekt is not None and not indefinite and not preposition:
        _phrase(objekt, out, verb.german_case)
    if clause.already is not None:
        out.append((clause.already.german, base + Slot.ALREADY))
    kein = objekt is not None and objekt.determiner is Determiner.NO
    if clause.negative and not kein:
        out.append(("nicht", base + Slot.NEGATION))
    if indefinite and clause.place is not None:
        _place(clause, out)
    late = (
        clause.manner is not None
        and clause.manner.key in _CHANGE_NUMBERS
        and objekt is not None
        and objekt.determiner is Determiner.NUMBER
    )
    if clause.manner is not None and not late:
        out.append((clause.manner.german, base + Slot.MANNER))
    if indefinite and clause.tool is not None:
        _tool(clause, out)
    if indefinite and objekt is not None:
        _phrase(objekt, out, verb.german_case)
    if clause.manner is not None and late:
        out.append((clause.manner.german, base + Slot.MANNER))
    if clause.passive and clause.object is not None:
        _phrase(clause.object, out, DAT, "von", base + Slot.OBJECT_PREPOSITION)
    if objekt is not None and preposition:
        if clause.place is not None:
            _place(clause, out)
        _phrase(objekt, out, verb.german_case, preposition, base + Slot.OBJECT_PREPOSITION)
    if not indefinite and clause.tool is not None:
        _tool(clause, out)
    if not indefinite and not preposition and clause.place is not None:
        _place(clause, out)
    if clause.predicate is not None:
        _predicate(clause, clause.predicate, out)


def _place(clause: Clause, out: Tokens) -> None:
    phrase = clause.place
    if phrase is None or phrase.noun is None:
        return
    place = lexicon().places[phrase.noun.key]
    node = clause.base + Slot.PLACE_PREPOSITION
    if clause.verb.pattern == "dir":
        _phrase(phrase, out, place.german_to_case, place.german_to, node)
    else:
        _phrase(phrase, out, DAT, place.german_at, node)


def _tool(clause: Clause, out: Tokens) -> None:
    if clause.tool is not None:
        _phrase(clause.tool, out, DAT, "mit", clause.base + Slot.TOOL_PREPOSITION)


def _time(clause: Clause, out: Tokens) -> None:
    if clause.time is None:
        return
    if clause.time.event is not None:
        node = clause.base + Slot.TIME + 8
        _phrase(clause.time.event, out, DAT, clause.time.prepositions[1], node)
        return
    for word, offset in clause.time.german:
        out.append((word, clause.base + Slot.TIME + offset))


def _predicate(clause: Clause, predicate: Predicate, out: Tokens) -> None:
    base = clause.base + Slot.PREDICATE
    if predicate.noun is not None:
        if predicate.prepositions is not None:
            _phrase(predicate.noun, out, DAT, predicate.prepositions[1], base)
        else:
            _phrase(unmodified_role(predicate.noun), out, NOM)
        return
    if predicate.degree is not None:
        out.append((predicate.degree.german, base))
    for index, adjective in enumerate(predicate.adjectives):
        if index:
            out.append(("und", base + 4))
        node = base + 1 + index
        if predicate.standard is None:
            out.append((adjective.german, node))
        else:
            out.append((adjective.german_comparative, (node, base + 5)))
    if predicate.standard is not None:
        out.append(("als", base + 6))
        _phrase(predicate.standard, out, NOM)


def _simple(clause: Clause, mood: Mood, out: Tokens) -> str:
    base = clause.base
    if mood is Mood.STATEMENT:
        _clause(clause, out, "second")
        return "."
    if mood is Mood.POLAR:
        _clause(clause, out, "first")
        return "?"
    if mood is Mood.COMMAND:
        verb = clause.verb.german
        out.append(("bitte", base + Slot.COMMENT))
        out.append((verb.polite, base + Slot.VERB))
        out.append(("Sie", UNALIGNED))
        _middle(clause, out)
        if verb.prefix:
            out.append((verb.prefix, base + Slot.VERB))
        return "."
    if mood is Mood.EXISTENCE:
        _existence(clause, out)
        return "."
    if mood is Mood.LIKING:
        _liking(clause, out)
        return "."
    out.append((_QUESTIONS[mood], base + Slot.QUESTION))
    _clause(clause, out, "first")
    return "?"


def _existence(clause: Clause, out: Tokens) -> None:
    past = clause.tense in PAST_TENSES
    verb = ("gab" if past else "gibt", clause.base + Slot.VERB)
    if clause.place is not None:
        _place(clause, out)
        out.extend([verb, ("es", UNALIGNED)])
    else:
        out.extend([("es", UNALIGNED), verb])
    _phrase(clause.subject, out, ACC)


def _liking(clause: Clause, out: Tokens) -> None:
    liked = clause.object
    if liked is None:
        return
    verb = clause.verb.german
    forms = verb.past if clause.tense is Tense.PAST else verb.present
    _phrase(clause.subject, out, DAT)
    out.append((forms[liked.person], clause.base + Slot.VERB))
    _phrase(liked, out, NOM)
    if clause.negative:
        out.append(("nicht", clause.base + Slot.NEGATION))


def linearise(sentence: Sentence) -> Tokens:
    """Realise a derivation as German tokens; only nouns and names are capitalised."""
    out: Tokens = []
    if sentence.link is None or sentence.other is None:
        end = _simple(sentence.clause, sentence.mood, out)
    else:
        link = (_LINKS[sentence.link], sentence.other.base + Slot.CONJUNCTION)
        coordinated = sentence.link in (Link.AND, Link.BUT)
        if sentence.other_first:
            out.append(link)
            _clause(sentence.other, out, "last")
            out.append((",", COMMA_NODE))
            order = "first" if sentence.mood is Mood.STATEMENT else "second"
            _clause(sentence.clause, out, order)
            end = "."
        else:
            end = _simple(sentence.clause, sentence.mood, out)
            if sentence.link is not Link.AND:
                out.append((",", COMMA_NODE))
            out.append(link)
            _clause(sentence.other, out, "second" if coordinated else "last")
    out.append((end, END_NODE))
    return [
        token
        for token, following in zip(out, [*out[1:], ("", UNALIGNED)], strict=True)
        if token[0] != "," or following[0] not in (",", ".", "?")
    ]
