import numpy as np
import pytest

from xling.recipes import align
from xling.server.neighborhood import flat_map, neighbors, place_of


@pytest.fixture(scope="module")
def side(rotated_world):
    model = align(rotated_world.source, rotated_world.target, rotated_world.lexicon)
    return model.side("en")


@pytest.mark.parametrize("most", [1, 7, 59, 60, 500])
def test_neighbors_are_sorted_and_not_the_word_itself(side, most):
    found = neighbors(side, place_of(side, "WORD4"), most)
    cosines = side.vectors @ side.vectors[4]
    order = [row for row in np.argsort(-cosines, kind="stable") if row != 4][:most]
    assert [word for word, _ in found] == [f"word{row}" for row in order]
    assert [score for _, score in found] == pytest.approx(cosines[order].tolist(), abs=1e-6)


def test_unknown_words_have_no_place(side):
    place = place_of(side, "nothing")
    assert (place.status, place.vector, neighbors(side, place, 5)) == (
        "out_of_vocabulary",
        None,
        [],
    )


def test_a_map_of_a_plane_is_that_plane():
    angles = np.linspace(0, 3, 6)
    plane = np.column_stack([np.cos(angles), np.sin(angles)])
    turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((9, 9)))
    flat = flat_map(list(plane @ turn[:2]))
    assert np.abs(flat).max() == pytest.approx(1)

    def ratios(points):
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        return apart / apart.max()

    assert np.allclose(ratios(flat), ratios(plane))


@pytest.mark.parametrize("count", [1, 2])
def test_few_points(count):
    flat = flat_map([np.eye(3, dtype=np.float32)[i] for i in range(count)])
    assert flat.shape == (count, 2)
    assert np.isfinite(flat).all()
