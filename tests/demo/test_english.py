"""English clauses: agreement, "do", order of words."""

import re
from collections.abc import Callable


def test_english_verbs_agree_after_a_singular_or_plural_subject(
    text: Callable[[str], list[str]],
) -> None:
    for sentence in text("en"):
        assert not re.search(r"\b(I|we|they|We|They) (is|has|does|was not is)\b", sentence)
        assert not re.search(r"\b([Hh]e|[Ss]he|[Ii]t) (are|have|do|am|were)\b", sentence), sentence
        assert not re.search(r"\b(did|does|do) (not )?\w+ed\b(?<!need)(?<!feed)", sentence), (
            sentence
        )


def test_questions_put_an_auxiliary_before_the_subject(text: Callable[[str], list[str]]) -> None:
    openers = {"do", "does", "did", "has", "have", "will", "is", "are", "was", "were"}
    asked = [sentence for sentence in text("en") if sentence.endswith("?")]
    assert len(asked) > 300
    for sentence in asked:
        first, second, *_ = sentence.lower().split()
        if first != "who":
            assert {first, second} & openers, sentence


def test_opening_phrase_of_time_has_a_comma(text: Callable[[str], list[str]]) -> None:
    for sentence in text("en"):
        if re.match(r"(On|Every) [A-Z]|In (the|spring|summer|autumn|winter)\b", sentence):
            assert "," in sentence, sentence
