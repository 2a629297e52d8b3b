import numpy as np
import pytest

from xling.errors import InputError, ShapeError
from xling.linalg.sif import (
    common_components,
    inverse_frequency,
    weighted_means,
    without_components,
)


def rows(*shape: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal(shape)
    made.flags.writeable = False
    return made


def test_means_by_hand() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 2.0], [4.0, 4.0]])
    found = weighted_means(
        vectors, np.array([0, 1, 1, 2]), np.array([0, 2, 2, 4]), np.array([1.0, 0.5, 0.25])
    )
    # Half of [1, 0] and of half [0, 2]; nothing; half of half [0, 2] and of a quarter [4, 4].
    assert found.tolist() == [[0.5, 0.5], [0.0, 0.0], [0.5, 1.0]]


def test_a_word_that_stands_twice_counts_twice() -> None:
    vectors = rows(3, 4)
    found = weighted_means(vectors, np.array([1, 1, 0]), np.array([0, 3]), np.ones(3))
    np.testing.assert_allclose(found[0], (2 * vectors[1] + vectors[0]) / 3)


def test_frequent_words_count_less() -> None:
    counts = np.array([1000, 10, 0])
    found = inverse_frequency(counts, 1e-3)
    np.testing.assert_allclose(found, 1e-3 / (1e-3 + counts / 1010), rtol=1e-6)
    assert (np.diff(found) > 0).all()
    assert inverse_frequency(np.zeros(2, dtype=np.int64), 1e-3).tolist() == [1, 1]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_components_are_those_of_the_svd(count: int) -> None:
    given = rows(30, 5) + 2
    found = common_components(given, count)
    expected = np.linalg.svd(given, full_matrices=False)[2][:count]
    np.testing.assert_allclose(np.abs(np.sum(found * expected, axis=1)), 1, atol=1e-9)
    left = without_components(given, found)
    np.testing.assert_allclose(left @ found.T, 0, atol=1e-9)
    half = without_components(given, found, kept=0.5)
    np.testing.assert_allclose(half, (given + left) / 2, atol=1e-9)
    np.testing.assert_allclose(left, given - given @ expected.T @ expected, atol=1e-9)


def test_what_all_sentences_share_is_gone() -> None:
    own = rows(200, 6)
    common = 5 * np.eye(6)[2]
    found = without_components(own + common, common_components(own + common, 1))
    assert np.abs(found.mean(axis=0)).max() < 0.3
    assert np.abs((own + common).mean(axis=0)).max() > 4


def test_refusals() -> None:
    with pytest.raises(ShapeError, match=r"weights of shape \(2,\) for 3 words"):
        weighted_means(rows(3, 2), np.array([0]), np.array([0, 1]), np.ones(2))
    with pytest.raises(InputError, match=r"the scale is 0\.0"):
        inverse_frequency(np.ones(2), 0.0)
