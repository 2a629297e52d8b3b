import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xling.arrays import unit_rows
from xling.retrieval import block_search
from xling.retrieval.block_search import NearestRows, block_size, nearest_rows
from xling.retrieval.index import ExactIndex, Neighbors


def nearest(one: np.ndarray, other: np.ndarray, count: int, block: int) -> NearestRows:
    rows = np.flatnonzero(one.any(axis=1)), np.flatnonzero(other.any(axis=1))
    return nearest_rows((one, rows[0]), (other, rows[1]), count, block=block)


def reference(one: np.ndarray, other: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Sort exact products, rounded once."""
    values = (one.astype(np.float64) @ other.astype(np.float64).T).astype(np.float32)
    places = np.broadcast_to(np.arange(len(other)), values.shape)
    ids = np.lexsort((places, -values), axis=1)[:, :count]
    return ids, np.take_along_axis(values, ids, axis=1)


@given(
    st.integers(0, 1_000),
    st.sampled_from([1, 5, 40]),
    st.sampled_from([1, 7, 64]),
    st.sampled_from(["all different", "copies", "nearly equal"]),
)
@settings(max_examples=60)
def test_equals_sorting_all_products(seed: int, count: int, block: int, kind: str) -> None:
    random = np.random.default_rng(seed)
    one, other = (unit_rows(random.standard_normal((n, 4))).astype(np.float32) for n in (20, 60))
    if kind == "copies":
        other = other[random.integers(0, 12, 60)]
    if kind == "nearly equal":  # more of them than are looked at beyond those that are wanted
        other[10:50] = np.nextafter(other[10], random.choice([-2, 2], (40, 4)).astype(np.float32))
    one[3] = other[2] = 0
    found = nearest(one, other, count, block)
    rows, others = np.flatnonzero(one.any(axis=1)), np.flatnonzero(other.any(axis=1))
    ids, values = reference(one[rows], other[others], min(count, len(others)))
    np.testing.assert_array_equal(found.ids, ids)
    np.testing.assert_array_equal(found.cosines, values)


def test_what_float32_mistakes_is_put_right(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    one, other = (unit_rows(random.standard_normal((n, 8))).astype(np.float32) for n in (30, 300))
    other[:250] = unit_rows(other[0] + 3e-7 * random.standard_normal((250, 8)))
    ids, values = reference(one, other, 10)
    search = ExactIndex.search
    asked = []

    def rough(self: ExactIndex, queries: np.ndarray, k: int) -> Neighbors:
        found = search(self, queries, len(self))
        noise = random.uniform(-4e-7, 4e-7, found.scores.shape).astype(np.float32)
        order = np.argsort(-(found.scores + noise), axis=1, kind="stable")[:, :k]
        asked.append((len(queries), order.shape[1]))
        scores = np.take_along_axis(found.scores + noise, order, axis=1)
        return Neighbors(ids=np.take_along_axis(found.ids, order, axis=1), scores=scores)

    monkeypatch.setattr(block_search._best, "__defaults__", (0,))
    monkeypatch.setattr(ExactIndex, "search", rough)
    found = nearest(one, other, 10, 1000)
    np.testing.assert_array_equal(found.ids, ids)
    np.testing.assert_array_equal(found.cosines, values)
    assert asked[:2] == [(30, 10), (30, 20)]  # the last of ten may always be beaten
    assert asked[-1][0] < 30
    assert asked[-1][1] > 250


def test_means_are_of_the_nearest() -> None:
    rows = np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32)
    found = nearest(rows, rows, 2, 9)
    np.testing.assert_allclose(found.means(), [0.8, 0.9, 0.9], rtol=1e-6)


def test_blocks_are_of_64_mib() -> None:
    assert block_size(512) * 512 * 4 == 1 << 26
    assert block_size(100_000) == 4096
