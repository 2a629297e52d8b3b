"""Every aligner takes old rows into the new model's own space; stored maps do the same."""

import json

import numpy as np
import pytest

from xling.aligners.base import Supervision
from xling.aligners.registry import ALIGNERS
from xling.errors import (
    ChecksumError,
    ConflictError,
    DegenerateInputError,
    ShapeError,
    UnknownNameError,
)
from xling.migration.migration import Migration, fit_migration
from xling.migration.recall import kept_recall

METHODS = sorted(n for n, m in ALIGNERS.items() if m.supervision is not Supervision.NONE)


def models(count: int = 400, dims: tuple[int, int] = (12, 12), noise: float = 0.02):
    """Embed items by two models: the second turns the first one's rows and moves them."""
    random = np.random.default_rng(0)
    x = random.standard_normal((count, dims[0])) + 0.5
    turn, _ = np.linalg.qr(random.standard_normal((max(dims), max(dims))))
    y = x @ turn[: dims[0], : dims[1]] + 1 + noise * random.standard_normal((count, dims[1]))
    return x.astype(np.float32), y.astype(np.float32)


@pytest.mark.parametrize("method", METHODS)
def test_every_aligner_keeps_most_neighbours(method):
    migration, kept = fit_migration(*models(), method=method, held_out=0.2)
    assert kept.recall > 0.75
    assert kept.cosine > 0.95
    assert migration.card["fitted_on"] == 320


@pytest.mark.parametrize("dims", [(10, 14), (14, 10)])
@pytest.mark.parametrize("method", ["ridge", "cca", "multi-step"])
def test_models_of_different_widths(method, dims):
    old, new = models(dims=dims)
    if dims[0] > dims[1]:
        old[:, 10:] = old[:, :4]
        new = old[:, :10] @ np.linalg.qr(np.random.default_rng(2).standard_normal((10, 10)))[0]
    migration, kept = fit_migration(old, new.astype(np.float32), method=method, held_out=0.2)
    assert (migration.dim_in, migration.dim_out) == dims
    assert kept.recall > 0.6


def test_a_small_sample_of_wide_rows_is_not_mapped_by_an_undone_map():
    random = np.random.default_rng(3)
    x = random.standard_normal((300, 60)) @ np.diag(np.geomspace(1, 0.1, 60))
    y = x @ np.linalg.qr(random.standard_normal((60, 60)))[0] + 0.1 * random.standard_normal(
        x.shape
    )
    sample = [rows[:80].astype(np.float32) for rows in (x, y)]
    later = [rows[80:].astype(np.float32) for rows in (x, y)]
    kept = {}
    for name, settings in (("forward", {}), ("backward", {"direction": "backward"})):
        migration, _ = fit_migration(*sample, settings=settings, held_out=0.2)
        kept[name] = kept_recall(migration.apply(later[0]), later[1]).recall
    assert kept["forward"] > 0.5
    assert kept["forward"] > kept["backward"] + 0.1


def test_unmatched_rows_keep_chance_alone():
    old, new = models()
    _, kept = fit_migration(old, np.random.default_rng(5).permutation(new), held_out=0.2)
    assert kept.recall < 0.3


def test_it_survives_storage(tmp_path):
    old, new = models()
    for method in ("cca", "kernel"):
        migration, kept = fit_migration(old, new, method=method, held_out=0.2)
        migration.save(tmp_path / method)
        again = Migration.load(tmp_path / method)
        assert np.array_equal(again.apply(old), migration.apply(old))
        assert again.card == json.loads(json.dumps(migration.card))
        assert again.card["recall"] == kept.recall
    path = tmp_path / "cca" / "tensors.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ChecksumError):
        Migration.load(tmp_path / "cca")


def test_rows_have_length_one_and_zero_rows_stay():
    old, new = models()
    old[3] = 0
    migration, _ = fit_migration(old, new, held_out=0.2)
    lengths = np.linalg.norm(migration.apply(old), axis=1)
    assert lengths[3] == 0
    assert np.allclose(np.delete(lengths, 3), 1, atol=1e-5)
    with pytest.raises(ShapeError, match="12 is needed"):
        migration.apply(old[:, :5])


def test_bad_samples():
    old, new = models()
    with pytest.raises(ShapeError, match="400 old and 399 new rows"):
        fit_migration(old, new[:-1])
    with pytest.raises(DegenerateInputError, match="at least 12 have to be held out"):
        fit_migration(old[:50], new[:50])
    with pytest.raises(UnknownNameError, match="unknown method 'x'"):
        fit_migration(old, new, method="x")
    with pytest.raises(ConflictError, match="uses no seed lexicon"):
        fit_migration(old, new, method="unsupervised")
