"""A later sample like the first is fine; one of another kind is not."""

import numpy as np
import pytest

from xling.errors import ConfigError, DegenerateInputError, ShapeError
from xling.migration.drift import check_drift
from xling.migration.migration import fit_migration


@pytest.fixture
def world():
    random = np.random.default_rng(0)
    x = random.standard_normal((600, 12)).astype(np.float32)
    turn, _ = np.linalg.qr(random.standard_normal((12, 12)))
    y = (x @ turn + 0.2 * random.standard_normal((600, 12))).astype(np.float32)
    migration, _ = fit_migration(x[:400], y[:400], held_out=0.2)
    return migration, x[400:], y[400:]


def test_the_same_kind_of_sample_is_kept(world):
    migration, old, new = world
    found = check_drift(migration, old, new, tolerance=0.1)
    assert (found.rows, found.compared) == (200, 80)
    assert abs(found.recall - found.recall_before) < 0.1
    assert not found.drifted


def test_fewer_rows_are_compared_with_as_few(world):
    migration, old, new = world
    parts = [slice(at, at + 25) for at in range(0, 200, 25)]
    found = [check_drift(migration, old[part], new[part]) for part in parts]
    assert {one.compared for one in found} == {25}
    (before,) = {one.recall_before for one in found}
    sizes = dict(migration.card["recall_by_rows"])
    assert sizes[20] > before > sizes[40] > sizes[80]
    assert sizes[80] == pytest.approx(migration.card["recall"])
    assert abs(np.mean([one.recall for one in found]) - before) < 0.03


def test_a_worse_map_is_noticed_in_a_small_sample(world):
    migration, old, new = world
    noise = np.random.default_rng(1).standard_normal((20, 12)).astype(np.float32)
    found = check_drift(migration, old[:20], new[:20] + 0.4 * noise)
    assert found.recall > migration.card["recall"]  # among fewer rows, more is found
    assert found.recall < found.recall_before - 0.05
    assert found.drifted


def test_a_changed_model_is_noticed(world):
    migration, old, new = world
    changed = new[:, ::-1].copy()
    found = check_drift(migration, old, changed)
    assert found.drifted
    assert found.recall < found.recall_before - 0.2


def test_bad_samples(world):
    migration, old, new = world
    with pytest.raises(ConfigError, match="tolerance is -1"):
        check_drift(migration, old, new, tolerance=-1)
    with pytest.raises(ShapeError, match="new ones of 12 columns"):
        check_drift(migration, old, new[:, :3])
    with pytest.raises(DegenerateInputError, match="11 rows that are known"):
        check_drift(migration, old[:11], new[:11])
