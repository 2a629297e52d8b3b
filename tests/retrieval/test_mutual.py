import numpy as np
import pytest

from xling.errors import InputError, ShapeError
from xling.retrieval import mutual
from xling.retrieval.mutual import best_neighbors


def sides(n: int, m: int, dim: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows with hubs: a common mean, and variance that falls with the dimension."""
    random = np.random.default_rng(seed)
    fall = np.arange(1, dim + 1) ** -0.5
    both = [random.standard_normal((size, dim)) * fall + 0.3 for size in (n, m)]
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in both)
    return x.astype(np.float32), y.astype(np.float32)


def brute(x: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    cosines = x @ y.T
    rows = np.sort(cosines, axis=1)[:, -k:].mean(axis=1)
    columns = np.sort(cosines, axis=0)[-k:].mean(axis=0)
    return 2 * cosines - rows[:, None] - columns


@pytest.mark.parametrize(
    ("n", "m", "k"), [(1500, 2500, 10), (300, 40, 10), (7, 5, 10), (50, 60, 1)]
)
def test_agrees_with_the_whole_matrix(n: int, m: int, k: int) -> None:
    x, y = sides(n, m, 8)
    found = best_neighbors(x, y, k=k)
    expected = brute(x, y, k)
    np.testing.assert_allclose(found.forward_scores, expected.max(axis=1), atol=1e-5)
    np.testing.assert_allclose(found.backward_scores, expected.max(axis=0), atol=1e-5)
    chosen = expected[np.arange(n), found.forward]
    np.testing.assert_allclose(chosen, expected.max(axis=1), atol=1e-5)
    assert np.mean(found.backward == expected.argmax(axis=0)) > 0.999
    assert found.objective == pytest.approx(
        (expected.max(axis=1).mean() + expected.max(axis=0).mean()) / 2, abs=1e-5
    )


def test_earlier_neighbours_change_nothing() -> None:
    x, y = sides(400, 500, 8)
    moved, _ = sides(400, 500, 8, seed=1)
    cold = best_neighbors(x, y)
    for before in (cold.nearest, best_neighbors(moved, y).nearest):
        warm = best_neighbors(x, y, warm=before)
        np.testing.assert_array_equal(warm.forward, cold.forward)
        np.testing.assert_array_equal(warm.backward, cold.backward)
        np.testing.assert_array_equal(warm.nearest[0], cold.nearest[0])


@pytest.mark.parametrize("shape", [(300, 500), (500, 300), (400, 60)])
def test_floors_that_are_raised_on_the_way_change_nothing(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int]
) -> None:
    x, y = sides(*shape, 8)
    whole = best_neighbors(x, y, k=5)
    monkeypatch.setattr(mutual, "_TILE", (32, 64))
    kept: list[int] = []
    prune = mutual._pruned

    def counted(found, *arguments):
        before = sum(len(rows) for rows, _, _ in found)
        made = prune(found, *arguments)
        kept.append(before - len(made[0]))
        return made

    monkeypatch.setattr(mutual, "_pruned", counted)
    monkeypatch.setattr(mutual, "_PENDING", 200)
    monkeypatch.setattr(mutual, "_SAMPLE", (40, 40))
    found = best_neighbors(x, y, k=5)
    assert len(kept) > 3
    assert sum(kept) > 100
    for name in ("forward", "backward"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
        scores = f"{name}_scores"
        np.testing.assert_allclose(getattr(found, scores), getattr(whole, scores), atol=1e-6)
    before = len(kept)
    best_neighbors(x, y, k=5, keep=0.5)
    assert len(kept) == before  # what is dropped is drawn among all that reached the first floors


def test_nearest_are_those_by_cosine() -> None:
    x, y = sides(100, 120, 8)
    found = best_neighbors(x, y, k=4)
    np.testing.assert_array_equal(found.nearest[0], np.argsort(-(x @ y.T), axis=1)[:, :4])
    np.testing.assert_array_equal(found.nearest[1], np.argsort(-(x @ y.T), axis=0)[:4].T)


def test_dropout_takes_entries_out_of_the_choice() -> None:
    x, y = sides(2000, 2000, 8)
    whole = best_neighbors(x, y)
    half = best_neighbors(x, y, keep=0.5, seed=3)
    assert 0.45 < np.mean(half.forward == whole.forward) < 0.55
    scores = brute(x, y, 10)
    paired = np.flatnonzero(half.forward >= 0)
    chosen = scores[paired, half.forward[paired]]
    assert (chosen <= whole.forward_scores[paired] + 1e-5).all()
    # Zeroing a score would let a dropped entry win wherever the others are negative.
    second = np.sort(scores, axis=1)[:, -2]
    other = half.forward[paired] != whole.forward[paired]
    assert np.mean(chosen[other] >= second[paired][other] - 1e-5) > 0.3
    np.testing.assert_array_equal(half.forward_scores, whole.forward_scores)
    again = best_neighbors(x, y, keep=0.5, seed=3)
    np.testing.assert_array_equal(again.forward, half.forward)
    assert (best_neighbors(x, y, keep=0.5, seed=4).forward != half.forward).any()


def test_a_row_may_lose_all_its_entries() -> None:
    x, y = sides(200, 200, 8)
    few = best_neighbors(x, y, k=1, keep=0.05)
    assert (few.forward == -1).any()
    assert (few.backward == -1).any()
    assert np.isfinite(few.objective)
    assert (few.forward[few.mutual] >= 0).all()


def test_mutual_neighbours() -> None:
    x, y = sides(60, 50, 8)
    found = best_neighbors(x, y)
    expected = [i for i in range(60) if found.backward[found.forward[i]] == i]
    assert found.mutual.tolist() == expected


def test_of_equal_rows_the_first_is_the_best() -> None:
    x, _ = sides(40, 1, 8)
    found = best_neighbors(x, np.concatenate([x, x]), k=2)
    assert found.forward.tolist() == list(range(40))


def test_refusals() -> None:
    x, y = sides(20, 20, 8)
    with pytest.raises(ShapeError, match="width 8 and 7"):
        best_neighbors(x, y[:, :7])
    with pytest.raises(InputError, match="k is 0"):
        best_neighbors(x, y, k=0)
    with pytest.raises(InputError, match="with 20 and 0 rows"):
        best_neighbors(x, y[:0])
    for keep in (0.0, 1.5):
        with pytest.raises(InputError, match=f"keep is {keep}"):
            best_neighbors(x, y, keep=keep)


def test_rows_that_are_not_of_unit_length_are_refused() -> None:
    x, y = sides(30, 40, 5)
    with pytest.raises(InputError, match=r"y has a row of length 3 \(row 7\); rows of length 1"):
        best_neighbors(x, np.where(np.arange(40)[:, None] == 7, np.float32(3), 1) * y)
