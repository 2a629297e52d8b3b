import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.errors import InputError, ShapeError
from xling.retrieval import index as index_module
from xling.retrieval import searcher as searcher_module
from xling.retrieval.criteria import CRITERIA, Criterion, augment, correction, mean_similarity
from xling.retrieval.index import ExactIndex
from xling.retrieval.searcher import Corrections, Searcher


def sides(rows: int = 60, others: int = 45) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    return tuple(
        unit_rows(random.standard_normal((n, 6))).astype(np.float32) for n in (rows, others)
    )


def make(asked: np.ndarray, searched: np.ndarray) -> Corrections:
    means = mean_similarity(asked, searched), mean_similarity(searched, asked)
    return Corrections(
        indexes=(
            ExactIndex(rows=augment(asked, means[0])),
            ExactIndex(rows=augment(searched, means[1])),
        )
    )


@pytest.mark.parametrize("name", CRITERIA)
@pytest.mark.parametrize("asked", [0, 1])
def test_the_best_are_those_of_the_whole_matrix_in_any_blocks(
    name: Criterion, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "_CELLS", 200)  # three or four queries at once
    both = sides()
    known = make(*both)
    searcher = Searcher(
        index=known.indexes[1 - asked], criterion=name, corrected=lambda: known.get(asked, name)
    )
    means = known.indexes[asked].rows[:, -1]
    scores = searcher.scores(both[asked], means)
    found = searcher.search(both[asked], means, 9)
    assert scores.shape == (len(both[asked]), len(both[1 - asked]))
    np.testing.assert_array_equal(found.ids, np.argsort(-scores, axis=1, kind="stable")[:, :9])
    np.testing.assert_allclose(
        found.scores, np.take_along_axis(scores, found.ids, axis=1), rtol=1e-5, atol=1e-4
    )


def test_corrections_are_found_once_and_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = sides()
    known = make(*both)
    calls = []

    def counted(name: Criterion, answers: ExactIndex, asked: ExactIndex) -> np.ndarray | None:
        calls.append((name, len(answers), len(asked)))
        return correction(name, answers, asked)

    monkeypatch.setattr(searcher_module, "correction", counted)
    for _ in range(2):
        for name in CRITERIA:
            for asked in (0, 1):
                found = known.get(asked, name)
                assert (found is None) == (name not in {"mutual", "inverted-softmax"})
                assert found is None or len(found) == (45, 60)[asked]
    # One pass for each direction; the margin has none to do.
    passes = [call for call in calls if call[0] != "margin"]
    assert sorted(passes) == sorted(
        (name, *sizes) for name in ("mutual", "inverted-softmax") for sizes in ((45, 60), (60, 45))
    )


def test_bad_calls() -> None:
    known = make(*sides())
    with pytest.raises(InputError, match="k is 0; at least 1"):
        known.indexes[0].scan(np.zeros((1, 7), np.float32), 0, lambda dense, _: dense)
    with pytest.raises(ShapeError, match="queries has rows of width 6; 7 is needed"):
        known.indexes[0].scan(np.zeros((1, 6), np.float32), 1, lambda dense, _: dense)


def test_equal_rows_come_in_order_and_none_is_cut_off() -> None:
    rows = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
    found = ExactIndex(rows=rows).scan(rows[4:5], 3, lambda dense, _: dense)
    assert found.ids.tolist() == [[4, 5, 6]]
    assert found.scores.tolist() == [[1, 1, 1]]
    assert ExactIndex(rows=rows).scan(rows[:2], 99, lambda dense, _: dense).ids.shape == (2, 12)
