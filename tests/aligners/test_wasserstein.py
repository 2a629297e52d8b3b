import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason, Supervision, Verdict
from xling.aligners.wasserstein import WassersteinAligner, WassersteinSettings
from xling.data.lexicon import Lexicon
from xling.errors import ConfigError, ShapeError
from xling.linalg.procrustes import orthogonal_map


def error(found, world) -> float:
    return float(np.abs(found.source_mapping.matrix - world.rotation).max())


def bare(**changes) -> WassersteinAligner:
    return WassersteinAligner(settings=WassersteinSettings(normalization=(), **changes))


@pytest.fixture(scope="module")
def world(make_rotated_world):
    return make_rotated_world(words=300, dim=10, noise=0.01, seed=2)


def test_the_rotation_is_found_without_a_lexicon(world) -> None:
    found = bare().fit(world.source, world.target)
    assert error(found, world) < 0.02
    assert found.verdict is Verdict.TRUSTED
    assert found.checks["stability"] > 0.9
    assert found.checks["gain"] > 1.2
    assert (found.pairs_used, found.coverage) == (0, None)
    assert found.history[-1] > 0.9
    assert WassersteinAligner().supervision is Supervision.OPTIONAL


def test_each_step_is_needed(world) -> None:
    start = bare(init_rounds=1, rounds=1, grown_rounds=1, refinements=0)
    rough = start.fit(world.source, world.target)
    assert rough.stop_reason is StopReason.MAX_ROUNDS
    assert len(rough.history) == 1
    fine = bare().fit(world.source, world.target)
    assert error(fine, world) < error(rough, world)
    assert fine.converged


def test_words_in_another_order_give_the_same_rotation(world) -> None:
    shuffled = np.random.default_rng(0).permutation(len(world.source))
    other = dataclasses.replace(
        world.source,
        vocabulary=dataclasses.replace(
            world.source.vocabulary,
            words=tuple(world.source.words[i] for i in shuffled),
        ),
        vectors=world.source.vectors[shuffled],
    )
    one, two = (bare().fit(space, world.target) for space in (world.source, other))
    np.testing.assert_allclose(one.source_mapping.matrix, two.source_mapping.matrix, atol=1e-3)


def test_more_words_are_coupled_in_the_end(world) -> None:
    settings = {"init_words": 100, "rounds": 4, "grown_rounds": 2, "refinements": 0}
    found = bare(**settings).fit(world.source, world.target, world.lexicon)
    assert len(found.history) == 4 + 2 * 2  # 100, 200, then all 300
    fewer = bare(**settings, words=100).fit(world.source, world.target, world.lexicon)
    assert len(fewer.history) == 4


def test_a_lexicon_is_started_from(world) -> None:
    noisy = dataclasses.replace(world.target, vectors=world.target.vectors)
    few = Lexicon(source_language="en", target_language="de", pairs=world.lexicon.pairs[:12])
    found = bare().fit(world.source, noisy, few)
    assert error(found, world) < 0.02
    assert (found.pairs_used, found.verdict) == (12, None)
    assert found.coverage is not None
    stay = bare(rounds=1, words=1, init_words=1, refinements=0, seed_weight=1e6)
    rows = few.resolve(world.source.vocabulary, world.target.vocabulary)
    expected = orthogonal_map(
        world.source.vectors[rows.source_rows], world.target.vectors[rows.target_rows]
    )
    pinned = stay.fit(world.source, world.target, few)
    np.testing.assert_allclose(pinned.source_mapping.matrix, expected, atol=1e-3)


def test_a_rotation_by_chance_is_not_trusted(make_rotated_world, monkeypatch) -> None:
    world = make_rotated_world(words=300, dim=60, noise=0.01)
    chance = np.linalg.qr(np.random.default_rng(1).standard_normal((60, 60)))[0]
    monkeypatch.setattr(
        "xling.aligners.wasserstein._Run.rotation",
        lambda _: (chance.astype(np.float32), [0.0], False),
    )
    found = WassersteinAligner().fit(world.source, world.target)
    assert found.verdict is Verdict.FAILED
    assert found.checks["stability"] < 0.2


def test_noise_fitted_to_noise_is_not_trusted(make_rotated_world) -> None:
    one, other = (make_rotated_world(words=300, dim=10, seed=seed) for seed in (3, 4))
    found = WassersteinAligner().fit(one.source, other.target)
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] < 1.1


def test_vectors_of_any_length_are_coupled_by_cosine(world) -> None:
    long = [
        dataclasses.replace(space, vectors=space.vectors * np.float32(factor))
        for space, factor in ((world.source, 40), (world.target, 7))
    ]
    assert error(bare().fit(*long), world) < 0.02


def test_refusals(world) -> None:
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :8])
    with pytest.raises(
        ShapeError, match="en space has 10 dimensions, the de space 8; wasserstein needs"
    ):
        bare().fit(world.source, narrow)
    for name, value in (("rounds", 0), ("regularization", 0.0), ("refinements", -1)):
        with pytest.raises(ConfigError, match=f"{name} is {value}"):
            WassersteinSettings(**{name: value})
