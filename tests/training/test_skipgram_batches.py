import numpy as np
import pytest

from xling.training.skipgram_batches import Draws, Slice, arrange, slices
from xling.training.skipgram_pairs import Predictions


def test_a_slice_is_arranged_by_its_distinct_words() -> None:
    part = Slice(
        centers=np.array([7, 2, 7, 7], np.int32),
        contexts=np.array([1, 9, 9, 1], np.int32),
        weights=np.array([1, 2, 3, 0.5], np.float32),
        negatives=np.array([4, 1, 8, 8]),
    )
    batch = arrange(part, 10, 5)
    assert batch.inputs.tolist() == [2, 7]
    assert batch.outputs.tolist() == [1, 4, 8, 9]
    assert batch.first.tolist() == [0, 1, 1, 1]
    assert batch.second.tolist() == [3, 0, 3, 0]
    assert batch.weights.tolist() == [2, 1, 3, 0.5]
    assert batch.starts.tolist() == [0, 1]
    assert batch.order.tolist() == [1, 3, 0, 2]
    assert batch.column_starts.tolist() == [0, 2, 2, 2]
    assert batch.drawn.tolist() == [1, 0, 2, 2]
    assert batch.against.tolist() == [[0, 2], [1.5, 3]]
    assert batch.weights.dtype == batch.against.dtype == np.float32


@pytest.mark.parametrize("size", [300, 200_000])  # sorted by radix, and otherwise
def test_every_example_is_kept(size: int) -> None:
    random = np.random.default_rng(0)
    part = Slice(
        centers=random.integers(0, size, 70_000).astype(np.int32),
        contexts=random.integers(0, size, 70_000).astype(np.int32),
        weights=random.random(70_000, dtype=np.float32),
        negatives=random.integers(0, size, 8),
    )
    batch = arrange(part, size, size // 2)
    found = zip(batch.inputs[batch.first], batch.outputs[batch.second], batch.weights, strict=True)
    given = zip(part.centers, part.contexts, part.weights, strict=True)
    assert sorted(found) == sorted(given)
    assert (np.diff(batch.first) >= 0).all()
    assert (np.diff(batch.second[batch.order]) >= 0).all()


def test_words_are_drawn_by_a_power_of_their_counts() -> None:
    counts = np.array([16, 1, 0, 81, 1])
    found = Draws(counts, 3, 0.5)(np.random.default_rng(0), 50, 400)
    assert found.shape == (50, 800)
    assert (found[:, :400] < 3).all()
    assert (found[:, 400:] >= 3).all()
    share = np.bincount(found.ravel(), minlength=5) / 20_000
    np.testing.assert_allclose(share, [0.8, 0.2, 0, 0.9, 0.1], atol=0.01)


def test_examples_are_cut_by_tokens() -> None:
    found = Predictions(
        centers=np.array([3, 1, 4, 1, 5], np.int32),
        ends=np.array([0, 2, 2, 2, 3, 5]),
        contexts=np.array([10, 11, 12, 13, 14], np.int32),
        kinds=np.array([0, 1, 2, 0, 1], np.int8),
        done=1.0,
    )
    weights = np.array([1, 0.5, 3], np.float32)
    draws = Draws(np.ones(20, np.int64), 10, 0.75)
    rng = np.random.default_rng(0)
    parts = list(slices(found, weights, draws, rng, tokens=2, each=3))
    # Tokens 2 and 3 make the second slice; all five examples are there, in order.
    assert [part.centers.tolist() for part in parts] == [[3, 3], [1], [5, 5]]
    assert [part.contexts.tolist() for part in parts] == [[10, 11], [12], [13, 14]]
    assert [part.weights.tolist() for part in parts] == [[1, 0.5], [3], [1, 0.5]]
    assert all(len(part.negatives) == 6 for part in parts)
    assert parts[0].negatives.tolist() != parts[1].negatives.tolist()


@pytest.mark.parametrize("exponent", [0.0, 1.0])
def test_a_language_without_counts_can_be_drawn_from(exponent: float) -> None:
    found = Draws(np.array([0, 0, 2]), 2, exponent)(np.random.default_rng(0), 1, 3)
    assert found[0, 3:].tolist() == [2, 2, 2]
    assert (found[0, :3] < 2).all()
