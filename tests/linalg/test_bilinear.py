import numpy as np
import pytest

from xling.errors import DegenerateInputError, ShapeError
from xling.linalg.bilinear import bilinear_form, bilinear_loss, latent_factors, relative_penalty

PENALTY = 0.7


def problem(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Source words, target words, and who belongs to whom, one word in two pairs."""
    random = np.random.default_rng(seed)
    x, z = random.standard_normal((9, 4)), random.standard_normal((8, 3))
    indicator = np.zeros((9, 8))
    indicator[np.arange(8), np.arange(8)] = 1
    indicator[8, 0] = 0.5
    return x, z, indicator


def sums(x: np.ndarray, z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return x.T @ x, z.T @ z, x.T @ y @ z


def test_the_loss_is_that_of_the_whole_indicator() -> None:
    x, z, y = problem()
    form = np.random.default_rng(1).standard_normal((4, 3))
    expected = np.sum((x @ form @ z.T - y) ** 2) - np.sum(y**2) + PENALTY * np.sum(form**2)
    assert bilinear_loss(form, *sums(x, z, y), PENALTY)[0] == pytest.approx(expected)


def test_the_gradient_is_that_of_finite_differences() -> None:
    given = sums(*problem())
    form = np.random.default_rng(1).standard_normal((4, 3))
    _, gradient = bilinear_loss(form, *given, PENALTY)
    step = 1e-5
    for i, j in np.ndindex(4, 3):
        change = np.zeros((4, 3))
        change[i, j] = step
        ends = [bilinear_loss(form + sign * change, *given, PENALTY)[0] for sign in (1, -1)]
        assert gradient[i, j] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-6)


def test_the_form_is_ridge_regression_of_the_indicator() -> None:
    x, z, y = problem()
    found = bilinear_form(*sums(x, z, y), PENALTY)
    design = np.kron(x, z)
    expected = np.linalg.solve(design.T @ design + PENALTY * np.eye(12), design.T @ y.ravel())
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-10)
    np.testing.assert_allclose(bilinear_loss(found, *sums(x, z, y), PENALTY)[1], 0, atol=1e-10)


def test_no_rotations_and_metric_nearby_do_better() -> None:
    x, z, y = problem(seed=2)
    x, given = x[:, :3], sums(x[:, :3], z, y)
    left, metric, right = latent_factors(bilinear_form(*given, PENALTY))
    least = bilinear_loss(left * metric @ right.T, *given, PENALTY)[0]
    random = np.random.default_rng(3)
    for _ in range(30):
        turns = [np.linalg.qr(np.eye(3) + 0.05 * random.standard_normal((3, 3)))[0] for _ in "st"]
        stretch = np.eye(3) + 0.05 * random.standard_normal((3, 3))
        other = stretch @ np.diag(metric) @ stretch.T
        form = left @ turns[0] @ other @ turns[1].T @ right.T
        assert bilinear_loss(form, *given, PENALTY)[0] > least


def test_factors_are_orthonormal_and_multiply_to_the_form() -> None:
    form = np.random.default_rng(5).standard_normal((4, 3))
    left, metric, right = latent_factors(form)
    np.testing.assert_allclose(left * metric @ right.T, form, atol=1e-12)
    for factor in (left, right):
        np.testing.assert_allclose(factor.T @ factor, np.eye(3), atol=1e-12)
    assert (np.diff(metric) <= 0).all()
    assert metric.min() >= 0
    largest = np.abs(left).argmax(axis=0)
    assert (left[largest, np.arange(3)] > 0).all()


def test_the_unit_of_the_penalty() -> None:
    assert relative_penalty(np.diag([1.0, 3.0]), np.diag([1.0, 2.0, 6.0])) == pytest.approx(6)


def test_refusals() -> None:
    grams = np.eye(2), np.eye(3)
    with pytest.raises(ShapeError, match=r"cross product of shape \(3, 2\)"):
        bilinear_form(*grams, np.ones((3, 2)), 1.0)
    with pytest.raises(DegenerateInputError, match="penalty is 0; more than 0"):
        bilinear_form(*grams, np.ones((2, 3)), 0)
