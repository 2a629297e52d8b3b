import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.kernel import KernelAligner, KernelSettings
from xling.aligners.procrustes import ProcrustesAligner
from xling.errors import ConfigError
from xling.mapping.kernel import KernelMap


def bent(world, by: float, noise: float = 0.0):
    """Give the world with a target that each rotated row is bent into, quadratically."""
    dim = world.source.dim
    turned = world.source.vectors[world.order] @ world.rotation
    other = np.linalg.qr(np.random.default_rng(9).standard_normal((dim, dim)))[0]
    vectors = turned + by * np.square(turned) @ other
    vectors += noise * np.random.default_rng(8).standard_normal(vectors.shape)
    target = dataclasses.replace(world.target, vectors=vectors.astype(np.float32))
    return dataclasses.replace(world, target=target)


def outcome(found, world) -> tuple[float, float]:
    """Give precision and mean cosine over all words."""
    x = found.source_mapping.apply(world.source.vectors)
    y = found.target_mapping.apply(world.target.vectors)
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
    right = (y @ x.T).argmax(axis=1) == world.order
    return float(right.mean()), float(np.sum(x[world.order] * y, axis=1).mean())


def test_a_bent_map_is_recovered_better_than_by_a_rotation(make_rotated_world) -> None:
    world = bent(make_rotated_world(words=600, dim=4, noise=0.0), 0.8)
    seed = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:400])
    found = KernelAligner().fit(world.source, world.target, seed)
    rotated = ProcrustesAligner().fit(world.source, world.target, seed)
    ours, theirs = outcome(found, world), outcome(rotated, world)
    assert ours[0] > theirs[0] + 0.3
    assert ours[1] > 0.999 > theirs[1]
    assert isinstance(found.source_mapping, KernelMap)
    assert found.target_mapping.matrix is None
    assert found.stop_reason is StopReason.CLOSED_FORM
    assert found.checks["left_out_error"] < 0.1 * found.checks["rotation_error"]


def test_where_nothing_bends_the_rotation_is_left_alone(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=10, noise=0.1)
    found = KernelAligner().fit(world.source, world.target, world.lexicon)
    rotated = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    assert outcome(found, world)[0] > outcome(rotated, world)[0] - 0.02
    assert found.checks["left_out_error"] < 1.05 * found.checks["rotation_error"]


def test_the_penalty_is_that_of_the_least_left_out_error(make_rotated_world) -> None:
    world = bent(make_rotated_world(words=200, dim=4), 0.8, noise=0.1)
    chosen = KernelAligner().fit(world.source, world.target, world.lexicon).checks
    for factor in (10**-0.5, 10**0.5):
        settings = KernelSettings(penalty=chosen["penalty"] * factor)
        other = KernelAligner(settings=settings).fit(world.source, world.target, world.lexicon)
        assert other.checks["left_out_error"] >= chosen["left_out_error"]
        assert other.checks["penalty"] == chosen["penalty"] * factor


def test_a_large_penalty_leaves_the_rotation(rotated_world) -> None:
    world = rotated_world
    settings = KernelSettings(penalty=1e12)
    found = KernelAligner(settings=settings).fit(world.source, world.target, world.lexicon)
    rotated = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    x, y = (each.source_mapping.apply(world.source.vectors) for each in (found, rotated))
    scale = float(np.linalg.norm(x) / np.linalg.norm(y))
    np.testing.assert_allclose(x, scale * y, atol=1e-5)
    assert 0.9 < scale <= 1


def test_landmarks_are_rows_of_the_lexicon(rotated_world) -> None:
    settings = KernelSettings(landmarks=7)
    world = rotated_world
    found = KernelAligner(settings=settings).fit(world.source, world.target, world.lexicon)
    rows = found.source_mapping.normalization.apply(world.source.vectors)
    landmarks = found.source_mapping.landmarks
    assert landmarks.shape == (7, 12)
    assert all(np.isclose(rows, one, atol=1e-6).all(axis=1).any() for one in landmarks)


def test_the_order_of_the_lexicon_does_not_matter(rotated_world) -> None:
    world = rotated_world
    more = (*world.lexicon.pairs, (world.lexicon.pairs[0][0], world.lexicon.pairs[5][1]))
    orders = (more, more[::-1])
    maps = [
        KernelAligner()
        .fit(world.source, world.target, dataclasses.replace(world.lexicon, pairs=pairs))
        .source_mapping
        for pairs in orders
    ]
    rows = [each.apply(world.source.vectors) for each in maps]
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-5)


def test_settings_refusals() -> None:
    with pytest.raises(ConfigError, match="landmarks is 0; at least 1"):
        KernelSettings(landmarks=0)
    for name in ("bandwidth", "penalty"):
        with pytest.raises(ConfigError, match=f"{name} is -1; a number above 0"):
            KernelSettings(**{name: -1})


def test_a_model_of_it_is_saved_and_loaded(tmp_path, rotated_world) -> None:
    import xling
    from xling.recipes import align_spaces

    world = rotated_world
    model = align_spaces(world.source, world.target, world.lexicon, method="kernel").model
    model.save(tmp_path / "m")
    again = xling.load(tmp_path / "m")
    rows = np.arange(20)
    scores = [each.scores(rows, source="en", target="de") for each in (model, again)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert isinstance(again.sides[0].mapping, KernelMap)
    right = np.argsort(world.order)[rows]
    assert (scores[0].argmax(axis=1) == right).all()
