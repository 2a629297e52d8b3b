"""The Spanish verb group."""

from xling.demo.inflection import SpanishVerb, spanish_verb
from xling.demo.spanish_nouns import agreement
from xling.demo.syntax import (
    Clause,
    Modal,
    Person,
    Slot,
    Tense,
    Tokens,
)

__all__ = [
    "spanish_participle",
    "subject_column",
    "tense_forms",
    "verb_group",
]


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


def tense_forms(verb: SpanishVerb, tense: Tense) -> tuple[str, str, str, str]:
    """Give the persons of a verb in a simple tense."""
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


def subject_column(clause: Clause) -> int:
    """Give the column of the gender and number forms that agree with the subject."""
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


def verb_group(clause: Clause) -> tuple[Tokens, Tokens]:
    """Split the verb group into its finite part and the rest."""
    person = clause.subject.person
    tense = clause.tense
    main = clause.base + Slot.VERB
    auxiliary = clause.base + Slot.AUXILIARY
    if clause.verb.key == _BE:
        return [(tense_forms(_copula(clause), tense)[person], main)], []
    verb = clause.verb.spanish
    if clause.modal is not None:
        modal = tense_forms(_MODALS[clause.modal], tense)
        return [(modal[person], auxiliary)], [(verb.infinitive, main)]
    if clause.passive:
        participle = spanish_participle(verb.participle, subject_column(clause))
        return [(tense_forms(_SER, tense)[person], auxiliary)], [(participle, main)]
    if tense is Tense.PERFECT:
        return [(_HABER[person], auxiliary), (verb.participle, main)], []
    if tense is Tense.PROGRESSIVE:
        return [(_ESTAR.present[person], auxiliary), (verb.gerund, main)], []
    return [(tense_forms(verb, tense)[person], main)], []


def spanish_participle(participle: str, column: int) -> str:
    """Make a participle agree, as the passive asks.

    Examples
    --------
    >>> spanish_participle("construido", 1)
    'construida'
    """
    stem = participle[:-1]
    return stem + ("o", "a", "os", "as")[column]
