import dataclasses

import numpy as np
import pytest

from xling.aligners.mutual import Mutual, extended, frequent_rows, mutual_neighbors
from xling.aligners.pairs import paired_rows
from xling.data.space import EmbeddingSpace

STEPS = ("unit", "centre", "unit")


def prepared(world):
    return paired_rows("test", world.source, world.target, world.lexicon, STEPS)


def test_mutual_neighbors_are_those_of_the_whole_csls_matrix() -> None:
    random = np.random.default_rng(0)
    x, y = (random.standard_normal((n, 6)).astype(np.float32) for n in (50, 40))
    a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
    cosines = a @ b.T
    ahead, back = (np.sort(cosines, axis=axis) for axis in (1, 0))
    csls = 2 * cosines - ahead[:, -3:].mean(axis=1)[:, None] - back[-3:].mean(axis=0)
    expected = [(i, int(j)) for i, j in enumerate(csls.argmax(axis=1)) if csls[:, j].argmax() == i]
    found = mutual_neighbors(x, y, k=3)
    assert list(zip(*(place.tolist() for place in found.places), strict=True)) == expected
    values = [csls[i, j] for i, j in expected]
    assert found.criterion == pytest.approx(np.mean(values) * len(expected) / 40, abs=1e-5)


def test_frequent_rows_are_known_and_normalised(rotated_world) -> None:
    world = rotated_world
    vectors = world.source.vectors.copy()
    vectors[3] = 0
    source = EmbeddingSpace(
        language="en",
        vocabulary=world.source.vocabulary,
        vectors=vectors,
        empty_words=frozenset({world.source.words[3]}),
    )
    pairs = prepared(dataclasses.replace(world, source=source))
    found = frequent_rows(pairs, 10)
    assert found.numbers[0].tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert found.numbers[1].tolist() == list(range(10))
    np.testing.assert_allclose(np.linalg.norm(found.x, axis=1), 1, atol=1e-6)
    expected = pairs.normalizations[1].apply(world.target.vectors[:10])
    np.testing.assert_array_equal(found.y, expected)


def test_found_pairs_stand_beside_the_lexicon_once(rotated_world) -> None:
    world = rotated_world
    few = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:3])
    pairs = prepared(dataclasses.replace(world, lexicon=few))
    frequent = frequent_rows(pairs, 60)
    concepts = np.argsort(world.order)
    found = Mutual(places=(np.array([2, 7]), concepts[[2, 7]]), criterion=0.0)
    both = extended(pairs, frequent, found)
    assert both.rows[0].tolist() == [0, 1, 2, 7]
    assert both.rows[1].tolist() == concepts[[0, 1, 2, 7]].tolist()
    np.testing.assert_allclose(both.x[3], frequent.x[7])
    np.testing.assert_allclose(both.y[3], frequent.y[concepts[7]])
    assert both.weights.tolist() == [1, 1, 1, 1]
    alone = extended(pairs, frequent, found, keep=False)
    assert alone.rows[0].tolist() == [2, 7]
    nothing = Mutual(places=(np.array([], int), np.array([], int)), criterion=0.0)
    assert extended(pairs, frequent, nothing, keep=False).rows[0].tolist() == [0, 1, 2]
