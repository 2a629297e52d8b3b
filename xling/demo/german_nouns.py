"""German noun phrases in their case."""

from functools import cache

from xling.demo.lexicon import CASES, Adjective, Noun
from xling.demo.syntax import (
    Determiner,
    NounPhrase,
    Part,
    Phrase,
    Pronoun,
    Tokens,
)

__all__ = [
    "ACC",
    "DAT",
    "GEN",
    "NOM",
    "NUMBERS",
    "noun_phrase",
    "relative_pronoun",
]

NOM = CASES["nom"]
ACC = CASES["acc"]
DAT = CASES["dat"]
GEN = CASES["gen"]
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


def relative_pronoun(phrase: NounPhrase, case: int) -> str:
    """Give the pronoun that opens a relative clause about the phrase."""
    if phrase.noun is None:
        return ""
    return _RELATIVE[_gender(phrase.noun, phrase.plural)][case]
