import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.errors import DegenerateInputError, NonFiniteError, ShapeError
from xling.evaluation.abstention import risk_coverage

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
