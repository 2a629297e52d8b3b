import dataclasses

import numpy as np
import pytest

from xling.aligners.least_squares import LeastSquaresAligner, LeastSquaresSettings
from xling.errors import ConfigError, CoverageError


def skewed(world, wide: int):
    """Give the world with targets that are a linear image of the sources, of another width."""
    planted = np.random.default_rng(5).standard_normal((world.source.dim, wide))
    vectors = (world.source.vectors @ planted)[world.order].astype(np.float32)
    return dataclasses.replace(world, target=dataclasses.replace(world.target, vectors=vectors)), (
        planted
    )


@pytest.mark.parametrize("wide", [8, 12, 15])
def test_recovers_a_planted_linear_map(wide: int, make_rotated_world) -> None:
    world, planted = skewed(make_rotated_world(), wide)
    bare = LeastSquaresAligner(settings=LeastSquaresSettings(normalization=()))
    found = bare.fit(world.source, world.target, world.lexicon)
    np.testing.assert_allclose(found.source_mapping.matrix, planted, atol=1e-4)
    assert found.target_mapping.matrix is None
    assert found.history[0] == pytest.approx(1)


def test_says_how_many_pairs_it_needs(make_rotated_world) -> None:
    world = make_rotated_world()
    few = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:11])
    with pytest.raises(CoverageError, match="least-squares needs at least 12 pairs here; 11 of"):
        LeastSquaresAligner().fit(world.source, world.target, few)
    robust = LeastSquaresAligner(settings=LeastSquaresSettings(robust=True))
    with pytest.raises(CoverageError, match="least-squares needs at least 15 pairs here; 11 of"):
        robust.fit(world.source, world.target, few)


def test_settings_refusals() -> None:
    with pytest.raises(ConfigError, match="unknown normalisation step 'whiten'"):
        LeastSquaresSettings(normalization=("whiten",))
