"""Size, variety and determinism of the corpus; alignments; agreement checked from outside."""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import combinations

import pytest

import xling.demo
from xling.demo import (
    LANGUAGES,
    DemoPair,
    UnknownLanguageError,
    frames,
    generate_pairs,
    generate_sentences,
    gold_lexicon,
    hold_out_lexicon,
)
from xling.demo.gold import concepts, hold_out_concepts
from xling.demo.lexicon import lexicon

PAIRS = [("en", "de"), ("en", "es"), ("de", "es")]
NOUN_GENDER = {
    form: article
    for line in (files("xling.demo") / "tables" / "nouns.tsv").read_text("utf-8").splitlines()[1:]
    for article, form in [line.split("\t")[2].split("/")[0].split(" ")]
}


@cache
def corpus(source: str, target: str, count: int = 4_000) -> list[DemoPair]:
    return generate_pairs(source, target, count=count, seed=5)


def text(language: str) -> list[str]:
    source, target = ("en", language) if language != "en" else ("en", "de")
    pairs = corpus(source, target)
    return [pair.source if language == "en" else pair.target for pair in pairs]


def test_exports_are_sorted_and_exist() -> None:
    assert xling.demo.__all__ == sorted(xling.demo.__all__)
    assert all(hasattr(xling.demo, name) for name in xling.demo.__all__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lexicon_is_large_enough(language: str) -> None:
    column = LANGUAGES.index(language)
    lemmas = {
        kind: {cells[0][column][0] for category, _, cells in concepts() if category == kind}
        for kind in ("noun", "verb", "adjective", "adverb")
    }
    sizes = {kind: len(words) for kind, words in lemmas.items()}
    assert len(set().union(*lemmas.values())) >= 450
    assert sizes["noun"] >= 250
    assert sizes["verb"] >= 90
    assert sizes["adjective"] >= 80
    assert sizes["adverb"] >= 30


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


def test_pairs_of_one_seed_share_their_sentences() -> None:
    english_german, english_spanish = corpus("en", "de"), corpus("en", "es")
    german_spanish = corpus("de", "es")
    assert [pair.source for pair in english_german] == [pair.source for pair in english_spanish]
    assert [pair.target for pair in english_german] == [pair.source for pair in german_spanish]
    assert [pair.target for pair in english_spanish] == [pair.target for pair in german_spanish]


def test_unmatched_text_has_derivations_of_its_own() -> None:
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
    with pytest.raises(UnknownLanguageError, match=r"'fr'.*en, de, es"):
        generate_sentences(source, count=3)
    with pytest.raises(UnknownLanguageError, match="'fr'"):
        generate_pairs("en", source)
    with pytest.raises(UnknownLanguageError, match="'fr'"):
        gold_lexicon(source, "de")
    with pytest.raises(UnknownLanguageError, match="'fr'"):
        hold_out_lexicon("de", source)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_tokens_spell_the_sentence(source: str, target: str) -> None:
    for pair in corpus(source, target):
        for words, sentence in [
            (pair.source_tokens, pair.source),
            (pair.target_tokens, pair.target),
        ]:
            assert "".join(words) == sentence.replace(" ", "")
            assert all(words)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_alignments_join_words_of_the_gold_lexicon(source: str, target: str) -> None:
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
def test_every_content_word_is_aligned(source: str, target: str) -> None:
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


def test_alignment_of_a_swapped_pair_is_the_mirror_image() -> None:
    there, back = corpus("en", "de"), generate_pairs("de", "en", count=500, seed=5)
    for one, other in zip(there, back, strict=False):
        assert sorted((b, a) for a, b in one.alignment) == list(other.alignment)


def test_english_articles_fit_the_next_word() -> None:
    plurals = {noun.english[1] for noun in lexicon().nouns.values() if noun.countable}
    singulars = {noun.english[0] for noun in lexicon().nouns.values()}
    for sentence in text("en"):
        for article, word in re.findall(r"\b([Aa]n?) (\w+)", sentence):
            vowel = word[0] in "aeiou"
            vowel ^= word in {"honest", "useful", "university"}
            assert (article.lower() == "an") == vowel, sentence
            assert word not in plurals - singulars, sentence


def test_english_verbs_agree_after_a_singular_or_plural_subject() -> None:
    for sentence in text("en"):
        assert not re.search(r"\b(I|we|they|We|They) (is|has|does|was not is)\b", sentence)
        assert not re.search(r"\b([Hh]e|[Ss]he|[Ii]t) (are|have|do|am|were)\b", sentence), sentence
        assert not re.search(r"\b(did|does|do) (not )?\w+ed\b(?<!need)(?<!feed)", sentence), (
            sentence
        )


def test_german_articles_agree_with_the_gender_of_the_noun() -> None:
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


def test_german_subordinate_clauses_end_in_their_verb() -> None:
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


def test_german_subordinate_clauses_and_only_they_follow_a_comma() -> None:
    for sentence in text("de"):
        assert not re.search(r"[^,] (weil|obwohl|dass)\b", sentence), sentence
        assert not re.search(r",[,.?]|, *$", sentence), sentence
        assert not re.search(r"\b(in|an) dem\b(?! \w+ \w+ \w+,)|\bzu de[mr]\b", sentence), sentence


def test_spanish_contractions_and_marks() -> None:
    for sentence in text("es"):
        assert not re.search(r"\b(a|de) el\b", sentence), sentence
        assert sentence.count("¿") == sentence.count("?") <= 1
        assert sentence.startswith("¿") == sentence.endswith("?")
        assert not re.search(r"\b(y i|y hi|la agua|la águila|la hacha)", sentence.lower()), sentence


def test_spanish_articles_agree_with_the_noun() -> None:
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


def test_gold_lexicon_has_lemmas_and_forms() -> None:
    lemmas, forms = gold_lexicon("en", "de", forms=False), gold_lexicon("en", "de")
    assert ("dog", "Hund") in lemmas
    assert ("dogs", "Hunde") not in lemmas
    assert {
        ("dogs", "Hunde"),
        ("dogs", "Hunden"),
        ("older", "älter"),
        ("wrote", "schrieben"),
    } <= set(forms)
    assert set(lemmas) <= set(forms)
    assert ("dogs", "perros") in gold_lexicon("en", "es")
    assert sorted((b, a) for a, b in gold_lexicon("de", "en")) == forms


def test_held_out_words_are_spread_and_cover_a_moderate_part() -> None:
    chosen = hold_out_concepts(words=60, seed=0)
    assert Counter(kind for kind, _ in chosen) == {"noun": 30, "verb": 15, "adjective": 15}
    assert chosen != hold_out_concepts(words=60, seed=1)
    pairs = hold_out_lexicon("en", "de", seed=0)
    assert set(pairs) <= set(gold_lexicon("en", "de"))
    sources, targets = {one for one, _ in pairs}, {other for _, other in pairs}
    held_source = held_target = 0
    for pair in corpus("en", "de"):
        held_source += any(word.lower() in sources for word in pair.source_tokens)
        held_target += any(
            word in targets or word.lower() in targets for word in pair.target_tokens
        )
    assert 0.1 < held_source / 4_000 < 0.45
    assert 0.1 < held_target / 4_000 < 0.45


def test_held_out_words_occur_in_unmatched_text() -> None:
    sentences = generate_sentences("es", count=15_000)
    words = {word for sentence in sentences for word in re.findall(r"\w+", sentence)}
    by_source: dict[str, set[str]] = {}
    for one, other in hold_out_lexicon("en", "es", seed=0):
        by_source.setdefault(one, set()).add(other)
    found = sum(bool(forms & words) for forms in by_source.values())
    assert found / len(by_source) > 0.8


def test_too_many_held_out_words_are_refused() -> None:
    with pytest.raises(ValueError, match="words=5000 asks for 2500 nouns"):
        hold_out_concepts(words=5_000)
