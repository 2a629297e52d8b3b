import numpy as np
import pytest

from xling.errors import DegenerateInputError, InputError, NonFiniteError, ShapeError
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.reweighting import weighted_maps, whitened_maps

BOTH = pytest.mark.parametrize("maps", [weighted_maps, whitened_maps])


def pairs(n: int = 80, dim: int = 6, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    x = random.standard_normal((n, dim)) * np.arange(1, dim + 1) ** -0.5
    turn, _ = np.linalg.qr(random.standard_normal((dim, dim)))
    return x, x @ turn + noise * random.standard_normal((n, dim))


def test_without_weights_it_is_the_orthogonal_map() -> None:
    x, y = pairs()
    a, b = weighted_maps(x, y, power=0)
    np.testing.assert_allclose(a @ b.T, orthogonal_map(x, y), atol=1e-6)
    np.testing.assert_allclose(a.T @ a, np.eye(6), atol=1e-6)
    assert a.dtype == np.float32


def test_weights_are_singular_values() -> None:
    x, y = pairs()
    a, b = weighted_maps(x, y, power=1)
    values = np.linalg.svd(x.T @ y, compute_uv=False)
    np.testing.assert_allclose(np.linalg.norm(a, axis=0), values / values[0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(b, axis=0), values / values[0], atol=1e-6)


def test_whitened_steps_written_out() -> None:
    x, y = pairs()
    a, b = whitened_maps(x, y, power=0.5)
    whites = []
    for rows in (x, y):
        gram = rows.T @ rows
        gram += 1e-3 * np.trace(gram) / 6 * np.eye(6)
        values, turn = np.linalg.eigh(gram)
        whites.append(turn @ np.diag(values**-0.5) @ turn.T)
    u, s, vt = np.linalg.svd(whites[0].T @ x.T @ y @ whites[1])
    weights = np.diag((s / s[0]) ** 0.5)
    expected = [
        white @ turn @ weights @ turn.T @ np.linalg.inv(white) @ turn
        for white, turn in zip(whites, (u, vt.T), strict=True)
    ]
    np.testing.assert_allclose(x @ a @ (y @ b).T, x @ expected[0] @ (y @ expected[1]).T, atol=1e-5)


@BOTH
def test_a_rotation_is_recovered(maps) -> None:
    x, y = pairs(noise=0)
    a, b = maps(x, y)
    np.testing.assert_allclose(x @ a, y @ b, atol=1e-5)


@BOTH
def test_pairs_by_number_are_the_rows_themselves(maps) -> None:
    x, y = pairs()
    rows = np.array([3, 70, 70, 12, 5, 41]), np.array([3, 70, 70, 9, 5, 40])
    for one, other in zip(maps(x, y, pairs=rows), maps(x[rows[0]], y[rows[1]]), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ShapeError, match="6 source rows for 5 target rows"):
        maps(x, y, pairs=(rows[0], rows[1][:5]))


@BOTH
def test_sides_of_two_widths_and_few_pairs(maps) -> None:
    x, y = pairs()
    a, b = maps(x[:3], y[:3, :4])
    assert (a.shape, b.shape) == ((6, 4), (4, 4))
    assert np.isfinite(a).all()
    assert np.isfinite(b).all()


@BOTH
def test_refusals(maps) -> None:
    x, y = pairs()
    with pytest.raises(ShapeError, match="80 source rows for 79"):
        maps(x, y[:79])
    with pytest.raises(InputError, match="power is -1"):
        maps(x, y, power=-1)
    with pytest.raises(DegenerateInputError):
        maps(np.zeros_like(x), y)
    x[0, 0] = np.nan
    with pytest.raises(NonFiniteError):
        maps(x, y)
