"""German clauses: where the verb stands, where commas stand."""

import re
from collections.abc import Callable

from xling.demo.lexicon import lexicon


def test_german_subordinate_clauses_end_in_their_verb(text: Callable[[str], list[str]]) -> None:
    finite = {"ist", "bin", "sind", "hat", "habe", "haben", "wird", "werden"}
    for verb in lexicon().verbs.values():
        forms = (*verb.german.present, *verb.german.past)
        finite |= {verb.german.prefix + form for form in forms}
    seen = 0
    for sentence in text("de"):
        for tail in re.findall(r", (?:weil|obwohl|dass|ob|als) ([^,]+)\.$", sentence):
            assert tail.split()[-1] in finite, sentence
            seen += 1
    assert seen > 300


def test_german_subordinate_clauses_and_only_they_follow_a_comma(
    text: Callable[[str], list[str]],
) -> None:
    for sentence in text("de"):
        assert not re.search(r"[^,] (weil|obwohl|dass)\b", sentence), sentence
        assert not re.search(r",[,.?]|, *$", sentence), sentence
        assert not re.search(r"\b(in|an) dem\b(?! \w+ \w+ \w+,)|\bzu de[mr]\b", sentence), sentence


def test_a_fronted_time_is_followed_by_the_verb(text: Callable[[str], list[str]]) -> None:
    finite = {form for verb in lexicon().verbs.values() for form in verb.german.present}
    finite |= {form for verb in lexicon().verbs.values() for form in verb.german.past}
    finite |= {"wird", "werden", "werde", "hat", "haben", "habe"}
    seen = 0
    for sentence in text("de"):
        match = re.match(r"(?:Gestern|Morgen|Bald|Kürzlich|Am \w+tag|Jeden \w+) (\w+)", sentence)
        if match:
            assert match[1] in finite, sentence
            seen += 1
    assert seen > 200


def test_no_adverb_changes_a_number() -> None:
    """Well and exactly ten of them: "gut zehn" would be a good ten."""
    from xling.demo import generate_sentences
    from xling.demo.german_nouns import NUMBERS

    number = "|".join(NUMBERS)
    after = 0
    for sentence in generate_sentences("de", count=60_000, seed=1):
        assert not re.search(rf"\b(gut|genau) ({number})\b", sentence), sentence
        after += bool(re.search(rf"\b({number}) (\w+ )?\w+ (gut|genau)\b", sentence))
    assert after > 3
