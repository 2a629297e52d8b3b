import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cross_decomposition import CCA

from xling.errors import DegenerateInputError, InputError
from xling.linalg.cca import canonical_maps


def pairs(seed: int, n: int = 200, dim: int = 5, wide: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Draw centred rows that share three hidden directions of different strength."""
    random = np.random.default_rng(seed)
    hidden = random.standard_normal((n, 3)) * [3.0, 1.5, 0.7]
    x = hidden @ random.standard_normal((3, dim)) + random.standard_normal((n, dim))
    y = hidden @ random.standard_normal((3, wide)) + random.standard_normal((n, wide))
    return x - x.mean(axis=0), y - y.mean(axis=0)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_agrees_with_scikit_learn(seed: int) -> None:
    x, y = pairs(seed)
    a, b, correlations = canonical_maps(x, y, dim=3)
    theirs = CCA(n_components=3, scale=False, max_iter=20_000, tol=1e-12).fit(x, y)
    for rows, ours in zip(theirs.transform(x, y), (x @ a, y @ b), strict=True):
        for k in range(3):
            assert abs(np.corrcoef(rows[:, k], ours[:, k])[0, 1]) == pytest.approx(1, abs=1e-5)
    expected = [
        np.corrcoef(u, v)[0, 1] for u, v in zip(*[r.T for r in theirs.transform(x, y)], strict=True)
    ]
    np.testing.assert_allclose(correlations, expected, atol=1e-6)


@given(st.integers(0, 500))
def test_both_sides_are_white_and_correlate_one_by_one(seed: int) -> None:
    x, y = pairs(seed)
    w = np.random.default_rng(seed).random(200) + 0.1
    a, b, correlations = canonical_maps(x, y, weights=w)
    shares = (w / w.sum())[:, None]
    for side in (x @ a, y @ b):
        np.testing.assert_allclose(side.T @ (side * shares), np.eye(5), atol=1e-8)
    np.testing.assert_allclose((x @ a).T @ (y @ b * shares), np.diag(correlations), atol=1e-8)
    assert np.all(np.diff(correlations) <= 1e-12)
    assert correlations.min() >= 0
    assert correlations.max() <= 1


def test_linear_images_correlate_fully() -> None:
    x, _ = pairs(0)
    y = x @ np.random.default_rng(5).standard_normal((5, 7))
    with pytest.raises(DegenerateInputError, match="span 5 of 7"):
        canonical_maps(x, y)
    np.testing.assert_allclose(canonical_maps(x, y[:, :5])[2], 1, atol=1e-8)
    assert np.all(canonical_maps(x, y, penalty=1.0)[2] < 1)


def test_dim_keeps_the_first() -> None:
    x, y = pairs(1)
    whole, part = canonical_maps(x, y), canonical_maps(x, y, dim=2)
    np.testing.assert_array_equal(part[0], whole[0][:, :2])
    np.testing.assert_array_equal(part[1], whole[1][:, :2])
    np.testing.assert_array_equal(part[2], whole[2][:2])


def test_refusals() -> None:
    x, y = pairs(0)
    for dim in (0, 6):
        with pytest.raises(InputError, match=f"dim is {dim}; 1 to 5 is possible"):
            canonical_maps(x, y, dim=dim)
    with pytest.raises(InputError, match=r"penalty is -0\.1"):
        canonical_maps(x, y, penalty=-0.1)
