import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Ridge

from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.linalg.ridge import least_squares_map, ridge_map

SEEDS = st.integers(0, 2**32 - 1)


def pairs(seed: int, rows: int = 40, dim: int = 5, wide: int = 7) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, dim)), random.standard_normal((rows, wide))


@given(SEEDS, st.integers(1, 6), st.integers(1, 6))
def test_recovers_any_linear_map(seed: int, dim: int, wide: int) -> None:
    x, _ = pairs(seed, 40, dim)
    planted = np.random.default_rng([seed, 1]).standard_normal((dim, wide))
    np.testing.assert_allclose(least_squares_map(x, x @ planted), planted, atol=1e-9)
    assert np.allclose(ridge_map(x, x @ planted, penalty=1e-12), planted, atol=1e-6)


def test_agrees_with_scikit_learn() -> None:
    x, y = pairs(0)
    w = np.random.default_rng(1).random(40)
    plain = LinearRegression(fit_intercept=False).fit(x, y, sample_weight=w)
    np.testing.assert_allclose(least_squares_map(x, y, weights=w), plain.coef_.T, atol=1e-10)
    pull = 2.5 * np.sum(w[:, None] * x**2) / (w.sum() ** 2 / np.sum(w**2))
    held = Ridge(alpha=pull, fit_intercept=False).fit(x, y, sample_weight=w)
    np.testing.assert_allclose(ridge_map(x, y, penalty=2.5, weights=w), held.coef_.T, atol=1e-10)


def test_a_penalty_is_itself_for_rows_of_length_one() -> None:
    x, y = pairs(3)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    expected = np.linalg.inv(x.T @ x + 3 * np.eye(5)) @ x.T @ y
    np.testing.assert_allclose(ridge_map(x, y, penalty=3.0), expected, atol=1e-10)


@given(SEEDS, st.floats(0.1, 50))
def test_the_gradient_vanishes(seed: int, penalty: float) -> None:
    x, y = pairs(seed)
    near = np.random.default_rng([seed, 2]).standard_normal((5, 7))
    w = np.random.default_rng([seed, 3]).random(40) + 0.01
    found = ridge_map(x, y, penalty=penalty, towards=near, weights=w)
    pull = penalty * np.sum(w[:, None] * x**2) * np.sum(w**2) / w.sum() ** 2
    gradient = x.T @ (w[:, None] * (x @ found - y)) + pull * (found - near)
    np.testing.assert_allclose(gradient, 0, atol=1e-8)


def test_a_great_penalty_gives_the_map_to_stay_near() -> None:
    x, y = pairs(4)
    near = np.ones((5, 7))
    np.testing.assert_allclose(ridge_map(x, y, penalty=1e9, towards=near), near, atol=1e-6)
    assert np.abs(ridge_map(x, y, penalty=1e9)).max() < 1e-6


@given(SEEDS, st.floats(0.01, 100))
def test_scales_play_no_part(seed: int, scale: float) -> None:
    x, y = pairs(seed)
    w = np.random.default_rng(seed).random(40) + 0.1
    plain = ridge_map(x, y, penalty=2.0, weights=w)
    np.testing.assert_allclose(ridge_map(x * scale, y * scale, penalty=2.0, weights=w), plain)
    np.testing.assert_allclose(ridge_map(x, y, penalty=2.0, weights=w * scale), plain)


def test_a_space_reduced_and_turned_back_is_singular_in_float32() -> None:
    random = np.random.default_rng(6)
    directions = np.linalg.qr(random.standard_normal((30, 30)))[0][:20]
    x = (random.standard_normal((200, 20)) @ directions).astype(np.float32)
    assert np.linalg.matrix_rank(x.astype(np.float64)) == 30
    with pytest.raises(DegenerateInputError, match="200 source rows span 20 of 30 dimensions"):
        least_squares_map(x, x)
    nearly = x + 1e-3 * random.standard_normal(x.shape).astype(np.float32)
    np.testing.assert_allclose(least_squares_map(nearly, nearly), np.eye(30), atol=1e-3)


def test_keeps_the_type_and_needs_few_pairs() -> None:
    x, y = (a.astype(np.float32) for a in pairs(5, 2))
    x.flags.writeable = y.flags.writeable = False
    found = ridge_map(x, y, penalty=0.1)
    assert found.dtype == np.float32
    assert found.any()


def test_refusals() -> None:
    x, y = pairs(0)
    with pytest.raises(DegenerateInputError, match="4 source rows span 4 of 5 dimensions"):
        least_squares_map(x[:4], y[:4])
    with pytest.raises(DegenerateInputError, match="40 source rows span 3 of 5"):
        least_squares_map(x, y, weights=np.r_[np.ones(3), np.zeros(37)])
    for penalty in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(InputError, match=f"penalty is {penalty}"):
            ridge_map(x, y, penalty=penalty)
    with pytest.raises(ShapeError, match=r"\(7, 5\) to stay near; \(5, 7\) is needed"):
        ridge_map(x, y, penalty=1.0, towards=np.ones((7, 5)))
    with pytest.raises(ShapeError, match="equal numbers of rows"):
        ridge_map(x, y[:3], penalty=1.0)
