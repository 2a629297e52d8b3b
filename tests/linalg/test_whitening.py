import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, InputError
from xling.linalg.whitening import whitening


def rows(seed: int, n: int = 50, dim: int = 4) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.standard_normal((n, dim)) @ random.standard_normal((dim, dim))


@given(st.integers(0, 1000))
def test_whitened_rows_have_identity_covariance(seed: int) -> None:
    x = rows(seed)
    x -= x.mean(axis=0)
    whiten, dewhiten = whitening(x)
    done = x @ whiten
    np.testing.assert_allclose(np.cov(done.T, bias=True), np.eye(4), atol=1e-6)
    np.testing.assert_allclose(whiten, whiten.T, atol=1e-8 * np.abs(whiten).max())
    np.testing.assert_allclose(done @ dewhiten, x, atol=1e-6)


def test_agrees_with_the_matrix_root_of_scipy() -> None:
    x = rows(1)
    w = np.random.default_rng(2).random(50)
    moments = x.T @ (w[:, None] * x) / w.sum()
    moments += 7 * np.trace(moments) / (w.sum() ** 2 / np.sum(w**2)) * np.eye(4)
    whiten, dewhiten = whitening(x, weights=w, penalty=7.0)
    root = scipy.linalg.sqrtm(moments).real
    np.testing.assert_allclose(dewhiten, root, atol=1e-8)
    np.testing.assert_allclose(whiten, np.linalg.inv(root), atol=1e-8)


def test_a_penalty_keeps_empty_directions_small() -> None:
    x = np.random.default_rng(0).standard_normal((3, 6))
    whiten, _ = whitening(x, penalty=1.0)
    assert np.isfinite(whiten).all()
    free = np.linalg.eigvalsh(whiten)
    assert free.max() / free.min() < 10


def test_refusals() -> None:
    x = rows(0)
    with pytest.raises(DegenerateInputError, match="3 rows span 3 of 4 dimensions"):
        whitening(x[:3])
    with pytest.raises(DegenerateInputError, match="none that is not zero"):
        whitening(x * 0, penalty=1.0)
    with pytest.raises(InputError, match=r"penalty is -1\.0"):
        whitening(x, penalty=-1.0)
