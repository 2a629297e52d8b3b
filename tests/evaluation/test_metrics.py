from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from xling.errors import InputError
from xling.evaluation.metrics import (
    chance_precision_at,
    chance_reciprocal_rank,
    mean_reciprocal_rank,
    precision_at,
)

RANKS = np.array([1.0, 1.5, 5.0, 5.5, 10.0, 10.5, np.inf, 1.0])


@pytest.mark.parametrize(("k", "hits"), [(1, 2), (2, 3), (4, 3), (5, 4), (6, 5), (9, 5), (10, 6)])
def test_precision_counts_ranks_up_to_k_and_no_further(k, hits):
    assert precision_at(RANKS, k) == hits / 8


def test_mean_reciprocal_rank_is_not_cut():
    ranks = np.array([1.0, 2.0, 1000.0, np.inf])
    assert mean_reciprocal_rank(ranks) == pytest.approx((1 + 0.5 + 0.001) / 4, abs=1e-15)


def test_no_query_scores_zero():
    assert precision_at(np.empty(0), 1) == 0
    assert mean_reciprocal_rank(np.empty(0)) == 0


@pytest.mark.parametrize("rank", [0.0, 0.5, -1.0, np.nan])
def test_what_is_no_rank_is_refused(rank):
    with pytest.raises(InputError, match=r"is not at least 1"):
        precision_at(np.array([1.0, rank]), 1)
    with pytest.raises(InputError, match=r"is not at least 1"):
        mean_reciprocal_rank(np.array([1.0, rank]))


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(k):
    with pytest.raises(InputError, match=rf"k is {k}; at least 1"):
        precision_at(RANKS, k)
    with pytest.raises(InputError, match=rf"k is {k}; at least 1"):
        chance_precision_at(k, 5, 1)


@pytest.mark.parametrize("g", [-1, 6])
def test_more_gold_than_candidates_is_refused(g):
    with pytest.raises(InputError, match=rf"{g} gold of 5 candidates"):
        chance_precision_at(1, 5, g)
    with pytest.raises(InputError, match=rf"{g} gold of 5 candidates"):
        chance_reciprocal_rank(5, g)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_chance_precision_is_hypergeometric(k, v, data):
    g = data.draw(st.integers(0, v))
    expected = 1 - hypergeom.pmf(0, v, g, min(k, v))
    assert chance_precision_at(k, v, g) == pytest.approx(expected, abs=1e-10)


def test_chance_precision_at_the_ends():
    assert chance_precision_at(1, 200_000, 1) == pytest.approx(5e-6, rel=1e-14)
    assert chance_precision_at(10, 4, 1) == 1
    assert chance_precision_at(3, 4, 1) == pytest.approx(0.75)
    assert chance_precision_at(3, 4, 0) == 0
    assert chance_precision_at(1, 0, 0) == 0


@given(st.integers(1, 8), st.data())
def test_chance_reciprocal_rank_is_the_mean_over_all_orders(v, data):
    g = data.draw(st.integers(1, v))
    best = [1 / (1 + min(places)) for places in combinations(range(v), g)]
    assert chance_reciprocal_rank(v, g) == pytest.approx(np.mean(best), abs=1e-12)


def test_chance_reciprocal_rank_of_no_gold():
    assert chance_reciprocal_rank(5, 0) == 0
