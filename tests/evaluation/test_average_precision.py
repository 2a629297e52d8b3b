from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, NonFiniteError, ShapeError
from xling.evaluation.average_precision import average_precisions
from xling.evaluation.ranks import best_gold_ranks


def slow(order, right):
    """Average precision of one order, from its definition."""
    found = [place for place, column in enumerate(order, 1) if column in right]
    return sum(number / place for number, place in enumerate(found, 1)) / len(right)


def test_known_answers():
    scores = np.array([[0.9, 0.8, 0.7, 0.6], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]])
    gold = [np.array([0, 2]), np.array([0]), np.array([0, 1, 2, 3])]
    assert average_precisions(scores, gold).tolist() == pytest.approx([(1 + 2 / 3) / 2, 1 / 4, 1.0])


@given(st.data())
def test_ties_are_the_mean_over_all_orders(data):
    v = data.draw(st.integers(1, 6))
    values = data.draw(st.lists(st.integers(0, 2), min_size=v, max_size=v))
    right = data.draw(st.sets(st.integers(0, v - 1), min_size=1))
    orders = [
        order
        for order in permutations(range(v))
        if all(values[a] >= values[b] for a, b in pairwise(order))
    ]
    expected = np.mean([slow(order, right) for order in orders])
    found = average_precisions(np.array([values], float), [np.array(sorted(right))])
    assert found[0] == pytest.approx(expected, abs=1e-12)


def test_one_gold_column_without_ties_is_the_reciprocal_rank():
    rng = np.random.default_rng(0)
    scores = rng.random((40, 30)).astype(np.float32)
    gold = [np.array([column]) for column in rng.integers(0, 30, 40)]
    found = average_precisions(scores, gold)
    np.testing.assert_allclose(found, 1 / best_gold_ranks(scores, gold), rtol=1e-12)


def test_no_evidence_at_all_is_chance():
    scores = np.full((1, 5), -np.inf, np.float32)
    expected = np.mean([1 / place for place in range(1, 6)])
    assert average_precisions(scores, [np.array([2, 2])])[0] == pytest.approx(expected)


def test_bad_input():
    scores = np.zeros((1, 3))
    assert average_precisions(np.zeros((0, 3)), []).shape == (0,)
    with pytest.raises(ShapeError, match="0 sets of gold columns"):
        average_precisions(scores, [])
    with pytest.raises(DegenerateInputError, match="row 0 has no gold column"):
        average_precisions(scores, [np.array([], np.int64)])
    with pytest.raises(NonFiniteError, match="row 0 hold NaN"):
        average_precisions(np.array([[np.nan, 1.0]]), [np.array([0])])
