import numpy as np
import pytest
from scipy import sparse

from xling.counting.translation_table import TranslationTable
from xling.evidence.table import FEATURES, TableEvidence, table_evidence

FORWARD = np.array([[0.9, 0.1, 0.0], [0.0, 0.0, 0.0], [0.5, 0.001, 0.5]])
BACKWARD = np.array([[0.8, 0.4, 0.0], [0.0, 0.0, 0.0], [0.2, 0.01, 1.0]])
# Anna has the letters of ANNA, and none of x; night shares n, h, t in this order with Nacht.
SPELLING = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [2 / 9, 0.0, 0.6]])
LINKS = np.array([[9.0, 1.0, 0.0], [0.0, 0.0, 0.0], [3.0, 0.5, 4.0]])


@pytest.fixture
def evidence() -> TableEvidence:
    parts = (sparse.csr_array(part) for part in (FORWARD, BACKWARD, LINKS))
    forward, backward, links = parts
    table = TranslationTable(
        forward=forward, backward=backward, links=links, perplexities=(), converged=True
    )
    return table_evidence(table, ["Anna", "b", "night"], ["ANNA", "x", "Nacht"])


def test_cells_below_the_threshold_go_in_all_three_parts(evidence: TableEvidence) -> None:
    stays = np.sqrt(FORWARD * BACKWARD) >= 0.01
    assert (stays.sum(), (FORWARD > 0).sum()) == (4, 5)
    for found, whole in (
        (evidence.forward, FORWARD),
        (evidence.backward, BACKWARD),
        (evidence.links, LINKS),
        (evidence.spelling, SPELLING),
    ):
        assert found.nnz == 4  # a spelling of 0 is stored like the others
        assert found.dtype == np.float32
        np.testing.assert_allclose(found.toarray(), np.where(stays, whole, 0), rtol=1e-6)


def test_cells_give_each_query_its_answers_and_features(evidence: TableEvidence) -> None:
    cells = evidence.cells(np.array([2, -1, 1, 0, 2]))
    assert cells.ends.tolist() == [0, 2, 2, 2, 4, 6]
    assert cells.columns.tolist() == [0, 2, 0, 1, 0, 2]
    where = ([2, 2, 0, 0, 2, 2], [0, 2, 0, 1, 0, 2])
    expected = np.column_stack(
        [
            np.ones(6),
            np.log(FORWARD[where]),
            np.log(BACKWARD[where]),
            np.log1p(LINKS[where]),
            SPELLING[where],
        ]
    )
    assert cells.features.shape == (6, len(FEATURES))
    np.testing.assert_allclose(cells.features, expected, atol=1e-6)
    geometric = np.log(np.sqrt(FORWARD[where] * BACKWARD[where]))
    np.testing.assert_allclose(cells.natural, geometric, atol=1e-6)


def test_no_query(evidence: TableEvidence) -> None:
    cells = evidence.cells(np.zeros(0, np.int64))
    assert (cells.ends.tolist(), len(cells.columns)) == ([0], 0)
    assert evidence.linked(np.zeros(0, np.int64)).tolist() == []


def test_linked_words_have_a_cell(evidence: TableEvidence) -> None:
    assert evidence.linked(np.array([0, 1, 2, -1])).tolist() == [True, False, True, False]
    assert evidence.turned().linked(np.array([0, 1, 2])).tolist() == [True, True, True]


def test_turned_is_the_table_of_the_other_direction(evidence: TableEvidence) -> None:
    turned = evidence.turned()
    np.testing.assert_array_equal(turned.forward.toarray(), evidence.backward.toarray().T)
    np.testing.assert_array_equal(turned.backward.toarray(), evidence.forward.toarray().T)
    np.testing.assert_array_equal(turned.links.toarray(), evidence.links.toarray().T)
    cells = turned.cells(np.array([0, 2]))
    assert (cells.ends.tolist(), cells.columns.tolist()) == ([0, 2, 3], [0, 2, 2])
    np.testing.assert_allclose(np.exp(cells.features[:, 1]), [0.8, 0.2, 1.0], rtol=1e-6)
    np.testing.assert_allclose(cells.features[:, 4], [1, 2 / 9, 0.6], rtol=1e-6)
    again = turned.turned()
    np.testing.assert_array_equal(again.forward.toarray(), evidence.forward.toarray())
