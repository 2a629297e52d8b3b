import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.errors import ShapeError
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.rcsls import mean_rows, nearest_orthogonal, rcsls_loss, spectral_ball

K = 3


def spaces(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two spaces of 20 and 25 rows, of which the first 8 are pairs, and a map."""
    random = np.random.default_rng(seed)
    source, target = (unit_rows(random.standard_normal((n, 5))) for n in (20, 25))
    return source, target, random.standard_normal((5, 5))


def nearest(queries: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.argsort(-(queries @ rows.T), axis=1)[:, :K]


def loss_and_gradient(source, target, matrix, weights=None) -> tuple[float, np.ndarray]:
    x, y = source[:8], target[:8]
    return rcsls_loss(
        x,
        y,
        matrix,
        near_x=mean_rows(source, nearest(y, source @ matrix)),
        near_y=mean_rows(target, nearest(x @ matrix, target)),
        weights=np.ones(8) if weights is None else weights,
    )


def test_the_loss_is_the_formula() -> None:
    source, target, matrix = spaces()
    weights = np.linspace(0.1, 1, 8)
    total = 0.0
    for i in range(8):
        ahead = np.sort(source[i] @ matrix @ target.T)[-K:].mean()
        back = np.sort(source @ matrix @ target[i])[-K:].mean()
        total += weights[i] * (ahead + back - 2 * source[i] @ matrix @ target[i])
    found, _ = loss_and_gradient(source, target, matrix, weights)
    assert found == pytest.approx(total / weights.sum())


def test_of_a_rotation_it_is_minus_the_mean_csls() -> None:
    source, target, matrix = spaces()
    rotation = nearest_orthogonal(matrix)
    cosines = source @ rotation @ target.T
    near = [np.sort(cosines, axis=axis) for axis in (1, 0)]
    csls = 2 * cosines - near[0][:, -K:].mean(axis=1)[:, None] - near[1][-K:].mean(axis=0)
    found, _ = loss_and_gradient(source, target, rotation)
    assert found == pytest.approx(-np.diag(csls)[:8].mean())


def test_the_gradient_is_that_of_finite_differences() -> None:
    source, target, matrix = spaces(seed=1)
    _, gradient = loss_and_gradient(source, target, matrix)
    step = 1e-6
    for i, j in np.ndindex(5, 5):
        change = np.zeros((5, 5))
        change[i, j] = step
        ends = [loss_and_gradient(source, target, matrix + s * change)[0] for s in (1, -1)]
        assert gradient[i, j] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-6)


def test_the_loss_is_convex_and_the_gradient_a_subgradient() -> None:
    source, target, _ = spaces(seed=2)
    random = np.random.default_rng(3)
    for _ in range(20):
        a, b = random.standard_normal((2, 5, 5))
        (fa, ga), (fb, _) = (loss_and_gradient(source, target, w) for w in (a, b))
        middle, _ = loss_and_gradient(source, target, (a + b) / 2)
        assert middle <= (fa + fb) / 2 + 1e-12
        assert fb >= fa + np.sum(ga * (b - a)) - 1e-12


def test_mean_rows() -> None:
    rows = np.arange(8.0).reshape(4, 2)
    found = mean_rows(rows, np.array([[0, 3], [1, 1]]))
    np.testing.assert_array_equal(found, [[3, 4], [2, 3]])


def test_projections() -> None:
    matrix = np.random.default_rng(4).standard_normal((5, 5))
    ball = spectral_ball(matrix)
    assert np.linalg.norm(ball, 2) == pytest.approx(1)
    np.testing.assert_allclose(spectral_ball(ball), ball, atol=1e-12)
    np.testing.assert_allclose(spectral_ball(0.1 * ball), 0.1 * ball, atol=1e-12)
    np.testing.assert_allclose(nearest_orthogonal(matrix), orthogonal_map(np.eye(5), matrix))
    random = np.random.default_rng(5)
    for _ in range(20):  # no other member of the ball is nearer
        other = spectral_ball(ball + 0.1 * random.standard_normal((5, 5)))
        assert np.linalg.norm(matrix - other) >= np.linalg.norm(matrix - ball)


def test_shapes_must_agree() -> None:
    rows = np.ones((3, 2))
    with pytest.raises(ShapeError, match=r"pairs of shapes \(3, 2\), \(2, 2\)"):
        rcsls_loss(rows, rows[:2], np.eye(2), near_x=rows, near_y=rows[:2], weights=np.ones(3))
