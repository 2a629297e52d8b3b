"""Spanish linearisation: agreement, ser and estar, personal "a", clitics and contractions."""

from functools import cache

from xling.demo.inflection import SpanishVerb, spanish_verb
from xling.demo.lexicon import Adjective, Noun
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
    unmodified_role,
)

__all__ = [
    "NUMBERS",
    "agreement",
    "linearise",
    "noun_phrase",
    "personal_a",
    "spanish_participle",
]

NUMBERS = (
    "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce",
)  # fmt: skip
#: Masculine and feminine singular, masculine and feminine plural.
_DETERMINERS = {
    Determiner.THE: ("el", "la", "los", "las"),
    Determiner.A: ("un", "una", "unos", "unas"),
    Determiner.THIS: ("este", "esta", "estos", "estas"),
    Determiner.MANY: ("mucho", "mucha", "muchos", "muchas"),
    Determiner.MY: ("mi", "mi", "mis", "mis"),
    Determiner.HIS: ("su", "su", "sus", "sus"),
    Determiner.HER: ("su", "su", "sus", "sus"),
    Determiner.OUR: ("nuestro", "nuestra", "nuestros", "nuestras"),
    Determiner.THEIR: ("su", "su", "sus", "sus"),
}
_PRONOUNS = {
    Pronoun.I: "",
    Pronoun.HE: "él",
    Pronoun.SHE: "ella",
    Pronoun.WE: "",
    Pronoun.THEY: "ellos",
    Pronoun.IT: "",
}
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
_PAST = (Tense.PAST, Tense.IMPERFECT)


def _table(cells: str) -> tuple[str, str, str, str]:
    one, two, three, four = cells.split()
    return one, two, three, four


_SER = SpanishVerb(
    infinitive="ser",
    present=_table("soy es somos son"),
    past=_table("fui fue fuimos fueron"),
    imperfect=_table("era era éramos eran"),
    future=_table("seré será seremos serán"),
    participle="sido",
    gerund="siendo",
    polite="sea",
)
_ESTAR = SpanishVerb(
    infinitive="estar",
    present=_table("estoy está estamos están"),
    past=_table("estuve estuvo estuvimos estuvieron"),
    imperfect=_table("estaba estaba estábamos estaban"),
    future=_table("estaré estará estaremos estarán"),
    participle="estado",
    gerund="estando",
    polite="esté",
)
_HABER = _table("he ha hemos han")
_MODALS = {
    Modal.CAN: spanish_verb(
        "poder", {"yo": "puedo", "3": "puede", "pret": "pude/pudo/pudimos/pudieron"}
    ),
    Modal.MUST: spanish_verb("deber", {}),
    Modal.WANT: spanish_verb(
        "querer", {"yo": "quiero", "3": "quiere", "pret": "quise/quiso/quisimos/quisieron"}
    ),
}
_BE = "be"
#: Patterns whose animal objects take the personal "a" as well.
_ANIMATE_FLAG = "animate"


def agreement(noun: Noun, plural: bool) -> int:
    """Column of the gender and number forms that agree with a noun."""
    return (noun.spanish_gender == "f") + 2 * plural


@cache
def _phrase(
    noun: Noun, plural: bool, determiner: Determiner, number: int, adjective: Adjective | None
) -> Phrase:
    column = agreement(noun, plural)
    words: list[tuple[str, int]] = []
    forms = _DETERMINERS.get(determiner)
    if forms is not None:
        masculine_article = (
            noun.spanish_stressed_a and not plural and determiner in (Determiner.THE, Determiner.A)
        )
        words.append((forms[0 if masculine_article else column], Part.DETERMINER))
    elif determiner is Determiner.NUMBER:
        words.append((NUMBERS[number - 2], Part.NUMBER))
    words.append((noun.spanish[plural], Part.NOUN))
    if adjective is not None:
        words.append((adjective.spanish[column], Part.ADJECTIVE))
    return tuple(words)


def noun_phrase(phrase: NounPhrase, out: Tokens, preposition: str = "", node: int = 0) -> None:
    """Append a noun phrase, after a preposition if one is given."""
    base = phrase.base
    if phrase.noun is None or phrase.pronoun is not None:
        if preposition:
            out.append((preposition, node))
        if phrase.name is not None:
            out.append((phrase.name[2], base + Part.NOUN))
        elif phrase.pronoun is not None and _PRONOUNS[phrase.pronoun] and not phrase.dropped:
            out.append((_PRONOUNS[phrase.pronoun], base + Part.NOUN))
    else:
        words = _phrase(
            phrase.noun, phrase.plural, phrase.determiner, phrase.number, phrase.adjective
        )
        start = 0
        if preposition in ("a", "de") and words[0][0] == "el":
            fused = "al" if preposition == "a" else "del"
            out.append((fused, (node, base + Part.DETERMINER)))
            start = 1
        elif preposition:
            out.append((preposition, node))
        for word, offset in words[start:]:
            out.append((word, base + offset))
    if phrase.owner is not None:
        noun_phrase(phrase.owner, out, "de", phrase.owner.base + 8)
    if phrase.second is not None:
        second = phrase.second
        mark = len(out)
        noun_phrase(second, out, preposition if preposition == "a" else "", UNALIGNED)
        sound = out[mark][0]
        vowel = sound.startswith(("i", "hi")) and not sound.startswith(("hie", "hia"))
        out.insert(mark, ("e" if vowel else "y", second.base + 8))
    if phrase.relative is not None:
        out.append(("que", phrase.relative.base + Slot.CONJUNCTION))
        _clause(phrase.relative, out, subject_last=phrase.relative.gap is Gap.OBJECT)


def _person(clause: Clause) -> Person:
    return clause.subject.person


def _forms(verb: SpanishVerb, tense: Tense) -> tuple[str, str, str, str]:
    if tense is Tense.PAST:
        return verb.past
    if tense is Tense.IMPERFECT:
        return verb.imperfect
    if tense is Tense.FUTURE:
        return verb.future
    return verb.present


def _copula(clause: Clause) -> SpanishVerb:
    predicate = clause.predicate
    if predicate is None:
        return _SER
    if predicate.prepositions is not None:
        return _SER if predicate.prepositions[2] == "de" else _ESTAR
    if not predicate.adjectives:
        return _SER
    copula = predicate.adjectives[0].copula
    noun = clause.subject.noun
    if copula == "animate":
        animate = noun is None or noun.human or "animal" in noun.classes
        return _ESTAR if animate else _SER
    return _ESTAR if copula == "estar" else _SER


def _subject_column(clause: Clause) -> int:
    subject = clause.subject
    if subject.noun is None:
        several = subject.person in (Person.FIRST_PLURAL, Person.THIRD_PLURAL)
        return (subject.female and not several) + 2 * several
    if subject.second is not None:
        both = subject.noun.spanish_gender == "f" and (
            subject.second.noun is not None and subject.second.noun.spanish_gender == "f"
        )
        return 2 + both
    return agreement(subject.noun, subject.plural)


def _verb(clause: Clause) -> tuple[Tokens, Tokens]:
    """Split the verb group into its finite part and the rest."""
    person = _person(clause)
    tense = clause.tense
    main = clause.base + Slot.VERB
    auxiliary = clause.base + Slot.AUXILIARY
    if clause.verb.key == _BE:
        return [(_forms(_copula(clause), tense)[person], main)], []
    verb = clause.verb.spanish
    if clause.modal is not None:
        modal = _forms(_MODALS[clause.modal], tense)
        return [(modal[person], auxiliary)], [(verb.infinitive, main)]
    if clause.passive:
        participle = spanish_participle(verb.participle, _subject_column(clause))
        return [(_forms(_SER, tense)[person], auxiliary)], [(participle, main)]
    if tense is Tense.PERFECT:
        return [(_HABER[person], auxiliary), (verb.participle, main)], []
    if tense is Tense.PROGRESSIVE:
        return [(_ESTAR.present[person], auxiliary), (verb.gerund, main)], []
    return [(_forms(verb, tense)[person], main)], []


def spanish_participle(participle: str, column: int) -> str:
    """Make a participle agree, as the passive asks.

    Examples
    --------
    >>> spanish_participle("construido", 1)
    'construida'
    """
    stem = participle[:-1]
    return stem + ("o", "a", "os", "as")[column]


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
        noun_phrase(clause.subject, out)
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
    finite, rest = _verb(clause)
    out.extend(finite)
    if inverted and clause.gap is not Gap.SUBJECT and clause.subject.pronoun is None:
        noun_phrase(clause.subject, out)
    out.extend(rest)
    if clause.predicate is not None:
        _predicate(clause, clause.predicate, out)
    if subject_last and clause.gap is not Gap.SUBJECT and clause.subject.pronoun is None:
        noun_phrase(clause.subject, out)
    _after_verb(clause, objekt, out)


def _after_verb(clause: Clause, objekt: NounPhrase | None, out: Tokens) -> None:
    base = clause.base
    if clause.manner is not None:
        out.append((clause.manner.spanish, base + Slot.MANNER))
    if objekt is not None:
        node = base + Slot.OBJECT_PREPOSITION
        if clause.passive:
            noun_phrase(objekt, out, "por", node)
        elif clause.verb.spanish_preposition:
            noun_phrase(objekt, out, clause.verb.spanish_preposition, node)
        else:
            noun_phrase(objekt, out, "a" if personal_a(clause, objekt) else "", node)
    if clause.recipient is not None:
        noun_phrase(clause.recipient, out, "a", base + Slot.RECIPIENT_PREPOSITION)
    if clause.tool is not None:
        noun_phrase(clause.tool, out, "con", base + Slot.TOOL_PREPOSITION)
    if clause.place is not None:
        preposition = "a" if clause.verb.pattern == "dir" else "en"
        noun_phrase(clause.place, out, preposition, base + Slot.PLACE_PREPOSITION)
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
        noun_phrase(clause.time.event, out, last, base + 8)
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
            noun_phrase(predicate.noun, out, last, base)
        else:
            noun_phrase(unmodified_role(predicate.noun), out)
        return
    column = _subject_column(clause)
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
        noun_phrase(predicate.standard, out)


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
    out.append(("había" if clause.tense in _PAST else "hay", base + Slot.VERB))
    noun_phrase(clause.subject, out)
    if clause.place is not None:
        noun_phrase(clause.place, out, "en", base + Slot.PLACE_PREPOSITION)


def _liking(clause: Clause, out: Tokens) -> None:
    liked = clause.object
    if liked is None:
        return
    noun_phrase(clause.subject, out, "a", UNALIGNED)
    if clause.negative:
        out.append(("no", clause.base + Slot.NEGATION))
    plural = clause.subject.person is Person.THIRD_PLURAL
    out.append(("les" if plural else "le", UNALIGNED))
    forms = _forms(clause.verb.spanish, clause.tense)
    out.append((forms[liked.person], clause.base + Slot.VERB))
    noun_phrase(liked, out)


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
