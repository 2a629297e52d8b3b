"""English noun phrases."""

from functools import cache

from xling.demo.lexicon import Noun
from xling.demo.syntax import (
    Determiner,
    NounPhrase,
    Part,
    Phrase,
    Pronoun,
    Tokens,
)

__all__ = [
    "NUMBERS",
    "indefinite_article",
    "noun_phrase",
]

NUMBERS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_DETERMINERS = {
    Determiner.THE: "the",
    Determiner.NO: "",
    Determiner.BARE: "",
    Determiner.NUMBER: "",
    Determiner.MANY: "many",
    Determiner.MY: "my",
    Determiner.HIS: "his",
    Determiner.HER: "her",
    Determiner.OUR: "our",
    Determiner.THEIR: "their",
}
_PRONOUNS = {
    Pronoun.I: ("I", "me"),
    Pronoun.HE: ("he", "him"),
    Pronoun.SHE: ("she", "her"),
    Pronoun.WE: ("we", "us"),
    Pronoun.THEY: ("they", "them"),
}
#: Words whose first letter misleads about the sound: "an honest man", "a useful map".
_AN = frozenset({"honest", "hour", "heir"})
_A = ("use", "uni", "eur", "one", "ura")


def indefinite_article(word: str) -> str:
    """Choose "a" or "an" by the sound that `word` begins with.

    Examples
    --------
    >>> indefinite_article("umbrella"), indefinite_article("useful"), indefinite_article("honest")
    ('an', 'a', 'an')
    """
    if word in _AN:
        return "an"
    if word.startswith(_A):
        return "a"
    return "an" if word[0] in "aeiou" else "a"


@cache
def _phrase(
    noun: Noun, plural: bool, determiner: Determiner, number: int, adjective: str
) -> Phrase:
    words: list[tuple[str, int]] = []
    if adjective:
        words.append((adjective, Part.ADJECTIVE))
    words.append((noun.english[plural], Part.NOUN))
    if determiner is Determiner.A:
        words.insert(0, (indefinite_article(words[0][0]), Part.DETERMINER))
    elif determiner is Determiner.THIS:
        words.insert(0, ("these" if plural else "this", Part.DETERMINER))
    elif determiner is Determiner.NUMBER:
        words.insert(0, (NUMBERS[number - 2], Part.NUMBER))
    elif _DETERMINERS[determiner]:
        words.insert(0, (_DETERMINERS[determiner], Part.DETERMINER))
    return tuple(words)


def noun_phrase(phrase: NounPhrase, out: Tokens, *, oblique: bool = True) -> None:
    """Append the words of a noun phrase; `oblique` asks for "him" rather than "he"."""
    base = phrase.base
    if phrase.pronoun is Pronoun.IT:
        out.append(("them" if phrase.plural else "it", base + Part.NOUN))
        return
    if phrase.pronoun is not None:
        out.append((_PRONOUNS[phrase.pronoun][oblique], base + Part.NOUN))
        return
    if phrase.name is not None:
        out.append((phrase.name[0], base + Part.NOUN))
    elif phrase.noun is not None:
        adjective = phrase.adjective.english if phrase.adjective is not None else ""
        for word, offset in _phrase(
            phrase.noun, phrase.plural, phrase.determiner, phrase.number, adjective
        ):
            out.append((word, base + offset))
    if phrase.owner is not None:
        out.append(("of", phrase.owner.base + 8))
        noun_phrase(phrase.owner, out)
    if phrase.second is not None:
        out.append(("and", phrase.second.base + 8))
        noun_phrase(phrase.second, out)
