import numpy as np
import pytest
from scipy.special import log_softmax

from xling.linalg.softmax import mean_log_share


def test_parity_with_scipy_over_several_blocks() -> None:
    random = np.random.default_rng(0)
    queries, candidates = random.standard_normal((2100, 4)), random.standard_normal((7, 4))
    offsets, right = random.standard_normal(7), random.integers(0, 7, 2100)
    logs = log_softmax((queries @ candidates.T - offsets) / 0.3, axis=1)
    found = mean_log_share(queries, candidates, offsets, right, temperature=0.3)
    assert found == pytest.approx(logs[np.arange(2100), right].mean())


def test_large_scores_do_not_overflow() -> None:
    one = 1e4 * np.eye(2)
    assert mean_log_share(one, one, np.zeros(2), np.array([0, 1])) == 0
    assert np.isfinite(mean_log_share(one, one, np.zeros(2), np.array([1, 0])))
