import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, NonFiniteError, ShapeError
from xling.evaluation.abstention import risk_coverage, risk_over_all

ANSWERS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.4, 0.4, 0.9]), st.booleans()), min_size=1, max_size=20
)


def test_by_hand() -> None:
    found = risk_coverage(np.array([0.2, 0.9, 0.6, 0.7]), np.array([False, True, True, False]))
    assert found.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert found.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert found.area == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert found.at(0.5) == pytest.approx(1 / 2)
    assert found.at(0.51) == pytest.approx(1 / 3)
    assert found.at(1.0) == pytest.approx(1 / 2)
    assert found.at(0.01) == 0


@given(ANSWERS)
def test_ties_are_the_mean_over_their_orders(answers) -> None:
    sure = np.array([value for value, _ in answers])
    right = np.array([hit for _, hit in answers])
    found = risk_coverage(sure, right)
    random = np.random.default_rng(0)
    traced = []
    for _ in range(300):
        order = np.lexsort((random.random(len(sure)), -sure))
        traced.append(np.cumsum(~right[order]) / np.arange(1, len(sure) + 1))
    np.testing.assert_allclose(found.risk, np.mean(traced, axis=0), atol=0.16)
    assert found.risk[-1] == pytest.approx(1 - right.mean())


def test_the_best_order_has_the_least_area() -> None:
    right = np.arange(50) < 20
    best, none, worst = (risk_coverage(sure, right).area for sure in (right, right * 0, ~right))
    assert best < none < worst
    assert none == pytest.approx(0.6)


def test_refusals() -> None:
    with pytest.raises(DegenerateInputError, match="no answer is given"):
        risk_coverage(np.zeros(0), np.zeros(0) > 0)
    with pytest.raises(ShapeError, match=r"\(1,\) confidences for \(2,\) answers"):
        risk_coverage(np.zeros(1), np.zeros(2) > 0)
    with pytest.raises(NonFiniteError, match="a confidence is NaN"):
        risk_coverage(np.array([np.nan]), np.array([True]))


def test_the_coverage_that_a_risk_allows() -> None:
    found = risk_coverage(np.array([0.2, 0.9, 0.6, 0.7]), np.array([False, True, True, False]))
    # risks: 0, 1/2, 1/3, 1/2
    assert found.coverage_at(0.2) == 0.25
    assert found.coverage_at(1 / 3) == 0.75
    assert found.coverage_at(0.4) == 0.75
    assert found.coverage_at(0.5) == 1
    wrong = risk_coverage(np.array([0.9, 0.1]), np.array([False, True]))
    assert wrong.coverage_at(0.2) == 0


def test_questions_without_a_right_answer_by_hand() -> None:
    sure = np.array([0.9, 0.8, 0.7, 0.6, 0.0])
    right = np.array([True, True, True, False, False])
    known = np.array([True, False, True, True, False])  # a mark of right out of it does not count
    found = risk_over_all(sure, right, known)
    assert found.counted_wrong.coverage.tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert found.counted_wrong.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4, 3 / 5])
    assert found.not_answered.coverage.tolist() == pytest.approx([0.2, 0.4, 0.6])
    assert found.not_answered.risk.tolist() == pytest.approx([0, 0, 1 / 3])
    assert found.not_answered.coverage_at(0.2) == pytest.approx(0.4)
    assert found.counted_wrong.coverage_at(0.2) == pytest.approx(0.2)


@given(ANSWERS)
def test_where_all_can_be_answered_the_three_curves_are_one(answers) -> None:
    sure = np.array([value for value, _ in answers])
    right = np.array([hit for _, hit in answers])
    found, plain = risk_over_all(sure, right, right == right), risk_coverage(sure, right)
    for curve in (found.counted_wrong, found.not_answered):
        np.testing.assert_allclose(curve.risk, plain.risk)
        np.testing.assert_allclose(curve.coverage, plain.coverage)
        assert curve.area == pytest.approx(plain.area)


def test_nothing_that_could_be_answered() -> None:
    found = risk_over_all(np.array([0.9, 0.1]), np.zeros(2) > 0, np.zeros(2) > 0)
    assert found.counted_wrong.risk.tolist() == [1, 1]
    assert found.not_answered.coverage_at(0.2) == len(found.not_answered.risk) == 0
    with pytest.raises(ShapeError, match=r"\(1,\) marks for \(2,\) answers"):
        risk_over_all(np.zeros(2), np.zeros(2) > 0, np.zeros(1) > 0)
