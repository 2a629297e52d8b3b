import numpy as np
import ot
import pytest

from xling.errors import InputError, NonFiniteError, ShapeError
from xling.linalg.transport import gromov_coupling, profile_costs, sinkhorn


def points(count: int, dim: int = 5, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, dim))
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def uniform(size: int) -> np.ndarray:
    return np.full(size, 1 / size)


@pytest.mark.parametrize("shape", [(12, 12), (9, 14)])
def test_sinkhorn_gives_what_pot_gives(shape: tuple[int, int]) -> None:
    costs = points(shape[0]) @ points(shape[1], seed=1).T
    costs.flags.writeable = False
    found = sinkhorn(costs, 0.1, tolerance=1e-12)
    expected = ot.sinkhorn(*map(uniform, shape), costs, 0.1, stopThr=1e-12)
    np.testing.assert_allclose(found, expected, atol=1e-10)
    np.testing.assert_allclose(found.sum(axis=0), uniform(shape[1]))
    np.testing.assert_allclose(found.sum(axis=1), uniform(shape[0]), atol=1e-10)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_costs_far_beyond_the_entropy_give_what_pot_gives(kind: type) -> None:
    costs = (-(points(20, 30) @ points(15, 30, seed=3).T)).astype(kind)
    costs.flags.writeable = False
    found = sinkhorn(costs, 0.001, rounds=3000)
    expected = ot.sinkhorn(
        uniform(20),
        uniform(15),
        costs.astype(float),
        0.001,
        method="sinkhorn_log",
        stopThr=1e-10,
        numItermax=3000,
    )
    assert found.dtype == kind
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=0), uniform(15), rtol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), uniform(20), rtol=1e-5)


def test_little_entropy_gives_the_best_permutation() -> None:
    costs = points(12) @ points(12, seed=1).T
    found = sinkhorn(costs, 0.002, rounds=20_000)
    best = ot.emd(uniform(12), uniform(12), costs)
    np.testing.assert_array_equal(found.argmax(axis=1), best.argmax(axis=1))
    assert np.vdot(found, costs) == pytest.approx(np.vdot(best, costs), abs=1e-2)


def test_much_entropy_gives_none_a_preference() -> None:
    np.testing.assert_allclose(sinkhorn(points(4) @ points(6).T, 1e6), 1 / 24, atol=1e-7)


def test_constants_of_rows_and_columns_change_nothing() -> None:
    costs = points(6) @ points(7, seed=1).T
    moved = costs + 100 * np.arange(6.0)[:, None] - 50 * np.arange(7.0)
    np.testing.assert_allclose(sinkhorn(moved, 0.1), sinkhorn(costs, 0.1), atol=1e-9)


def test_float32_stays_and_does_not_overflow() -> None:
    costs = 1e4 * (points(6) @ points(6, seed=1).T).astype(np.float32)
    found = sinkhorn(costs, 1.0, rounds=50)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_profiles_by_hand_and_against_pot() -> None:
    a, b = points(7) @ points(7).T, points(7, seed=1) @ points(7, seed=1).T
    found = profile_costs(a, b)
    expected = [[ot.wasserstein_1d(a[i], b[j], p=2) for j in range(7)] for i in range(7)]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    shuffle = np.random.default_rng(0).permutation(7)
    np.testing.assert_allclose(profile_costs(a, b[shuffle][:, shuffle]), found[:, shuffle])


def test_profiles_of_two_sizes() -> None:
    one = np.repeat(np.repeat(points(5) @ points(5).T, 2, axis=0), 2, axis=1)
    found = profile_costs(points(5) @ points(5).T, one)
    assert found.shape == (5, 10)
    assert (found.argmin(axis=1) // 2).tolist() == list(range(5))


def worlds(count: int, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a space's similarities, those of a shuffled and blurred copy, and the shuffle."""
    x = points(count)
    order = np.random.default_rng(1).permutation(count)
    y = x[order] + noise * points(count, seed=2)
    return x @ x.T, y @ y.T, order


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_a_shuffled_space_is_found_again(noise: float) -> None:
    a, b, order = worlds(60, noise)
    coupling, history = gromov_coupling(a, b, regularization=0.05, rounds=20)
    right = np.mean(coupling.argmax(axis=0) == order)
    assert right > 0.95
    assert coupling.sum() == pytest.approx(1)
    assert len(history) == 21
    assert history[-1] == pytest.approx(1, abs=0.1) if not noise else history[-1] > history[0]


def test_the_fixed_point_is_that_of_pot() -> None:
    a, b, _ = worlds(20, 0.2)
    scale = 4 * np.sqrt((a**2).mean() * (b**2).mean())
    found, _ = gromov_coupling(a, b, regularization=0.2, rounds=100, inner=500)
    expected = ot.gromov.entropic_gromov_wasserstein(
        a, b, uniform(20), uniform(20), "square_loss", epsilon=0.2 * scale, G0=found, max_iter=5
    )
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_round_goes_down_the_gradient() -> None:
    a, b, _ = worlds(6, 0.3)
    coupling = sinkhorn(profile_costs(a, b), 0.1)

    def value(plan: np.ndarray) -> float:
        squared = (a[:, :, None, None] - b[None, None]) ** 2  # i k j l
        return float(np.einsum("ikjl,ij,kl", squared, plan, plan))

    step, place = 1e-6, np.zeros((6, 6))
    expected = np.zeros((6, 6))
    for i in range(6):
        for j in range(6):
            place[:] = 0
            place[i, j] = step
            expected[i, j] = (value(coupling + place) - value(coupling - place)) / (2 * step)
    # What the marginals fix adds a constant to each row and each column: it changes no coupling.
    difference = expected - (-4 * a @ coupling @ b)
    centred = difference - difference.mean(axis=0) - difference.mean(axis=1)[:, None]
    np.testing.assert_allclose(centred + difference.mean(), 0, atol=1e-8)


def test_refusals() -> None:
    square = points(3) @ points(3).T
    with pytest.raises(InputError, match=r"regularization is 0\.0"):
        sinkhorn(square, 0.0)
    with pytest.raises(InputError, match="rounds 0"):
        sinkhorn(square, 1.0, rounds=0)
    with pytest.raises(NonFiniteError, match="costs holds nan"):
        sinkhorn(np.full((2, 2), np.nan), 1.0)
    with pytest.raises(ShapeError, match=r"source has shape \(3, 2\)"):
        gromov_coupling(square[:, :2], square, regularization=0.1, rounds=1)
    with pytest.raises(InputError, match="rounds is 0"):
        gromov_coupling(square, square, regularization=0.1, rounds=0)
