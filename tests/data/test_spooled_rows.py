from pathlib import Path

import numpy as np
import pytest

from xling.data.spooled_rows import SpooledRows
from xling.errors import ShapeError


def test_rows_come_back(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((10, 3)).astype(np.float32)
    with SpooledRows(tmp_path / "out") as spool:
        assert spool.shape == (0, 0)
        spool.extend(rows[:4])
        spool.extend(rows[4:4])
        spool.extend(rows[4:].astype(np.float64))
        assert spool.shape == (10, 3)
        for part in (slice(0, 10), slice(3, 7), slice(8, 99), slice(5, 5), slice(7, 3)):
            np.testing.assert_array_equal(spool[part], rows[part])
            assert not spool[part].flags.writeable
        with pytest.raises(ShapeError, match="rows has rows of width 2; 3 is needed"):
            spool.extend(rows[:, :2])
        assert not list(tmp_path.iterdir())
