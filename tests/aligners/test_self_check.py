import dataclasses

import numpy as np
import pytest

from xling.aligners.base import Verdict
from xling.aligners.self_check import (
    Checks,
    agreement,
    fault,
    frequencies,
    mean_beyond,
    mutual_share,
    rank_correlation,
    ranks_needed,
    unlinked,
)
from xling.data.vocabulary import Vocabulary
from xling.retrieval.mutual import best_neighbors


def checks(**changes: float) -> Checks:
    given = {"stability": 0.9, "mutual": 0.6, "csls": 0.3, "csls_by_chance": 0.25}
    given |= {"ranks": 0.5, "ranks_needed": 0.1}
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
        ({"csls_by_chance": 0.275}, Verdict.FAILED),  # as far as skewed spaces come without a link
        ({"csls_by_chance": 0.1, "ranks": 0.09}, Verdict.FAILED),
        ({"csls_by_chance": 0.1, "beyond": 1.04}, Verdict.FAILED),
        ({"csls_by_chance": 0.1, "beyond": 1.06}, Verdict.TRUSTED),
        ({"csls_by_chance": 0.1, "written": 0.49}, Verdict.FAILED),
    ],
)
def test_verdict(changes: dict[str, float], verdict: Verdict) -> None:
    assert checks(**changes).verdict is verdict


@pytest.mark.parametrize(
    ("gain", "stability", "doubt"),
    [(1.2, 0.5, False), (1.2, 0.4, True), (1.07, 0.9, True), (1.04, 0.2, False), (1.6, 0.2, False)],
)
def test_further_restarts_are_made_in_doubt(gain: float, stability: float, doubt: bool) -> None:
    assert checks(csls=gain, csls_by_chance=1.0, stability=stability).undecided is doubt


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"stability": 0.3}, "1.20 times as near as by chance and restarts agree on 30%"),
        ({"ranks": 0.05}, "not about equally frequent (rank correlation 0.05"),
        ({"beyond": 1.01}, "rarer words are 1.01 times as near"),
        ({"written": 0.4}, "changed the translations of 60%"),
    ],
)
def test_the_fault_is_named(changes: dict[str, float], said: str) -> None:
    one = checks(**changes)
    assert (fault(one.values) == "") is (one.verdict is Verdict.TRUSTED)
    assert said in fault(one.values)


def test_values_are_all_that_was_measured() -> None:
    assert checks().values == {
        "stability": 0.9, "mutual": 0.6, "csls": 0.3, "csls_by_chance": 0.25,
        "gain": pytest.approx(1.2), "ranks": 0.5, "ranks_needed": 0.1, "written": 1.0,
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
    made = tuple(unlinked(rows, seed=1))
    for drawn in made:
        np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(drawn.mean(axis=0), rows.mean(axis=0), atol=0.1)
        spread = [np.sqrt(np.diag(np.cov(each.T))) for each in (drawn, rows)]
        np.testing.assert_allclose(spread[0], spread[1], atol=0.15)
        assert spread[0][0] > 1.6 * spread[0][2]
        assert np.abs(np.sum(drawn * rows, axis=1)).mean() < 0.8
    for one, other in zip(made, unlinked(rows, seed=2), strict=True):
        assert (one != other).any()


def test_one_space_without_a_link_is_as_skewed() -> None:
    random = np.random.default_rng(0)
    rows = (random.random((5000, 6)) ** 6 * [6, 5, 4, 3, 2, 1]).astype(np.float32)
    drawn, exchanged = (np.sort(made @ [1, 0, 0, 0, 0, 0]) for made in unlinked(rows, seed=1))
    top = [side[-50:].mean() - np.median(side) for side in (drawn, exchanged)]
    low = [np.median(side) - side[:50].mean() for side in (drawn, exchanged)]
    assert top[1] / low[1] > 1.3 * top[0] / low[0]


def test_ranks_of_mutual_neighbours_tell_words_that_were_exchanged() -> None:
    rows = np.eye(40, dtype=np.float32)
    order = np.random.default_rng(0).permutation(40)
    found, exchanged = (best_neighbors(rows, rows[turn], k=1) for turn in (np.arange(40), order))
    frequent = np.arange(40, 0.0, -1), np.arange(80, 0.0, -2)
    assert rank_correlation(found, frequent) == pytest.approx(1)
    assert abs(rank_correlation(exchanged, frequent)) < ranks_needed(40)
    assert rank_correlation(found, (frequent[0], np.ones(40))) == 0
    assert ranks_needed(40) == pytest.approx(3 / np.sqrt(39))
    assert (ranks_needed(10_000), ranks_needed(2)) == (0.2, 1)


def test_frequencies_are_counts_or_places() -> None:
    words, rows = ("a", "b", "c"), np.array([0, 2])
    counted = Vocabulary(words=words, counts=np.array([9, 4, 4]))
    assert frequencies(counted, rows).tolist() == [9, 4]
    assert np.diff(frequencies(Vocabulary(words=words), rows)) < 0


def test_words_beyond_are_of_both_sides() -> None:
    rows = np.eye(4, dtype=np.float32)
    one = best_neighbors(rows, rows, k=1)
    given = dataclasses.replace(one, forward_scores=np.array([9, 9, 1, 2], dtype=np.float32))
    given = dataclasses.replace(given, backward_scores=np.array([9, 9, 6], dtype=np.float32))
    assert mean_beyond(given, 2) == 3
    assert mean_beyond(given, 4) is None
