import numpy as np
import pytest

from xling.errors import InputError
from xling.evaluation.mined_precision import choose_threshold, precision_curve


def mixture(right: int, wrong: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw scores of right and wrong pairs, best first, and a null of the wrong ones' kind."""
    random = np.random.default_rng(seed)
    scores = np.concatenate([random.normal(1.4, 0.15, right), random.normal(1, 0.08, wrong)])
    order = np.argsort(-scores)
    is_right = order < right
    return scores[order], is_right, -np.sort(-random.normal(1, 0.08, right + wrong))


@pytest.mark.parametrize(("right", "wrong"), [(3000, 3000), (3000, 600), (600, 3000), (3000, 0)])
def test_estimates_are_near_the_truth(right: int, wrong: int) -> None:
    scores, is_right, null = mixture(right, wrong)
    curve = precision_curve(scores, null)
    assert curve.wrong == pytest.approx(wrong / (right + wrong), abs=0.05)
    truth = np.cumsum(is_right) / np.arange(1, len(scores) + 1)
    assert np.abs(curve.precision - truth)[200:].max() < 0.07
    for wanted in (0.8, 0.9, 0.97):
        threshold = choose_threshold(curve, wanted)
        assert threshold is not None
        kept = scores >= threshold
        assert is_right[kept].mean() >= wanted - 0.04
    f1 = 2 * np.cumsum(is_right) / (np.arange(1, len(scores) + 1) + right)
    chosen = scores >= choose_threshold(curve)
    assert f1[chosen.sum() - 1] > f1.max() - 0.02


def test_nothing_but_wrong_pairs() -> None:
    scores, _, null = mixture(0, 4000)
    curve = precision_curve(scores, null)
    assert curve.wrong > 0.93
    assert curve.precision[200:].max() < 0.25


def test_a_curve_never_rises_and_equal_scores_have_one_precision() -> None:
    scores = np.array([3.0, 2, 2, 2, 1, 1])
    curve = precision_curve(scores, np.array([2.0, 1.5, 1, 0.5]))
    # The median of the null is 1.25: 2 of 6 pairs lie below it, and half of the null.
    assert curve.wrong == pytest.approx((2 / 6) / (2 / 4))
    expected = [1, *[1 - 4 * (1 / 4) / 4] * 3, *[1 - 4 * (3 / 4) / 6] * 2]
    np.testing.assert_allclose(curve.precision, expected)
    assert choose_threshold(curve, 0.75) == 2
    assert choose_threshold(curve, 0.8) == 3
    assert choose_threshold(curve, 0.5) == 1


def test_without_pairs_or_null() -> None:
    none = np.zeros(0)
    assert choose_threshold(precision_curve(none, none)) is None
    curve = precision_curve(np.array([2.0, 1.0]), none)
    assert curve.precision.tolist() == [1, 1]
    assert choose_threshold(curve) == 1
    alike = precision_curve(np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    assert alike.wrong == 0


@pytest.mark.parametrize("precision", [0, -1, 1.01])
def test_bad_precision(precision: float) -> None:
    curve = precision_curve(np.array([1.0]), np.array([0.5]))
    with pytest.raises(InputError, match="a number above 0, at most 1"):
        choose_threshold(curve, precision)
