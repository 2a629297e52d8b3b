import pytest

from xling.model.answers import Translation
from xling.report import confidence
from xling.report.confidence import judged


def answer(score: float, sure: float | None = None) -> Translation:
    return Translation(word="w", score=score, confidence=sure)


def test_probabilities_are_judged_in_bins() -> None:
    found = judged(
        [
            (answer(0, 0.95), True),
            (answer(0, 0.91), False),
            (answer(0, 0.15), False),
            (answer(9, None), True),  # has no probability, so that it does not count
        ]
    )
    assert found is not None
    assert (found["by"], found["answers"]) == ("probability", 3)
    low, high = found["bins"]
    assert (low["answers"], low["right"]) == (1, 0.0)
    assert low["confidence"] == pytest.approx(0.15)
    assert high["confidence"] == pytest.approx(0.93)
    assert (high["answers"], high["right"]) == (2, 0.5)
    assert found["error"] == pytest.approx((0.15 + 2 * 0.43) / 3)
    assert found["curve"] == [[1 / 3, 0.0], [2 / 3, 0.5], [1.0, pytest.approx(2 / 3)]]
    assert found["area"] == pytest.approx((0 + 0.5 + 2 / 3) / 3)


def test_scores_alone_order_the_answers() -> None:
    found = judged([(answer(-3.0), False), (answer(2.0), True)])
    assert found is not None
    assert found["by"] == "score"
    assert "bins" not in found
    assert found["curve"] == [[0.5, 0.0], [1.0, 0.5]]


def test_queries_out_of_vocabulary_count_in_two_ways() -> None:
    answers = [(answer(0, 0.9), True), (answer(0, 0.5), False), (answer(9, None), True)]
    found = judged(answers, [answer(0, 0.7), None])
    assert found is not None
    assert found["answers"] == 2
    every = found["all_queries"]
    assert every["queries"] == 5
    wrong = [risk for _, risk in every["counted_wrong"]]
    # The last two, without a probability, come in any order: one of them is right.
    assert wrong == pytest.approx([0, 1 / 2, 2 / 3, 2.5 / 4, 3 / 5])
    known = [[0.2, 0], [0.4, 0.5], [0.6, 1 / 3]]
    assert every["not_answered"] == [pytest.approx(point) for point in known]
    by_score = judged([(answer(2.0), True)], [answer(3.0)])
    assert by_score is not None
    assert by_score["all_queries"]["counted_wrong"] == [[0.5, 1.0], [1.0, 0.5]]


def test_a_long_curve_is_thinned_to_its_ends(monkeypatch) -> None:
    monkeypatch.setattr(confidence, "CURVE", 5)
    found = judged([(answer(float(i)), i > 50) for i in range(100)])
    assert found is not None
    assert [point[0] for point in found["curve"]] == [0.01, 0.25, 0.5, 0.75, 1.0]


def test_no_answer() -> None:
    assert judged([]) is None
