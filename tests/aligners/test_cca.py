import dataclasses

import numpy as np
import pytest

from xling.aligners.cca import CcaAligner, CcaSettings
from xling.errors import ConfigError, CoverageError

STEPS = ("unit", "centre", "unit")


def rows(found, world) -> tuple[np.ndarray, np.ndarray]:
    return (
        found.source_mapping.apply(world.source.vectors),
        found.target_mapping.apply(world.target.vectors)[np.argsort(world.order)],
    )


def test_directions_are_scaled_by_their_correlation(make_rotated_world) -> None:
    world = make_rotated_world(words=200, noise=0.2)
    found = CcaAligner(settings=CcaSettings(penalty=0.0, power=0.0)).fit(
        world.source, world.target, world.lexicon
    )
    x, y = rows(found, world)
    np.testing.assert_allclose(x.T @ x / 200, np.eye(12), atol=1e-4)
    np.testing.assert_allclose(y.T @ y / 200, np.eye(12), atol=1e-4)
    correlations = np.diag(x.T @ y / 200)
    np.testing.assert_allclose(x.T @ y / 200, np.diag(correlations), atol=1e-4)
    assert np.all(np.diff(correlations) < 0)
    scaled = CcaAligner(settings=CcaSettings(penalty=0.0, power=1.5, dim=5)).fit(
        world.source, world.target, world.lexicon
    )
    for ours, plain in zip(rows(scaled, world), (x, y), strict=True):
        np.testing.assert_allclose(ours, (plain * correlations**1.5)[:, :5], atol=1e-4)


def test_a_planted_linear_relation_is_found(make_rotated_world) -> None:
    world = make_rotated_world(words=300)
    mixed = np.random.default_rng(0).standard_normal((12, 12))
    vectors = (world.source.vectors @ mixed)[world.order].astype(np.float32)
    target = dataclasses.replace(world.target, vectors=vectors)
    settings = CcaSettings(penalty=0.0, normalization=())
    found = CcaAligner(settings=settings).fit(world.source, target, world.lexicon)
    x, y = rows(found, dataclasses.replace(world, target=target))
    np.testing.assert_allclose(x, y, atol=1e-3)


def test_widths_may_differ(make_rotated_world) -> None:
    world = make_rotated_world()
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    found = CcaAligner().fit(world.source, narrow, world.lexicon)
    assert found.source_mapping.dim_out == found.target_mapping.dim_out == 10


def test_refusals(make_rotated_world) -> None:
    world = make_rotated_world()
    few = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:11])
    bare = CcaAligner(settings=CcaSettings(penalty=0.0))
    with pytest.raises(CoverageError, match="cca needs at least 12 pairs here; 11 of"):
        bare.fit(world.source, world.target, few)
    some = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:14])
    robust = CcaAligner(settings=CcaSettings(penalty=0.0, robust=True))
    with pytest.raises(CoverageError, match="cca needs at least 15 pairs here; 14 of"):
        robust.fit(world.source, world.target, some)
    with pytest.raises(ConfigError, match="dim is 13; the narrower space has 12 dimensions"):
        CcaAligner(settings=CcaSettings(dim=13)).fit(world.source, world.target, world.lexicon)
    with pytest.raises(ConfigError, match="dim is 0; 1 or more"):
        CcaSettings(dim=0)
    with pytest.raises(ConfigError, match=r"power is -1\.0; a finite number from 0"):
        CcaSettings(power=-1.0)
    with pytest.raises(ConfigError, match="penalty is inf; a finite number from 0"):
        CcaSettings(penalty=float("inf"))
