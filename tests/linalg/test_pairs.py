import numpy as np
import pytest

from xling.errors import DegenerateInputError, InputError, NonFiniteError, ShapeError
from xling.linalg.cca import canonical_maps
from xling.linalg.multi_step import multi_step_maps
from xling.linalg.pairs import check_pairs, effective_pairs
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.ridge import ridge_map


def test_gives_float64_and_weights() -> None:
    x, y = np.ones((3, 2), np.float32), np.ones((3, 5), np.float32)
    a, b, w = check_pairs(x, y)
    assert (a.dtype, b.dtype) == (np.float64, np.float64)
    assert a.shape == (3, 2)
    assert b.shape == (3, 5)
    np.testing.assert_array_equal(w, np.ones(3))
    np.testing.assert_array_equal(check_pairs(x, y, np.array([1.0, 0.0, 2.0]))[2], [1, 0, 2])


@pytest.mark.parametrize("fit", [ridge_map, canonical_maps, multi_step_maps])
def test_pairs_that_say_nothing_of_a_link_are_refused(fit) -> None:
    x, y = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, -1.0]])
    with pytest.raises(DegenerateInputError, match=r"2 pairs whose cross .* they speak for no map"):
        fit(x, y, penalty=1.0)
    with pytest.raises(DegenerateInputError, match="they speak for no rotation"):
        orthogonal_map(x, y)
    np.testing.assert_allclose(ridge_map(x, y, penalty=1.0, towards=np.eye(2))[1], [0, 1])


def test_refusals() -> None:
    x, y = np.ones((3, 2)), np.ones((3, 5))
    with pytest.raises(ShapeError, match="equal shapes"):
        check_pairs(x, y, one_width=True)
    with pytest.raises(ShapeError, match="equal numbers of rows"):
        check_pairs(x, y[:2])
    with pytest.raises(InputError, match=r"a weight is -1\.0"):
        check_pairs(x, y, -np.ones(3))
    with pytest.raises(NonFiniteError, match="source holds inf"):
        check_pairs(x * np.inf, y)
    zero = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    with pytest.raises(DegenerateInputError, match="3 pairs, and none with weight"):
        check_pairs(zero, y, np.array([1.0, 1.0, 0.0]))


def test_effective_pairs() -> None:
    assert effective_pairs(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_pairs(np.array([1e-200, 1e-200])) == pytest.approx(2)
    uneven = np.array([1.0, 0.5, 0.25])
    assert effective_pairs(uneven) == pytest.approx(1.75**2 / (1 + 0.25 + 0.0625))
