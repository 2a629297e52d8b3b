from collections.abc import Callable

import numpy as np
import pytest

from xling.counting.sentences import equal_sentences
from xling.training.layers_draws import Sampler
from xling.training.layers_settings import LayersSettings


@pytest.fixture(scope="module")
def make(toy_material) -> Callable[..., Sampler]:
    """Give the function that makes a sampler over a toy material."""

    def made(**changes) -> Sampler:
        material = toy_material()
        keys = [equal_sentences(side.rows, side.offsets) for side in material.linked]
        settings = {"batch_sentences": 32, "batch_words": 24, "batch_contexts": 10} | changes
        return Sampler(
            sizes=tuple(len(words) for words in material.vocabularies),
            linked=material.linked,
            keys=(keys[0], keys[1]),
            learned=np.arange(100),
            words=(np.arange(2, 40), np.arange(40, 2, -1)),
            settings=LayersSettings(**settings),
        )

    return made


def test_sentences_are_those_learned_from_and_each_word_is_drawn_once(make) -> None:
    sampler = make()
    for seed in range(5):
        drawn = sampler.draw(np.random.default_rng(seed))["sentences"]
        for side, one in enumerate(drawn):
            assert len(one.tokens) == len(one.keys) == 32
            assert len(np.unique(one.rows)) == len(one.rows) == one.tokens.size
            known = {
                tuple(sampler.linked[side].select(np.array([pair])).rows.tolist())
                for pair in range(100)
            }
            for start, stop in zip(one.tokens.offsets, one.tokens.offsets[1:], strict=False):
                assert tuple(one.rows[one.tokens.rows[start:stop]].tolist()) in known


def test_words_are_linked_pairs_and_contexts_any_words(make) -> None:
    drawn = make().draw(np.random.default_rng(0))
    first, second = drawn["words"]
    assert len(first.rows) == 24
    np.testing.assert_array_equal(first.rows + second.rows, 42)
    assert [len(one.rows) for one in drawn["monolingual"]] == [10, 10]
    assert all(one.keys is None for one in drawn["monolingual"])


def test_views_that_belong_together_are_two_halves_or_all_text(make) -> None:
    for halves, allowed in ((0.0, {(0, 0)}), (1.0, {(1, 2), (2, 1)})):
        drawn = make(halves=halves).draw(np.random.default_rng(0))
        first, second = drawn["words"]
        assert set(zip(first.views.tolist(), second.views.tolist(), strict=True)) == allowed
        one, other = (set(side.views.tolist()) for side in drawn["sentences"])
        assert {(a, b) for a in one for b in other} <= allowed
        for side in drawn["monolingual"]:
            assert set(zip(side.views.tolist(), side.others.tolist(), strict=True)) <= allowed


def test_parts_that_are_off_draw_nothing_and_the_seed_decides(make) -> None:
    sampler = make(sentence_weight=0.0, cycle_weight=1.0)
    assert [*sampler.draw(np.random.default_rng(0))] == ["words", "monolingual", "cycle"]
    rows = [
        sampler.draw(np.random.default_rng(seed))["words"][0].rows.tolist() for seed in (0, 0, 1)
    ]
    assert rows[0] == rows[1] != rows[2]


def test_contexts_are_kept_where_there_are_no_ngrams(make) -> None:
    drawn = make(ngrams=False, drop_contexts=0.5).draw(np.random.default_rng(0))
    assert all(side.kept.all() for pair in drawn.values() for side in pair)
    dropped = make(drop_contexts=0.5).draw(np.random.default_rng(0))
    assert not all(side.kept.all() for pair in dropped.values() for side in pair)
