from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DTypeError, FormatError, InputError, ShapeError
from xling.retrieval import index as index_module
from xling.retrieval.index import ExactIndex


def unit(random: np.random.Generator, rows: int, dim: int) -> np.ndarray:
    made = random.standard_normal((rows, dim))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def by_loops(rows: np.ndarray, queries: np.ndarray, k: int) -> list[list[tuple[int, float]]]:
    """Rank all rows for each query, one product at a time; of equal rows the smaller id first."""
    answers = []
    for query in queries.astype(np.float64):
        scores = [float(np.dot(row.astype(np.float64), query)) for row in rows]
        ranked = sorted(range(len(rows)), key=lambda number: (-scores[number], number))
        answers.append([(number, scores[number]) for number in ranked[:k]])
    return answers


@given(
    st.integers(0, 10_000),
    st.integers(1, 30),
    st.integers(1, 35),
    st.integers(1, 12),
    st.booleans(),
)
def test_equals_loops_over_all_rows(
    seed: int, size: int, k: int, distinct: int, batch: bool
) -> None:
    random = np.random.default_rng(seed)
    rows = unit(random, distinct, 4)[random.integers(0, distinct, size)]  # many bitwise equal rows
    queries = unit(random, 25 if batch else 3, 4)  # FAISS takes another way for many queries
    found = ExactIndex(rows=rows).search(queries, k)
    assert found.ids.shape == found.scores.shape == (len(queries), min(k, size))
    assert (found.ids.dtype, found.scores.dtype) == (np.int64, np.float32)
    for i, ranked in enumerate(by_loops(rows, queries, size)):
        ids, scores = found.ids[i], found.scores[i]
        np.testing.assert_allclose(scores, [score for _, score in ranked[:k]], atol=1e-5)
        assert len(set(ids.tolist())) == len(ids)
        assert (np.diff(scores) <= 0).all()
        levels = sorted({score for _, score in ranked})
        if len(levels) < 2 or np.diff(levels).min() > 1e-5:  # only bitwise equal rows are ties
            assert ids.tolist() == [number for number, _ in ranked[:k]]


def test_equal_rows_come_by_their_id_and_the_cut_keeps_the_smaller() -> None:
    rows = np.array([[0, 1], [1, 0], [1, 0], [0.6, 0.8], [1, 0]], np.float32)
    index, query = ExactIndex(rows=rows), np.array([[1, 0]], np.float32)
    for k, ids in ((1, [1]), (2, [1, 2]), (3, [1, 2, 4]), (4, [1, 2, 4, 3]), (9, [1, 2, 4, 3, 0])):
        found = index.search(query, k)
        assert found.ids[0].tolist() == ids
        np.testing.assert_allclose(found.scores[0], [1, 1, 1, 0.6, 0][: len(ids)], atol=1e-6)


@pytest.mark.parametrize("dim", [3, 17])
def test_all_rows_equal(dim: int) -> None:
    random = np.random.default_rng(0)
    rows = np.repeat(unit(random, 1, dim), 50, axis=0)
    found = ExactIndex(rows=rows).search(unit(random, 30, dim), 7)
    assert found.ids.tolist() == [list(range(7))] * 30
    assert (found.scores == found.scores[:, :1]).all()


def test_rows_that_are_only_nearly_equal_are_no_ties() -> None:
    one = np.float32(1)
    rows = np.array([[np.nextafter(one, np.float32(0))], [one], [np.nextafter(one, 2)]], np.float32)
    found = ExactIndex(rows=rows).search(np.ones((1, 1), np.float32), 3)
    assert found.ids[0].tolist() == [2, 1, 0]
    assert len(set(found.scores[0].tolist())) == 3


def test_many_equal_rows_are_found_in_linear_time() -> None:
    rows = np.zeros((20_000, 8), np.float32)
    rows[7] = 1
    found = ExactIndex(rows=rows).search(np.ones((2, 8), np.float32), 3)
    assert found.ids.tolist() == [[7, 0, 1]] * 2


def test_equals_faiss_where_there_are_no_ties() -> None:
    random = np.random.default_rng(1)
    rows, queries = unit(random, 500, 20), unit(random, 60, 20)
    flat = faiss.IndexFlatIP(20)
    flat.add(rows)
    scores, ids = flat.search(queries, 10)
    found = ExactIndex(rows=rows).search(queries, 10)
    np.testing.assert_array_equal(found.ids, ids)
    np.testing.assert_array_equal(found.scores, scores)


def test_queries_are_answered_alike_in_blocks_of_any_size(monkeypatch) -> None:
    random = np.random.default_rng(2)
    index, queries = ExactIndex(rows=unit(random, 100, 6)), unit(random, 50, 6)
    whole = index.search(queries, 5)
    monkeypatch.setattr(index_module, "_BLOCK", 7)
    parts = index.search(queries, 5)
    np.testing.assert_array_equal(whole.ids, parts.ids)
    np.testing.assert_allclose(whole.scores, parts.scores, atol=1e-6)


def test_no_query() -> None:
    found = ExactIndex(rows=np.ones((3, 2), np.float32)).search(np.zeros((0, 2), np.float32), 2)
    assert found.ids.shape == found.scores.shape == (0, 2)


def test_a_saved_index_is_the_same(tmp_path) -> None:
    random = np.random.default_rng(3)
    index = ExactIndex(rows=unit(random, 40, 5)[random.integers(0, 10, 40)])
    index.save(tmp_path / "one")
    again = ExactIndex.load(tmp_path / "one")
    again.save(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    np.testing.assert_array_equal(index.rows, again.rows)
    queries = unit(random, 4, 5)
    one, two = index.search(queries, 6), again.search(queries, 6)
    np.testing.assert_array_equal(one.ids, two.ids)
    np.testing.assert_array_equal(one.scores, two.scores)


@pytest.mark.parametrize("shape", [(1, 1), (5000, 7)])
def test_a_saved_index_is_what_faiss_writes(tmp_path, shape) -> None:
    rows = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    ExactIndex(rows=rows).save(tmp_path / "ours")
    theirs = faiss.IndexFlatIP(shape[1])
    theirs.add(rows)
    faiss.write_index(theirs, str(tmp_path / "theirs"))
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_a_mapped_index_gives_the_same(tmp_path) -> None:
    rows = np.random.default_rng(0).standard_normal((50, 7)).astype(np.float32)
    ExactIndex(rows=rows).save(tmp_path / "index")
    read, mapped = (ExactIndex.load(tmp_path / "index", mapped=kind) for kind in (False, True))
    (tmp_path / "index").unlink()
    assert np.array_equal(mapped.rows, rows)
    assert not mapped.rows.flags.owndata
    one, other = read.search(rows[:9], 5), mapped.search(rows[:9], 5)
    assert np.array_equal(one.ids, other.ids)
    assert np.array_equal(one.scores, other.scores)
    scanned = mapped.scan(rows[:9], 5, lambda products, _: products)
    assert np.array_equal(scanned.ids, one.ids)


def test_a_file_that_holds_no_flat_index_is_refused(tmp_path) -> None:
    (tmp_path / "text").write_text("no index")
    with pytest.raises(FormatError, match="not an index that FAISS can read"):
        ExactIndex.load(tmp_path / "text")
    other = faiss.IndexFlatL2(3)
    other.add(np.ones((2, 3), np.float32))
    faiss.write_index(other, str(tmp_path / "l2"))
    with pytest.raises(FormatError, match=r"IndexFlatL2; IndexFlatIP is needed"):
        ExactIndex.load(tmp_path / "l2")


def test_refusals() -> None:
    index = ExactIndex(rows=np.ones((3, 2), np.float32))
    with pytest.raises(InputError, match="k is 0; at least 1"):
        index.search(np.ones((1, 2), np.float32), 0)
    with pytest.raises(ShapeError, match="queries has rows of width 3; 2 is needed"):
        index.search(np.ones((1, 3), np.float32), 1)
    with pytest.raises(DTypeError, match="rows holds int64"):
        ExactIndex(rows=np.ones((3, 2), np.int64))


def test_rows_cannot_be_written_to() -> None:
    rows = np.eye(3, dtype=np.float32)
    index = ExactIndex(rows=rows)
    rows[0] = -1
    assert index.search(np.eye(3, dtype=np.float32)[:1], 1).ids.tolist() == [[0]]
    with pytest.raises(ValueError, match="read-only"):
        index.rows[0] = 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        ExactIndex(rows=unit(np.random.default_rng(0), 9, 4)).save("/dev/full")
