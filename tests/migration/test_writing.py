"""Old vectors in files, as the new model's."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from xling.mapping.linear import LinearMap
from xling.migration.migration import Migration
from xling.migration.writing import write_index, write_matrix


@pytest.fixture
def migration():
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((6, 6)))[0].astype(np.float32)
    encode = LinearMap(dim_in=6, matrix=turn)
    return Migration(encode=encode, decode=None, means=(np.zeros(6), np.ones(6)), card={})


def test_a_matrix_and_an_index_hold_the_mapped_rows(tmp_path, migration, monkeypatch):
    monkeypatch.setattr("xling.migration.writing._BLOCK", 4)
    rows = np.random.default_rng(1).standard_normal((10, 6)).astype(np.float16)
    seen = []
    write_matrix(tmp_path / "x.npy", migration, rows, progress=lambda *at: seen.append(at))
    write_index(tmp_path / "x.faiss", migration, rows, progress=lambda *at: seen.append(at))
    wanted = migration.apply(rows.astype(np.float32))
    assert np.allclose(np.load(tmp_path / "x.npy"), wanted, atol=1e-6)
    index = faiss.read_index(str(tmp_path / "x.faiss"))
    assert np.allclose(index.reconstruct_n(0, 10), wanted, atol=1e-6)
    assert seen == 2 * [("migrate", 4, 10), ("migrate", 8, 10), ("migrate", 10, 10)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_an_index_on_a_full_disk(migration):
    with pytest.raises(OSError, match="No space left"):
        write_index("/dev/full", migration, np.ones((1000, 6), np.float32))
