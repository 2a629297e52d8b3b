import numpy as np
import pytest

from xling.data.vocabulary import Vocabulary
from xling.model.answer_table import AnswerTable
from xling.model.answers import Best, named
from xling.server.top_table import WIDTH, TopTable


@pytest.fixture
def answers():
    return Vocabulary(words=tuple(f"w{i}" for i in range(30)))


def make_best(rows, width=WIDTH):
    random = np.random.default_rng(0)
    scores = -np.sort(-random.standard_normal((rows, width)), axis=1)
    scores[0, -2:] = -np.inf
    sure = random.random((rows, width))
    sure[1] = np.nan
    ids = np.argsort(random.random((rows, 30)), axis=1)[:, :width]
    return Best(ids=ids, scores=scores, confidences=sure)


def test_what_was_put_comes_back_as_a_look_up_gives_it(answers):
    table, best = TopTable(5, answers), make_best(3)
    table.put(np.array([4, 0, 2]), best, best.ids % 2 == 0)
    for row, expected in zip((4, 0, 2), named(best, answers), strict=True):
        assert table.get(row, WIDTH) == expected
        assert table.get(row, 2) == expected[:2]
    assert len(table.get(4, WIDTH)) == WIDTH - 2
    assert table.get(0, 1)[0].confidence is None
    assert (table.get(1, 5), table.filled, table.whole) == (None, 3, False)
    assert table.links(4, 3) == (best.ids[0, :3] % 2 == 0).tolist()


def test_missing_rows_once_each_in_order(answers):
    table = TopTable(6, answers)
    best = make_best(3)
    table.put(np.array([3, 1, 0]), best, best.ids > 0)
    assert table.missing(np.array([5, 3, 2, 5])).tolist() == [2, 5]


def test_fewer_words_than_the_width():
    few = Vocabulary(words=("a", "b"))
    table = TopTable(1, few)
    best = Best(ids=np.array([[1, 0]]), scores=np.array([[2.0, 1.0]]), confidences=np.ones((1, 2)))
    table.put(np.array([0]), best, best.ids > 0)
    assert [one.word for one in table.get(0, 5)] == ["b", "a"]


@pytest.mark.parametrize("calibrated", [True, False])
def test_a_stored_table_is_whole_from_the_start(answers, calibrated):
    best = make_best(3)
    stored = AnswerTable(
        ids=best.ids.astype(np.int32),
        scores=best.scores,
        confidences=best.confidences if calibrated else None,
        linked=best.ids > 9 if calibrated else None,
    )
    table = TopTable(3, answers, stored)
    assert (table.whole, table.filled, table.missing(np.arange(3)).tolist()) == (True, 3, [])
    for row, expected in enumerate(named(best, answers)):
        found = table.get(row, WIDTH)
        assert [(one.word, one.score) for one in found] == [(o.word, o.score) for o in expected]
        sure = [one.confidence if calibrated else None for one in expected]
        assert [one.confidence for one in found] == sure
        assert table.links(row, 4) == ((best.ids[row, :4] > 9).tolist() if calibrated else [])
