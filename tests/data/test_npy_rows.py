"""Matrices in files: mapped, checked and written some rows at a time."""

import errno
import os
import tracemalloc

import numpy as np
import pytest

from xling.data.npy_rows import allocate, map_rows, new_rows, read_rows, write_changed
from xling.errors import NonFiniteError


def test_rows_are_read_in_little_memory(tmp_path):
    whole = np.random.default_rng(0).standard_normal((40_000, 100)).astype(np.float32)
    np.save(tmp_path / "f4.npy", whole)
    np.save(tmp_path / "f2.npy", whole.astype(np.float16))
    tracemalloc.start()
    mapped = read_rows(tmp_path / "f4.npy")
    assert tracemalloc.get_traced_memory()[1] < whole.nbytes / 2
    tracemalloc.reset_peak()
    half = map_rows(tmp_path / "f2.npy")
    assert tracemalloc.get_traced_memory()[1] < whole.nbytes / 2
    tracemalloc.stop()
    assert np.array_equal(mapped, whole)
    assert half.dtype == np.float16
    assert np.allclose(read_rows(tmp_path / "f2.npy"), whole, atol=0.01)
    assert read_rows(tmp_path / "f2.npy").dtype == np.float32


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_what_is_no_finite_float32_is_named_wherever_it_stands(tmp_path, value):
    rows = np.ones((30_000, 100))
    rows[29_999, 3] = value
    np.save(tmp_path / "x.npy", rows)
    with pytest.raises(NonFiniteError, match=r"holds (nan|inf) at \(29999, 3\)"):
        map_rows(tmp_path / "x.npy")


def test_rows_are_changed_some_at_a_time(tmp_path):
    seen, told = [], []

    def twice(rows):
        seen.append(len(rows))
        return np.concatenate([rows, 2 * rows], axis=1)

    rows = np.arange(10, dtype=np.float16).reshape(5, 2)
    write_changed(tmp_path / "x.npy", rows, twice, 4, block=2, told=lambda *at: told.append(at))
    assert seen == [2, 2, 1]
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert np.load(tmp_path / "x.npy").tolist() == np.concatenate([rows, 2 * rows], axis=1).tolist()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="room cannot be claimed here")
def test_room_for_all_rows_is_claimed(tmp_path, monkeypatch):
    made = new_rows(tmp_path / "x.npy", (1000, 100))
    assert not made.any()
    assert (tmp_path / "x.npy").stat().st_blocks * 512 >= 400_000

    def refuse(code):
        def refused(*_):
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "posix_fallocate", refused)

    refuse(errno.EOPNOTSUPP)
    allocate(tmp_path / "x.npy")
    refuse(errno.ENOSPC)
    with pytest.raises(OSError, match="No space left"):
        new_rows(tmp_path / "y.npy", (1000, 100))
    assert not (tmp_path / "y.npy").exists()
