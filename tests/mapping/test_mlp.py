import dataclasses
import json

import numpy as np
import pytest
from safetensors.numpy import load, save

from xling.errors import InputError, NonFiniteError, NotInvertibleError, ShapeError
from xling.mapping.linear import LinearMap, fit_normalization
from xling.mapping.mlp import MlpMap, ResidualLayer
from xling.mapping.registry import map_from_tensors


def rows(*shape: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    made.flags.writeable = False
    return made


def layer(scale: float = 0.1, seed: int = 0, dim: int = 4) -> ResidualLayer:
    random = np.random.default_rng(seed)
    return ResidualLayer(
        into=scale * random.standard_normal((dim, 6)),
        bias=0.3 * random.standard_normal(6),
        out=random.standard_normal((6, dim)),
    )


def curved(scale: float = 0.1, **changes) -> MlpMap:
    matrix = np.linalg.qr(rows(4, 4, seed=2))[0]
    linear = LinearMap(dim_in=4, normalization=fit_normalization(rows(30, 4)), matrix=matrix)
    given = {"linear": linear, "layers": (layer(scale), layer(scale, seed=1))} | changes
    return MlpMap(**given)


def test_a_layer_by_hand() -> None:
    made = MlpMap(
        linear=LinearMap(dim_in=2, matrix=np.array([[0.0, 1.0], [1.0, 0.0]])),
        layers=(
            ResidualLayer(
                into=np.array([[1.0, 0.0], [0.0, 1.0]]),
                bias=np.array([0.5, -1.0]),
                out=np.array([[2.0, 0.0], [0.0, 3.0]]),
            ),
        ),
    )
    # [1, 3] swapped is [3, 1]; [3.5, 0] times [2, 3] is added.
    assert made.apply(np.array([[1.0, 3.0]])).tolist() == [[10.0, 1.0]]


def test_no_layer_is_the_linear_map() -> None:
    made = curved(layers=())
    given = rows(7, 4, seed=1)
    np.testing.assert_array_equal(made.apply(given), made.linear.apply(given))


def test_each_row_alone_in_blocks_and_zero_rows_stay(monkeypatch) -> None:
    made, given = curved(), rows(9, 4, seed=1)
    whole = made.apply(given)
    assert (whole.dtype, whole.shape) == (np.float32, (9, 4))
    for i in range(9):
        np.testing.assert_allclose(whole[i], made.apply(given[i : i + 1])[0], atol=1e-5)
    monkeypatch.setattr("xling.mapping.mlp._BLOCK", 2)
    np.testing.assert_allclose(made.apply(given), whole, atol=1e-5)
    assert not made.apply(np.zeros((2, 4))).any()
    assert made.apply(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("seed", range(3))
def test_inverse_leads_back_to_the_normalised_rows(seed: int) -> None:
    made, given = curved(0.04), rows(9, 4, seed=seed)
    bent = made.apply(given)
    assert np.abs(bent - made.linear.apply(given)).max() > 0.1
    back = made.inverse()
    np.testing.assert_allclose(back.apply(bent), made.linear.normalization.apply(given), atol=1e-4)
    assert not back.apply(np.zeros((1, 4))).any()
    assert (back.dim_in, back.dim_out) == (4, 4)


def test_what_is_steeper_than_its_bound_is_undone_too() -> None:
    made, given = curved(0.2), rows(300, 4, seed=1)
    one = made.layers[0]
    assert np.linalg.norm(one.into, 2) * np.linalg.norm(one.out, 2) > 1.2
    back = made.inverse().apply(made.apply(given))
    np.testing.assert_allclose(back, made.linear.normalization.apply(given), atol=1e-3)


def test_rows_that_nothing_is_brought_to_are_counted() -> None:
    # h - 2 relu(h): rises to 0 and falls again, so that nothing is brought above 0.
    folded = ResidualLayer(into=np.eye(2), bias=np.zeros(2), out=-2 * np.eye(2))
    back = MlpMap(linear=LinearMap(dim_in=2), layers=(folded,)).inverse()
    np.testing.assert_allclose(back.apply(np.array([[-1.0, -2.0]])), [[-1, -2]], atol=1e-5)
    with pytest.raises(
        NotInvertibleError, match=r"2 of 4 rows cannot be undone: .* row 2, 4$"
    ) as caught:
        back.apply(np.array([[-1.0, -2.0], [1.0, -2.0], [0.0, 0.0], [3.0, 3.0]]))
    assert "a linear method" in (caught.value.hint or "")
    steep = ResidualLayer(into=np.eye(2), bias=np.zeros(2), out=9 * np.eye(2))  # the steps run away
    with pytest.raises(NotInvertibleError, match="1 of 1 rows cannot be undone"):
        MlpMap(linear=LinearMap(dim_in=2), layers=(steep,)).inverse().apply(np.ones((1, 2)))


def test_what_has_no_inverse() -> None:
    with pytest.raises(NotInvertibleError, match="an inverse of a curved map"):
        curved(0.04).inverse().inverse()
    narrow = MlpMap(linear=LinearMap(dim_in=6, matrix=rows(6, 4)), layers=(layer(0.04),))
    with pytest.raises(NotInvertibleError, match=r"shape \(6, 4\) has no inverse"):
        narrow.inverse()


@pytest.mark.parametrize("made", [curved(), curved(0.04).inverse(), curved(layers=())])
def test_survives_storage_bit_for_bit(made: MlpMap) -> None:
    tensors, meta = made.to_tensors()
    again = map_from_tensors(load(save(tensors)), json.loads(json.dumps(meta)))
    assert isinstance(again, MlpMap)
    given = rows(9, 4, seed=1)
    assert again.apply(given).tobytes() == made.apply(given).tobytes()
    assert again.backwards is made.backwards


def test_a_broken_store_is_refused() -> None:
    tensors, meta = curved().to_tensors()
    fewer = {name: part for name, part in tensors.items() if name != "layer1.bias"}
    with pytest.raises(InputError, match=r"not complete: 'layer1\.bias'"):
        MlpMap.from_tensors(fewer, meta)
    with pytest.raises(InputError, match="kind 'linear'"):
        MlpMap.from_tensors(tensors, meta | {"kind": "linear"})
    with pytest.raises(InputError, match="not complete: 'layers'"):
        MlpMap.from_tensors(tensors, {k: v for k, v in meta.items() if k != "layers"})


def test_refusals() -> None:
    with pytest.raises(ShapeError, match=r"\(d, k\), \(k,\) and \(k, d\) are needed"):
        ResidualLayer(into=rows(4, 6), bias=np.zeros(5, np.float32), out=rows(6, 4))
    with pytest.raises(NonFiniteError, match="a layer's bias holds nan"):
        ResidualLayer(into=rows(4, 6), bias=np.full(6, np.nan, np.float32), out=rows(6, 4))
    with pytest.raises(ShapeError, match=r"layers of widths \[3\] for rows of width 4"):
        curved(layers=(layer(dim=3),))
    with pytest.raises(ShapeError, match="width 3; 4 is needed"):
        curved().apply(rows(1, 3))


def test_a_map_is_frozen() -> None:
    made = curved()
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.backwards = True  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        made.layers[0].into[0, 0] = 9
