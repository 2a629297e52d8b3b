import dataclasses

import numpy as np
import pytest

from xling.aligners.orthogonal_ridge import OrthogonalRidgeAligner, OrthogonalRidgeSettings
from xling.aligners.procrustes import ProcrustesAligner
from xling.errors import ConfigError, ShapeError


def matrix(world, penalty: float) -> np.ndarray:
    made = OrthogonalRidgeAligner(settings=OrthogonalRidgeSettings(penalty=penalty))
    found = made.fit(world.source, world.target, world.lexicon).source_mapping.matrix
    assert found is not None
    return np.asarray(found, dtype=np.float64)


def test_lies_between_the_rotation_and_least_squares(make_rotated_world) -> None:
    world = make_rotated_world(noise=0.2)
    rotation = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    turn = rotation.source_mapping.matrix
    off = [np.linalg.norm(matrix(world, penalty) - turn) for penalty in (1e-6, 1.0, 10.0, 1e6)]
    assert off == sorted(off, reverse=True)
    assert off[0] > 0.1
    assert off[3] < 1e-3
    x = rotation.source_mapping.normalization.apply(world.source.vectors)
    y = rotation.target_mapping.apply(world.target.vectors)[np.argsort(world.order)]
    free = np.linalg.lstsq(x.astype(float), y.astype(float), rcond=None)[0]
    np.testing.assert_allclose(matrix(world, 1e-6), free, atol=1e-3)
    expected = np.linalg.solve(x.T @ x + 4 * np.eye(12), x.T @ y + 4 * turn)
    np.testing.assert_allclose(matrix(world, 4.0), expected, atol=1e-4)


def test_a_planted_rotation_is_found(make_rotated_world) -> None:
    world = make_rotated_world(noise=0.0)
    settings = OrthogonalRidgeSettings(normalization=())
    found = OrthogonalRidgeAligner(settings=settings).fit(world.source, world.target, world.lexicon)
    np.testing.assert_allclose(found.source_mapping.matrix, world.rotation, atol=1e-5)


def test_refusals(make_rotated_world) -> None:
    world = make_rotated_world()
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    with pytest.raises(ShapeError, match="orthogonal-ridge needs equal numbers"):
        OrthogonalRidgeAligner().fit(world.source, narrow, world.lexicon)
    with pytest.raises(ConfigError, match=r"penalty is 0\.0; a finite number above 0"):
        OrthogonalRidgeSettings(penalty=0.0)
