import numpy as np
import pytest
from sklearn.gaussian_process.kernels import RBF
from sklearn.kernel_ridge import KernelRidge as Reference

from xling.errors import InputError
from xling.linalg.kernel import KernelRidge, gaussian_kernel, median_distance, pivots

B = 1.3


def rows(n: int = 30, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, 3))


def test_parity_with_scikit_learn() -> None:
    a, b = rows(), rows(9, seed=1)
    np.testing.assert_allclose(gaussian_kernel(a, b, B), RBF(B)(a, b), atol=1e-12)
    values, weights = rows(seed=2), np.linspace(0.2, 1, 30)
    reference = Reference(alpha=0.5, kernel="rbf", gamma=1 / (2 * B**2))
    reference.fit(a, values, sample_weight=weights)
    kernel = gaussian_kernel(a, a, B)
    ridge = KernelRidge(kernel=kernel, landmarks=kernel, values=values, weights=weights)
    found = gaussian_kernel(b, a, B) @ ridge.coefficients(0.5)
    np.testing.assert_allclose(found, reference.predict(b), atol=1e-5)


def test_left_out_error_is_that_of_refitting() -> None:
    a, values, weights = rows(), rows(seed=2), np.linspace(0.2, 1, 30)
    chosen = np.arange(0, 30, 3)
    kernel, square = gaussian_kernel(a, a[chosen], B), gaussian_kernel(a[chosen], a[chosen], B)
    ridge = KernelRidge(kernel=kernel, landmarks=square, values=values, weights=weights)
    errors = []
    for i in range(30):
        kept = np.arange(30) != i
        part = KernelRidge(
            kernel=kernel[kept], landmarks=square, values=values[kept], weights=weights[kept]
        )
        errors.append(np.sum((values[i] - kernel[i] @ part.coefficients(0.5)) ** 2))
    assert ridge.left_out_error(0.5) == pytest.approx(np.average(errors, weights=weights))


def test_pivots_are_those_of_the_whole_kernel_matrix() -> None:
    a = rows()
    left = gaussian_kernel(a, a, B)
    expected = []
    for _ in range(10):
        best = int(np.argmax(np.diag(left)))
        expected.append(best)
        left = left - np.outer(left[:, best], left[best]) / left[best, best]
    assert pivots(a, B, 10).tolist() == expected


def test_pivots_end_where_nothing_is_left() -> None:
    twice = np.vstack([rows(5), rows(5)])
    assert sorted(pivots(twice, B, 10).tolist()) == [0, 1, 2, 3, 4]
    with pytest.raises(InputError, match="count is 0; at least 1"):
        pivots(twice, B, 0)


def test_median_distance() -> None:
    line = np.array([[0.0], [1.0], [3.0]])
    assert median_distance(line) == pytest.approx(2)
    assert median_distance(np.ones((4, 2))) == 1
    assert median_distance(np.ones((1, 2))) == 1
