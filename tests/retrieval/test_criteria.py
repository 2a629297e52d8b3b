import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import UnknownNameError
from xling.retrieval import criteria
from xling.retrieval.criteria import (
    CRITERIA,
    NEIGHBORHOOD,
    Criterion,
    augment,
    correction,
    criterion,
    mean_similarity,
    queries,
)
from xling.retrieval.index import ExactIndex, Neighbors
from xling.retrieval.searcher import Searcher


def unit(random: np.random.Generator, rows: int, dim: int) -> np.ndarray:
    made = random.standard_normal((rows, dim))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def mean_of_nearest(row: np.ndarray, others: np.ndarray, k: int) -> float:
    """Average the k largest cosines, of vectors of length 1 one by one."""
    cosines = sorted((float(np.dot(row, other)) for other in others), reverse=True)[:k]
    return sum(cosines) / len(cosines)


def value(
    name: str, cosine: float, x: np.ndarray, y: np.ndarray, asked: np.ndarray, searched: np.ndarray
) -> float:
    """Score a pair as the formula of the criterion says."""
    r_x, r_y = mean_of_nearest(x, searched, 10), mean_of_nearest(y, asked, 10)

    def csls(one: np.ndarray, other: np.ndarray) -> float:
        near = mean_of_nearest(one, searched, 10) + mean_of_nearest(other, asked, 10)
        return 2 * float(np.dot(one, other)) - near

    match name:
        case "nn":
            return cosine
        case "csls":
            return 2 * cosine - r_x - r_y
        case "margin-distance":
            return cosine - (r_x + r_y) / 2
        case "margin":
            return cosine / max((r_x + r_y) / 2, 0.01)
        case "inverted-softmax":
            return math.log(
                math.exp(30 * cosine) / sum(math.exp(30 * float(np.dot(x_n, y))) for x_n in asked)
            )
        case "mutual":
            best = max(csls(x, other) for other in searched), max(csls(one, y) for one in asked)
            return csls(x, y) - max(best)
    raise AssertionError(name)


def reference(asked: np.ndarray, searched: np.ndarray, name: str) -> np.ndarray:
    """Score every pair, one by one."""
    asked, searched = asked.astype(np.float64), searched.astype(np.float64)
    scores = np.zeros((len(asked), len(searched)))
    for i, x in enumerate(asked):
        for j, y in enumerate(searched):
            scores[i, j] = value(name, float(np.dot(x, y)), x, y, asked, searched)
    return scores


def retrieve(asked: np.ndarray, searched: np.ndarray, name: Criterion, top: int) -> Neighbors:
    """Answer all words of one side from the whole other side."""
    return searcher(asked, searched, name).search(asked, mean_similarity(asked, searched), top)


def searcher(asked: np.ndarray, searched: np.ndarray, name: Criterion) -> Searcher:
    answers, queries = indexes(asked, searched)
    return Searcher(
        index=answers, criterion=name, corrected=lambda: correction(name, answers, queries)
    )


def indexes(asked: np.ndarray, searched: np.ndarray) -> tuple[ExactIndex, ExactIndex]:
    """Index the answers, and the queries."""
    return (
        ExactIndex(rows=augment(searched, mean_similarity(searched, asked))),
        ExactIndex(rows=augment(asked, mean_similarity(asked, searched))),
    )


SIZES = st.tuples(st.integers(1, 16), st.integers(1, 16))


@given(st.integers(0, 10_000), SIZES, st.sampled_from(CRITERIA), st.booleans())
def test_equals_the_formula_over_the_whole_vocabulary(
    seed: int, sizes: tuple[int, int], name: Criterion, turned: bool
) -> None:
    random = np.random.default_rng(seed)
    # Fewer distinct rows than rows: bitwise equal ones are everywhere.
    sides = [unit(random, 9, 5)[random.integers(0, 9, size)] for size in sizes]
    asked, searched = sides[::-1] if turned else sides
    expected = reference(asked, searched, name)
    top = min(7, len(searched))
    found = retrieve(asked, searched, name, top)
    close = dict.fromkeys(CRITERIA, 1e-5) | {"inverted-softmax": 1e-4, "margin": 1e-3}
    near = {"atol": close[name], "rtol": 1e-5}
    dense = searcher(asked, searched, name).scores(asked, mean_similarity(asked, searched))
    np.testing.assert_allclose(dense, expected, **near)
    for i, row in enumerate(expected):
        np.testing.assert_allclose(found.scores[i], -np.sort(-row)[:top], **near)
        np.testing.assert_allclose(found.scores[i], row[found.ids[i]], **near)
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


@pytest.mark.parametrize("name", sorted(set(CRITERIA) - {"nn"}))
def test_every_criterion_takes_a_hub_down(name: Criterion) -> None:
    # Row 0 lies between all queries and is the nearest of each; the others belong to one each.
    asked = np.eye(12, dtype=np.float32)
    hub = np.full((1, 12), 1 / np.sqrt(12), np.float32)
    own = np.sqrt(1 - 0.2**2) * np.roll(np.eye(24, dtype=np.float32), 12, axis=1)[:12]
    own[:, :12] += 0.2 * np.eye(12, dtype=np.float32)
    searched = np.vstack([np.hstack([hub, np.zeros((1, 12), np.float32)]), own])
    asked = np.hstack([asked, np.zeros((12, 12), np.float32)])
    nearest = retrieve(asked, searched, "nn", 1).ids[:, 0]
    scaled = retrieve(asked, searched, name, 1).ids[:, 0]
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


def test_the_pass_over_all_queries_is_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    answers, asked = indexes(unit(random, 41, 5), unit(random, 23, 5))
    for name in CRITERIA:
        whole = correction(name, answers, asked)
        with monkeypatch.context() as patch:
            patch.setattr(criteria, "_TILE", 7)
            parts = correction(name, answers, asked)
        assert (whole is None) == (parts is None) == (name not in {"mutual", "inverted-softmax"})
        if whole is not None and parts is not None:
            np.testing.assert_allclose(whole, parts, atol=1e-5)
            assert np.ptp(whole) > 0.1


def test_mutual_nearest_neighbours_have_no_better_one() -> None:
    random = np.random.default_rng(3)
    asked, searched = unit(random, 30, 4), unit(random, 25, 4)
    scores = searcher(asked, searched, "mutual").scores(asked, mean_similarity(asked, searched))
    values = reference(asked, searched, "csls")
    rows, columns = values.argmax(axis=1), values.argmax(axis=0)
    mutual = np.zeros(scores.shape, bool)
    for i, j in enumerate(rows):
        mutual[i, j] = columns[j] == i
    assert 3 < mutual.sum() < 25
    np.testing.assert_allclose(scores[mutual], 0, atol=1e-6)
    assert scores[~mutual].max() < -1e-5


def test_names() -> None:
    assert [criterion(name) for name in CRITERIA] == list(CRITERIA)
    assert set(CRITERIA) >= {"nn", "csls", "inverted-softmax", "margin"}
    with pytest.raises(UnknownNameError, match="unknown retrieval criterion 'cls'") as caught:
        criterion("cls")
    assert caught.value.hint == "did you mean 'csls'?"
