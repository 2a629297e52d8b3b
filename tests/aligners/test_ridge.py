import dataclasses

import numpy as np
import pytest

from xling.aligners.pairs import paired_rows
from xling.aligners.ridge import RidgeAligner, RidgeSettings
from xling.errors import ConfigError
from xling.linalg.ridge import ridge_map

STEPS = ("unit", "centre", "unit")


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_the_map_is_that_of_the_normalised_pairs(direction: str, rotated_world) -> None:
    world = rotated_world
    sure = np.linspace(0.01, 1, len(world.lexicon))
    lexicon = dataclasses.replace(world.lexicon, confidences=sure)
    settings = RidgeSettings(direction=direction, penalty=3.0)  # type: ignore[arg-type]
    found = RidgeAligner(settings=settings).fit(world.source, world.target, lexicon)
    pairs = paired_rows("ridge", world.source, world.target, lexicon, STEPS)
    maps = [found.source_mapping.matrix, found.target_mapping.matrix]
    moved, x, y = (0, pairs.x, pairs.y) if direction == "forward" else (1, pairs.y, pairs.x)
    weighed = x.T * sure
    penalty = 3.0 * np.square(sure).sum() / sure.sum()  # of rows of length 1
    expected = np.linalg.solve(weighed @ x + penalty * np.eye(12), weighed @ y)
    np.testing.assert_allclose(maps[moved], expected, atol=1e-5)
    assert maps[1 - moved] is None


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_widths_may_differ_and_a_planted_map_is_found(direction: str, make_rotated_world) -> None:
    world = make_rotated_world(words=300)
    wide = 9 if direction == "backward" else 15
    vectors = np.random.default_rng(1).standard_normal((300, 15)).astype(np.float32)
    planted = np.random.default_rng(2).standard_normal((15, wide))
    narrow = (vectors @ planted)[world.order].astype(np.float32)
    source = dataclasses.replace(world.source, vectors=vectors)
    target = dataclasses.replace(world.target, vectors=narrow)
    settings = RidgeSettings(direction=direction, penalty=1e-6, normalization=())  # type: ignore[arg-type]
    found = RidgeAligner(settings=settings).fit(source, target, world.lexicon)
    if direction == "forward":
        np.testing.assert_allclose(found.source_mapping.matrix, planted, atol=1e-4)
    else:
        expected = ridge_map(narrow[np.argsort(world.order)], vectors, penalty=1e-6)
        np.testing.assert_allclose(found.target_mapping.matrix, expected, atol=1e-4)
        assert found.target_mapping.dim_out == 15


def test_settings_refusals() -> None:
    for penalty in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="a finite number above 0 is needed"):
            RidgeSettings(penalty=penalty)
    with pytest.raises(ConfigError, match="direction is 'sideways'; known: forward, backward"):
        RidgeSettings(direction="sideways")  # type: ignore[arg-type]
