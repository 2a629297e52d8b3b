"""German noun phrases: gender, case, endings, contractions."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from xling.demo.german_nouns import ACC, DAT, GEN, NOM, noun_phrase, relative_pronoun
from xling.demo.lexicon import lexicon
from xling.demo.syntax import Determiner, NounPhrase, Pronoun, Tokens

NOUNS, ADJECTIVES = lexicon().nouns, lexicon().adjectives
NOUN_GENDER = {
    form: article
    for line in (files("xling.demo") / "tables" / "nouns.tsv").read_text("utf-8").splitlines()[1:]
    for article, form in [line.split("\t")[2].split("/")[0].split(" ")]
}


def test_german_articles_agree_with_the_gender_of_the_noun(
    text: Callable[[str], list[str]],
) -> None:
    allowed = {
        "das": {"das"},
        "dem": {"der", "das"},
        "des": {"der", "das"},
        "im": {"der", "das"},
        "am": {"der", "das"},
        "zum": {"der", "das"},
        "vom": {"der", "das"},
        "ins": {"das"},
        "zur": {"die"},
        "einem": {"der", "das"},
        "eine": {"die"},
        "einer": {"die"},
        "einen": {"der"},
        "dieses": {"das", "der"},
    }
    both = {
        form
        for noun in lexicon().nouns.values()
        for form in (noun.german[1] if noun.countable else ())
    }
    checked = 0
    for sentence in text("de"):
        for article, middle, form in re.findall(
            r"(?<!, )\b(\w+) ([a-zäöüß]+ )?([A-ZÄÖÜ]\w+)", sentence
        ):
            if middle and not middle.endswith(("e ", "en ", "er ", "es ")):
                continue
            genders = allowed.get(article.lower())
            if genders is not None and form in NOUN_GENDER:
                assert NOUN_GENDER[form] in genders or form in both, sentence
                checked += 1
    assert checked > 800


def say(phrase: NounPhrase, case: int, preposition: str = "") -> str:
    out: Tokens = []
    noun_phrase(phrase, out, case, preposition)
    return " ".join(word for word, _ in out)


@pytest.mark.parametrize(
    ("determiner", "plural", "case", "words"),
    [
        (Determiner.THE, False, NOM, "der alte Bär"),
        (Determiner.THE, False, GEN, "des alten Bären"),
        (Determiner.A, False, NOM, "ein alter Bär"),
        (Determiner.A, False, ACC, "einen alten Bären"),
        (Determiner.THIS, True, DAT, "diesen alten Bären"),
        (Determiner.MANY, True, NOM, "viele alte Bären"),
        (Determiner.NO, True, ACC, "keine alten Bären"),
        (Determiner.BARE, True, GEN, "alter Bären"),
    ],
)
def test_adjective_endings(determiner: Determiner, plural: bool, case: int, words: str) -> None:
    phrase = NounPhrase(
        noun=NOUNS["bear"], determiner=determiner, plural=plural, adjective=ADJECTIVES["old"]
    )
    assert say(phrase, case) == words


@pytest.mark.parametrize(
    ("key", "case", "preposition", "words"),
    [
        ("house", DAT, "in", "im Haus"),
        ("school", DAT, "zu", "zur Schule"),
        ("sea", ACC, "an", "ans Meer"),
        ("doctor", DAT, "bei", "beim Arzt"),
        ("table", DAT, "auf", "auf dem Tisch"),
    ],
)
def test_prepositions_swallow_the_article(
    key: str, case: int, preposition: str, words: str
) -> None:
    assert say(NounPhrase(noun=NOUNS[key]), case, preposition) == words


def test_pronouns_follow_the_gender_of_the_noun() -> None:
    key = NounPhrase(noun=NOUNS["key"], pronoun=Pronoun.IT)
    assert [say(key, case) for case in (NOM, ACC, DAT)] == ["er", "ihn", "ihm"]
    assert relative_pronoun(NounPhrase(noun=NOUNS["dog"], plural=True), DAT) == "denen"
    assert relative_pronoun(NounPhrase(noun=NOUNS["dog"]), ACC) == "den"
