import dataclasses

import numpy as np
import pytest

from xling.aligners.check_measures import (
    agreement,
    frequencies,
    held_out,
    mean_beyond,
    mutual_share,
    rank_correlation,
    unlinked,
)
from xling.arrays import unit_rows
from xling.data.vocabulary import Vocabulary
from xling.linalg.reweighting import weighted_maps
from xling.retrieval.mutual import best_neighbors


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
    assert rank_correlation(found, frequent) == (pytest.approx(1), 40)
    assert abs(rank_correlation(exchanged, frequent)[0]) < 0.4
    assert rank_correlation(found, (frequent[0], np.ones(40))) == (0, 40)
    assert rank_correlation(found, frequent, seen=37) == (pytest.approx(1), 3)
    assert rank_correlation(found, frequent, seen=38) == (0, 2)


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


def test_a_space_without_a_link_is_none_that_the_same_seed_draws() -> None:
    rows = unit_rows(np.random.default_rng(0).standard_normal((300, 40)).astype(np.float32))
    drawn = next(unlinked(rows, seed=0))
    found, _ = weighted_maps(rows, drawn, power=0.0), None
    turned = [side @ matrix for side, matrix in zip((rows, drawn), found, strict=True)]
    assert np.sum(turned[0] * turned[1], axis=1).mean() < 0.7  # no rotation brings them together


def test_pairs_held_out_are_found_where_spaces_are_linked() -> None:
    random = np.random.default_rng(0)
    x, other = (unit_rows(random.standard_normal((200, 20)).astype(np.float32)) for _ in (0, 1))
    turn = np.linalg.qr(random.standard_normal((20, 20)))[0].astype(np.float32)
    linked = best_neighbors(x @ turn, x @ turn)
    assert held_out(x, x @ turn, linked) > 0.95
    maps = weighted_maps(x, other, power=0.0)  # the best that can be said of what has no link
    chance = best_neighbors(*(unit_rows(s @ m) for s, m in zip((x, other), maps, strict=True)))
    assert len(chance.mutual) > 50
    assert held_out(x, other, chance) < 0.6


def test_too_few_pairs_hold_nothing_out() -> None:
    rows = np.eye(3, dtype=np.float32)
    assert held_out(rows, rows, best_neighbors(rows, rows, k=1)) == 0
