import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score

from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evaluation.calibration import (
    auroc,
    brier_score,
    brier_skill,
    expected_calibration_error,
    perfect_calibration_error,
    reliability,
)

RANDOM = np.random.default_rng(3)
SURE = np.round(RANDOM.random(500), 2) * 0.98 + 0.005  # with ties, off the edges of bins
RIGHT = RANDOM.random(500) < SURE**2


def test_agrees_with_scikit_learn() -> None:
    found = reliability(SURE, RIGHT, bins=10)
    share, mean = calibration_curve(RIGHT, SURE, n_bins=10)
    np.testing.assert_allclose(found.right, share)
    np.testing.assert_allclose(found.confidence, mean)
    assert found.counts.sum() == 500
    assert auroc(SURE, RIGHT) == pytest.approx(roc_auc_score(RIGHT, SURE))
    score = brier_score(SURE, RIGHT)
    assert score == pytest.approx(brier_score_loss(RIGHT, SURE))
    plain = brier_score_loss(RIGHT, np.full(500, RIGHT.mean()))
    assert brier_skill(SURE, RIGHT) == pytest.approx(1 - score / plain)


def test_the_error_by_hand() -> None:
    sure = np.array([0.05, 0.15, 0.15, 0.95, 1.0])
    right = np.array([False, True, False, True, True])
    # 1/5 * 0.05 + 2/5 * |0.15 - 0.5| + 2/5 * |0.975 - 1|
    assert expected_calibration_error(sure, right) == pytest.approx(0.01 + 0.14 + 0.01)
    assert expected_calibration_error(sure, right, bins=1) == pytest.approx(0.6 - 0.46)
    found = reliability(sure, right)
    assert found.counts.tolist() == [1, 2, 2]
    assert reliability(np.array([0.0, 0.5, 1.0]), np.ones(3) > 0, bins=2).counts.tolist() == [1, 2]


def test_order_alone_decides_the_auroc() -> None:
    right = np.array([True, True, False, False])
    assert auroc(np.array([0.9, 0.8, 0.2, 0.1]), right) == 1.0
    assert auroc(np.array([0.1, 0.2, 0.8, 0.9]), right) == 0.0
    assert auroc(np.full(4, 0.3), right) == 0.5
    assert auroc(np.array([0.9, 0.2, 0.2, 0.1]), right) == pytest.approx(3.5 / 4)


def test_a_constant_has_no_skill_and_a_false_one_less() -> None:
    right = np.array([True, False, False, False])
    assert brier_skill(np.full(4, 0.25), right) == pytest.approx(0)
    assert brier_skill(np.full(4, 0.9), right) < 0
    assert brier_skill(right * 1.0, right) == 1


def test_without_both_outcomes_there_is_no_skill() -> None:
    for right in (np.ones(3) > 0, np.zeros(3) > 0):
        assert brier_skill(np.full(3, 0.5), right) is None
        assert auroc(np.full(3, 0.5), right) is None


def test_chance_alone_shows_an_error_that_shrinks() -> None:
    few, many = (perfect_calibration_error(RANDOM.random(n)) for n in (50, 5000))
    assert 0.08 < few < 0.2
    assert 0.005 < many < 0.03
    # By hand: one answer of probability a half is off by a half, whichever way it falls.
    assert perfect_calibration_error(np.array([0.5])) == pytest.approx(0.5)
    again = [perfect_calibration_error(SURE, seed=seed, samples=3) for seed in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_refusals() -> None:
    none = np.zeros(0)
    with pytest.raises(DegenerateInputError, match="no answer is given"):
        expected_calibration_error(none, none > 0)
    with pytest.raises(ShapeError, match=r"\(2,\) probabilities for \(1,\) answers"):
        brier_score(np.zeros(2), np.zeros(1) > 0)
    for wrong in (1.5, -0.1, np.nan):
        with pytest.raises(InputError, match=r"outside \[0, 1\]"):
            auroc(np.array([wrong]), np.array([True]))
    with pytest.raises(InputError, match="bins is 0"):
        reliability(np.array([0.5]), np.array([True]), bins=0)
    with pytest.raises(InputError, match="samples is 0"):
        perfect_calibration_error(np.array([0.5]), samples=0)


def test_bins_of_equal_mass() -> None:
    sure = np.array([0.1, 0.2, 0.3, 0.4, 0.9, 0.91, 0.92, 0.93])
    right = np.array([False, False, False, True, True, True, True, False])
    found = reliability(sure, right, bins=4, equal="mass")
    assert found.counts.tolist() == [2, 2, 2, 2]
    assert found.right.tolist() == [0, 0.5, 1, 0.5]
    error = expected_calibration_error(sure, right, bins=4, equal="mass")
    assert error == pytest.approx((0.15 + 0.15 + 0.095 + 0.425) / 4)
    # One probability stays in one bin, in whatever order the answers come.
    tied = np.array([0.5, 0.5, 0.5, 0.5, 0.9])
    order = np.array([3, 4, 0, 2, 1])
    for bins in (2, 3, 10):
        whole, turned = (
            reliability(tied[place], right[:5][place], bins=bins, equal="mass")
            for place in (np.arange(5), order)
        )
        assert whole.counts.tolist() == turned.counts.tolist() == [4, 1]
        assert whole.right.tolist() == turned.right.tolist()
    assert reliability(np.full(3, 0.5), right[:3], equal="mass").counts.tolist() == [3]


def test_many_bins_of_equal_mass_hold_as_many_answers() -> None:
    random = np.random.default_rng(0)
    sure = random.random(1000) ** 3
    counts = reliability(sure, sure > 0.5, equal="mass").counts
    assert counts.sum() == 1000
    assert counts.min() >= 99
    assert 0.005 < perfect_calibration_error(sure, equal="mass") < 0.03
