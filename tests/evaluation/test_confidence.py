import numpy as np
import pytest

from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evaluation.abstention import risk_coverage, risk_over_all
from xling.evaluation.calibration import (
    auroc,
    brier_score,
    brier_skill,
    expected_calibration_error,
    perfect_calibration_error,
)
from xling.evaluation.confidence import confidence_figures, figures_over_all

RANDOM = np.random.default_rng(1)
SURE = RANDOM.random(400)
RIGHT = RANDOM.random(400) < SURE


def test_the_figures_are_those_of_their_functions() -> None:
    found = confidence_figures(SURE, RIGHT, samples=50)
    assert (found["answers"], found["right"]) == (400, RIGHT.mean())
    error = expected_calibration_error(SURE, RIGHT)
    assert found["expected_calibration_error"] == error
    assert found["error_of_a_perfect_model"] == perfect_calibration_error(SURE)
    assert found["equal_mass_calibration_error"] == expected_calibration_error(
        SURE, RIGHT, equal="mass"
    )
    assert found["equal_mass_error_of_a_perfect_model"] == perfect_calibration_error(
        SURE, equal="mass"
    )
    assert found["brier_score"] == brier_score(SURE, RIGHT)
    assert found["brier_skill"] == brier_skill(SURE, RIGHT)
    assert found["auroc"] == auroc(SURE, RIGHT)
    curve = risk_coverage(SURE, RIGHT)
    assert found["risk_coverage_area"] == curve.area
    assert found["coverage_at_risk_0.2"] == curve.coverage_at(0.2)
    assert len(found["risk_coverage"]) == 50
    assert found["risk_coverage"][-1] == pytest.approx([1.0, 1 - RIGHT.mean()], abs=1e-4)
    for name in ("brier_score", "brier_skill", "auroc", "risk_coverage_area"):
        low, high = found["confidence_interval"][name]
        assert low < found[name] < high < low + 0.3


def test_probabilities_that_lie_are_found_out() -> None:
    honest, sure = (confidence_figures(p, RIGHT, samples=5) for p in (SURE, SURE**0.2))
    assert honest["expected_calibration_error"] < 0.06 < sure["expected_calibration_error"]
    assert sure["expected_calibration_error"] > 2 * sure["error_of_a_perfect_model"]
    assert honest["auroc"] == sure["auroc"]


def test_calibration_errors_are_averaged_over_runs() -> None:
    runs = np.arange(400) % 2
    found = confidence_figures(SURE, RIGHT, runs=runs, samples=5)
    errors = [expected_calibration_error(SURE[runs == i], RIGHT[runs == i]) for i in (0, 1)]
    assert found["expected_calibration_error"] == pytest.approx(np.mean(errors))
    perfect = [perfect_calibration_error(SURE[runs == i]) for i in (0, 1)]
    assert found["error_of_a_perfect_model"] == pytest.approx(np.mean(perfect))
    assert found["brier_score"] == brier_score(SURE, RIGHT)


def test_answers_to_one_query_are_no_two_observations() -> None:
    twice = np.repeat(SURE, 2), np.repeat(RIGHT, 2)

    def width(**more: np.ndarray) -> float:
        low, high = confidence_figures(*twice, samples=200, **more)["confidence_interval"]["auroc"]
        return float(high - low)

    together = width(queries=np.repeat(np.arange(400), 2))
    low, high = confidence_figures(SURE, RIGHT, samples=200)["confidence_interval"]["auroc"]
    assert together == pytest.approx(high - low, rel=0.25)
    assert width() < 0.85 * together


def test_without_both_outcomes() -> None:
    found = confidence_figures(np.array([0.9, 0.8]), np.array([True, True]), samples=5)
    assert (found["auroc"], found["brier_skill"]) == (None, None)
    assert found["confidence_interval"]["auroc"] is None
    assert found["coverage_at_risk_0.2"] == 1


def test_refusals() -> None:
    with pytest.raises(DegenerateInputError, match="no answer"):
        confidence_figures(np.zeros(0), np.zeros(0) > 0)
    with pytest.raises(ShapeError, match=r"\(3,\) queries and \(2,\) runs for \(2,\) answers"):
        confidence_figures(np.ones(2), np.ones(2) > 0, queries=np.arange(3))
    with pytest.raises(ShapeError, match="confidences for"):
        confidence_figures(np.ones(2), np.ones(1) > 0)
    with pytest.raises(InputError, match=r"probability 2\.0 lies outside"):
        confidence_figures(np.array([2.0]), np.array([True]))
    with pytest.raises(InputError, match="samples is 0"):
        confidence_figures(np.ones(1), np.ones(1) > 0, samples=0)


def test_all_queries_are_counted_in_two_ways() -> None:
    known = np.arange(400) % 4 > 0
    found = figures_over_all(SURE, RIGHT, known, samples=50)
    assert (found["asked"], found["in_vocabulary"]) == (400, 0.75)
    curves = risk_over_all(SURE, RIGHT, known)
    wrong, silent = found["counted_wrong"], found["not_answered"]
    assert wrong["risk_coverage_area"] == curves.counted_wrong.area
    assert wrong["coverage_at_risk_0.2"] == curves.counted_wrong.coverage_at(0.2)
    assert silent["coverage_at_risk_0.2"] == curves.not_answered.coverage_at(0.2)
    assert wrong["coverage_at_risk_0.2"] < silent["coverage_at_risk_0.2"] < 0.75
    assert "risk_coverage_area" not in silent
    last = 1 - (RIGHT & known).mean()
    assert wrong["risk_coverage"][-1] == pytest.approx([1.0, last], abs=1e-4)
    assert silent["risk_coverage"][-1] == pytest.approx([0.75, 1 - RIGHT[known].mean()], abs=1e-4)
    for part in (wrong, silent):
        for name, (low, high) in part["confidence_interval"].items():
            assert low <= part[name] <= high < low + 0.5
    # What is in vocabulary is judged as it is without the others.
    plain = confidence_figures(SURE[known], RIGHT[known], samples=5)
    assert silent["coverage_at_risk_0.2"] == pytest.approx(0.75 * plain["coverage_at_risk_0.2"])


def test_all_queries_of_several_seeds_are_drawn_together() -> None:
    known = np.arange(400) % 4 > 0
    twice = [np.repeat(part, 2) for part in (SURE, RIGHT, known)]

    def width(**more: np.ndarray) -> float:
        found = figures_over_all(*twice, samples=200, **more)["counted_wrong"]
        low, high = found["confidence_interval"]["risk_coverage_area"]
        return float(high - low)

    assert width() < 0.85 * width(queries=np.repeat(np.arange(400), 2))


def test_one_query_in_vocabulary_may_be_drawn_never() -> None:
    found = figures_over_all(np.full(3, 0.5), np.arange(3) == 0, np.arange(3) == 0, samples=20)
    assert found["not_answered"]["confidence_interval"]["coverage_at_risk_0.2"][0] == 0
    with pytest.raises(ShapeError, match=r"\(2,\) queries for \(3,\) answers"):
        figures_over_all(np.ones(3), np.ones(3) > 0, np.ones(3) > 0, queries=np.arange(2))
    with pytest.raises(InputError, match="samples is 0"):
        figures_over_all(np.ones(1), np.ones(1) > 0, np.ones(1) > 0, samples=0)
