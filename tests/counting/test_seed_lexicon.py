import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from xling.counting.seed_lexicon import mutual_best


def by_loop(table: np.ndarray, threshold: float) -> list[tuple[int, int, float]]:
    """Look at each cell: it must be the first largest of its row and of its column."""
    return [
        (i, j, float(table[i, j]))
        for i, j in np.ndindex(table.shape)
        if table[i, j] > 0
        and table[i, j] >= threshold
        and int(np.argmax(table[i])) == j
        and int(np.argmax(table[:, j])) == i
    ]


# Few distinct values, so that ties are frequent.
@given(
    arrays(np.float64, (5, 4), elements=st.sampled_from([0.0, 0.05, 0.1, 0.5, 0.9])),
    st.sampled_from([0.0, 0.1, 0.5]),
)
def test_equals_a_loop(table: np.ndarray, threshold: float) -> None:
    rows, columns, values = mutual_best(sparse.csr_array(table), threshold=threshold)
    found = list(zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True))
    assert found == by_loop(table, threshold)


def test_no_row_stands_twice() -> None:
    table = sparse.csr_array(np.full((4, 3), 0.3))
    rows, columns, _ = mutual_best(table)
    assert (rows.tolist(), columns.tolist()) == ([0], [0])


def test_the_threshold_itself_is_kept() -> None:
    table = sparse.csr_array(np.diag([0.1, np.nextafter(0.1, 0), 0.2]))
    rows, _, values = mutual_best(table, threshold=0.1)
    assert rows.tolist() == [0, 2]
    assert values.tolist() == [0.1, 0.2]


def test_an_empty_table_has_no_pair() -> None:
    rows, columns, values = mutual_best(sparse.csr_array((3, 2), dtype=np.float64))
    assert (len(rows), len(columns), len(values)) == (0, 0, 0)
