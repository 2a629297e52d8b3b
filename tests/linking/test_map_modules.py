"""Maps as modules of sentence-transformers give the rows that the maps give."""

import numpy as np
import pytest
import torch

from xling.linking.map_modules import map_modules
from xling.mapping.kernel import KernelMap
from xling.mapping.linear import LinearMap, Normalization
from xling.mapping.mlp import MlpMap, ResidualLayer

RANDOM = np.random.default_rng(0)


def normalization(*steps: str) -> Normalization:
    return Normalization(steps=steps, mean=RANDOM.standard_normal(6) if "centre" in steps else None)


def layer() -> ResidualLayer:
    parts = (RANDOM.standard_normal(shape).astype(np.float32) for shape in ((4, 9), (9,), (9, 4)))
    into, bias, out = parts
    return ResidualLayer(into=into, bias=bias, out=out)


MATRIX = RANDOM.standard_normal((6, 4)).astype(np.float32)
LINEAR = {
    "identity": LinearMap(dim_in=6),
    "matrix": LinearMap(dim_in=6, matrix=MATRIX),
    "unit": LinearMap(dim_in=6, normalization=normalization("unit"), matrix=MATRIX),
    "centre": LinearMap(dim_in=6, normalization=normalization("centre"), matrix=MATRIX),
    "steps": LinearMap(dim_in=6, normalization=normalization("unit", "centre", "unit")),
}
CURVED = MlpMap(linear=LINEAR["unit"], layers=(layer(), layer()))


@pytest.mark.parametrize("mapping", [*LINEAR.values(), CURVED], ids=[*LINEAR, "curved"])
def test_modules_do_what_the_map_does(mapping: LinearMap | MlpMap) -> None:
    rows = RANDOM.standard_normal((20, 6)).astype(np.float32)
    features = {"sentence_embedding": torch.from_numpy(rows.copy())}
    found = map_modules(mapping)
    assert found is not None
    for module in found:
        features = module(features)
    made = features["sentence_embedding"].detach().numpy()
    np.testing.assert_allclose(made, mapping.apply(rows), rtol=1e-4, atol=1e-4)


def test_what_no_such_module_does() -> None:
    kernel = KernelMap(
        matrix=MATRIX, landmarks=np.ones((2, 6)), coefficients=np.ones((2, 4)), bandwidth=1.0
    )
    assert map_modules(kernel) is None
    gentle = ResidualLayer(into=0.1 * np.eye(6), bias=np.zeros(6), out=0.1 * np.eye(6))
    assert map_modules(MlpMap(linear=LINEAR["identity"], layers=(gentle,)).inverse()) is None
