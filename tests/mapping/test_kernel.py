import json

import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.errors import InputError, NonFiniteError, NotInvertibleError, ShapeError
from xling.mapping.base import SpaceMap
from xling.mapping.kernel import KernelMap
from xling.mapping.linear import fit_normalization
from xling.mapping.registry import map_from_tensors


def parts(**changes) -> dict:
    random = np.random.default_rng(0)
    given = {
        "matrix": random.standard_normal((4, 3)),
        "landmarks": random.standard_normal((5, 4)),
        "coefficients": random.standard_normal((5, 3)),
        "bandwidth": 0.8,
    }
    return given | changes


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((5000, 4)).astype(np.float32)


def test_the_map_is_the_formula(rows: np.ndarray) -> None:
    made = KernelMap(**parts(), normalization=fit_normalization(rows))
    assert isinstance(made, SpaceMap)
    assert (made.dim_in, made.dim_out) == (4, 3)
    found = made.apply(rows)
    assert (found.shape, found.dtype) == ((5000, 3), np.float32)
    for i in (0, 4095, 4096, 4999):
        x = made.normalization.apply(rows[i : i + 1])[0].astype(float)
        kernel = np.exp(-((x - made.landmarks.astype(float)) ** 2).sum(axis=1) / (2 * 0.8**2))
        expected = x @ made.matrix + kernel @ made.coefficients
        np.testing.assert_allclose(found[i], expected, atol=1e-5)
        np.testing.assert_allclose(made.apply(rows[i : i + 1])[0], found[i], atol=1e-6)


def test_zero_rows_stay_zero(rows: np.ndarray) -> None:
    made = KernelMap(**parts(), normalization=fit_normalization(rows))
    found = made.apply(np.zeros((2, 4), np.float32))
    assert not found.any()


def test_stored_and_read_again_bit_for_bit(rows: np.ndarray) -> None:
    for extra in ({}, {"normalization": fit_normalization(rows)}):
        made = KernelMap(**parts(), **extra)
        tensors, meta = made.to_tensors()
        again = map_from_tensors(tensors, json.loads(json.dumps(meta)))
        assert isinstance(again, KernelMap)
        np.testing.assert_array_equal(again.apply(rows[:9]), made.apply(rows[:9]))


def test_arrays_are_copied_and_cannot_be_written_to() -> None:
    given = parts(matrix=np.zeros((4, 3), np.float32))
    made = KernelMap(**given)
    given["matrix"][:] = 1
    assert not made.matrix.any()
    with pytest.raises(ValueError, match="read-only"):
        made.matrix[0, 0] = 1


def square(**changes) -> KernelMap:
    random = np.random.default_rng(4)
    turn = np.linalg.qr(random.standard_normal((4, 4)))[0]
    coefficients = 0.3 * random.standard_normal((5, 4))
    return KernelMap(**parts(matrix=0.6 * turn, coefficients=coefficients, **changes))


@pytest.mark.parametrize("steps", [("unit", "centre", "unit"), ("unit", "centre"), ()])
def test_inverse_leads_back_to_the_normalised_rows(rows: np.ndarray, steps) -> None:
    made = square(normalization=fit_normalization(rows, steps))
    normal = made.normalization.apply(rows)
    mapped = made.apply(rows)
    assert np.abs(mapped - normal @ made.matrix).max() > 0.2
    back = made.inverse()
    np.testing.assert_allclose(back.apply(mapped), normal, atol=1e-3)
    if steps and steps[-1] == "unit":  # then a direction is enough
        np.testing.assert_allclose(back.apply(unit_rows(mapped)), normal, atol=1e-3)
    assert not back.apply(np.zeros((1, 4))).any()
    assert back.apply(np.zeros((0, 4))).shape == (0, 4)
    tensors, meta = back.to_tensors()
    again = map_from_tensors(tensors, json.loads(json.dumps(meta)))
    np.testing.assert_array_equal(again.apply(mapped), back.apply(mapped))


def test_rows_that_nothing_is_brought_to_are_counted() -> None:
    # x - 3 exp(-(x - 2)^2 / 0.08) falls to -1 at 2; the steps do not rest on the steep sides.
    one = np.ones((1, 1))
    pit = KernelMap(matrix=one, landmarks=2 * one, coefficients=-3 * one, bandwidth=0.2)
    with pytest.raises(NotInvertibleError, match=r"1 of 2 rows cannot be undone: .* row 1$"):
        pit.inverse().apply(np.array([[2.2], [9.0]]))


def test_what_has_no_inverse() -> None:
    with pytest.raises(NotInvertibleError, match=r"shape \(4, 3\) has no inverse; square"):
        KernelMap(**parts()).inverse()
    with pytest.raises(NotInvertibleError, match="singular map has no inverse"):
        KernelMap(**parts(matrix=np.zeros((4, 4)), coefficients=np.ones((5, 4)))).inverse()
    with pytest.raises(NotInvertibleError, match="an inverse of a kernel map"):
        square().inverse().inverse()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"matrix": np.zeros((3, 3))}, ShapeError, r"shapes \(3, 3\), \(5, 4\), \(5, 3\)"),
        ({"coefficients": np.zeros((6, 3))}, ShapeError, r"\(m, e\) are needed"),
        ({"landmarks": np.full((5, 4), np.nan)}, NonFiniteError, "the map's landmarks holds nan"),
        ({"bandwidth": 0.0}, InputError, "bandwidth is 0.0; a number above 0"),
        (
            {"normalization": fit_normalization(np.ones((2, 5)), ("centre",))},
            ShapeError,
            "a mean of width 5 for rows of width 4",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        KernelMap(**parts(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "linear"}, "a map of kind 'linear'; 'kernel' is needed"),
        ({"tensors": ["matrix", "landmarks"]}, "not complete: 'coefficients'"),
        ({"dim_out": 9}, r"from 4 to 3 columns, not from 4 to 9"),
        ({"bandwidth": None}, "not complete"),
    ],
)
def test_a_stored_map_that_does_not_fit_is_refused(changes: dict, message: str) -> None:
    tensors, meta = KernelMap(**parts()).to_tensors()
    with pytest.raises(InputError, match=message):
        KernelMap.from_tensors(tensors, meta | changes)


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ShapeError, match="rows of width 3; 4 is needed"):
        KernelMap(**parts()).apply(np.ones((2, 3), np.float32))
