from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from xling.errors import ShapeError
from xling.evidence.base import Asked, Candidates, nothing_proposed, values_at


def drawn(seed: int, rows: int, columns: int, density: float = 0.4) -> sparse.csr_array:
    random = np.random.default_rng(seed)
    cells = np.where(
        random.random((rows, columns)) < density, random.standard_normal((rows, columns)), 0
    )
    return sparse.csr_array(cells.astype(np.float32))


def candidates_of(matrix: sparse.csr_array) -> Candidates:
    return Candidates.united([matrix])


SIZES = st.tuples(st.integers(0, 6), st.integers(0, 7))


@given(st.integers(0, 1000), SIZES, st.integers(1, 3))
def test_united_holds_each_proposed_cell_once(seed: int, size, parts: int) -> None:
    proposals = [drawn(seed + i, *size) for i in range(parts)]
    found = Candidates.united(proposals)
    dense = sum((p.toarray() != 0).astype(int) for p in proposals) > 0
    expected = [(i, j) for i in range(size[0]) for j in range(size[1]) if dense[i, j]]
    assert list(zip(found.owner.tolist(), found.columns.tolist(), strict=True)) == expected
    assert found.ends.tolist() == [0, *np.cumsum(dense.sum(axis=1)).tolist()]
    assert found.ends.dtype == found.columns.dtype == np.int64


def test_a_stored_zero_is_proposed_all_the_same() -> None:
    zero = sparse.csr_array((np.zeros(1, np.float32), [2], [0, 0, 1]), shape=(2, 3))
    found = Candidates.united([zero, nothing_proposed(2, 3)])
    assert (found.ends.tolist(), found.columns.tolist()) == ([0, 0, 1], [2])


def test_the_numbers_of_many_queries_and_answers_do_not_overflow() -> None:
    size = 100_000  # size squared is beyond 32 bits
    ends = np.concatenate([np.zeros(size, np.int32), [1]]).astype(np.int32)
    last = sparse.csr_array(
        (np.ones(1, np.float32), np.array([size - 1], np.int32), ends), shape=(size, size)
    )
    found = Candidates.united([last, last])
    assert (found.owner.tolist(), found.columns.tolist()) == ([size - 1], [size - 1])
    assert values_at(last, found).tolist() == [1]


@given(st.integers(0, 1000), SIZES)
def test_values_at_reads_like_a_dense_matrix(seed: int, size) -> None:
    matrix, candidates = drawn(seed, *size), candidates_of(drawn(seed + 1, *size))
    dense = matrix.toarray()
    found = values_at(matrix, candidates)
    assert found.dtype == np.float32
    expected = [dense[i, j] for i, j in zip(candidates.owner, candidates.columns, strict=True)]
    assert found.tolist() == expected


def test_values_of_a_matrix_without_a_cell_are_zero() -> None:
    candidates = Candidates(ends=np.array([0, 2]), columns=np.array([0, 3]))
    assert values_at(nothing_proposed(1, 4), candidates).tolist() == [0, 0]


@given(st.integers(0, 1000), SIZES)
def test_best_of_query_is_the_largest_of_its_own(seed: int, size) -> None:
    candidates = candidates_of(drawn(seed, *size, density=0.3))
    values = -np.random.default_rng(seed).random(len(candidates.columns)).astype(np.float32)
    found = candidates.best_of_query(values)
    assert found.dtype == np.float32
    assert found.shape == values.shape
    for i, (start, stop) in enumerate(zip(candidates.ends[:-1], candidates.ends[1:], strict=True)):
        assert candidates.owner[start:stop].tolist() == [i] * (stop - start)
        if stop > start:
            assert set(found[start:stop].tolist()) == {max(values[start:stop].tolist())}


def test_best_of_query_where_the_first_and_the_last_have_no_candidate() -> None:
    candidates = Candidates(ends=np.array([0, 0, 2, 2, 3, 3]), columns=np.array([0, 1, 1]))
    assert candidates.best_of_query(np.array([-3.0, -2.0, -5.0])).tolist() == [-2, -2, -5]


def test_nothing_proposed() -> None:
    none = nothing_proposed(3, 4)
    assert (none.shape, none.nnz, none.dtype) == ((3, 4), 0, np.float32)
    found = Candidates.united([none])
    assert (found.ends.tolist(), found.columns.tolist()) == ([0, 0, 0, 0], [])


def test_a_part_of_the_queries() -> None:
    asked = Asked(
        rows=np.array([4, 2, 7]),
        vectors=np.eye(3, dtype=np.float32),
        means=np.array([0.1, 0.2, 0.3], np.float32),
    )
    part = asked.part(slice(1, 3))
    assert len(asked) == 3
    assert len(part) == 2
    assert part.rows.tolist() == [2, 7]
    np.testing.assert_array_equal(part.vectors, np.eye(3)[1:])
    np.testing.assert_array_equal(part.means, asked.means[1:])


def test_ground_turned_is_the_same_seen_from_the_other_language(make_ground) -> None:
    ground = make_ground(3)
    turned = ground.turned()
    np.testing.assert_array_equal(turned.translations.toarray(), ground.translations.toarray().T)
    assert turned.translations.has_sorted_indices
    assert turned.words == ground.words[::-1]
    for name in ("counts", "spellings"):
        for one, other in zip(getattr(turned, name), getattr(ground, name)[::-1], strict=True):
            assert one is other
    again = turned.turned().translations
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(again, name), getattr(ground.translations, name))


def test_linked_rows_are_those_with_a_likely_translation(make_ground) -> None:
    ground = make_ground(4)
    dense = ground.translations.toarray()
    assert ground.linked_rows.tolist() == np.flatnonzero(dense.any(axis=1)).tolist()
    assert ground.turned().linked_rows.tolist() == np.flatnonzero(dense.any(axis=0)).tolist()
    assert 0 < len(ground.linked_rows) < len(dense)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("translations", r"translations \(40, 30\) for \(39, 30\) words"),
        ("counts", r"counts of \(39, 30\) words; there are \(40, 30\)"),
        ("spellings", r"spellings of \(39, 30\) words"),
    ],
)
def test_parts_that_do_not_fit_are_refused(make_ground, name: str, message: str) -> None:
    ground = make_ground(5)
    if name == "translations":
        changes = {"words": (ground.words[0][1:], ground.words[1])}
    else:
        first, second = getattr(ground, name)
        changes = {name: (first[1:], second)}
    with pytest.raises(ShapeError, match=message):
        replace(ground, **changes)
