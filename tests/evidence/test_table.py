import numpy as np
import pytest
from scipy import sparse

from xling.counting.translation_table import TranslationTable
from xling.evidence.base import Candidates
from xling.evidence.table import Table, TableEvidence, table_evidence

FORWARD = np.array([[0.9, 0.1, 0.0], [0.0, 0.0, 0.0], [0.5, 0.001, 0.5]])
BACKWARD = np.array([[0.8, 0.4, 0.0], [0.0, 0.0, 0.0], [0.2, 0.01, 1.0]])
LINKS = np.array([[9.0, 1.0, 0.0], [0.0, 0.0, 0.0], [3.0, 0.5, 4.0]])


def evidence_of(forward: np.ndarray, backward: np.ndarray, links: np.ndarray) -> TableEvidence:
    parts = [sparse.csr_array(part) for part in (forward, backward, links)]
    for part in parts:
        part.data.flags.writeable = False
    table = TranslationTable(
        forward=parts[0], backward=parts[1], links=parts[2], perplexities=(), converged=True
    )
    return table_evidence(table)


@pytest.fixture
def evidence() -> TableEvidence:
    return evidence_of(FORWARD, BACKWARD, LINKS)


def test_cells_below_the_threshold_go_in_all_parts(evidence: TableEvidence) -> None:
    stays = np.sqrt(FORWARD * BACKWARD) >= 0.01
    assert (stays.sum(), (FORWARD > 0).sum()) == (4, 5)
    for found, whole in (
        (evidence.forward, FORWARD),
        (evidence.backward, BACKWARD),
        (evidence.links, LINKS),
    ):
        assert found.nnz == 4
        assert found.dtype == np.float32
        np.testing.assert_allclose(found.toarray(), np.where(stays, whole, 0), rtol=1e-6)


def test_a_cell_at_the_threshold_stays() -> None:
    one = np.array([[0.01, 0.0099]])
    assert evidence_of(one, one, one).forward.nnz == 1


def test_cells_give_each_query_its_answers_and_values(evidence: TableEvidence) -> None:
    cells = evidence.cells(np.array([2, -1, 1, 0, 2]))
    assert cells.ends.tolist() == [0, 2, 2, 2, 4, 6]
    assert cells.columns.tolist() == [0, 2, 0, 1, 0, 2]
    where = ([2, 2, 0, 0, 2, 2], [0, 2, 0, 1, 0, 2])
    assert cells.values.dtype == np.float64
    geometric = np.log(np.sqrt(FORWARD[where] * BACKWARD[where]))
    np.testing.assert_allclose(cells.values, geometric, atol=1e-6)


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
    values = np.sqrt([0.9 * 0.8, 0.5 * 0.2, 0.5 * 1.0])
    np.testing.assert_allclose(np.exp(cells.values), values, rtol=1e-6)
    again = turned.turned()
    np.testing.assert_array_equal(again.forward.toarray(), evidence.forward.toarray())


def test_likely_translations_are_those_of_a_twentieth_and_more() -> None:
    forward, backward = (
        np.array([[0.05, 0.049, 0.0], [1.0, 0.5, 0.02]]),
        np.array([[0.05, 0.05, 0.0], [0.25, 0.5, 0.5]]),
    )
    evidence = evidence_of(forward, backward, forward)
    before = evidence.forward.toarray().copy()
    found = evidence.likely()
    assert found.dtype == np.float64
    assert found.nnz == 5 - 1
    np.testing.assert_allclose(found.toarray(), [[0.05, 0, 0], [0.5, 0.5, 0.1]], rtol=1e-6)
    np.testing.assert_array_equal(evidence.forward.toarray(), before)


def test_features_equal_the_formula(evidence: TableEvidence, asking, everything) -> None:
    rows = [2, 0, 1, 2]
    found = Table(table=evidence).look(asking(rows)).measure(everything(4, 3))
    kept = np.sqrt(FORWARD * BACKWARD) >= 0.01
    forward, backward, links = (
        np.where(kept, part, 0)[rows].ravel() for part in (FORWARD, BACKWARD, LINKS)
    )
    expected = np.column_stack(
        [forward > 0, np.log(forward + 1e-4), np.log(backward + 1e-4), np.log1p(links)]
    )
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_all_cells_of_a_query_are_brought_up(evidence: TableEvidence, asking) -> None:
    found = Candidates.united([Table(table=evidence).look(asking([1, 2, 0])).proposed])
    assert (found.ends.tolist(), found.columns.tolist()) == ([0, 0, 2, 4], [0, 2, 0, 1])
