import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, ShapeError
from xling.linalg.isometry import (
    _bottleneck,
    eigenvector_distance,
    hausdorff_bound,
    relational_similarity,
    spectrum_distance,
)


def cloud(seed: int = 0, size: int = 60, dim: int = 8) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.standard_normal((size, dim)) * np.linspace(1, 3, dim)


def turned(rows: np.ndarray, seed: int = 1) -> np.ndarray:
    square = np.random.default_rng(seed).standard_normal((rows.shape[1],) * 2)
    return rows @ np.linalg.qr(square)[0]


@given(st.integers(0, 1000))
def test_a_rotation_is_an_isometry(seed: int) -> None:
    rows = cloud(seed)
    other = turned(rows, seed + 1)
    assert relational_similarity(rows, other) == pytest.approx(1)
    assert spectrum_distance(rows, other) == pytest.approx(0, abs=1e-6)
    assert hausdorff_bound(rows, other) == pytest.approx(0, abs=1e-6)
    order = np.random.default_rng(seed).permutation(len(rows))
    assert eigenvector_distance(rows, other[order]) == pytest.approx(0, abs=1e-6)


def test_noise_takes_them_further_away() -> None:
    rows, random = cloud(size=200, dim=20), np.random.default_rng(3)
    noisy = [turned(rows) + noise * random.standard_normal(rows.shape) for noise in (0.2, 1.5, 30)]
    alike = [relational_similarity(rows, other) for other in noisy]
    apart = [spectrum_distance(rows, other) for other in noisy]
    assert alike == sorted(alike, reverse=True)
    assert abs(alike[-1]) < 0.1 < 0.9 < alike[0]
    assert apart == sorted(apart)
    assert apart[0] < 0.05 < apart[1]


def test_clusters_are_told_from_an_even_cloud() -> None:
    random = np.random.default_rng(0)
    centres = np.repeat(random.standard_normal((10, 8)), 12, axis=0)
    clusters = centres + 0.05 * random.standard_normal(centres.shape)
    even = random.standard_normal(centres.shape)
    other = random.standard_normal(centres.shape)
    assert eigenvector_distance(clusters, even) > 3 * eigenvector_distance(other, even)
    assert hausdorff_bound(clusters, even) > 3 * hausdorff_bound(other, even)


def test_relational_similarity_is_a_correlation() -> None:
    x, y = cloud(1, size=5), cloud(2, size=5, dim=3)
    cosine = [
        [float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)) for a, b in
         itertools.combinations(rows, 2)]
        for rows in (x, y)
    ]  # fmt: skip
    assert relational_similarity(x, y) == pytest.approx(np.corrcoef(*cosine)[0, 1])


def test_spectrum_distance_by_hand() -> None:
    one = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    other = one * [3, 1]  # singular values in ratio 3 to 1: shares 3/4, 1/4 beside 1/2, 1/2
    expected = np.sqrt((np.log(1.5) ** 2 + np.log(0.5) ** 2) / 2)
    assert spectrum_distance(one, other) == pytest.approx(expected)


def test_eigenvector_distance_by_hand() -> None:
    angles = np.array([0, 1, 3, 4]) * np.pi / 10
    one = np.column_stack([np.cos(angles), np.sin(angles)])  # two joined pairs: 2, 2, 0, 0
    star = np.array([[1, 0, 0], [1, 0.1, 0], [1, 0, 0.1], [1, -0.1, -0.05]])
    other = np.linalg.eigvalsh(
        np.array([[3, -1, -1, -1], [-1, 1, 0, 0], [-1, 0, 1, 0], [-1, 0, 0, 1.0]])
    )[::-1]  # a star: 4, 1, 1, 0
    expected = (2 - other[0]) ** 2 + (2 - other[1]) ** 2
    assert eigenvector_distance(one, star, neighbors=1) == pytest.approx(expected)


def test_hausdorff_bound_by_hand() -> None:
    def circle(*degrees: float) -> np.ndarray:
        angles = np.radians(degrees)
        return np.column_stack([np.cos(angles), np.sin(angles)])

    def chord(degrees: float) -> float:
        return 2 * np.sin(np.radians(degrees) / 2)

    one, other = circle(0, 20, 60), circle(0, 30, 90)  # edges 20, 40 and 30, 60 degrees
    expected = max(chord(60) - chord(40), chord(30) - chord(20)) / 2
    assert hausdorff_bound(one, other) == pytest.approx(expected)
    assert hausdorff_bound(circle(0, 0, 10), circle(0, 10)) == pytest.approx(0, abs=1e-7)


@given(
    st.lists(st.floats(0, 2), min_size=1, max_size=4),
    st.lists(st.floats(0, 2), min_size=1, max_size=4),
)
def test_bottleneck_is_the_best_of_all_matchings(one: list[float], other: list[float]) -> None:
    a, b = (np.sort(np.array(values))[::-1] for values in (one, other))
    best = np.inf
    for count in range(min(len(a), len(b)) + 1):
        for left in itertools.combinations(range(len(a)), count):
            for right in itertools.permutations(range(len(b)), count):
                costs = [abs(a[i] - b[j]) for i, j in zip(left, right, strict=True)]
                costs += [a[i] / 2 for i in range(len(a)) if i not in left]
                costs += [b[j] / 2 for j in range(len(b)) if j not in right]
                best = min(best, max(costs, default=0.0))
    assert _bottleneck(a, b) == pytest.approx(best)


def test_refusals() -> None:
    with pytest.raises(ShapeError, match="60 source rows, 59 target rows"):
        relational_similarity(cloud(), cloud()[1:])
    with pytest.raises(DegenerateInputError, match="2 pairs; at least 3"):
        relational_similarity(cloud()[:2], cloud()[:2])
    same = np.ones((4, 3))
    with pytest.raises(DegenerateInputError, match="equally near"):
        relational_similarity(same, cloud(size=4))
    with pytest.raises(DegenerateInputError, match="no directions"):
        spectrum_distance(same, cloud())
    with pytest.raises(ShapeError, match="60 source and 59 target points"):
        eigenvector_distance(cloud(), cloud()[1:])
