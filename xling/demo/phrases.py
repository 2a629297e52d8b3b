"""Random clauses, built from the parts that suit a verb."""

import xling.demo.choices as choices
from xling.demo.lexicon import Adjective, Adverb, Noun, Verb
from xling.demo.sampling import Table
from xling.demo.syntax import (
    INDEFINITE,
    Clause,
    Determiner,
    NounPhrase,
    Person,
    Pronoun,
    Slot,
    Tense,
)
from xling.demo.times import Times

__all__ = [
    "COUNTED",
    "NAMES",
    "Builder",
    "alive",
    "indefinite",
    "pronoun_for",
]

#: First names in English, German and Spanish; True for women.
NAMES = (
    (("Anna", "Anna", "Ana"), True),
    (("Peter", "Peter", "Pedro"), False),
    (("Paul", "Paul", "Pablo"), False),
    (("Mary", "Maria", "María"), True),
    (("Martin", "Martin", "Martín"), False),
    (("Clara", "Klara", "Clara"), True),
    (("Julia", "Julia", "Julia"), True),
    (("Lucas", "Lukas", "Lucas"), False),
    (("David", "David", "David"), False),
    (("Sarah", "Sarah", "Sara"), True),
    (("Daniel", "Daniel", "Daniel"), False),
    (("Eve", "Eva", "Eva"), True),
)
_THE, _A, _BARE, _THIS = Determiner.THE, Determiner.A, Determiner.BARE, Determiner.THIS

_KIN_DETERMINERS = Table(
    [(Determiner.MY, 58), (Determiner.OUR, 16), (Determiner.HIS, 10), (Determiner.HER, 10),
     (_THE, 6)]
)  # fmt: skip
_PERSON_DETERMINERS = Table([((_THE, False), 58), ((_A, False), 16), ((_THIS, False), 6),
    ((_THE, True), 14), ((Determiner.MANY, True), 4), ((_THIS, True), 2)])  # fmt: skip
_DEFINITE_PERSON = Table([((_THE, False), 70), ((_THIS, False), 8), ((_THE, True), 20)])
_ANIMAL_DETERMINERS = Table([((_THE, False), 50), ((_A, False), 14), ((_THIS, False), 8),
    ((_THE, True), 20), ((Determiner.OUR, False), 8)])  # fmt: skip
_THING_DETERMINERS = Table([((_THE, False), 76), ((_THIS, False), 8), ((_THE, True), 16)])
_OBJECT_DETERMINERS = Table([((_THE, False), 40), ((_A, False), 24), ((_THE, True), 10),
    ((_BARE, True), 8), ((Determiner.NUMBER, True), 6), ((_THIS, False), 4),
    ((Determiner.MANY, True), 3), ((_THIS, True), 2)])  # fmt: skip
_PERSON_OBJECT = Table([((_THE, False), 62), ((_A, False), 18), ((_THE, True), 14),
    ((_THIS, False), 6)])  # fmt: skip
_DEFINITE_OBJECT = Table([((_THE, False), 66), ((_THE, True), 20), ((_THIS, False), 6),
    ((_THIS, True), 3)])  # fmt: skip
_MASS_OBJECT = Table([(_BARE, 55), (_THE, 42), (_THIS, 3)])
_OWNED = frozenset(
    {"clothing", "carried", "pet", "cycle", "device", "toy", "instrument", "room", "known"}
)
#: Nouns that people count: "three apples", but hardly "three wars".
COUNTED = frozenset(
    {"thing", "clothing", "fruit", "vegetable", "animal", "plant", "vehicle", "text", "task",
     "image", "song_like", "forage", "film_like", "sweet", "rock", "cooked"}
)  # fmt: skip
#: What somebody does to things that are not yet theirs.
_NOT_OWN_YET = frozenset({"buy", "rent", "steal", "choose", "order", "win"})
_SELDOM_PLURAL = frozenset({"place", "nature", "event", "scheme", "part", "sight", "blaze"})
_PRONOUNS = Table(
    [(Pronoun.I, 3), (Pronoun.HE, 3), (Pronoun.SHE, 3), (Pronoun.WE, 3), (Pronoun.THEY, 2)]
)
_OWN_DETERMINER = {
    Pronoun.I: Determiner.MY,
    Pronoun.HE: Determiner.HIS,
    Pronoun.SHE: Determiner.HER,
    Pronoun.WE: Determiner.OUR,
    Pronoun.THEY: Determiner.THEIR,
}


def pronoun_for(phrase: NounPhrase) -> Pronoun | None:
    """Give the pronoun that takes up a person in all three languages, or None if none does."""
    if phrase.pronoun is not None:
        return phrase.pronoun
    if phrase.plural or phrase.second is not None:
        return None
    if phrase.name is not None:
        return Pronoun.SHE if phrase.female else Pronoun.HE
    if phrase.noun is None or not phrase.noun.human or phrase.noun.german_gender == "n":
        return None
    return Pronoun.SHE if phrase.noun.female else Pronoun.HE


class Builder(Times):
    """Draws the parts of derivations; all randomness of a corpus passes through it."""

    def adjective(self, noun: Noun) -> Adjective | None:
        """Draw an adjective that suits a noun, if it has any."""
        table = choices.adjectives(noun)
        return table.pick(self.draws) if table else None

    def name(self, base: int) -> NounPhrase:
        """Draw a first name."""
        words, female = NAMES[self.draws.below(len(NAMES))]
        return NounPhrase(name=words, female=female, base=base)

    def pronoun(self, base: int) -> NounPhrase:
        """Draw a personal pronoun."""
        pronoun = _PRONOUNS.pick(self.draws)
        return NounPhrase(pronoun=pronoun, female=pronoun is Pronoun.SHE, base=base)

    def subject(
        self, noun: Noun, base: int, *, definite: bool = False, adjective: float = 0.25,
        singular: bool = False,
    ) -> NounPhrase:  # fmt: skip
        """Draw determiner, number and adjective for a noun that acts."""
        draws = self.draws
        plural = False
        if "kin" in noun.classes:
            determiner = _KIN_DETERMINERS.pick(draws)
        elif not noun.countable:
            determiner = _THE
        else:
            if noun.human:
                table = _DEFINITE_PERSON if definite else _PERSON_DETERMINERS
            elif "animal" in noun.classes and not definite:
                table = _ANIMAL_DETERMINERS
            else:
                table = _THING_DETERMINERS
            determiner, plural = table.pick(draws)
            if determiner is Determiner.OUR and not noun.classes & {"pet", "farmed"}:
                determiner = _THE
            if singular or noun.classes & {"blaze", "weather"}:
                plural = False
                determiner = _THE if determiner is Determiner.MANY else determiner
        phrase = NounPhrase(noun=noun, plural=plural, determiner=determiner, base=base)
        if draws.chance(adjective):
            phrase.adjective = self.adjective(noun)
        return phrase

    def actor(self, verb: Verb, base: int, *, definite: bool = False) -> NounPhrase:
        """Draw the subject of a verb: mostly a noun, now and then a pronoun or a name."""
        noun = choices.subjects(verb).pick(self.draws)
        if noun.human and "baby" not in noun.classes and choices.anybody(verb):
            chance = self.draws.uniform()
            if chance < 0.12:
                return self.pronoun(base)
            if chance < 0.20:
                return self.name(base)
        return self.subject(noun, base, definite=definite)

    def undergoer(
        self, noun: Noun, base: int, subject: NounPhrase | None = None, *, definite: bool = False,
        adjective: float = 0.3,
    ) -> NounPhrase:  # fmt: skip
        """Draw determiner, number and adjective for a noun that something is done to."""
        draws = self.draws
        owner = pronoun_for(subject) if subject is not None else None
        plural = False
        if noun.classes & {"kin"}:
            determiner = _KIN_DETERMINERS.pick(draws)
            if owner is not None and draws.chance(0.7):
                determiner = _OWN_DETERMINER[owner]
            elif determiner in (Determiner.HIS, Determiner.HER):
                determiner = Determiner.MY
        elif owner is not None and noun.classes & _OWNED and draws.chance(0.3):
            determiner = _OWN_DETERMINER[owner]
        elif "unique" in noun.classes:
            determiner = _THE
        elif not noun.countable:
            determiner = _MASS_OBJECT.pick(draws)
            if definite and determiner is _BARE:
                determiner = _THE
        elif definite:
            determiner, plural = _DEFINITE_OBJECT.pick(draws)
        elif noun.human:
            determiner, plural = _PERSON_OBJECT.pick(draws)
        else:
            determiner, plural = _OBJECT_DETERMINERS.pick(draws)
        if determiner in (Determiner.NUMBER, Determiner.MANY) and (
            "pair" in noun.classes or not noun.classes & COUNTED
        ):
            determiner, plural = _THE, False
        if plural and noun.classes & _SELDOM_PLURAL and draws.chance(0.8):
            determiner, plural = (_A if determiner is _BARE else determiner), False
        phrase = NounPhrase(noun=noun, plural=plural, determiner=determiner, base=base)
        if determiner is Determiner.NUMBER:
            phrase.number = 2 + draws.below(11)
        if draws.chance(adjective):
            phrase.adjective = self.adjective(noun)
        return phrase

    @staticmethod
    def _multiply(phrase: NounPhrase) -> None:
        """Turn one thing into several, for verbs that are rarely about one."""
        if phrase.noun is None or not phrase.noun.countable or phrase.plural:
            return
        if phrase.determiner is _A:
            phrase.determiner, phrase.plural = _BARE, True
        elif phrase.determiner in (_THE, _THIS):
            phrase.determiner, phrase.plural = _THE, True

    def object(
        self, verb: Verb, subject: NounPhrase, base: int, *, definite: bool = False
    ) -> NounPhrase | None:
        """Draw the object of a verb for this subject."""
        table = choices.objects(verb, subject.noun)
        if not table:
            return None
        definite = (
            definite
            or "stative" in verb.flags
            or bool(verb.german_preposition)
            or verb.key == "pay for"
        )
        owner = None if verb.english.base in _NOT_OWN_YET else subject
        phrase = self.undergoer(table.pick(self.draws), base, owner, definite=definite)
        if phrase.noun is not None and "body" in phrase.noun.classes:
            phrase.determiner = _THE
        if "many" in verb.flags:
            self._multiply(phrase)
        if "single" in verb.flags and phrase.plural:
            phrase.plural = False
            if phrase.determiner in INDEFINITE:
                phrase.determiner = _A
        self._pair(verb, subject, phrase)
        if phrase.adjective is not None and phrase.adjective.key in choices.CLASHES.get(
            verb.english.base, ""
        ):
            phrase.adjective = None
        return phrase

    @staticmethod
    def _pair(verb: Verb, subject: NounPhrase, phrase: NounPhrase) -> None:
        """Make several of what comes in pairs, or one for each owner or wearer."""
        noun = phrase.noun
        if noun is None or phrase.plural:
            return
        each = subject.person in (Person.FIRST_PLURAL, Person.THIRD_PLURAL) and (
            verb.key == "wear" or phrase.determiner in (Determiner.OUR, Determiner.THEIR)
        )
        worn = noun.classes & {"clothing", "carried", "valuable"}
        if (each and worn) or ("pair" in noun.classes and "once" not in verb.flags):
            phrase.plural = True
            phrase.determiner = _BARE if phrase.determiner is _A else phrase.determiner

    def place(self, verb: Verb, subject: NounPhrase, base: int) -> NounPhrase | None:
        """Draw where the action happens, or where it goes."""
        table = choices.places(verb, subject.noun)
        if not table:
            return None
        return NounPhrase(noun=table.pick(self.draws), base=base)

    def action(
        self, verb: Verb, base: int = 0, *, tense: Tense = Tense.PRESENT, definite: bool = False,
        subject: NounPhrase | None = None, extras: float = 0.35,
    ) -> Clause:  # fmt: skip
        """Draw a clause for a verb: subject, objects, and perhaps manner or place.

        Parameters
        ----------
        definite : bool
            Keep subject and object definite, as negation and questions want.
        extras : float
            Chance (fraction) of an adverb or a place that the verb does not need.
        """
        if subject is None:
            subject = self.actor(verb, base + Slot.SUBJECT, definite=definite)
        clause = Clause(subject=subject, verb=verb, base=base, tense=tense)
        pattern = verb.pattern
        if pattern in ("dir", "loc"):
            clause.place = self.place(verb, subject, base + Slot.PLACE)
        elif verb.objects:
            clause.object = self.object(verb, subject, base + Slot.OBJECT, definite=definite)
        if pattern == "dit":
            noun = choices.recipients(verb, subject.noun).pick(self.draws)
            clause.recipient = self.undergoer(
                noun, base + Slot.RECIPIENT, subject, definite=not self.draws.chance(0.15),
                adjective=0.1,
            )  # fmt: skip
        if self.draws.chance(extras):
            self._extra(clause)
        return clause

    def manner(self, clause: Clause) -> Adverb | None:
        """Draw how it is done, or None if nothing fits the verb and its object."""
        table = choices.manners(clause.verb, "manner")
        if not table:
            return None
        adverb = table.pick(self.draws)
        unsuited = adverb.key in choices.NEED_DEFINITE and indefinite(clause.object)
        return None if unsuited else adverb

    def _extra(self, clause: Clause) -> None:
        verb = clause.verb
        if self.draws.chance(0.5):
            manner = self.manner(clause)
            clause.manner = None if manner is not None and manner.key == "daily" else manner
        if clause.manner is None and clause.place is None and verb.pattern != "dit":
            clause.place = self.place(verb, clause.subject, clause.base + Slot.PLACE)

    def apart(self, first: NounPhrase, second: NounPhrase) -> bool:
        """Whether two subjects differ and may well meet in one sentence."""
        if first.noun is second.noun and first.name is None:
            return False
        if second.pronoun is not None or (first.name and first.name == second.name):
            return False
        return _wild(first.noun) == _wild(second.noun)


def alive(phrase: NounPhrase) -> bool:
    """Whether the phrase names people or animals."""
    if phrase.pronoun is not None or phrase.human:
        return True
    return phrase.noun is not None and "animal" in phrase.noun.classes


def _wild(noun: Noun | None) -> bool:
    return noun is not None and "animal" in noun.classes and not noun.classes & {"pet", "farmed"}


def indefinite(phrase: NounPhrase | None) -> bool:
    """Whether German negates the phrase with "kein" and so "nicht" is ruled out."""
    return phrase is not None and phrase.noun is not None and phrase.determiner in INDEFINITE
