import dataclasses

import numpy as np
import pytest

from xling.aligners.base import Verdict
from xling.aligners.self_check import Checks, agreement, mutual_share, unlinked
from xling.retrieval.mutual import best_neighbors


def checks(**changes: float) -> Checks:
    given = {"stability": 0.9, "mutual": 0.6, "csls": 0.3, "csls_by_chance": 0.25}
    return Checks(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.TRUSTED),
        ({"stability": 0.5}, Verdict.TRUSTED),
        ({"stability": 0.49}, Verdict.FAILED),
        ({"csls_by_chance": 0.3}, Verdict.FAILED),
        ({"stability": 0.1, "csls_by_chance": 0.199}, Verdict.TRUSTED),
        ({"stability": 0.1, "csls_by_chance": 0.201}, Verdict.FAILED),
    ],
)
def test_verdict(changes: dict[str, float], verdict: Verdict) -> None:
    assert checks(**changes).verdict is verdict


def test_values_are_all_that_was_measured() -> None:
    assert checks().values == {
        "stability": 0.9, "mutual": 0.6, "csls": 0.3, "csls_by_chance": 0.25,
        "gain": pytest.approx(1.2),
    }  # fmt: skip


def test_agreement_counts_both_directions() -> None:
    rows = np.eye(4, dtype=np.float32)
    one = best_neighbors(rows, rows, k=1)
    other = dataclasses.replace(one, forward=np.array([0, 1, 3, 2]))
    third = dataclasses.replace(one, backward=np.array([1, 0, 2, 3]))
    assert agreement([one, one]) == 1
    assert agreement([one, other]) == 0.75
    assert agreement([one, other, third]) == 0.5


def test_mutual_share_is_of_the_smaller_side() -> None:
    rows = np.eye(4, dtype=np.float32)
    assert mutual_share(best_neighbors(rows, rows[:2], k=1)) == 1


def test_a_space_without_a_link_keeps_mean_and_covariance() -> None:
    random = np.random.default_rng(0)
    rows = random.standard_normal((5000, 6)) * [3, 2, 1, 1, 1, 0.2] + 0.5
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    drawn = unlinked(rows, seed=1)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(drawn.mean(axis=0), rows.mean(axis=0), atol=0.1)
    spread = [np.sqrt(np.diag(np.cov(each.T))) for each in (drawn, rows)]
    np.testing.assert_allclose(spread[0], spread[1], atol=0.15)
    assert spread[0][0] > 1.6 * spread[0][2]
    assert np.abs(np.sum(drawn * rows, axis=1)).mean() < 0.8
    assert (unlinked(rows, seed=2) != drawn).any()
