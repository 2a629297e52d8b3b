"""German linearisation: cases, adjective endings, verb position and separable prefixes."""

from functools import cache

from xling.demo.lexicon import CASES, Adjective, Noun, lexicon
from xling.demo.syntax import (
    COMMA_NODE,
    END_NODE,
    INDEFINITE,
    UNALIGNED,
    Clause,
    Determiner,
    Gap,
    Link,
    Modal,
    Mood,
    NounPhrase,
    Part,
    Phrase,
    Predicate,
    Pronoun,
    Sentence,
    Slot,
    Tense,
    Tokens,
    unmodified_role,
)

__all__ = [
    "NUMBERS",
    "linearise",
    "noun_phrase",
]

NOM, ACC, DAT, GEN = CASES["nom"], CASES["acc"], CASES["dat"], CASES["gen"]
NUMBERS = (
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
)
#: Nominative, accusative, dative, genitive for masculine, feminine, neuter, plural.
_THE = {
    "m": ("der", "den", "dem", "des"),
    "f": ("die", "die", "der", "der"),
    "n": ("das", "das", "dem", "des"),
    "p": ("die", "die", "den", "der"),
}
_RELATIVE = {
    "m": ("der", "den", "dem", "dessen"),
    "f": ("die", "die", "der", "deren"),
    "n": ("das", "das", "dem", "dessen"),
    "p": ("die", "die", "denen", "deren"),
}
_THIS_ENDINGS = {
    "m": ("er", "en", "em", "es"),
    "f": ("e", "e", "er", "er"),
    "n": ("es", "es", "em", "es"),
    "p": ("e", "e", "en", "er"),
}
_EIN_ENDINGS = {
    "m": ("", "en", "em", "es"),
    "f": ("e", "e", "er", "er"),
    "n": ("", "", "em", "es"),
    "p": ("e", "e", "en", "er"),
}
_STRONG = {
    "m": ("er", "en", "em", "en"),
    "f": ("e", "e", "er", "er"),
    "n": ("es", "es", "em", "en"),
    "p": ("e", "e", "en", "er"),
}
_WEAK = {
    "m": ("e", "en", "en", "en"),
    "f": ("e", "e", "en", "en"),
    "n": ("e", "e", "en", "en"),
    "p": ("en", "en", "en", "en"),
}
_MIXED = {
    "m": ("er", "en", "en", "en"),
    "f": ("e", "e", "en", "en"),
    "n": ("es", "es", "en", "en"),
    "p": ("en", "en", "en", "en"),
}
_EIN_WORDS = {
    Determiner.A: "ein",
    Determiner.NO: "kein",
    Determiner.MY: "mein",
    Determiner.HIS: "sein",
    Determiner.HER: "ihr",
    Determiner.OUR: "unser",
    Determiner.THEIR: "ihr",
}
_CONTRACTIONS = {
    ("in", "dem"): "im",
    ("in", "das"): "ins",
    ("an", "dem"): "am",
    ("an", "das"): "ans",
    ("zu", "dem"): "zum",
    ("zu", "der"): "zur",
    ("bei", "dem"): "beim",
    ("von", "dem"): "vom",
}
_PRONOUNS = {
    Pronoun.I: ("ich", "mich", "mir"),
    Pronoun.HE: ("er", "ihn", "ihm"),
    Pronoun.SHE: ("sie", "sie", "ihr"),
    Pronoun.WE: ("wir", "uns", "uns"),
    Pronoun.THEY: ("sie", "sie", "ihnen"),
    Pronoun.IT: ("es", "es", "ihm"),
}
_IT = {
    "m": ("er", "ihn", "ihm"),
    "f": ("sie", "sie", "ihr"),
    "n": ("es", "es", "ihm"),
    "p": ("sie", "sie", "ihnen"),
}
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
_QUESTIONS = {
    Mood.WHO: "wer",
    Mood.WHAT: "was",
    Mood.WHERE: "wo",
    Mood.WHEN: "wann",
    Mood.WHY: "warum",
    Mood.HOW: "wie",
}
_MODALS = {
    Modal.CAN: ("kann", "kann", "können", "können"),
    Modal.MUST: ("muss", "muss", "müssen", "müssen"),
    Modal.WANT: ("will", "will", "wollen", "wollen"),
}
_MODALS_PAST = {
    Modal.CAN: ("konnte", "konnte", "konnten", "konnten"),
    Modal.MUST: ("musste", "musste", "mussten", "mussten"),
    Modal.WANT: ("wollte", "wollte", "wollten", "wollten"),
}
_HABEN = ("habe", "hat", "haben", "haben")
_SEIN = ("bin", "ist", "sind", "sind")
_WERDEN = ("werde", "wird", "werden", "werden")
_WURDEN = ("wurde", "wurde", "wurden", "wurden")
_PAST = (Tense.PAST, Tense.IMPERFECT)


def _gender(noun: Noun, plural: bool) -> str:
    return "p" if plural else noun.german_gender


@cache
def _phrase(
    noun: Noun,
    plural: bool,
    determiner: Determiner,
    number: int,
    adjective: Adjective | None,
    case: int,
) -> Phrase:
    gender = _gender(noun, plural)
    words: list[tuple[str, int]] = []
    endings = _STRONG
    if determiner is Determiner.THE:
        words.append((_THE[gender][case], Part.DETERMINER))
        endings = _WEAK
    elif determiner is Determiner.THIS:
        words.append(("dies" + _THIS_ENDINGS[gender][case], Part.DETERMINER))
        endings = _WEAK
    elif determiner in _EIN_WORDS:
        words.append((_EIN_WORDS[determiner] + _EIN_ENDINGS[gender][case], Part.DETERMINER))
        endings = _MIXED
    elif determiner is Determiner.MANY:
        words.append(("viel" + _THIS_ENDINGS["p"][case], Part.DETERMINER))
    elif determiner is Determiner.NUMBER:
        words.append((NUMBERS[number - 2], Part.NUMBER))
    if adjective is not None:
        words.append((adjective.german_stem + endings[gender][case], Part.ADJECTIVE))
    words.append((noun.german[plural][case], Part.NOUN))
    return tuple(words)


def noun_phrase(
    phrase: NounPhrase, out: Tokens, case: int, preposition: str = "", node: int = 0
) -> None:
    """Append a noun phrase in a case, after a preposition if one is given."""
    base = phrase.base
    if phrase.noun is None or phrase.pronoun is not None:
        if preposition:
            out.append((preposition, node))
        if phrase.pronoun is Pronoun.IT and phrase.noun is not None:
            out.append((_IT[_gender(phrase.noun, phrase.plural)][case], base + Part.NOUN))
        elif phrase.pronoun is not None:
            out.append((_PRONOUNS[phrase.pronoun][case], base + Part.NOUN))
        elif phrase.name is not None:
            out.append((phrase.name[1], base + Part.NOUN))
    else:
        words = _phrase(
            phrase.noun, phrase.plural, phrase.determiner, phrase.number, phrase.adjective, case
        )
        start = 0
        if preposition:
            fused = None
            if phrase.determiner is Determiner.THE:
                fused = _CONTRACTIONS.get((preposition, words[0][0]))
            if fused is not None:
                out.append((fused, (node, base + Part.DETERMINER)))
                start = 1
            else:
                out.append((preposition, node))
        for word, offset in words[start:]:
            out.append((word, base + offset))
    if phrase.owner is not None:
        noun_phrase(phrase.owner, out, GEN)
    if phrase.second is not None:
        out.append(("und", phrase.second.base + 8))
        noun_phrase(phrase.second, out, case)
    if phrase.relative is not None and phrase.noun is not None:
        relative = phrase.relative
        role = NOM if relative.gap is Gap.SUBJECT else relative.verb.german_case
        pronoun = _RELATIVE[_gender(phrase.noun, phrase.plural)][role]
        out.append((",", UNALIGNED))
        out.append((pronoun, relative.base + Slot.CONJUNCTION))
        _clause(relative, out, "last")
        out.append((",", UNALIGNED))


def _verb(clause: Clause) -> tuple[str, int, Tokens]:
    """Give the finite verb, its node, and what closes the verb bracket."""
    verb = clause.verb.german
    person = clause.subject.person
    tense = clause.tense
    main = clause.base + Slot.VERB
    auxiliary = clause.base + Slot.AUXILIARY
    if clause.modal is not None:
        forms = _MODALS_PAST if tense in _PAST else _MODALS
        return forms[clause.modal][person], auxiliary, [(verb.infinitive, main)]
    if clause.passive:
        forms_passive = _WURDEN if tense in _PAST else _WERDEN
        return forms_passive[person], auxiliary, [(verb.participle, main)]
    if tense is Tense.PERFECT:
        forms_perfect = _SEIN if verb.auxiliary == "s" else _HABEN
        return forms_perfect[person], auxiliary, [(verb.participle, main)]
    if tense is Tense.FUTURE:
        return _WERDEN[person], auxiliary, [(verb.infinitive, main)]
    finite = verb.past[person] if tense in _PAST else verb.present[person]
    return finite, main, [(verb.prefix, main)] if verb.prefix else []


def _clause(clause: Clause, out: Tokens, order: str) -> None:
    """Append a clause with its verb "second", "first", "after" a fronted phrase, or "last"."""
    finite, node, tail = _verb(clause)
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
        noun_phrase(clause.subject, out, NOM)
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
        noun_phrase(objekt, out, verb.german_case)
        objekt = None
    if not clause.front_time:
        _time(clause, out)
    if clause.frequency is not None:
        out.append((clause.frequency.german, base + Slot.FREQUENCY))
    if clause.recipient is not None:
        noun_phrase(clause.recipient, out, DAT)
    indefinite = (
        objekt is not None
        and objekt.noun is not None
        and objekt.determiner in INDEFINITE
        and not preposition
        and objekt.second is None
    )
    if objekt is not None and not indefinite and not preposition:
        noun_phrase(objekt, out, verb.german_case)
    if clause.already is not None:
        out.append((clause.already.german, base + Slot.ALREADY))
    kein = objekt is not None and objekt.determiner is Determiner.NO
    if clause.negative and not kein:
        out.append(("nicht", base + Slot.NEGATION))
    if indefinite and clause.place is not None:
        _place(clause, out)
    if clause.manner is not None:
        out.append((clause.manner.german, base + Slot.MANNER))
    if indefinite and clause.tool is not None:
        _tool(clause, out)
    if indefinite and objekt is not None:
        noun_phrase(objekt, out, verb.german_case)
    if clause.passive and clause.object is not None:
        noun_phrase(clause.object, out, DAT, "von", base + Slot.OBJECT_PREPOSITION)
    if objekt is not None and preposition:
        if clause.place is not None:
            _place(clause, out)
        noun_phrase(objekt, out, verb.german_case, preposition, base + Slot.OBJECT_PREPOSITION)
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
        noun_phrase(phrase, out, place.german_to_case, place.german_to, node)
    else:
        noun_phrase(phrase, out, DAT, place.german_at, node)


def _tool(clause: Clause, out: Tokens) -> None:
    if clause.tool is not None:
        noun_phrase(clause.tool, out, DAT, "mit", clause.base + Slot.TOOL_PREPOSITION)


def _time(clause: Clause, out: Tokens) -> None:
    if clause.time is None:
        return
    if clause.time.event is not None:
        node = clause.base + Slot.TIME + 8
        noun_phrase(clause.time.event, out, DAT, clause.time.prepositions[1], node)
        return
    for word, offset in clause.time.german:
        out.append((word, clause.base + Slot.TIME + offset))


def _predicate(clause: Clause, predicate: Predicate, out: Tokens) -> None:
    base = clause.base + Slot.PREDICATE
    if predicate.noun is not None:
        if predicate.prepositions is not None:
            noun_phrase(predicate.noun, out, DAT, predicate.prepositions[1], base)
        else:
            noun_phrase(unmodified_role(predicate.noun), out, NOM)
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
        noun_phrase(predicate.standard, out, NOM)


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
        out.append((verb.polite, base + Slot.VERB))
        out.append(("Sie", UNALIGNED))
        out.append(("bitte", base + Slot.COMMENT))
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
    past = clause.tense in _PAST
    if clause.front_time:
        _time(clause, out)
    else:
        out.append(("es", UNALIGNED))
    out.append(("gab" if past else "gibt", clause.base + Slot.VERB))
    if clause.front_time:
        out.append(("es", UNALIGNED))
    noun_phrase(clause.subject, out, ACC)
    _place(clause, out)


def _liking(clause: Clause, out: Tokens) -> None:
    liked = clause.object
    if liked is None:
        return
    verb = clause.verb.german
    forms = verb.past if clause.tense is Tense.PAST else verb.present
    noun_phrase(clause.subject, out, DAT)
    out.append((forms[liked.person], clause.base + Slot.VERB))
    noun_phrase(liked, out, NOM)
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
