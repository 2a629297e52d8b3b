"""No sentence of a test set, and none of a held-out pair, is learned from."""

import dataclasses

import pytest

from xling.data.text import fold, same_words
from xling.errors import DegenerateInputError
from xling.students.pairs import hold_out_pairs, sample_pairs, without_sentences


def test_test_sentences_go_from_either_side(corpus):
    first, last = corpus.source[0], corpus.target[-1]
    left, removed = without_sentences(
        corpus, [first.upper().replace(".", "! "), last, "unheard of"]
    )
    assert removed == 2
    assert len(left) == len(corpus) - 2
    assert first not in left.source
    assert last not in left.target
    with pytest.raises(DegenerateInputError, match="all 192 pairs hold a sentence"):
        without_sentences(corpus, corpus.source)


def test_held_out_pairs_share_no_sentence(corpus):
    learned, held = hold_out_pairs(corpus, 500, seed=1)
    assert len(held) == 19
    for one, other in ((learned.source, held.source), (learned.target, held.target)):
        assert not set(map(fold, one)) & set(map(fold, other))
    assert len(learned) == 192 - 19
    assert hold_out_pairs(corpus, 500, seed=1)[1] == held
    assert hold_out_pairs(corpus, 0)[1] is None


def test_held_out_sentences_are_learned_in_no_other_punctuation(corpus):
    twice = dataclasses.replace(
        corpus,
        source=corpus.source + tuple(f" {one[:-1]}, yes" for one in corpus.source),
        target=corpus.target + tuple(f"\u201e{one[:-1]}!\u201c" for one in corpus.target),
    )
    learned, held = hold_out_pairs(twice, 20)
    words = [{same_words(one) for one in part.target} for part in (learned, held)]
    assert len(words[1]) == len(held) == 20
    assert not words[0] & words[1]
    assert len(learned) == 2 * 192 - 40


def test_a_sample_of_pairs_keeps_their_order(corpus):
    assert sample_pairs(corpus, 0) is corpus
    assert sample_pairs(corpus, len(corpus)) is corpus
    some = sample_pairs(corpus, 20, seed=1)
    places = [
        list(zip(corpus.source, corpus.target, strict=True)).index(pair)
        for pair in zip(some.source, some.target, strict=True)
    ]
    assert len(places) == 20
    assert places == sorted(places)
    assert sample_pairs(corpus, 20, seed=2).source != some.source
