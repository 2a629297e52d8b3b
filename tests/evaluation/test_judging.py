import numpy as np
import pytest

from xling.data.vocabulary import Vocabulary
from xling.errors import ShapeError
from xling.evaluation.judging import judge
from xling.evaluation.queries import Query

SCORES = np.array([[4, 3, 2, 1], [1, 2, 3, 4], [4, 4, 1, 1]], np.float32)
TARGET = Vocabulary(words=("a", "b", "c", "d"))


def query(row: int, *columns: int) -> Query:
    gold = tuple(TARGET.words[column] for column in columns)
    return Query(
        word=f"w{row}", gold=gold, written=(f"w{row}",), gold_written=gold, row=row,
        columns=np.array(columns, np.int64),
    )  # fmt: skip


QUERIES = [query(2, 1), query(0, 2, 3), query(1, 3)]


def test_ranks_precisions_and_chance() -> None:
    found = judge(lambda rows: SCORES[rows], QUERIES, TARGET, top=1)
    assert found.ranks.tolist() == [1.5, 3.0, 1.0]
    assert found.average_precisions.tolist() == pytest.approx([3 / 4, (1 / 3 + 2 / 4) / 2, 1.0])
    assert [answers[0].word for answers, _ in found.answers] == ["a", "a", "d"]
    assert (found.candidates, found.tolerant_ranks) == (4, None)
    assert found.chance == pytest.approx((1 / 4 + 2 / 4 + 1 / 4) / 3)


def test_only_kept_rows_are_ranked() -> None:
    found = judge(lambda rows: SCORES[rows], QUERIES, TARGET, kept=np.array([1, 2, 3]), top=1)
    assert found.ranks.tolist() == [1.0, 2.0, 1.0]
    assert [answers[0].word for answers, _ in found.answers] == ["b", "b", "d"]
    assert found.candidates == 3


def test_tolerant_columns_outside_the_kept_ones_do_not_count() -> None:
    tolerant = [np.array([1]), np.array([0, 1, 2, 3]), np.array([2, 3])]
    whole = judge(lambda rows: SCORES[rows], QUERIES, TARGET, tolerant=tolerant)
    assert whole.tolerant_ranks is not None
    assert whole.tolerant_ranks.tolist() == [1.5, 1.0, 1.0]
    part = judge(
        lambda rows: SCORES[rows], QUERIES, TARGET, kept=np.array([1, 2, 3]), tolerant=tolerant
    )
    assert part.tolerant_ranks is not None
    assert part.tolerant_ranks.tolist() == [1.0, 1.0, 1.0]
    assert part.average_precisions[1] == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_no_query_still_asks_once() -> None:
    asked: list[int] = []
    found = judge(lambda rows: (asked.append(len(rows)), SCORES[rows])[1], [], TARGET)
    assert (asked, found.chance, found.ranks.shape) == ([0], 0.0, (0,))


def test_scores_of_another_width_are_refused() -> None:
    with pytest.raises(ShapeError, match="width 3; 4 is needed"):
        judge(lambda rows: SCORES[rows, :3], QUERIES, TARGET)
