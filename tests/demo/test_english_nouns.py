"""English articles, numbers, owners."""

import re
from collections.abc import Callable

import pytest

from xling.demo.english_nouns import indefinite_article, noun_phrase
from xling.demo.lexicon import lexicon
from xling.demo.syntax import Determiner, NounPhrase, Pronoun, Tokens

NOUNS, ADJECTIVES = lexicon().nouns, lexicon().adjectives


def test_english_articles_fit_the_next_word(text: Callable[[str], list[str]]) -> None:
    plurals = {noun.english[1] for noun in lexicon().nouns.values() if noun.countable}
    singulars = {noun.english[0] for noun in lexicon().nouns.values()}
    for sentence in text("en"):
        for article, word in re.findall(r"\b([Aa]n?) (\w+)", sentence):
            vowel = word[0] in "aeiou"
            vowel ^= word in {"honest", "useful", "university"}
            assert (article.lower() == "an") == vowel, sentence
            assert word not in plurals - singulars, sentence


@pytest.mark.parametrize(
    ("word", "article"),
    [("apple", "an"), ("honest", "an"), ("useful", "a"), ("university", "a"), ("dog", "a")],
)
def test_indefinite_article(word: str, article: str) -> None:
    assert indefinite_article(word) == article


def say(phrase: NounPhrase, *, oblique: bool = True) -> str:
    out: Tokens = []
    noun_phrase(phrase, out, oblique=oblique)
    return " ".join(word for word, _ in out)


def test_noun_phrases() -> None:
    owner = NounPhrase(noun=NOUNS["house"], adjective=ADJECTIVES["old"])
    assert say(NounPhrase(noun=NOUNS["roof"], owner=owner)) == "the roof of the old house"
    three = NounPhrase(noun=NOUNS["mouse"], plural=True, determiner=Determiner.NUMBER, number=3)
    assert say(three) == "three mice"
    these = NounPhrase(noun=NOUNS["sheep"], plural=True, determiner=Determiner.THIS)
    assert say(these) == "these sheep"


def test_pronouns_have_two_cases() -> None:
    assert say(NounPhrase(pronoun=Pronoun.SHE), oblique=False) == "she"
    assert say(NounPhrase(pronoun=Pronoun.SHE)) == "her"
    assert say(NounPhrase(noun=NOUNS["key"], pronoun=Pronoun.IT, plural=True)) == "them"
