import numpy as np
import pytest

from xling.encoders.ppmi import PpmiSettings, associations
from xling.training.joint import JointRecipe, JointSettings, crossed_products
from xling.training.layers_features import context_features, ngram_lists, pair_groups, unit_rows

PPMI = PpmiSettings(passes=4)


def test_ngrams_are_those_that_two_words_share() -> None:
    found = ngram_lists(["Hut", "hüte", "hut", "x"], lengths=(2, 3))
    grams = ["<h", "hu", "ut", "t>", "<hu", "hut", "ut>"]  # of "<hut>"; only "<h" of "<hüte>"
    assert found.size == len(grams)
    first, second, third, fourth = (
        found.ids[found.offsets[i] : found.offsets[i + 1]].tolist() for i in range(4)
    )
    assert first == third == sorted(range(len(grams)))
    assert second == [first[0]]
    assert fourth == []


def test_an_ngram_that_stands_twice_in_a_word_counts_once() -> None:
    found = ngram_lists(["anan", "banan"], lengths=(2, 2))
    assert sorted(found.ids[found.offsets[0] : found.offsets[1]].tolist()) == [0, 1, 2]
    assert found.size == 3  # an, na, n>


def test_pairs_that_share_a_sentence_are_one_group() -> None:
    groups = pair_groups((np.array([0, 1, 0, 2, 3]), np.array([0, 1, 2, 1, 3])))
    assert groups[0] == groups[2]  # the source
    assert groups[1] == groups[3]  # the target
    assert len(set(groups.tolist())) == 3


def test_own_contexts_are_each_language_s_svd(toy_material) -> None:
    material = toy_material()
    made = context_features(material, 8, ppmi=PPMI, crossing=False)
    for side in (0, 1):
        u, s, _ = np.linalg.svd(associations(material.sentences[side], PPMI).toarray())
        expected = unit_rows(u[:, :8] * s[:8] ** PPMI.power)
        assert len(made[side]) == 1
        np.testing.assert_allclose(
            made[side][0] @ made[side][0].T, expected @ expected.T, atol=0.05
        )


def test_crossed_contexts_are_those_of_the_closed_form(toy_material) -> None:
    material = toy_material()
    made = context_features(material, 8, ppmi=PPMI, crossing=True, threshold=0.1)
    linked = JointRecipe(settings=JointSettings(ppmi=PPMI, threshold=0.1)).link(material, dim=8)
    for side in (0, 1):
        np.testing.assert_allclose(made[side][0], unit_rows(linked.spaces[side].vectors), atol=1e-5)


@pytest.mark.parametrize("crossing", [False, True])
def test_a_half_that_is_all_the_text_has_the_features_of_all_the_text(
    toy_material, crossing: bool
) -> None:
    material = toy_material()
    nothing = tuple(np.zeros(len(text), dtype=np.int64) for text in material.sentences)
    made = context_features(material, 6, ppmi=PPMI, crossing=crossing, halves=nothing)
    for whole, first, second in made:
        # As far as the basis spans the matrix: the leading directions agree.
        assert (whole * first).sum(axis=1).min() > 0.97
        assert not second.any()


@pytest.mark.parametrize("crossing", [False, True])
def test_halves_differ_and_resemble_the_whole(toy_material, crossing: bool) -> None:
    material = toy_material(pairs=3000)
    rng = np.random.default_rng(0)
    halves = tuple(rng.integers(0, 2, len(text)) for text in material.sentences)
    made = context_features(material, 10, ppmi=PPMI, crossing=crossing, halves=halves)
    for whole, first, second in made:
        np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
        assert not np.allclose(first, second, atol=0.05)
        own = (first * second).sum(axis=1).mean()
        others = (first * np.roll(second, 1, axis=0)).sum(axis=1).mean()
        assert own > others + 0.2
        assert (whole * first).sum(axis=1).mean() > own


def test_products_with_the_crossed_matrix_are_transposes(toy_material) -> None:
    material = toy_material()
    own = tuple(associations(text, PPMI) for text in material.sentences)
    forward, backward = crossed_products(own, material.table.symmetric(0.05))
    size = sum(len(words) for words in material.vocabularies)
    formed = forward(np.eye(size, dtype=np.float32))
    np.testing.assert_allclose(backward(np.eye(size, dtype=np.float32)), formed.T, atol=1e-4)


def test_zero_rows_stay_zero() -> None:
    found = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0]])
