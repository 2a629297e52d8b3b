"""Spanish noun phrases with their agreement."""

from functools import cache

from xling.demo.lexicon import Adjective, Noun
from xling.demo.syntax import (
    UNALIGNED,
    Determiner,
    NounPhrase,
    Part,
    Phrase,
    Pronoun,
    Tokens,
)

__all__ = [
    "NUMBERS",
    "agreement",
    "noun_phrase",
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
