import numpy as np
import pytest

from xling.errors import ShapeError
from xling.model.answer_table import BLOCK, WIDTH, AnswerTable, answer_table, links_of


@pytest.mark.parametrize("variant", [{}, {"table": False}, {"calibrated": False}], ids=str)
@pytest.mark.parametrize("pair", [("en", "de"), ("de", "en")])
def test_answers_are_exactly_those_of_a_look_up(random_model, variant, pair):
    model = random_model(3, **variant)
    way = model.way(*pair)
    table = answer_table(way)
    rows = np.arange(len(way.asked.vocabulary))
    assert len(rows) < BLOCK  # so that one computation answers all of them, as below
    best = way.best(way.known(rows), WIDTH)
    assert np.array_equal(table.ids, best.ids)
    assert np.array_equal(table.scores, best.scores)
    sure = np.full(best.scores.shape, np.nan) if table.confidences is None else table.confidences
    assert np.array_equal(sure, best.confidences, equal_nan=True)
    found = model.look_up(way.asked.vocabulary.words, source=pair[0], target=pair[1], top=WIDTH)
    for row, lookup in enumerate(found):
        kept = table.scores[row] > -np.inf
        words = [way.answers.vocabulary.words[i] for i in table.ids[row][kept]]
        assert words == [one.word for one in lookup.translations]
        assert table.scores[row][kept].tolist() == [one.score for one in lookup.translations]


def test_links_are_the_cells_of_the_table(random_model):
    model = random_model(4)
    way = model.way("en", "de")
    table = answer_table(way)
    dense = model.table.forward.toarray() > 0
    expected = np.take_along_axis(dense, table.ids, axis=1)
    assert 0 < expected.sum() < expected.size
    assert np.array_equal(table.linked, expected)
    best = way.best(way.known(np.zeros(0, np.int64)), WIDTH)
    assert links_of(way, np.zeros(0, np.int64), best).shape[0] == 0
    assert answer_table(random_model(4, table=False).way("en", "de")).linked is None


def test_scores_of_single_precision_take_half_the_room(random_model):
    ranked = answer_table(random_model(5).way("en", "de"))
    spaced = answer_table(random_model(5, table=False).way("en", "de"))
    assert ranked.scores.dtype == np.float32
    assert spaced.scores.dtype == np.float64
    assert (ranked.confidences is None, spaced.confidences is None) == (False, True)
    cells = ranked.ids.size
    assert (ranked.bytes, spaced.bytes) == (cells * (4 + 4 + 8 + 1), spaced.ids.size * 12)


def test_tensors_and_back(random_model):
    for table in (
        answer_table(random_model(6).way("en", "de")),
        answer_table(random_model(6, table=False).way("en", "de")),
    ):
        again = AnswerTable.from_tensors(table.to_tensors())
        for name in ("ids", "scores", "confidences", "linked"):
            one, other = getattr(table, name), getattr(again, name)
            assert (one is None) == (other is None)
            assert one is None or (
                one.dtype == other.dtype and np.array_equal(one, other, equal_nan=name != "linked")
            )


def test_progress_is_told(random_model):
    told = []
    way = random_model(1).way("de", "en")
    answer_table(way, progress=lambda *step: told.append(step))
    count = len(way.asked.vocabulary)
    assert told == [("answers de-en", count, count)]


def test_parts_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"\(2, 3\) and \(2, 2\)"):
        AnswerTable(ids=np.zeros((2, 3), np.int32), scores=np.zeros((2, 2)))
