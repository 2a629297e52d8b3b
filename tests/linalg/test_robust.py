import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.errors import DegenerateInputError
from xling.linalg.multi_step import multi_step_maps
from xling.linalg.procrustes import orthogonal_map
from xling.linalg.ridge import least_squares_map, ridge_map
from xling.linalg.robust import FOLDS, pairs_needed, robust_fit

SOLVERS = {
    "procrustes": lambda x, y, w: (orthogonal_map(x, y, weights=w), None),
    "least squares": lambda x, y, w: (least_squares_map(x, y, weights=w), None),
    "ridge": lambda x, y, w: (None, ridge_map(y, x, penalty=1.0, weights=w)),
    "multi-step": lambda x, y, w: multi_step_maps(x, y, penalty=3.0, weights=w)[:2],
}


def world(seed: int, share: float, n: int = 600, dim: int = 30, noise: float = 0.7):
    """Plant a rotation, noise of 0.7 times a row's length, and a share of wrong partners."""
    random = np.random.default_rng(seed)
    x = unit_rows(random.standard_normal((n, dim)))
    turn = np.linalg.qr(random.standard_normal((dim, dim)))[0]
    y = unit_rows(x @ turn + noise * unit_rows(random.standard_normal((n, dim))))
    wrong = np.sort(random.permutation(n)[: int(share * n)])
    dirty = y.copy()
    dirty[wrong] = y[np.roll(wrong, 1)]
    return x, y, dirty, np.isin(np.arange(n), wrong), turn


def cosines(x: np.ndarray, y: np.ndarray, maps) -> np.ndarray:
    a, b = (r if m is None else r @ m for r, m in zip((x, y), maps, strict=True))
    return np.sum(unit_rows(a) * unit_rows(b), axis=1)


@pytest.mark.parametrize("name", SOLVERS)
def test_wrong_pairs_are_found_and_lose_their_weight(name: str) -> None:
    x, y, dirty, wrong, _ = world(0, 0.3)
    solve = SOLVERS[name]
    found = robust_fit(solve, x, dirty)
    named = found.probabilities < 0.1
    assert wrong[named].mean() > 0.95
    assert named[wrong].mean() > 0.85
    assert found.probabilities[~wrong].mean() > 0.95
    ones = np.ones(len(x))
    clean, harmed = (cosines(x, y, solve(x, rows, ones)).mean() for rows in (y, dirty))
    kept = cosines(x, y, found.maps).mean()
    assert clean - kept < 0.25 * (clean - harmed)
    assert found.converged


def test_the_rotation_is_nearer_than_without() -> None:
    x, y, dirty, _, turn = world(1, 0.3)
    found = robust_fit(SOLVERS["procrustes"], x, dirty).maps[0]
    off = [np.linalg.norm(one - turn) for one in (found, orthogonal_map(x, dirty))]
    best = np.linalg.norm(orthogonal_map(x, y) - turn)
    assert off[0] < 0.7 * off[1]
    assert off[0] < 1.4 * best


@pytest.mark.parametrize("name", SOLVERS)
def test_little_is_lost_on_a_clean_lexicon(name: str) -> None:
    x, y, _, _, _ = world(2, 0.0)
    solve = SOLVERS[name]
    found = robust_fit(solve, x, y)
    assert found.probabilities.mean() > 0.97
    plain = cosines(x, y, solve(x, y, np.ones(len(x)))).mean()
    assert cosines(x, y, found.maps).mean() > plain - 0.003


def test_without_noise_wrong_pairs_count_for_nothing() -> None:
    x, _, dirty, wrong, turn = world(3, 0.3, noise=0.0)
    found = robust_fit(SOLVERS["procrustes"], x, dirty)
    np.testing.assert_allclose(found.maps[0], turn, atol=1e-6)
    np.testing.assert_array_equal(found.probabilities < 0.5, wrong)


def test_the_order_of_the_pairs_plays_no_part() -> None:
    x, _, dirty, _, _ = world(4, 0.2)
    order = np.random.default_rng(0).permutation(len(x))
    weights = np.random.default_rng(1).random(len(x)) + 0.1
    first = robust_fit(SOLVERS["procrustes"], x, dirty, weights=weights)
    second = robust_fit(SOLVERS["procrustes"], x[order], dirty[order], weights=weights[order])
    np.testing.assert_allclose(second.maps[0], first.maps[0], atol=1e-8)
    np.testing.assert_allclose(second.probabilities, first.probabilities[order], atol=1e-8)
    assert second.history == pytest.approx(first.history)


@pytest.mark.parametrize("leading", [np.zeros(600), np.arange(600) % 25])
def test_whole_rows_say_which_pairs_share_a_word(leading: np.ndarray) -> None:
    x, _, dirty, wrong, _ = world(4, 0.3)
    x, dirty = (np.column_stack([0.01 * leading, rows]) for rows in (x, dirty))
    order = np.random.default_rng(0).permutation(len(x))
    first = robust_fit(SOLVERS["procrustes"], x, dirty)
    second = robust_fit(SOLVERS["procrustes"], x[order], dirty[order])
    assert (first.probabilities < 0.1)[wrong].mean() > 0.85
    np.testing.assert_allclose(second.probabilities, first.probabilities[order], atol=1e-8)


def test_arguments_stay_and_few_pairs_are_left_alone() -> None:
    x, _, dirty, _, _ = world(5, 0.3)
    x.flags.writeable = dirty.flags.writeable = False
    few = robust_fit(SOLVERS["procrustes"], x[:19], dirty[:19])
    np.testing.assert_array_equal(few.probabilities, np.ones(19))
    np.testing.assert_array_equal(few.maps[0], orthogonal_map(x[:19], dirty[:19]))
    some = robust_fit(SOLVERS["procrustes"], x[:20], dirty[:20])
    assert some.history


def test_rounds_are_limited() -> None:
    x, _, dirty, _, _ = world(6, 0.3)
    found = robust_fit(SOLVERS["procrustes"], x, dirty, rounds=1)
    assert len(found.history) == 1
    assert not found.converged


def test_each_part_needs_enough_pairs() -> None:
    assert pairs_needed(12) == 15
    for least in range(1, 50):
        needed = pairs_needed(least)
        assert needed - -(-needed // FOLDS) >= least > (needed - 1) - -(-(needed - 1) // FOLDS)
    x, _, dirty, _, _ = world(7, 0.0, n=37)
    with pytest.raises(DegenerateInputError, match="least squares needs all of them"):
        robust_fit(SOLVERS["least squares"], x, dirty)


def test_one_source_row_in_all_pairs() -> None:
    x, _, dirty, _, _ = world(8, 0.0)
    x[:] = x[0]
    np.testing.assert_array_equal(robust_fit(SOLVERS["ridge"], x, dirty).probabilities, 1)
