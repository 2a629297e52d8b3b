import itertools

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

from xling.errors import DegenerateInputError, InputError, NonFiniteError, ShapeError
from xling.linalg.generalized_procrustes import generalized_procrustes, linked_groups

DIM = 6


def rotation(random: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(random.standard_normal((DIM, DIM)))[0]


def world(count: int, *, noise: float = 0.0, seed: int = 0, items: int = 80):
    """Give rotated copies of one space: ``rows[i] @ turns[i]`` are the same points."""
    random = np.random.default_rng(seed)
    points = random.standard_normal((items, DIM))
    turns = [rotation(random) for _ in range(count)]
    rows = [points @ turn.T + noise * random.standard_normal((items, DIM)) for turn in turns]
    return rows, turns


def cross(rows, i: int, j: int, part: slice = slice(None), weights=None) -> np.ndarray:
    y = rows[j][part] if weights is None else rows[j][part] * weights[:, None]
    return rows[i][part].T @ y


def disagreement(rows, rotations, links) -> float:
    return sum(
        float(((rows[i][part] @ rotations[i] - rows[j][part] @ rotations[j]) ** 2).sum())
        for (i, j), part in links.items()
    )


@pytest.mark.parametrize(
    "links",
    [
        [(0, 1), (0, 2), (0, 3)],
        [(0, 1), (1, 2), (2, 3)],
        [(3, 1), (1, 2), (2, 0), (0, 3)],
        list(itertools.combinations(range(4), 2)),
    ],
    ids=["star", "chain", "ring", "all"],
)
def test_planted_rotations_are_found(links) -> None:
    rows, turns = world(4)
    found = generalized_procrustes({(i, j): cross(rows, i, j) for i, j in links}, 4)
    assert found.converged
    for i, j in itertools.combinations(range(4), 2):  # those that are not linked too
        between = found.rotations[i] @ found.rotations[j].T
        np.testing.assert_allclose(between, turns[i] @ turns[j].T, atol=1e-9)
    for one in found.rotations:
        np.testing.assert_allclose(one.T @ one, np.eye(DIM), atol=1e-12)
    np.testing.assert_array_equal(found.rotations[found.fixed], np.eye(DIM))


def test_two_spaces_are_procrustes() -> None:
    rows, _ = world(2, noise=0.5)
    found = generalized_procrustes({(0, 1): cross(rows, 0, 1)}, 2)
    expected, _ = orthogonal_procrustes(rows[0], rows[1])
    np.testing.assert_allclose(found.rotations[0] @ found.rotations[1].T, expected, atol=1e-9)


def test_a_tree_is_each_link_alone() -> None:
    rows, _ = world(3, noise=0.8)
    found = generalized_procrustes({(0, 1): cross(rows, 0, 1), (0, 2): cross(rows, 0, 2)}, 3)
    for other in (1, 2):
        expected, _ = orthogonal_procrustes(rows[other], rows[0])
        between = found.rotations[other] @ found.rotations[0].T
        np.testing.assert_allclose(between, expected, atol=1e-7)
    assert len(found.history) == 2


def test_the_objective_never_falls_and_no_rotation_nearby_is_better() -> None:
    parts = {(0, 1): slice(0, 30), (1, 2): slice(20, 60), (0, 2): slice(50, 80)}
    rows, _ = world(3, noise=1.0, seed=3)
    found = generalized_procrustes({p: cross(rows, *p, part) for p, part in parts.items()}, 3)
    assert found.converged
    assert len(found.history) > 2
    assert np.diff(found.history).min() >= -1e-9
    best = disagreement(rows, found.rotations, parts)
    random = np.random.default_rng(0)
    for _ in range(50):
        step = random.standard_normal((3, DIM, DIM)) * 0.03
        moved = [
            one @ np.linalg.qr(np.eye(DIM) + each - each.T)[0]
            for one, each in zip(found.rotations, step, strict=True)
        ]
        moved = [
            one @ np.diag(np.sign(np.diag(one.T @ old)))
            for one, old in zip(moved, found.rotations, strict=True)
        ]
        assert disagreement(rows, moved, parts) > best - 1e-6


def test_a_third_link_helps() -> None:
    rows, turns = world(3, noise=1.2, seed=1)
    few = slice(0, 12)
    pair = {(0, 1): cross(rows, 0, 1, few)}
    alone = generalized_procrustes(pair, 2)
    joint = generalized_procrustes(pair | {(0, 2): cross(rows, 0, 2), (1, 2): cross(rows, 1, 2)}, 3)
    errors = [
        np.linalg.norm(found.rotations[0] @ found.rotations[1].T - turns[0] @ turns[1].T)
        for found in (alone, joint)
    ]
    assert errors[1] < errors[0] / 2


def test_weights_count() -> None:
    rows, turns = world(3)
    random = np.random.default_rng(5)
    wrong = [rows[0], rows[1].copy(), rows[2]]
    wrong[1][:40] = random.permutation(wrong[1][:40])
    trust = np.where(np.arange(80) < 40, 1e-6, 1.0)
    found = generalized_procrustes(
        {(0, 1): cross(wrong, 0, 1, weights=trust), (0, 2): cross(wrong, 0, 2)}, 3
    )
    between = found.rotations[1] @ found.rotations[2].T
    np.testing.assert_allclose(between, turns[1] @ turns[2].T, atol=1e-4)
    blind = generalized_procrustes({(0, 1): cross(wrong, 0, 1), (0, 2): cross(wrong, 0, 2)}, 3)
    between = blind.rotations[1] @ blind.rotations[2].T
    assert np.linalg.norm(between - turns[1] @ turns[2].T) > 1e-2


def test_the_order_of_spaces_and_the_direction_of_links_do_not_matter() -> None:
    rows, _ = world(4, noise=0.6, seed=2)
    pairs = [(0, 1), (1, 2), (2, 3), (0, 3)]
    found = generalized_procrustes({p: cross(rows, *p) for p in pairs}, 4)
    order = [2, 0, 3, 1]  # space `order[k]` now stands at place k
    place = {space: k for k, space in enumerate(order)}
    turned = generalized_procrustes({(place[j], place[i]): cross(rows, j, i) for i, j in pairs}, 4)
    assert turned.history[-1] == pytest.approx(found.history[-1], rel=1e-8)
    assert order[turned.fixed] == found.fixed
    for space in range(4):
        np.testing.assert_allclose(
            turned.rotations[place[space]], found.rotations[space], atol=1e-3
        )


def test_both_directions_of_a_link_are_added() -> None:
    rows, _ = world(2, noise=0.5)
    half = slice(0, 40), slice(40, 80)
    both = {(0, 1): cross(rows, 0, 1, half[0]), (1, 0): cross(rows, 1, 0, half[1])}
    found, whole = (
        generalized_procrustes(c, 2).rotations[1] for c in (both, {(0, 1): cross(rows, 0, 1)})
    )
    np.testing.assert_allclose(found, whole, atol=1e-9)


def test_rounds_can_be_few() -> None:
    rows, _ = world(3, noise=1.0)
    links = {p: cross(rows, *p) for p in [(0, 1), (1, 2), (0, 2)]}
    short = generalized_procrustes(links, 3, max_rounds=1, tolerance=0.0)
    assert (short.converged, len(short.history)) == (False, 2)


def test_what_cannot_be_linked() -> None:
    rows, _ = world(3)
    one = {(0, 1): cross(rows, 0, 1)}
    with pytest.raises(DegenerateInputError, match=r"no chain of links .*\[\[0, 1\], \[2\]\]"):
        generalized_procrustes(one, 3)
    with pytest.raises(DegenerateInputError, match="no chain of links"):
        generalized_procrustes(one | {(1, 2): np.zeros((DIM, DIM))}, 3)
    with pytest.raises(DegenerateInputError, match="no link between spaces"):
        generalized_procrustes({}, 2)
    for pair in ((0, 0), (0, 3), (-1, 0)):
        with pytest.raises(InputError, match=f"spaces {pair[0]} and {pair[1]}; two of 0 to 2"):
            generalized_procrustes({pair: np.eye(DIM)}, 3)
    with pytest.raises(ShapeError, match="square is needed"):
        generalized_procrustes({(0, 1): np.ones((2, 3))}, 2)
    with pytest.raises(ShapeError, match=r"width 3; 6 is needed"):
        generalized_procrustes(one | {(1, 2): np.eye(3)}, 3)
    with pytest.raises(NonFiniteError, match="the link of 0 and 1 holds nan"):
        generalized_procrustes({(0, 1): np.full((2, 2), np.nan)}, 2)


def test_groups() -> None:
    assert linked_groups([], 2) == [[0], [1]]
    assert linked_groups([(1, 0), (2, 3), (3, 1)], 4) == [[0, 1, 2, 3]]
