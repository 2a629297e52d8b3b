import numpy as np
import pytest

from xling.errors import NotInvertibleError
from xling.mapping.undone import fixed_points, undone


def test_each_row_ends_at_its_own_fixed_point() -> None:
    rows = np.array([[1.0], [2.0], [0.0]])
    found = fixed_points(rows, lambda standing, given: given - 0.5 * standing, rows)
    np.testing.assert_allclose(found, rows / 1.5, atol=1e-5)
    assert rows.tolist() == [[1.0], [2.0], [0.0]]


def test_what_does_not_come_back_is_refused_by_its_number() -> None:
    rows = np.array([[4.0], [0.0], [-9.0]])
    assert undone(rows[:2], np.sqrt, np.square).tolist() == [[2.0], [0.0]]
    with pytest.raises(NotInvertibleError, match=r"1 of 3 rows cannot be undone: .* row 3$"):
        undone(rows, np.sqrt, np.square)
