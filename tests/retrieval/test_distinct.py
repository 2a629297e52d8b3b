import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xling.retrieval.distinct import distinct_rows


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.sampled_from([1, 7, 100]))
def test_copies_and_zero_rows_are_left_out(kinds: list[int], block: int) -> None:
    table = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)
    table[0] = 0
    found = distinct_rows(table[kinds], block)
    assert found.tolist() == sorted(kinds.index(kind) for kind in set(kinds) - {0})


def test_rows_that_are_nearly_equal_are_no_copies() -> None:
    rows = np.ones((3, 2), np.float32)
    rows[1, 1] = np.nextafter(np.float32(1), np.float32(2))
    assert distinct_rows(rows, 2).tolist() == [0, 1]
