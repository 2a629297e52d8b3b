from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.counting.phrases import (
    PhraseSettings,
    carrying,
    join_phrases,
    phrases_in,
    split_phrases,
)
from xling.data.indexed import IndexedText, index_text, vocabulary
from xling.data.text import fold
from xling.errors import ConfigError

SENTENCES = st.lists(
    st.lists(st.sampled_from(["a", "b", "B", "c", "d", "e"]), max_size=7).map(" ".join), max_size=12
)
SETTINGS = st.builds(
    PhraseSettings,
    min_count=st.integers(1, 3),
    threshold=st.floats(0.05, 0.95),
    longest=st.integers(2, 4),
)


def tokens(text: IndexedText, *, written: bool = False) -> list[list[str]]:
    ids, names = (text.written_ids, text.written) if written else (text.ids, text.types)
    return [[names[i] for i in ids[a:b]] for a, b in pairwise(text.offsets.tolist())]


def once(sentences: list[list[str]], settings: PhraseSettings, shortest: int) -> list[list[str]]:
    """Join as the definition says, pair by pair, from left to right."""
    counts = Counter(word for words in sentences for word in words)
    together = Counter(pair for words in sentences for pair in pairwise(words))
    total = counts.total()

    def unit(a: str, b: str) -> bool:
        n, size = together[a, b], len(f"{a} {b}".split())
        if a == b or n < settings.min_count or not shortest <= size <= settings.longest:
            return False
        score = np.log((n / total) / ((counts[a] / total) * (counts[b] / total)))
        return bool(score / -np.log(n / total) >= settings.threshold)

    joined = []
    for words in sentences:
        made: list[str] = []
        place = 0
        while place < len(words):
            pair = words[place : place + 2]
            step = 2 if len(pair) == 2 and unit(*pair) else 1
            made.append(" ".join(words[place : place + step]))
            place += step
        joined.append(made)
    return joined


@given(SENTENCES, SETTINGS)
def test_equals_a_loop_written_from_the_definition(
    sentences: list[str], settings: PhraseSettings
) -> None:
    expected = [s.casefold().split() for s in sentences]
    first = once(expected, settings, 2)
    second = first if first == expected else once(first, settings, 3)
    assert tokens(join_phrases(index_text(sentences, "en"), settings)) == second


@given(SENTENCES, SETTINGS, st.integers(1, 9))
def test_units_never_overlap_and_come_apart_again(
    sentences: list[str], settings: PhraseSettings, block: int
) -> None:
    text = index_text(sentences, "en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xling.counting.phrases._BLOCK", block)
        joined = join_phrases(text, settings)
    # Every word is in one token, in its place, in both forms.
    for written in (False, True):
        flat = [" ".join(words).split() for words in tokens(joined, written=written)]
        assert flat == tokens(text, written=written)
    assert [fold(form) for form in joined.written] == [
        joined.types[kind] for kind in joined.written_types
    ]
    assert len(set(joined.types)) == len(joined.types)
    assert len(set(joined.written)) == len(joined.written)
    assert joined.types[: len(text.types)] == text.types
    assert max((name.count(" ") for name in joined.types), default=0) < settings.longest
    again = split_phrases(joined)
    np.testing.assert_array_equal(again.written_ids, text.written_ids)
    np.testing.assert_array_equal(again.offsets, text.offsets)
    whole = join_phrases(text, settings)
    assert tokens(whole, written=True) == tokens(joined, written=True)


@given(SENTENCES, SETTINGS, st.data())
def test_phrases_in_looks_at_words_not_at_joints(
    sentences: list[str], settings: PhraseSettings, data: st.DataObject
) -> None:
    joined = join_phrases(index_text(sentences, "en"), settings)
    numbers = st.integers(0, max(len(joined) - 1, 0))
    chosen = data.draw(st.lists(numbers, max_size=4 if sentences else 0))
    part = joined.select(np.array(chosen, np.int64))
    known = set()
    for unit in (name.split() for name in joined.types if " " in name):
        for a, b in combinations(range(len(unit) + 1), 2):
            known.add(" ".join(unit[a:b]))
    expected = {
        phrase
        for phrase in known
        for words in (f" {sentences[i].casefold()} " for i in chosen)
        if " " in phrase and f" {phrase} " in words
    }
    assert phrases_in(part) == expected


def made_up_text() -> list[str]:
    """Write *New York* among words that stand beside anything."""
    random = np.random.default_rng(0)
    others = ["we", "saw", "they", "live", "in", "is", "big", "sea", "the", "by", "city", "old"]
    noise = [" ".join(random.permutation(others)) for _ in range(60)]
    return [
        *["We saw New York City"] * 6,
        *["new york is big"] * 5,
        *["They live in New York"] * 9,
        *["the new sea", "York is old"] * 2,
        *noise,
    ]


TEXT = made_up_text()


def test_a_unit_is_a_word_of_the_vocabulary() -> None:
    settings = PhraseSettings(threshold=0.5)
    text = join_phrases(index_text(TEXT, "en"), settings)
    words, _ = vocabulary(text, min_count=2)
    counts = dict(zip(words.words, np.asarray(words.counts).tolist(), strict=True))
    assert {word for word in counts if " " in word} == {"New York"}
    assert words.find("new YORK") == words.words.index("New York")
    # What the single words have left.
    assert (counts["New York"], counts["York"], counts["new"]) == (20, 2, 2)
    again = join_phrases(index_text(TEXT, "en"), settings)
    assert again.types == text.types
    np.testing.assert_array_equal(again.ids, text.ids)


def test_a_second_pass_joins_a_unit_with_its_neighbour() -> None:
    sentences = [text.replace("city", "sea") for text in TEXT]  # the city is New York's alone
    text = join_phrases(index_text(sentences, "en"), PhraseSettings(threshold=0.5))
    kinds = np.bincount(text.ids, minlength=len(text.types))
    counts = {name: kinds[i] for i, name in enumerate(text.types) if " " in name}
    assert counts == {"new york": 14, "new york city": 6}
    short = join_phrases(index_text(sentences, "en"), PhraseSettings(threshold=0.5, longest=2))
    assert [name for name in short.types if " " in name] == ["new york"]


def test_frequent_neighbours_are_no_unit_by_themselves() -> None:
    rng = np.random.default_rng(0)
    text = index_text([" ".join(rng.choice(list("abcdefgh"), 6)) for _ in range(500)], "en")
    assert join_phrases(text) is text


@pytest.mark.parametrize(("least", "joined"), [(20, True), (21, False)])
def test_the_minimum_count_at_its_boundary(least: int, joined: bool) -> None:
    settings = PhraseSettings(min_count=least, threshold=0.5)
    assert ("new york" in join_phrases(index_text(TEXT, "en"), settings).types) == joined


def test_nothing_is_joined_across_sentences() -> None:
    text = index_text(["ice", "cream", "", "ice", "cream"] * 9 + ["x y z"] * 9, "en")
    made = join_phrases(text, PhraseSettings(threshold=0.1))
    assert "ice cream" not in made.types
    assert "cream ice" not in made.types
    assert "x y" in made.types


def test_texts_without_units() -> None:
    for sentences in ([], [""], ["a"], ["a a a a"] * 9):
        text = index_text(sentences, "en")
        assert join_phrases(text) is text
        assert split_phrases(text) is text
        assert phrases_in(text) == frozenset()


def test_carrying_finds_units_with_all_words_of_an_entry() -> None:
    units = ["new york", "york city", "new york city", "york", "don't know"]
    assert carrying(units, ["york"], "en") == {"new york", "york city", "new york city"}
    assert carrying(units, ["york new"], "en") == {"new york", "new york city"}
    assert carrying(units, ["city-new"], "en") == {"new york city"}
    assert carrying(units, ["", "...", "yo"], "en") == frozenset()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_count": 0}, "min_count is 0; at least 1"),
        ({"threshold": 0}, r"threshold is 0; a number in \(0, 1\)"),
        ({"threshold": 1.0}, r"threshold is 1.0; a number in \(0, 1\)"),
        ({"longest": 1}, "longest is 1; 2, 3 or 4"),
        ({"longest": 5}, "longest is 5; 2, 3 or 4"),
    ],
)
def test_settings_outside_their_range_are_refused(settings, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PhraseSettings(**settings)
