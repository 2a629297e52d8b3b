import numpy as np
import pytest
import torch

from xling.aligners.mapping_vectors import WordVectors
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.mapping.linear import fit_normalization

STEPS = [("unit", "centre", "unit"), ("centre",), ("unit",), ()]


@pytest.fixture
def space() -> EmbeddingSpace:
    """Give 30 words, nothing being known of one."""
    vectors = np.random.default_rng(5).normal(0.3, 1, (30, 6)).astype(np.float32)
    vectors[7] = 0
    words = tuple(f"word{i}" for i in range(30))
    return EmbeddingSpace(
        language="en",
        vocabulary=Vocabulary(words=words),
        vectors=vectors,
        empty_words=frozenset({"word7"}),
    )


@pytest.mark.parametrize("tuned", [False, True])
@pytest.mark.parametrize("steps", STEPS)
def test_at_the_start_they_are_the_normalised_vectors(space, steps, tuned) -> None:
    before = fit_normalization(space.vectors, steps)
    made = WordVectors(space, before, tuned=tuned)
    words = np.array([3, 7, 3, 29])
    expected = before.apply(space.vectors)[words]
    np.testing.assert_allclose(made(words).detach().numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("steps", STEPS)
def test_moved_vectors_are_given_as_the_map_will_see_them(space, steps) -> None:
    before = fit_normalization(space.vectors, steps)
    made = WordVectors(space, before, tuned=True)
    with torch.no_grad():
        made.shift += torch.from_numpy(np.random.default_rng(0).normal(0, 0.3, (30, 6)))
    moved = made.moved()
    shown = made(np.arange(30)).detach().numpy()
    np.testing.assert_allclose(before.apply(moved.vectors), shown, atol=1e-6)
    assert np.abs(shown - before.apply(space.vectors)).max() > 0.1
    assert not moved.vectors[7].any()


def test_only_some_words_may_move(space) -> None:
    before = fit_normalization(space.vectors)
    some = np.array([2, 7, 29])
    made = WordVectors(space, before, tuned=True, words=some)
    with torch.no_grad():
        made.shift += 0.5
    shown = made(np.array([29, 2])).detach().numpy()
    moved = made.moved().vectors
    np.testing.assert_allclose(before.apply(moved)[[29, 2]], shown, atol=1e-6)
    assert (made.rows.shape, made.shift.shape) == ((3, 6), (3, 6))
    others = np.setdiff1d(np.arange(30), some)
    np.testing.assert_array_equal(moved[others], space.vectors[others])


def test_gradients_reach_the_words_that_were_asked_for(space) -> None:
    made = WordVectors(space, fit_normalization(space.vectors), tuned=True)
    made(np.array([2, 5])).sum().backward()
    reached = made.shift.grad.coalesce().indices().numpy().ravel()
    np.testing.assert_array_equal(reached, [2, 5])


def test_frozen_vectors_have_nothing_to_learn(space) -> None:
    made = WordVectors(space, fit_normalization(space.vectors), tuned=False)
    assert not list(made.parameters())
    assert made.moved() is space
    assert not [value for value in vars(made).values() if isinstance(value, torch.Tensor)]
