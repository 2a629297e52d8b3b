import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from xling.arrays import blocks, check_finite, check_matrix, frozen, token_blocks, unit_rows
from xling.errors import DTypeError, NonFiniteError, ShapeError

MATRICES = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=2, max_dims=2),
    elements=st.floats(-100, 100).map(lambda x: x if abs(x) > 1e-6 else 0.0),
)


def test_check_matrix():
    check_matrix(np.ones((2, 3)), "rows", columns=3)
    with pytest.raises(DTypeError, match="rows holds int64; floats are needed"):
        check_matrix(np.ones((2, 3), dtype=np.int64), "rows")
    with pytest.raises(ShapeError, match=r"rows has 1 dimensions, shape \(2,\); 2 are needed"):
        check_matrix(np.ones(2), "rows")
    with pytest.raises(ShapeError, match="rows has rows of width 3; 4 is needed"):
        check_matrix(np.ones((2, 3)), "rows", columns=4)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_check_finite_names_the_first_place(value):
    array = np.zeros((3, 2))
    check_finite(array, "rows")
    array[1, 1] = array[2, 0] = value
    with pytest.raises(NonFiniteError, match=rf"rows holds {value} at \(1, 1\)"):
        check_finite(array, "rows")


def test_frozen_cannot_be_changed_through_the_callers_array():
    mine = np.ones((2, 2))
    kept = frozen(mine)
    mine[0, 0] = 5
    assert kept[0, 0] == 1
    assert mine.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0] = 2


def test_frozen_copies_only_what_could_change():
    fixed = frozen(np.ones((2, 2)))
    assert frozen(fixed) is fixed


def test_frozen_gives_c_order_and_the_wanted_type():
    kept = frozen(np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.float32)
    assert kept.flags.c_contiguous
    assert kept.dtype == np.float32
    np.testing.assert_array_equal(kept, [[0, 1, 2], [3, 4, 5]])


@given(MATRICES)
def test_unit_rows_have_length_one_or_stay_zero(rows):
    rows.flags.writeable = False
    made = unit_rows(rows)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(
        np.linalg.norm(made, axis=1), (lengths[:, 0] > 0).astype(float), rtol=1e-6
    )
    np.testing.assert_allclose(made * lengths, rows, rtol=1e-6)


@given(MATRICES)
def test_unit_rows_can_be_scaled_in_place(rows):
    expected, mine = unit_rows(rows), rows.copy()
    assert unit_rows(mine, out=mine) is mine
    np.testing.assert_array_equal(mine, expected)


def test_unit_rows_keep_the_type():
    assert unit_rows(np.ones((1, 2), dtype=np.float32)).dtype == np.float32


@given(st.integers(0, 50), st.integers(1, 60))
def test_blocks_cover_every_row_once(rows, size):
    cut = list(blocks(rows, size))
    assert [i for block in cut for i in range(rows)[block]] == list(range(rows))
    assert all(0 < block.stop - block.start <= size for block in cut)


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 6))
def test_token_blocks_are_as_long_as_they_may_be(lengths: list[int], size: int) -> None:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    found = list(token_blocks(offsets, size))
    assert [i for part in found for i in range(part.start, part.stop)] == list(range(len(lengths)))
    for part in found:
        own = lengths[part]
        assert sum(own) <= size or len(own) == 1
        if part.stop < len(lengths):
            assert sum(lengths[part.start : part.stop + 1]) > size
