import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import load, save

from xling.errors import (
    ConfigError,
    DegenerateInputError,
    InputError,
    NonFiniteError,
    NotInvertibleError,
    ShapeError,
)
from xling.mapping.linear import LinearMap, Normalization, fit_normalization

FLOATS = st.floats(-1e6, 1e6, width=32)
ROWS = arrays(np.float32, st.tuples(st.integers(1, 6), st.just(3)), elements=FLOATS)
STEPS = st.sampled_from(
    [(), ("unit",), ("centre",), ("unit", "centre"), ("centre", "unit"), ("unit", "centre", "unit")]
)


def random_rows(*shape: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    rows.flags.writeable = False
    return rows


def rotation(dim: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(5).standard_normal((dim, dim)))[0]


def test_normalises_as_written_out_by_hand() -> None:
    rows = random_rows(50, 4)
    wide = rows.astype(np.float64)
    unit = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    expected = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    np.testing.assert_allclose(fit_normalization(rows).apply(rows), expected, atol=1e-6)


@given(ROWS, STEPS)
def test_normalised_rows_are_finite_and_unit(rows: np.ndarray, steps: tuple[str, ...]) -> None:
    if not rows.any():
        rows[0, 0] = 1
    done = fit_normalization(rows, steps).apply(rows)
    assert done.dtype == np.float32
    assert np.isfinite(done).all()
    lengths = np.linalg.norm(done, axis=1)
    if steps[-1:] == ("unit",):
        assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
    assert not done[~rows.any(axis=1)].any()


def test_new_rows_are_centred_on_the_old_mean() -> None:
    known = np.array([[1.0, 0.0], [3.0, 2.0]])
    centre = fit_normalization(known, ("centre",))
    assert centre.apply(np.array([[2.0, 2.0]])).tolist() == [[0.0, 1.0]]


def test_zero_rows_stay_zero_and_do_not_move_the_mean() -> None:
    rows = random_rows(20, 3)
    padded = np.vstack([rows, np.zeros((5, 3), dtype=np.float32)])
    with_zeros = fit_normalization(padded)
    np.testing.assert_allclose(with_zeros.mean, fit_normalization(rows).mean)
    assert not with_zeros.apply(padded)[20:].any()


def test_blocks_do_not_show(monkeypatch) -> None:
    rows = random_rows(50, 4)
    whole = fit_normalization(rows)
    monkeypatch.setattr("xling.mapping.linear._BLOCK", 7)
    cut = fit_normalization(rows)
    np.testing.assert_allclose(cut.mean, whole.mean)
    np.testing.assert_allclose(cut.apply(rows), whole.apply(rows), atol=1e-6)


def test_great_and_small_rows_survive() -> None:
    rows = np.array([[1e30, 1e30], [1e-30, 0.0]], dtype=np.float32)
    unit = fit_normalization(rows, ("unit",)).apply(rows)
    np.testing.assert_allclose(unit, [[0.5**0.5, 0.5**0.5], [1.0, 0.0]], rtol=1e-6)


def test_normalization_refusals() -> None:
    with pytest.raises(ConfigError, match="unknown normalisation step 'center'"):
        fit_normalization(random_rows(3, 2), ("center",))
    with pytest.raises(ConfigError, match="hold 'centre' twice"):
        Normalization(steps=("centre", "centre"), mean=np.zeros(2))
    with pytest.raises(ShapeError, match="without a mean"):
        Normalization(steps=("centre",))
    with pytest.raises(ShapeError, match="with a mean"):
        Normalization(steps=("unit",), mean=np.zeros(2))
    with pytest.raises(ShapeError, match="one dimension"):
        Normalization(steps=("centre",), mean=np.zeros((1, 2)))
    with pytest.raises(NonFiniteError, match="the mean holds nan"):
        Normalization(steps=("centre",), mean=np.array([np.nan]))
    with pytest.raises(DegenerateInputError, match="none of 3 vectors"):
        fit_normalization(np.zeros((3, 2)))
    with pytest.raises(ShapeError, match="width 3; 2 is needed"):
        fit_normalization(random_rows(3, 2)).apply(random_rows(1, 3))


def linear(kind: str) -> LinearMap:
    before = fit_normalization(random_rows(30, 4))
    matrices = {
        "identity": None,
        "rotation": rotation(4),
        "general": random_rows(4, 4, seed=2),
        "wide": random_rows(4, 6, seed=3),
    }
    return LinearMap(dim_in=4, normalization=before, matrix=matrices[kind])


KINDS = ["identity", "rotation", "general", "wide"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_is_mapped_alone(kind: str) -> None:
    made, rows = linear(kind), random_rows(9, 4, seed=1)
    whole = made.apply(rows)
    assert whole.dtype == np.float32
    assert whole.shape == (9, made.dim_out)
    for i in range(9):
        np.testing.assert_allclose(whole[i], made.apply(rows[i : i + 1])[0], atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_and_zero_rows(kind: str) -> None:
    made = linear(kind)
    assert made.apply(np.zeros((0, 4), dtype=np.float32)).shape == (0, made.dim_out)
    assert not made.apply(np.zeros((2, 4), dtype=np.float32)).any()


def test_applies_the_matrix_from_the_right() -> None:
    matrix = random_rows(3, 2)
    rows = random_rows(5, 3, seed=1)
    made = LinearMap(dim_in=3, matrix=matrix)
    np.testing.assert_allclose(made.apply(rows), rows @ matrix, atol=1e-6)
    assert made.dim_out == 2


def test_a_rotation_keeps_lengths() -> None:
    rows = random_rows(5, 4, seed=1)
    turned = LinearMap(dim_in=4, matrix=rotation(4)).apply(rows)
    np.testing.assert_allclose(
        np.linalg.norm(turned, axis=1), np.linalg.norm(rows, axis=1), rtol=1e-5
    )


@pytest.mark.parametrize("kind", ["identity", "rotation", "general"])
def test_inverse_leads_back_to_the_normalised_rows(kind: str) -> None:
    made, rows = linear(kind), random_rows(9, 4, seed=1)
    back = made.inverse().apply(made.apply(rows))
    np.testing.assert_allclose(back, made.normalization.apply(rows), atol=1e-4)


def test_inverse_of_a_rotation_is_its_transpose() -> None:
    made = linear("rotation")
    assert made.matrix is not None
    np.testing.assert_array_equal(made.inverse().matrix, made.matrix.T)


def test_what_has_no_inverse() -> None:
    with pytest.raises(NotInvertibleError, match=r"shape \(4, 6\) has no inverse"):
        linear("wide").inverse()
    with pytest.raises(NotInvertibleError, match="singular map"):
        LinearMap(dim_in=2, matrix=np.ones((2, 2))).inverse()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("steps", [(), ("unit",), ("unit", "centre", "unit")])
def test_survives_storage_bit_for_bit(kind: str, steps: tuple[str, ...]) -> None:
    before = fit_normalization(random_rows(30, 4), steps)
    made = dataclasses.replace(linear(kind), normalization=before)
    tensors, meta = made.to_tensors()
    again = LinearMap.from_tensors(load(save(tensors)), json.loads(json.dumps(meta)))
    rows = random_rows(9, 4, seed=1)
    assert again.apply(rows).tobytes() == made.apply(rows).tobytes()
    assert (again.dim_in, again.dim_out) == (made.dim_in, made.dim_out)
    assert again.normalization.steps == steps


def test_a_broken_store_is_refused() -> None:
    tensors, meta = linear("wide").to_tensors()
    with pytest.raises(InputError, match="not complete: 'matrix'"):
        LinearMap.from_tensors({"mean": tensors["mean"]}, meta)
    with pytest.raises(InputError, match="not complete: 'steps'"):
        LinearMap.from_tensors(tensors, {k: v for k, v in meta.items() if k != "steps"})
    with pytest.raises(InputError, match="kind 'mlp'"):
        LinearMap.from_tensors(tensors, meta | {"kind": "mlp"})
    with pytest.raises(InputError, match="from 4 to 6 columns, not from 4 to 5"):
        LinearMap.from_tensors(tensors, meta | {"dim_out": 5})
    with pytest.raises(ConfigError, match="unknown normalisation step 'whiten'"):
        LinearMap.from_tensors(tensors, meta | {"steps": ["whiten"]})


def test_map_refusals() -> None:
    with pytest.raises(ShapeError, match=r"\(3, dim_out\) is needed"):
        LinearMap(dim_in=3, matrix=np.eye(2))
    with pytest.raises(ShapeError, match=r"\(2, dim_out\) is needed"):
        LinearMap(dim_in=2, matrix=np.zeros((2, 0)))
    with pytest.raises(ShapeError, match="dim_in is 0"):
        LinearMap(dim_in=0)
    with pytest.raises(ShapeError, match="a mean of width 4"):
        LinearMap(dim_in=3, normalization=fit_normalization(random_rows(30, 4)))
    with pytest.raises(NonFiniteError, match="the map's matrix holds inf"):
        LinearMap(dim_in=2, matrix=np.full((2, 2), np.inf))
    with pytest.raises(ShapeError, match="width 3; 4 is needed"):
        linear("rotation").apply(random_rows(1, 3))


def test_a_map_is_frozen_and_keeps_its_own_matrix() -> None:
    matrix = np.eye(2)
    made = LinearMap(dim_in=2, matrix=matrix)
    matrix[0, 0] = 9
    assert made.apply(np.array([[1.0, 0.0]])).tolist() == [[1.0, 0.0]]
    assert made.matrix is not None
    with pytest.raises(ValueError, match="read-only"):
        made.matrix[0, 0] = 9
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.dim_in = 3  # type: ignore[misc]
