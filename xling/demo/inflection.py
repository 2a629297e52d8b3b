"""Inflected forms of the lexicon's words: regular patterns, with what is irregular passed in."""

from dataclasses import dataclass

__all__ = [
    "EnglishVerb",
    "GermanVerb",
    "SpanishVerb",
    "english_verb",
    "german_dative_plural",
    "german_genitive",
    "german_verb",
    "spanish_adjective",
    "spanish_verb",
]

_VOWELS = "aeiouyäöü"
_UMLAUT_VOWELS = "aeiouäöüy"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnglishVerb:
    """The five forms of an English verb."""

    base: str
    third: str
    past: str
    participle: str
    gerund: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GermanVerb:
    """Forms of a German verb; finite forms are without the separable prefix.

    `present` and `past` hold ich, er, wir, sie (plural).
    """

    infinitive: str
    prefix: str
    present: tuple[str, str, str, str]
    past: tuple[str, str, str, str]
    participle: str
    auxiliary: str
    polite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanishVerb:
    """Forms of a Spanish verb; each tense holds yo, él, nosotros, ellos."""

    infinitive: str
    present: tuple[str, str, str, str]
    past: tuple[str, str, str, str]
    imperfect: tuple[str, str, str, str]
    future: tuple[str, str, str, str]
    participle: str
    gerund: str
    polite: str


def english_verb(base: str, past: str, participle: str, gerund: str) -> EnglishVerb:
    """Add the third person singular to the principal parts.

    Examples
    --------
    >>> english_verb("carry", "carried", "carried", "carrying").third
    'carries'
    """
    if base == "have":
        third = "has"
    elif base.endswith(("s", "sh", "ch", "x", "z", "o")):
        third = base + "es"
    elif base.endswith("y") and base[-2] not in _VOWELS:
        third = base[:-1] + "ies"
    else:
        third = base + "s"
    return EnglishVerb(base=base, third=third, past=past, participle=participle, gerund=gerund)


def german_verb(
    infinitive: str, third: str, past: str, participle: str, auxiliary: str
) -> GermanVerb:
    """Build the persons of a German verb from its principal parts.

    Parameters
    ----------
    infinitive : str
        With ``+`` after a separable prefix, as in ``"auf+räumen"``.
    third, past : str
        Third person singular without the prefix: ``"räumt"``, ``"räumte"``.
    participle : str
        As written in one word: ``"aufgeräumt"``.
    auxiliary : {"h", "s"}
        Whether the perfect takes "haben" or "sein".

    Examples
    --------
    >>> german_verb("sammeln", "sammelt", "sammelte", "gesammelt", "h").present
    ('sammle', 'sammelt', 'sammeln', 'sammeln')
    """
    prefix, _, stem = infinitive.rpartition("+")
    if not third.endswith("t"):  # "weiß", as in "ich weiß, er weiß"
        first = third
    elif stem.endswith("eln"):
        first = stem[:-3] + "le"
    elif stem.endswith("ern"):
        first = stem[:-1] + "e"
    else:
        first = stem[:-1]
    plural_past = past + ("n" if past.endswith("e") else "en")
    return GermanVerb(
        infinitive=prefix + stem,
        prefix=prefix,
        present=(first, third, stem, stem),
        past=(past, past, plural_past, plural_past),
        participle=participle,
        auxiliary=auxiliary,
        polite=stem,
    )


def spanish_verb(infinitive: str, irregular: dict[str, str]) -> SpanishVerb:
    """Conjugate a Spanish verb, preferring the forms given in `irregular`.

    Parameters
    ----------
    infinitive : str
    irregular : dict of str to str
        Any of ``yo``, ``3`` (third person singular), ``nos``, ``ellos``, ``pret`` (the four
        persons, joined with ``/``), ``imperf`` (first person), ``fut`` (stem), ``ptc``, ``ger``,
        ``usted`` (polite command).

    Examples
    --------
    >>> spanish_verb("buscar", {}).past
    ('busqué', 'buscó', 'buscamos', 'buscaron')
    >>> spanish_verb("cerrar", {"yo": "cierro", "3": "cierra"}).present
    ('cierro', 'cierra', 'cerramos', 'cierran')
    """
    plain = infinitive.replace("í", "i")
    stem, ending = plain[:-2], plain[-2:]
    theme = {"ar": "a", "er": "e", "ir": "i"}[ending]
    yo = irregular.get("yo", stem + "o")
    third = irregular.get("3", stem + ("a" if ending == "ar" else "e"))
    ellos = irregular.get("ellos", third + "n")
    nos = irregular.get("nos", stem + theme + "mos")
    if "pret" in irregular:
        first_past, third_past, nos_past, ellos_past = irregular["pret"].split("/")
    elif ending == "ar":
        first_past = _before_e(stem) + "é"
        third_past, nos_past, ellos_past = stem + "ó", stem + "amos", stem + "aron"
    else:
        first_past, third_past = stem + "í", stem + "ió"
        nos_past, ellos_past = stem + "imos", stem + "ieron"
    if "imperf" in irregular:
        imperfect = irregular["imperf"]
        nos_imperfect = imperfect[:-1] + "amos" if imperfect.endswith("ía") else "íbamos"
    else:
        imperfect = stem + ("aba" if ending == "ar" else "ía")
        nos_imperfect = stem + ("ábamos" if ending == "ar" else "íamos")
    future = irregular.get("fut", plain)
    return SpanishVerb(
        infinitive=infinitive,
        present=(yo, third, nos, ellos),
        past=(first_past, third_past, nos_past, ellos_past),
        imperfect=(imperfect, imperfect, nos_imperfect, imperfect + "n"),
        future=(future + "é", future + "á", future + "emos", future + "án"),
        participle=irregular.get("ptc", stem + ("ado" if ending == "ar" else "ido")),
        gerund=irregular.get("ger", stem + ("ando" if ending == "ar" else "iendo")),
        polite=irregular.get("usted", _polite(yo, ending)),
    )


def _before_e(stem: str) -> str:
    """Keep the sound of a stem before a front vowel: busc- to busqu-, pag- to pagu-."""
    if stem.endswith("c"):
        return stem[:-1] + "qu"
    if stem.endswith("g"):
        return stem + "u"
    if stem.endswith("z"):
        return stem[:-1] + "c"
    return stem


def _polite(yo: str, ending: str) -> str:
    stem = yo[:-1]
    return _before_e(stem) + "e" if ending == "ar" else stem + "a"


def german_genitive(singular: str, gender: str, oblique: str) -> str:
    """Give the genitive singular of a German noun.

    Examples
    --------
    >>> german_genitive("Haus", "n", "Haus"), german_genitive("Garten", "m", "Garten")
    ('Hauses', 'Gartens')
    """
    if gender == "f":
        return singular
    if oblique != singular:
        return oblique
    syllables = sum(
        letter in _UMLAUT_VOWELS and (i == 0 or before not in _UMLAUT_VOWELS)
        for i, (before, letter) in enumerate(
            zip(" " + singular.lower(), singular.lower(), strict=False)
        )
    )
    if singular.endswith(("s", "ß", "x", "z")):
        return singular + "es"
    if syllables == 1 and singular[-1] not in _UMLAUT_VOWELS:
        return singular + "es"
    return singular + "s"


def german_dative_plural(plural: str) -> str:
    """Add the -n of the dative plural where it is missing.

    Examples
    --------
    >>> german_dative_plural("Kinder"), german_dative_plural("Autos")
    ('Kindern', 'Autos')
    """
    return plural if plural.endswith(("n", "s")) else plural + "n"


def spanish_adjective(word: str) -> tuple[str, str, str, str]:
    """Give masculine and feminine singular, then masculine and feminine plural.

    Several forms joined with ``/`` are taken as they are.

    Examples
    --------
    >>> spanish_adjective("rojo")
    ('rojo', 'roja', 'rojos', 'rojas')
    >>> spanish_adjective("azul")
    ('azul', 'azul', 'azules', 'azules')
    """
    if "/" in word:
        one, two, three, four = word.split("/")
        return one, two, three, four
    if word.endswith("o"):
        return word, word[:-1] + "a", word + "s", word[:-1] + "as"
    plural = word + ("s" if word.endswith("e") else "es")
    return word, word, plural, plural
