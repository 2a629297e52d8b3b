import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import UnknownNameError
from xling.retrieval.criteria import (
    NEIGHBORHOOD,
    Criterion,
    augment,
    criterion,
    mean_similarity,
    queries,
)
from xling.retrieval.index import ExactIndex, Neighbors


def unit(random: np.random.Generator, rows: int, dim: int) -> np.ndarray:
    made = random.standard_normal((rows, dim))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def mean_of_nearest(row: np.ndarray, others: np.ndarray, k: int) -> float:
    """Average the k largest cosines, of vectors of length 1 one by one."""
    cosines = sorted((float(np.dot(row, other)) for other in others), reverse=True)[:k]
    return sum(cosines) / len(cosines)


def reference(asked: np.ndarray, searched: np.ndarray, name: str, k: int) -> np.ndarray:
    """Score every pair as the formula says: csls(x, y) = 2 cos(x, y) - r(x) - r(y)."""
    asked, searched = asked.astype(np.float64), searched.astype(np.float64)
    scores = np.zeros((len(asked), len(searched)))
    for i, x in enumerate(asked):
        for j, y in enumerate(searched):
            scores[i, j] = np.dot(x, y)
            if name == "csls":
                r_x, r_y = mean_of_nearest(x, searched, k), mean_of_nearest(y, asked, k)
                scores[i, j] = 2 * np.dot(x, y) - r_x - r_y
    return scores


def retrieve(asked: np.ndarray, searched: np.ndarray, name: Criterion, top: int) -> Neighbors:
    """Answer all words of one side from the whole other side."""
    index = ExactIndex(rows=augment(searched, mean_similarity(searched, asked)))
    asking, offsets = queries(asked, mean_similarity(asked, searched), name)
    found = index.search(asking, top)
    return Neighbors(ids=found.ids, scores=found.scores - offsets[:, None])


SIZES = st.tuples(st.integers(1, 25), st.integers(1, 25))


@given(st.integers(0, 10_000), SIZES, st.sampled_from(["nn", "csls"]), st.booleans())
def test_equals_the_formula_over_the_whole_vocabulary(
    seed: int, sizes: tuple[int, int], name: Criterion, turned: bool
) -> None:
    random = np.random.default_rng(seed)
    # Fewer distinct rows than rows: bitwise equal ones are everywhere.
    sides = [unit(random, 9, 5)[random.integers(0, 9, size)] for size in sizes]
    asked, searched = sides[::-1] if turned else sides
    expected = reference(asked, searched, name, NEIGHBORHOOD)
    top = min(7, len(searched))
    found = retrieve(asked, searched, name, top)
    for i, row in enumerate(expected):
        np.testing.assert_allclose(found.scores[i], -np.sort(-row)[:top], atol=1e-5)
        np.testing.assert_allclose(found.scores[i], row[found.ids[i]], atol=1e-5)
        # Equal rows in the order of their ids, none of them skipped.
        for place, number in enumerate(found.ids[i].tolist()):
            twins = np.flatnonzero((searched == searched[number]).all(axis=1))
            before = set(twins[twins < number].tolist())
            assert before <= set(found.ids[i, :place].tolist())


def test_neighbourhoods_are_of_ten_words() -> None:
    assert NEIGHBORHOOD == 10
    random = np.random.default_rng(0)
    rows, others = unit(random, 6, 4), unit(random, 30, 4)
    for k in (1, 10, 30, 99):
        expected = [mean_of_nearest(row, others, k) for row in rows.astype(np.float64)]
        np.testing.assert_allclose(mean_similarity(rows, others, k=k), expected, atol=1e-6)
    default = mean_similarity(rows, others)
    np.testing.assert_array_equal(default, mean_similarity(rows, others, k=10))
    assert np.abs(default - mean_similarity(rows, others, k=9)).min() > 1e-4


def test_csls_takes_a_hub_down() -> None:
    # Row 0 lies between all queries and is the nearest of each; the others belong to one each.
    asked = np.eye(12, dtype=np.float32)
    hub = np.full((1, 12), 1 / np.sqrt(12), np.float32)
    own = np.sqrt(1 - 0.2**2) * np.roll(np.eye(24, dtype=np.float32), 12, axis=1)[:12]
    own[:, :12] += 0.2 * np.eye(12, dtype=np.float32)
    searched = np.vstack([np.hstack([hub, np.zeros((1, 12), np.float32)]), own])
    asked = np.hstack([asked, np.zeros((12, 12), np.float32)])
    nearest = retrieve(asked, searched, "nn", 1).ids[:, 0]
    scaled = retrieve(asked, searched, "csls", 1).ids[:, 0]
    assert nearest.tolist() == [0] * 12
    assert scaled.tolist() == list(range(1, 13))


def test_many_rows_are_measured_in_blocks() -> None:
    random = np.random.default_rng(1)
    rows, others = unit(random, 4100, 3), unit(random, 12, 3)
    calls: list[tuple[str, int, int]] = []
    whole = mean_similarity(rows, others, progress=lambda *call: calls.append(call))
    assert [call[1:] for call in calls] == [(4096, 4100), (4100, 4100)]
    np.testing.assert_allclose(whole[4090:], mean_similarity(rows[4090:], others), atol=1e-6)


def test_nn_ignores_the_neighbourhoods() -> None:
    rows = np.eye(2, dtype=np.float32)
    asking, offsets = queries(rows, np.array([0.5, 0.25], np.float32), "nn")
    assert asking.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert offsets.tolist() == [0, 0]
    asking, offsets = queries(rows, np.array([0.5, 0.25], np.float32), "csls")
    assert asking.tolist() == [[2, 0, -1], [0, 2, -1]]
    assert offsets.tolist() == [0.5, 0.25]


def test_names() -> None:
    assert [criterion(name) for name in ("nn", "csls")] == ["nn", "csls"]
    with pytest.raises(UnknownNameError, match="unknown retrieval criterion 'cls'") as caught:
        criterion("cls")
    assert caught.value.hint == "did you mean 'csls'?"
