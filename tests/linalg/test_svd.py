import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import InputError, NonFiniteError
from xling.linalg.svd import truncated_svd


def decompose(matrix: np.ndarray, dim: int, **settings) -> tuple[np.ndarray, np.ndarray]:
    single = matrix.astype(np.float32)
    return truncated_svd(
        lambda block: single @ block, lambda block: single.T @ block, matrix.shape, dim, **settings
    )


def low_rank(seed: int, rows: int, columns: int, rank: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, rank)) @ random.standard_normal((rank, columns))


def sine(found: np.ndarray, wanted: np.ndarray) -> float:
    """Give the sine of the largest angle between the spans of orthonormal columns."""
    return float(np.linalg.norm(found - wanted @ (wanted.T @ found), 2))


@given(st.integers(0, 500), st.integers(5, 60), st.integers(5, 60), st.integers(1, 5))
def test_is_exact_for_a_matrix_of_low_rank(seed: int, rows: int, columns: int, rank: int) -> None:
    matrix = low_rank(seed, rows, columns, rank)
    vectors, values = decompose(matrix, rank, seed=seed)
    u, s, _ = np.linalg.svd(matrix)
    np.testing.assert_allclose(values, s[:rank], rtol=1e-4)
    assert sine(vectors.astype(np.float64), u[:, :rank]) < 1e-3 * s[0] / s[rank - 1]
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(rank), atol=1e-5)


def test_equals_numpy_where_singular_values_decay() -> None:
    random = np.random.default_rng(3)
    left, _ = np.linalg.qr(random.standard_normal((300, 300)))
    right, _ = np.linalg.qr(random.standard_normal((200, 200)))
    s = 0.9 ** np.arange(200)
    matrix = left[:, :200] * s @ right
    vectors, values = decompose(matrix, 30, passes=2)
    np.testing.assert_allclose(values, s[:30], rtol=1e-3)
    assert sine(vectors, left[:, :30]) < 0.05
    # Each singular vector by itself too, up to its sign.
    overlap = np.abs((vectors * left[:, :30]).sum(axis=0))
    assert overlap[:20].min() > 0.999
    assert np.all(np.diff(values) <= 0)


def test_more_passes_bring_it_nearer() -> None:
    random = np.random.default_rng(4)
    matrix = random.standard_normal((200, 200))
    exact = np.linalg.svd(matrix, compute_uv=False)[:20].sum()
    captured = [decompose(matrix, 20, passes=passes)[1].sum() for passes in (0, 1, 4)]
    assert captured[0] < captured[1] < captured[2] <= exact * (1 + 1e-5)


@pytest.mark.parametrize("rank", [1, 7])
def test_beyond_the_rank_there_are_zeros(rank: int) -> None:
    matrix = low_rank(5, 60, 80, rank)
    vectors, values = decompose(matrix, 20)
    np.testing.assert_allclose(values[:rank], np.linalg.svd(matrix)[1][:rank], rtol=1e-5)
    assert values[rank:].tolist() == [0] * (20 - rank)
    assert not vectors[:, rank:].any()
    np.testing.assert_allclose(vectors[:, :rank].T @ vectors[:, :rank], np.eye(rank), atol=1e-5)


def test_a_zero_matrix() -> None:
    vectors, values = decompose(np.zeros((4, 6)), 3)
    assert not vectors.any()
    assert values.tolist() == [0, 0, 0]


def test_the_largest_entry_of_a_column_is_positive() -> None:
    vectors, _ = decompose(low_rank(6, 30, 30, 8), 8)
    assert (np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None], 0) > 0).all()


def test_the_seed_decides() -> None:
    matrix = np.random.default_rng(7).standard_normal((150, 150))
    one, again, other = (decompose(matrix, 10, seed=seed) for seed in (1, 1, 2))
    assert one[0].tobytes() == again[0].tobytes()
    assert one[1].tobytes() == again[1].tobytes()
    assert one[0].tobytes() != other[0].tobytes()
    np.testing.assert_allclose(one[1], other[1], rtol=0.1)


def test_values_are_those_of_a_scaled_matrix() -> None:
    matrix = low_rank(8, 40, 40, 4)
    for scale in (1e-12, 1e12):
        np.testing.assert_allclose(
            decompose(matrix * scale, 4)[1], decompose(matrix, 4)[1] * scale, rtol=1e-4
        )


@pytest.mark.parametrize("dim", [0, -1, 5])
def test_an_impossible_dim_is_refused(dim: int) -> None:
    with pytest.raises(InputError, match=rf"dim is {dim}; 1 to 4 is possible for a \(4, 6\)"):
        decompose(np.ones((4, 6)), dim)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_matrix_that_is_not_finite_is_refused(bad: float) -> None:
    matrix = np.ones((4, 6))
    matrix[2, 3] = bad
    with np.errstate(invalid="ignore"), pytest.raises(NonFiniteError, match="holds NaN or inf"):
        decompose(matrix, 2)


def test_progress_ends_at_its_total() -> None:
    calls: list[tuple[str, int, int]] = []
    decompose(np.eye(5), 2, passes=2, progress=lambda *call: calls.append(call))
    assert calls == [("svd", step, 6) for step in range(1, 7)]
