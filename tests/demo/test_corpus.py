"""Size, variety and determinism of the corpus; its alignments."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

import xling.demo
from xling.demo import (
    LANGUAGES,
    DemoPair,
    frames,
    generate_pairs,
    generate_sentences,
    gold_lexicon,
    hold_out_lexicon,
)
from xling.demo.gold import concepts
from xling.demo.lexicon import lexicon
from xling.errors import UnknownNameError

PAIRS = [("en", "de"), ("en", "es"), ("de", "es")]


def test_exports_are_sorted_and_exist() -> None:
    assert xling.demo.__all__ == sorted(xling.demo.__all__)
    assert all(hasattr(xling.demo, name) for name in xling.demo.__all__)


def test_full_corpus_is_distinct_and_no_frame_dominates() -> None:
    pairs = generate_pairs("de", "es", seed=0)
    assert len(pairs) == 30_000
    assert len({(pair.source, pair.target) for pair in pairs}) >= 0.99 * len(pairs)
    counts = Counter(pair.frame for pair in pairs)
    assert set(counts) == set(frames())
    assert len(counts) >= 40
    assert max(counts.values()) <= 0.05 * len(pairs)


def test_same_seed_same_corpus_and_other_seed_another() -> None:
    first = generate_pairs("en", "de", count=300, seed=1)
    assert first == generate_pairs("en", "de", count=300, seed=1)
    assert first != generate_pairs("en", "de", count=300, seed=2)
    assert first == generate_pairs("en", "de", count=400, seed=1)[:300]


def test_pairs_of_one_seed_share_their_sentences(
    corpus: Callable[[str, str], list[DemoPair]],
) -> None:
    english_german, english_spanish = corpus("en", "de"), corpus("en", "es")
    german_spanish = corpus("de", "es")
    assert [pair.source for pair in english_german] == [pair.source for pair in english_spanish]
    assert [pair.target for pair in english_german] == [pair.source for pair in german_spanish]
    assert [pair.target for pair in english_spanish] == [pair.target for pair in german_spanish]


def test_unmatched_text_has_derivations_of_its_own(
    text: Callable[[str], list[str]], corpus: Callable[[str, str], list[DemoPair]]
) -> None:
    texts = {name: generate_sentences(name, count=2_000, seed=5) for name in LANGUAGES}
    for name in LANGUAGES:
        assert texts[name] == generate_sentences(name, count=2_000, seed=5)
        assert len(set(texts[name]) & set(text(name)[:2_000])) < 100
    in_german = {pair.source: pair.target for pair in corpus("en", "de")}
    translated = {in_german[line] for line in texts["en"] if line in in_german}
    assert len(translated & set(texts["de"])) < 20


@pytest.mark.parametrize("source", [*LANGUAGES, "fr"])
def test_unknown_language_is_named(source: str) -> None:
    if source in LANGUAGES:
        assert len(generate_sentences(source, count=3)) == 3
        return
    with pytest.raises(UnknownNameError, match=r"unknown demo language 'fr'; known: de, en, es"):
        generate_sentences(source, count=3)
    with pytest.raises(UnknownNameError, match="'fr'"):
        generate_pairs("en", source)
    with pytest.raises(UnknownNameError, match="'fr'"):
        gold_lexicon(source, "de")
    with pytest.raises(UnknownNameError, match="'fr'"):
        hold_out_lexicon("de", source)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_tokens_spell_the_sentence(
    source: str, target: str, corpus: Callable[[str, str], list[DemoPair]]
) -> None:
    for pair in corpus(source, target):
        for words, sentence in [
            (pair.source_tokens, pair.source),
            (pair.target_tokens, pair.target),
        ]:
            assert "".join(words) == sentence.replace(" ", "")
            assert all(words)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_alignments_join_words_of_the_gold_lexicon(
    source: str, target: str, corpus: Callable[[str, str], list[DemoPair]]
) -> None:
    gold = {(one.lower(), other.lower()) for one, other in gold_lexicon(source, target)}
    source_words, target_words = {one for one, _ in gold}, {other for _, other in gold}
    prefixes = {verb.german.prefix for verb in lexicon().verbs.values()} - {""}
    checked = 0
    for pair in corpus(source, target):
        assert list(pair.alignment) == sorted(set(pair.alignment))
        for one, other in pair.alignment:
            word, match = pair.source_tokens[one].lower(), pair.target_tokens[other].lower()
            if word in source_words and match in target_words and not {word, match} & prefixes:
                assert (word, match) in gold, (word, match, pair)
                checked += 1
    assert checked > 8_000


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_content_word_is_aligned(
    source: str, target: str, corpus: Callable[[str, str], list[DemoPair]]
) -> None:
    content = {
        form.lower()
        for kind, _, cells in concepts()
        if kind in ("noun", "adjective")
        for cell in cells
        for form in cell[LANGUAGES.index(source)]
    }
    for pair in corpus(source, target):
        linked = {one for one, _ in pair.alignment}
        for position, word in enumerate(pair.source_tokens):
            assert word.lower() not in content or position in linked, (word, pair)


def test_alignment_of_a_swapped_pair_is_the_mirror_image(
    corpus: Callable[[str, str], list[DemoPair]],
) -> None:
    there, back = corpus("en", "de"), generate_pairs("de", "en", count=500, seed=5)
    for one, other in zip(there, back, strict=False):
        assert sorted((b, a) for a, b in one.alignment) == list(other.alignment)


def test_every_frame_is_said_and_no_english_word_twice_in_a_row(
    corpus: Callable[[str, str], list[DemoPair]],
) -> None:
    pairs = corpus("en", "es")
    assert {pair.frame for pair in pairs} == set(frames())
    for pair in pairs:
        assert pair.source_tokens[-1] == pair.target_tokens[-1]
        assert pair.source_tokens[-1] in (".", "?")
        assert all(one != other for one, other in pairwise(pair.source_tokens)), pair


def test_one_act_has_one_time(text: Callable[[str], list[str]]) -> None:
    times = ("yesterday", "tomorrow", "today", "every", "now", "recently", "soon", "daily")
    for sentence in text("en"):
        words = sentence.lower().rstrip(".?").replace(",", "").split()
        assert sum(word in times for word in words) <= 1, sentence
