"""Spanish noun phrases: articles, agreement, "y"."""

import re
from collections.abc import Callable
from itertools import combinations

from xling.demo.lexicon import lexicon
from xling.demo.spanish_nouns import noun_phrase
from xling.demo.syntax import Determiner, NounPhrase, Tokens

NOUNS, ADJECTIVES = lexicon().nouns, lexicon().adjectives


def test_spanish_articles_agree_with_the_noun(text: Callable[[str], list[str]]) -> None:
    gender = {
        form: noun.spanish_gender + "sp"[plural and noun.countable]
        for noun in lexicon().nouns.values()
        if not noun.spanish_stressed_a and noun.spanish[0] != noun.spanish[1]
        for plural, form in enumerate(noun.spanish)
    }
    wanted = {
        "ms": {"el", "un", "este", "del", "al"},
        "fs": {"la", "una", "esta"},
        "mp": {"los", "estos"},
        "fp": {"las", "estas"},
    }
    articles = {article for group in wanted.values() for article in group}
    clash = {
        form
        for one, other in combinations(lexicon().nouns.values(), 2)
        for form in set(one.spanish) & set(other.spanish)
    }
    checked = 0
    for sentence in text("es"):
        for article, form in re.findall(r"\b(\w+) (\w+)", sentence):
            if article.lower() in articles and form in gender and form not in clash:
                assert article.lower() in wanted[gender[form]], sentence
                checked += 1
    assert checked > 3_000


def say(phrase: NounPhrase, preposition: str = "") -> str:
    out: Tokens = []
    noun_phrase(phrase, out, preposition)
    return " ".join(word for word, _ in out)


def test_stressed_a_takes_a_masculine_article_only() -> None:
    eagle, white = NOUNS["eagle"], ADJECTIVES["white"]
    assert say(NounPhrase(noun=eagle, adjective=white)) == "el águila blanca"
    assert say(NounPhrase(noun=eagle, determiner=Determiner.THIS)) == "esta águila"
    assert say(NounPhrase(noun=eagle, plural=True)) == "las águilas"
    assert say(NounPhrase(noun=eagle), "de") == "del águila"


def test_y_becomes_e_before_its_own_sound() -> None:
    reports = NounPhrase(noun=NOUNS["report"], plural=True, determiner=Determiner.BARE)
    bills = NounPhrase(noun=NOUNS["bill"], plural=True, determiner=Determiner.BARE, second=reports)
    assert say(bills) == "facturas e informes"
