import numpy as np
import pytest
from scipy.stats import skew

from xling.errors import DegenerateInputError, InputError
from xling.retrieval import hubness as module
from xling.retrieval.criteria import augment
from xling.retrieval.hubness import QUERIES, Hubness, hubness, spread
from xling.retrieval.index import ExactIndex
from xling.retrieval.searcher import Searcher


def nearest(rows: np.ndarray) -> Searcher:
    """Search some rows for the nearest one."""
    index = ExactIndex(rows=augment(rows, np.zeros(len(rows), np.float32)))
    return Searcher(index=index, criterion="nn", corrected=lambda: None)


def test_a_planted_hub() -> None:
    # Four answers: the third is near to all five queries, the last to none.
    answers = np.array([[1, 0], [0, 1], [0.7, 0.7], [-1, -1]], np.float32)
    queries = np.array([[1, 0.9], [0.9, 1], [1, 1], [1, 0], [0, 1]], np.float32)
    found = hubness(nearest(answers), queries, np.zeros(5, np.float32), k=2)
    assert found.counts.tolist() == [2, 3, 5, 0]
    assert (found.k, found.queries) == (2, 5)
    assert found.never_retrieved == 0.25
    assert found.hubs(2).tolist() == [2, 1]
    assert found.to_json(["a", "b", "c", "d"], hubs=1) == {
        "k": 2,
        "queries": 5,
        "skewness": pytest.approx(float(skew([2, 3, 5, 0]))),
        "never_retrieved": 0.25,
        "hubs": [{"word": "c", "count": 5}],
    }


def test_skewness_is_that_of_the_moments() -> None:
    counts = np.random.default_rng(0).poisson(2, 400)
    assert Hubness(counts=counts, k=1, queries=9).skewness == pytest.approx(float(skew(counts)))
    assert Hubness(counts=np.full(7, 3), k=1, queries=21).skewness == 0
    hub = np.array([100] + [0] * 99)
    assert Hubness(counts=hub, k=1, queries=100).skewness > 9


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    answers = random.standard_normal((30, 4)).astype(np.float32)
    queries = random.standard_normal((50, 4)).astype(np.float32)
    whole = hubness(nearest(answers), queries, np.zeros(50, np.float32), k=4)
    monkeypatch.setattr(module, "_BLOCK", 7)
    calls: list[tuple[str, int, int]] = []
    parts = hubness(
        nearest(answers),
        queries,
        np.zeros(50, np.float32),
        k=4,
        progress=lambda *call: calls.append(call),
    )
    np.testing.assert_array_equal(whole.counts, parts.counts)
    assert whole.counts.sum() == 50 * 4
    assert calls[-1] == ("hubness", 50, 50)


def test_more_answers_than_there_are() -> None:
    found = hubness(nearest(np.eye(3, dtype=np.float32)), np.eye(3, dtype=np.float32),
                    np.zeros(3, np.float32), k=99)  # fmt: skip
    assert found.k == 3
    assert found.counts.tolist() == [3, 3, 3]
    assert found.skewness == 0


def test_queries_are_chosen_over_all_ranks() -> None:
    assert spread(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert spread(10, 4).tolist() == [0, 2, 5, 7]
    assert len(spread(1_000_000)) == QUERIES == len(set(spread(1_000_000).tolist()))


def test_bad_calls() -> None:
    rows, none = np.eye(2, dtype=np.float32), np.zeros(0, np.float32)
    with pytest.raises(InputError, match="k is 0; at least 1"):
        hubness(nearest(rows), rows, np.zeros(2, np.float32), k=0)
    with pytest.raises(DegenerateInputError, match="no query"):
        hubness(nearest(rows), rows[:0], none)


def test_the_first_queries_of_each_answer_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    answers = random.standard_normal((9, 4)).astype(np.float32)
    queries = random.standard_normal((40, 4)).astype(np.float32)
    monkeypatch.setattr(module, "_BLOCK", 7)
    found = hubness(nearest(answers), queries, np.zeros(40, np.float32), k=3)
    expected: list[list[int]] = [[] for _ in answers]
    for number, row in enumerate(queries @ answers.T):
        for answer in np.argsort(-row)[:3].tolist():
            expected[answer].append(number)
    assert [len(one) for one in expected] == found.counts.tolist()
    assert found.mean == 40 * 3 / 9
    for own, first in zip(found.first.tolist(), expected, strict=True):
        assert own == (first + [-1] * 4)[:4]


def test_classes_of_counts() -> None:
    found = Hubness(counts=np.array([1, 1, 1]), k=1, queries=3)
    assert found.classes == [("0", 0), ("1–2", 3)]
    assert Hubness(counts=np.array([0, 500]), k=1, queries=3).classes[-1] == ("101+", 1)
