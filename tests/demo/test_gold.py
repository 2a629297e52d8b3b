"""Gold lexica; the words that are held out."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from xling.demo import DemoPair, generate_sentences, gold_lexicon, hold_out_lexicon
from xling.demo.gold import hold_out_concepts
from xling.errors import InputError


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


def test_held_out_words_are_spread_and_cover_a_moderate_part(
    corpus: Callable[[str, str], list[DemoPair]],
) -> None:
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
    with pytest.raises(InputError, match="words=5000 asks for 2500 nouns"):
        hold_out_concepts(words=5_000)
