"""The English verb group."""

from xling.demo.syntax import (
    PAST_TENSES,
    UNALIGNED,
    Clause,
    Modal,
    Person,
    Slot,
    Tense,
    Tokens,
)

__all__ = [
    "BE_FORMS",
    "do_support",
    "verb_group",
]

_MODALS = {Modal.CAN: "can", Modal.MUST: "must"}
BE_FORMS = {
    Person.FIRST: ("am", "was"),
    Person.THIRD: ("is", "was"),
    Person.FIRST_PLURAL: ("are", "were"),
    Person.THIRD_PLURAL: ("are", "were"),
}


def verb_group(clause: Clause) -> tuple[Tokens, Tokens]:
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
        return [(BE_FORMS[person][tense in PAST_TENSES], main)], []
    if clause.modal in _MODALS:
        modal = _MODALS[clause.modal]
        if clause.negative and clause.modal is Modal.CAN:
            return [("cannot", (auxiliary, base + Slot.NEGATION))], [(verb.english.base, main)]
        return [(modal, auxiliary)], [(verb.english.base, main)]
    if clause.passive:
        return [(BE_FORMS[person][tense in PAST_TENSES], auxiliary)], [
            (verb.english.participle, main)
        ]
    if tense is Tense.PERFECT:
        have = "has" if person is Person.THIRD else "have"
        return [(have, auxiliary)], [(verb.english.participle, main)]
    if tense is Tense.FUTURE:
        return [("will", auxiliary)], [(verb.english.base, main)]
    if tense is Tense.PROGRESSIVE:
        return [(BE_FORMS[person][0], auxiliary)], [(verb.english.gerund, main)]
    third = tense is Tense.PRESENT and person is Person.THIRD
    if clause.modal is Modal.WANT:
        want = "wanted" if tense in PAST_TENSES else "wants" if third else "want"
        return [], [(want, auxiliary), ("to", UNALIGNED), (verb.english.base, main)]
    if tense in PAST_TENSES:
        return [], [(verb.english.past, main)]
    return [], [(verb.english.third if third else verb.english.base, main)]


def do_support(clause: Clause, rest: Tokens) -> tuple[Tokens, Tokens]:
    """Give a simple verb the "do" that negation and questions need."""
    if clause.tense in PAST_TENSES:
        support = "did"
    else:
        support = "does" if clause.subject.person is Person.THIRD else "do"
    if clause.modal is Modal.WANT:
        rest = [("want", rest[0][1]), *rest[1:]]
    else:
        rest = [(clause.verb.english.base, rest[0][1])]
    return [(support, UNALIGNED)], rest
