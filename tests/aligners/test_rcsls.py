import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.rcsls import RcslsAligner, RcslsSettings
from xling.data.vocabulary import Vocabulary
from xling.errors import ConfigError
from xling.linalg.procrustes import orthogonal_map


def fitted(world, **settings):
    made = RcslsAligner(settings=RcslsSettings(**settings))
    return made.fit(world.source, world.target, world.lexicon, seed=1)


@pytest.fixture(scope="module")
def noisy(make_rotated_world):
    """Give a world that no rotation links: the target's axes are stretched."""
    world = make_rotated_world(words=300, dim=10, noise=0.1)
    vectors = np.asarray(world.target.vectors * np.geomspace(0.3, 2, 10), np.float32)
    return dataclasses.replace(world, target=dataclasses.replace(world.target, vectors=vectors))


def mean_csls(found, world, k: int) -> float:
    """Give the mean relaxed CSLS of the lexicon's pairs, from all inner products."""
    x = found.source_mapping.normalization.apply(world.source.vectors).astype(float)
    y = found.target_mapping.apply(world.target.vectors).astype(float)
    products = x @ found.source_mapping.matrix.astype(float) @ y.T
    ahead, back = (np.sort(products, axis=axis) for axis in (1, 0))
    scores = 2 * products - ahead[:, -k:].mean(axis=1)[:, None] - back[-k:].mean(axis=0)
    return float(np.mean(scores[world.order, np.arange(len(y))]))


@pytest.mark.parametrize("constraint", ["none", "spectral", "orthogonal"])
def test_the_objective_rises_from_that_of_the_rotation(noisy, constraint: str) -> None:
    found = fitted(noisy, constraint=constraint, words=0, held_out=0.0, rounds=8, step=0.2)
    assert len(found.history) == 9
    assert (np.diff(found.history) >= 0).all()
    assert found.history[-1] > found.history[0]
    assert found.history[-1] == pytest.approx(mean_csls(found, noisy, 10), abs=1e-4)
    start = fitted(noisy, words=0, held_out=0.0, rounds=1, step=1e-9)
    assert found.history[0] == pytest.approx(mean_csls(start, noisy, 10), abs=1e-4)


def test_the_map_keeps_to_its_constraint(noisy) -> None:
    values = {
        name: np.linalg.svd(
            fitted(
                noisy, constraint=name, words=0, held_out=0.0, rounds=5, step=2.0
            ).source_mapping.matrix,
            compute_uv=False,
        )
        for name in ("none", "spectral", "orthogonal")
    }
    assert values["none"].max() > 1.01
    assert values["spectral"].max() < 1 + 1e-5
    np.testing.assert_allclose(values["orthogonal"], 1, atol=1e-5)


def test_a_step_that_is_too_long_is_halved(noisy) -> None:
    found = fitted(noisy, words=0, held_out=0.0, rounds=50, step=1e4, constraint="orthogonal")
    assert (np.diff(found.history) >= 0).all()
    assert found.stop_reason is StopReason.CONVERGED
    assert len(found.history) < 51


def test_the_number_of_rounds_is_judged_on_pairs_held_out(noisy) -> None:
    found = fitted(noisy, words=0, rounds=40, step=2.0)
    rounds = int(found.checks["rounds"])
    assert 0 < rounds < 40
    assert len(found.history) == rounds + 1
    assert found.checks["held_out_best"] >= found.checks["held_out_start"]
    again = fitted(noisy, words=0, rounds=rounds, step=2.0, held_out=0.0)
    np.testing.assert_array_equal(found.source_mapping.matrix, again.source_mapping.matrix)


def test_the_order_of_words_and_pairs_plays_no_part(noisy) -> None:
    first = fitted(noisy, step=2.0)
    random = np.random.default_rng(7)

    def reordered(space):
        order = random.permutation(len(space))
        words = Vocabulary(words=tuple(space.words[i] for i in order))
        return dataclasses.replace(space, vocabulary=words, vectors=space.vectors[order])

    pairs = tuple(noisy.lexicon.pairs[i] for i in random.permutation(300))
    other = dataclasses.replace(
        noisy,
        source=reordered(noisy.source),
        target=reordered(noisy.target),
        lexicon=dataclasses.replace(noisy.lexicon, pairs=pairs),
    )
    again = fitted(other, step=2.0)
    assert again.checks == pytest.approx(first.checks, rel=1e-4)
    a, b = first.source_mapping, again.source_mapping
    np.testing.assert_allclose(a.matrix, b.matrix, atol=1e-4)


def test_without_noise_the_rotation_stays_within_reach(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=10, noise=0.0)
    found = fitted(world)
    x = found.source_mapping.apply(world.source.vectors)[world.order]
    y = found.target_mapping.apply(world.target.vectors)
    cosines = np.sum(x * y, axis=1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)
    assert cosines.min() > 0.99


def test_too_few_words_are_not_held_out(rotated_world) -> None:
    found = fitted(rotated_world, rounds=3, step=0.1)
    assert "held_out_best" not in found.checks
    assert found.checks["rounds"] == 3
    assert found.stop_reason is StopReason.MAX_ROUNDS


def test_further_pairs_are_sought_among_frequent_words(noisy) -> None:
    few = dataclasses.replace(
        noisy, lexicon=dataclasses.replace(noisy.lexicon, pairs=noisy.lexicon.pairs[:30])
    )
    bare, more = (fitted(few, words=words, rounds=1) for words in (0, 100))
    assert bare.pairs_used == 30 < more.pairs_used <= 130
    assert more.checks["lexicon_pairs"] == 30


def test_neighbours_are_sought_among_frequent_words(noisy) -> None:
    found = fitted(noisy, words=0, held_out=0.0, rounds=1, step=1e-9, frequent=5)
    x = found.source_mapping.normalization.apply(noisy.source.vectors).astype(float)
    y = found.target_mapping.apply(noisy.target.vectors).astype(float)
    rotation = orthogonal_map(x[noisy.order], y)
    products = x @ rotation @ y.T
    expected = (
        2 * products[noisy.order, np.arange(300)]
        - products[noisy.order][:, :5].mean(axis=1)
        - products[:5].mean(axis=0)
    )
    assert found.history[0] == pytest.approx(expected.mean(), abs=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"constraint": "convex"}, "constraint is 'convex'; known: none, spectral, orthogonal"),
        ({"neighbors": 0}, "neighbors is 0; at least 1"),
        ({"frequent": 0}, "frequent is 0; at least 1"),
        ({"rounds": 0}, "rounds is 0; at least 1"),
        ({"words": -1}, "words is -1; 0 or more"),
        ({"step": 0.0}, r"step is 0\.0; a number above 0"),
        ({"held_out": 0.6}, r"held_out is 0\.6; 0 to 0\.5"),
    ],
)
def test_settings_refusals(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        RcslsSettings(**settings)
