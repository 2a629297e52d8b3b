import numpy as np
import pytest
import scipy.linalg
import scipy.spatial.transform
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, DTypeError, InputError, NonFiniteError, ShapeError
from xling.linalg.procrustes import leading_directions, orthogonal_map

SEEDS = st.integers(0, 2**32 - 1)


def pairs(seed: int, rows: int, dim: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, dim)), random.standard_normal((rows, dim))


def rotation(seed: int, dim: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng([seed, 1]).standard_normal((dim, dim)))[0]


@given(SEEDS, st.integers(1, 8))
def test_recovers_any_rotation(seed: int, dim: int) -> None:
    x, _ = pairs(seed, dim + 10, dim)
    turn = rotation(seed, dim)
    np.testing.assert_allclose(orthogonal_map(x, x @ turn), turn, atol=1e-8)


@given(SEEDS, st.integers(1, 12), st.integers(1, 8))
def test_is_orthogonal_even_with_fewer_pairs_than_dimensions(seed, rows, dim) -> None:
    w = orthogonal_map(*pairs(seed, rows, dim))
    np.testing.assert_allclose(w.T @ w, np.eye(dim), atol=1e-10)


@pytest.mark.parametrize("dim", [1, 5, 40])
def test_agrees_with_scipy(dim: int) -> None:
    x, y = pairs(dim, 60, dim)
    expected, _ = scipy.linalg.orthogonal_procrustes(x, y)
    np.testing.assert_allclose(orthogonal_map(x, y), expected, atol=1e-10)


@given(SEEDS, st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(lambda w: sum(w) >= 3))
def test_a_weight_is_a_repetition(seed: int, weights: list[int]) -> None:
    x, y = pairs(seed, 6, 3)
    expected = orthogonal_map(np.repeat(x, weights, axis=0), np.repeat(y, weights, axis=0))
    found = orthogonal_map(x, y, weights=np.array(weights, dtype=float))
    # Nearly singular pairs leave the map open; what is minimal is the same all the same.
    loss = [np.sum(np.array(weights)[:, None] * (x @ w - y) ** 2) for w in (found, expected)]
    assert loss[0] == pytest.approx(loss[1])


@given(SEEDS)
def test_row_order_does_not_matter(seed: int) -> None:
    x, y = pairs(seed, 30, 4)
    order = np.random.default_rng(seed).permutation(30)
    np.testing.assert_allclose(orthogonal_map(x[order], y[order]), orthogonal_map(x, y), atol=1e-6)


def test_no_orthogonal_map_is_better() -> None:
    x, y = pairs(0, 40, 4)
    best = np.linalg.norm(x @ orthogonal_map(x, y) - y)
    assert all(best <= np.linalg.norm(x @ rotation(seed, 4) - y) for seed in range(50))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_type_and_the_inputs(dtype: type) -> None:
    x, y = (a.astype(dtype) for a in pairs(1, 20, 3))
    x.flags.writeable = y.flags.writeable = False
    assert orthogonal_map(x, y, weights=np.ones(20, dtype=dtype)).dtype == dtype


def test_refusals() -> None:
    x, y = pairs(0, 5, 3)
    with pytest.raises(ShapeError, match=r"\(5, 3\), target \(4, 3\)"):
        orthogonal_map(x, y[:4])
    with pytest.raises(ShapeError, match="2 are needed"):
        orthogonal_map(x[0], y[0])
    with pytest.raises(ShapeError, match=r"weights of shape \(4,\) for 5 pairs"):
        orthogonal_map(x, y, weights=np.ones(4))
    with pytest.raises(InputError, match=r"a weight is -1\.0"):
        orthogonal_map(x, y, weights=-np.ones(5))
    with pytest.raises(DTypeError, match="floats are needed"):
        orthogonal_map(x.astype(int), y)
    with pytest.raises(NonFiniteError, match="target holds nan"):
        orthogonal_map(x, np.full_like(y, np.nan))
    with pytest.raises(NonFiniteError, match="weights holds inf"):
        orthogonal_map(x, y, weights=np.full(5, np.inf))


@pytest.mark.parametrize("case", ["no pair", "no weight", "zero rows"])
def test_nothing_to_rotate(case: str) -> None:
    x, y = pairs(0, 5, 3)
    arguments = {
        "no pair": (x[:0], y[:0], None),
        "no weight": (x, y, np.zeros(5)),
        "zero rows": (np.zeros_like(x), y, None),
    }[case]
    with pytest.raises(DegenerateInputError, match="at least one is needed"):
        orthogonal_map(*arguments[:2], weights=arguments[2])


@given(SEEDS, st.integers(1, 6))
def test_without_reflections_the_determinant_is_one(seed: int, dim: int) -> None:
    x, y = pairs(seed, dim + 5, dim)
    w = orthogonal_map(x, y, reflections=False)
    assert np.linalg.det(w) == pytest.approx(1)
    np.testing.assert_allclose(w.T @ w, np.eye(dim), atol=1e-10)
    free = orthogonal_map(x, y)
    if np.linalg.det(free) > 0:
        np.testing.assert_allclose(w, free, atol=1e-10)


def test_no_proper_rotation_is_better() -> None:
    x, _ = pairs(0, 30, 3)
    mirror = np.diag([1.0, 1.0, -1.0])
    y = x @ mirror + 0.3 * pairs(5, 30, 3)[0]
    best = np.linalg.norm(x @ orthogonal_map(x, y, reflections=False) - y)
    assert best > np.linalg.norm(x @ orthogonal_map(x, y) - y)
    expected, _ = scipy.spatial.transform.Rotation.align_vectors(y, x)
    np.testing.assert_allclose(
        orthogonal_map(x, y, reflections=False), expected.as_matrix().T, atol=1e-8
    )


@given(SEEDS, st.integers(1, 5))
def test_leading_directions_are_orthonormal_and_agree_most(seed: int, rank: int) -> None:
    x, y = pairs(seed, 20, 5)
    y = np.hstack([y, y[:, :2] ** 2])
    a, b = leading_directions(x, y, rank)
    np.testing.assert_allclose(a.T @ a, np.eye(rank), atol=1e-10)
    np.testing.assert_allclose(b.T @ b, np.eye(rank), atol=1e-10)
    values = np.linalg.svd(x.T @ y, compute_uv=False)
    assert np.sum((x @ a) * (y @ b)) == pytest.approx(values[:rank].sum())


def test_all_directions_are_the_rotation() -> None:
    x, y = pairs(2, 30, 4)
    a, b = leading_directions(x, y, 4)
    np.testing.assert_allclose(a @ b.T, orthogonal_map(x, y), atol=1e-10)


def test_direction_refusals() -> None:
    x, y = pairs(0, 5, 3)
    for rank in (0, 4):
        with pytest.raises(InputError, match=f"rank is {rank}; 1 to 3 is possible"):
            leading_directions(x, y, rank)
    with pytest.raises(DegenerateInputError, match="they speak for no rotation"):
        orthogonal_map(np.array([[1.0], [1.0]]), np.array([[1.0], [-1.0]]))
