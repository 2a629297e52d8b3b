import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, InputError
from xling.linalg.cca import canonical_maps
from xling.linalg.multi_step import multi_step_maps
from xling.linalg.procrustes import orthogonal_map

DEWHITENINGS = st.sampled_from(["none", "source", "target"])
POWERS = st.sampled_from([0.0, 0.5, 1.0])


def pairs(seed: int, n: int = 80, dim: int = 4) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.standard_normal((n, dim)) @ random.standard_normal((dim, dim))
    y = x @ random.standard_normal((dim, dim)) + random.standard_normal((n, dim))
    return x, y


def step_by_step(x, y, *, whiten, penalty, powers, dewhiten, dim, weights):
    """Move the rows themselves through the steps of the paper, one after the other."""
    rows = {"source": x, "target": y}
    total = sum(weights)
    moments = {}
    for side in rows:
        moment = sum(w * np.outer(r, r) for w, r in zip(weights, rows[side], strict=True)) / total
        number = total**2 / sum(w * w for w in weights)
        moments[side] = moment + penalty * np.trace(moment) / number * np.eye(len(moment))
        if whiten:
            rows[side] = np.array(
                [np.linalg.solve(scipy.linalg.sqrtm(moments[side]).real, r) for r in rows[side]]
            )
    cross = sum(
        w * np.outer(a, b) for w, a, b in zip(weights, rows["source"], rows["target"], strict=True)
    )
    u, s, vt = np.linalg.svd(cross / total)
    turn = {"source": u, "target": vt.T}
    done = []
    for side, power, spread in zip(rows, powers, dewhiten, strict=True):
        moved = rows[side] @ turn[side]
        moved = moved @ np.diag(s**power)
        if whiten and spread != "none":
            root = scipy.linalg.sqrtm(moments[spread]).real
            moved = moved @ np.linalg.inv(turn[spread]) @ root @ turn[spread]
        done.append(moved[:, :dim])
    return done[0], done[1], s


@settings(max_examples=40)
@given(
    st.integers(0, 500),
    st.booleans(),
    st.sampled_from([0.0, 5.0]),
    st.tuples(POWERS, POWERS),
    st.tuples(DEWHITENINGS, DEWHITENINGS),
    st.sampled_from([None, 1, 3]),
)
def test_agrees_with_the_steps_written_out(seed, whiten, penalty, powers, dewhiten, dim) -> None:
    x, y = pairs(seed)
    more = {"whiten": whiten, "penalty": penalty, "powers": powers, "dewhiten": dewhiten}
    weights = np.random.default_rng(seed).random(80) + 0.1
    a, b, s = multi_step_maps(x, y, dim=dim, weights=weights, **more)
    expected = step_by_step(x, y, dim=dim, weights=weights, **more)
    np.testing.assert_allclose(s, expected[2], rtol=1e-6, atol=1e-8)
    # A pair of singular vectors may be turned round, which inner products do not show.
    sides, theirs = (x @ a, y @ b), expected[:2]
    for i, j in ((0, 0), (0, 1), (1, 1)):
        np.testing.assert_allclose(
            sides[i] @ sides[j].T, theirs[i] @ theirs[j].T, rtol=1e-5, atol=1e-5
        )


def test_white_sides_without_dewhitening() -> None:
    x, y = pairs(1)
    a, b, s = multi_step_maps(x, y, powers=(0, 0), dewhiten=("none", "none"))
    for side in (x @ a, y @ b):
        np.testing.assert_allclose(side.T @ side / 80, np.eye(4), atol=1e-8)
    np.testing.assert_allclose((x @ a).T @ (y @ b) / 80, np.diag(s), atol=1e-8)


def test_whitened_and_dewhitened_sides_have_their_inner_products_back() -> None:
    x, y = pairs(2)
    a, b, _ = multi_step_maps(x, y, powers=(0, 0))
    np.testing.assert_allclose(a @ a.T, np.eye(4), atol=1e-8)
    np.testing.assert_allclose(b @ b.T, np.eye(4), atol=1e-8)
    spreads = [scipy.linalg.sqrtm(rows.T @ rows / 80).real for rows in (x, y)]
    u, _, vt = np.linalg.svd(np.linalg.solve(spreads[0], x.T @ y / 80) @ np.linalg.inv(spreads[1]))
    np.testing.assert_allclose(a @ b.T, u @ vt, atol=1e-8)


def test_with_nothing_but_the_orthogonal_step_it_is_procrustes() -> None:
    x, y = pairs(3)
    a, b, s = multi_step_maps(x, y, whiten=False, powers=(0, 0))
    np.testing.assert_allclose(a @ b.T, orthogonal_map(x, y), atol=1e-10)
    np.testing.assert_allclose(s, np.linalg.svd(x.T @ y / 80, compute_uv=False))


def test_without_dewhitening_it_is_cca() -> None:
    x, y = pairs(4)
    a, b, s = multi_step_maps(x, y, powers=(0.5, 0), dewhiten=("none", "none"), penalty=2.0)
    u, v, correlations = canonical_maps(x, y, penalty=2.0)
    np.testing.assert_allclose(s, correlations)
    np.testing.assert_allclose(a @ b.T, u * correlations**0.5 @ v.T, atol=1e-8)


def test_whitening_and_dewhitening_by_the_target_is_least_squares() -> None:
    """Whiten both, full power on the source, target's spread on both: the regression itself."""
    x, y = pairs(5)
    a, b, _ = multi_step_maps(x, y, powers=(1, 0), dewhiten=("target", "target"))
    regression = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(a @ np.linalg.inv(b), regression, atol=1e-8)


def test_a_planted_rotation_is_found() -> None:
    x, _ = pairs(6)
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))[0]
    a, b, s = multi_step_maps(x, x @ turn, penalty=3.0)
    np.testing.assert_allclose(x @ a, x @ turn @ b, atol=1e-8)
    assert s[-1] < s[0] < 1


def test_two_widths() -> None:
    x, y = pairs(7)
    wide = np.hstack([y, np.random.default_rng(2).standard_normal((80, 2))])
    a, b, _ = multi_step_maps(x, wide, dim=3)
    assert (a.shape, b.shape) == ((4, 3), (6, 3))


def test_refusals() -> None:
    x, y = pairs(0)
    for dim in (0, 5):
        with pytest.raises(InputError, match=f"dim is {dim}; 1 to 4 is possible"):
            multi_step_maps(x, y, dim=dim)
    with pytest.raises(DegenerateInputError, match="3 rows span 3 of 4"):
        multi_step_maps(x[:3], y[:3])
