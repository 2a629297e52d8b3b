"""The German verb group."""

from xling.demo.syntax import (
    PAST_TENSES,
    Clause,
    Modal,
    Slot,
    Tense,
    Tokens,
)

__all__ = [
    "verb_group",
]

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


def verb_group(clause: Clause) -> tuple[str, int, Tokens]:
    """Give the finite verb, its node, and what closes the verb bracket."""
    verb = clause.verb.german
    person = clause.subject.person
    tense = clause.tense
    main = clause.base + Slot.VERB
    auxiliary = clause.base + Slot.AUXILIARY
    if clause.modal is not None:
        forms = _MODALS_PAST if tense in PAST_TENSES else _MODALS
        return forms[clause.modal][person], auxiliary, [(verb.infinitive, main)]
    if clause.passive:
        forms_passive = _WURDEN if tense in PAST_TENSES else _WERDEN
        return forms_passive[person], auxiliary, [(verb.participle, main)]
    if tense is Tense.PERFECT:
        forms_perfect = _SEIN if verb.auxiliary == "s" else _HABEN
        return forms_perfect[person], auxiliary, [(verb.participle, main)]
    if tense is Tense.FUTURE:
        return _WERDEN[person], auxiliary, [(verb.infinitive, main)]
    finite = verb.past[person] if tense in PAST_TENSES else verb.present[person]
    return finite, main, [(verb.prefix, main)] if verb.prefix else []
