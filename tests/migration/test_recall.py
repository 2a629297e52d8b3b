"""What is kept of neighbours, against loops."""

import numpy as np
import pytest

from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.migration.recall import kept_recall, recall_by_rows


def rows(count: int = 60, dim: int = 6, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)


def test_against_a_loop():
    embedded, mapped = rows(), rows() + 0.6 * rows(seed=1)
    found = kept_recall(mapped, embedded, k=5)
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (mapped, embedded)]
    shares = []
    for i, query in enumerate(unit[1]):
        tops = []
        for side in unit:
            scores = side @ query
            scores[i] = -9
            tops.append(set(np.argsort(-scores)[:5].tolist()))
        shares.append(len(tops[0] & tops[1]) / 5)
    assert np.allclose(found.shares, shares)
    assert found.recall == pytest.approx(np.mean(shares))
    assert 0.2 < found.recall < 0.9
    assert found.cosine == pytest.approx(float((unit[0] * unit[1]).sum(axis=1).mean()), abs=1e-5)
    low, high = found.interval()
    assert low < found.recall < high


def test_the_same_rows_keep_all_and_others_keep_chance():
    same = kept_recall(3 * rows(), rows())
    assert (same.recall, same.own_first) == (1.0, 1.0)
    other = kept_recall(rows(400, seed=1), rows(400))
    assert other.recall == pytest.approx(other.chance, abs=0.02)
    assert other.chance == 10 / 399
    assert other.own_first < 0.05


def test_bad_rows():
    with pytest.raises(ShapeError, match="mapped rows of shape"):
        kept_recall(rows(), rows(dim=5))
    with pytest.raises(DegenerateInputError, match="11 rows; recall at 10 needs at least 12"):
        kept_recall(rows(11), rows(11))
    with pytest.raises(InputError, match="k is 0"):
        kept_recall(rows(), rows(), k=0)


def test_recall_among_fewer_rows():
    random = np.random.default_rng(0)
    rows = random.standard_normal((50, 6)).astype(np.float32)
    near = rows + random.standard_normal((50, 6)).astype(np.float32)
    found = recall_by_rows(near, rows, k=5)
    assert [size for size, _ in found] == [50, 25, 12, 7]
    assert found[0][1] == pytest.approx(kept_recall(near, rows, k=5).recall)
    assert found[-1][1] > found[1][1] > found[0][1]
    assert recall_by_rows(rows, rows, k=5) == [(size, 1.0) for size, _ in found]
