import numpy as np
import pytest
import torch

from xling.counting.sentences import RowSentences
from xling.training.layers_batches import (
    WordInputs,
    distinct_words,
    dropped_groups,
    embed_sentences,
    embed_words,
    rarity_weights,
    sentence_means,
)
from xling.training.layers_features import NgramLists
from xling.training.layers_network import InputLayer, SharedLayers, TwoSpaces

NGRAMS = NgramLists(ids=np.array([0, 1, 1]), offsets=np.array([0, 2, 2, 3]), size=2)


@pytest.fixture
def world() -> tuple[TwoSpaces, tuple[WordInputs, WordInputs]]:
    """Three words a language, in two views; word 1 has no n-gram."""
    rng = np.random.default_rng(0)
    turns = [np.linalg.qr(rng.standard_normal((4, 4)))[0].astype(np.float32) for _ in range(2)]
    layers = InputLayer(turns[0], 2, 3, rng), InputLayer(turns[1], 2, 3, rng)
    network = TwoSpaces(layers, SharedLayers(1, 4, 5, rng), (turns[0].T, turns[1].T))
    with torch.no_grad():
        for layer in layers:
            layer.ngrams.mul_(100)
    views = rng.standard_normal((2, 2, 3, 4)).astype(np.float32)
    weights = torch.tensor([1.0, 0.5, 0.25])
    sides = [
        WordInputs(views=torch.from_numpy(view), ngrams=NGRAMS, weights=weights) for view in views
    ]
    return network, (sides[0], sides[1])


def test_words_are_read_in_any_order_with_their_own_ngrams(world) -> None:
    network, inputs = world
    whole = embed_words(network, inputs, 0, np.arange(3))
    mine = inputs[0].views[0]
    alone = network(0, mine[:1], torch.tensor([0, 1]), torch.tensor([0]), torch.ones(1, 2))
    torch.testing.assert_close(whole[:1], alone)
    torch.testing.assert_close(embed_words(network, inputs, 0, np.array([2, 0])), whole[[2, 0]])
    assert not torch.allclose(embed_words(network, inputs, 1, np.arange(3)), whole, atol=0.1)


def test_each_word_is_read_from_its_view_and_groups(world) -> None:
    network, inputs = world
    whole = embed_words(network, inputs, 0, np.arange(3))
    other = embed_words(network, inputs, 0, np.arange(3), views=np.array([0, 1, 0]))
    torch.testing.assert_close(other[[0, 2]], whole[[0, 2]])
    assert not torch.allclose(other[1], whole[1], atol=1e-3)
    kept = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    dropped = embed_words(network, inputs, 0, np.arange(3), kept=kept)
    torch.testing.assert_close(dropped[1], whole[1])  # it has no n-grams to drop
    assert not torch.allclose(dropped[0], whole[0], atol=1e-3)
    assert not torch.allclose(dropped[2], whole[2], atol=1e-3)


def test_a_sentence_is_the_weighted_mean_of_its_words(world) -> None:
    network, inputs = world
    given = RowSentences(rows=np.array([2, 0, 0, 1]), offsets=np.array([0, 3, 3, 4]), size=3)
    words = embed_words(network, inputs, 0, np.arange(3))
    expected = torch.nn.functional.normalize(0.25 * words[2] + 2 * words[0], dim=0)
    found = embed_sentences(network, inputs, 0, given)
    torch.testing.assert_close(found[0], expected)
    assert not found[1].any()
    torch.testing.assert_close(found[2], words[1])
    empty = RowSentences(rows=np.array([], dtype=np.int32), offsets=np.array([0, 0]), size=3)
    assert not embed_sentences(network, inputs, 0, empty).any()


def test_sentences_are_written_over_their_distinct_words() -> None:
    given = RowSentences(rows=np.array([7, 2, 2, 5]), offsets=np.array([0, 3, 3, 4]), size=9)
    rows, tokens = distinct_words(given)
    assert rows.tolist() == [2, 5, 7]
    assert rows[tokens.rows].tolist() == given.rows.tolist()
    assert tokens.offsets.tolist() == given.offsets.tolist()
    assert tokens.size == 3


def test_a_weighted_mean_by_hand() -> None:
    words = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    tokens = RowSentences(rows=np.array([0, 1, 1]), offsets=np.array([0, 3, 3]), size=2)
    found = sentence_means(words, torch.tensor([3.0, 1.0]), tokens)
    torch.testing.assert_close(found, torch.tensor([[0.6, 0.8], [0.0, 0.0]]))


def test_groups_are_dropped_as_often_as_asked_and_never_both() -> None:
    kept = dropped_groups(20_000, (0.3, 0.1), np.random.default_rng(0))
    assert 1 - kept.mean(axis=0) == pytest.approx([0.3, 0.1], abs=0.01)
    assert kept.sum(axis=1).min() == 1
    assert dropped_groups(5, (0, 0), np.random.default_rng(0)).all()


def test_rare_words_weigh_more() -> None:
    given = RowSentences(rows=np.array([0, 0, 0, 1]), offsets=np.array([0, 4]), size=3)
    np.testing.assert_allclose(
        rarity_weights(given, 0.25), [0.25 / (0.25 + 0.75), 0.25 / (0.25 + 0.25), 1]
    )
