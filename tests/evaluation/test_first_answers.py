from collections.abc import Sequence

import pytest

from xling.evaluation.first_answers import FirstAnswer, calibration, first_answers, two_way
from xling.model.answers import Lookup, Translation

THERE = {"cat": ("Katze", 0.9), "dog": ("Katze", 0.4), "sun": ("Sonne", None), "fog": None}
BACK = {"Katze": ("Cat", 0.8), "Sonne": ("light", 0.5)}


class Told:
    """Answers from two tables, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], str | None, str | None, str, str]] = []

    def look_up(
        self,
        words: Sequence[str],
        *,
        source: str | None,
        target: str | None,
        top: int,
        retrieval: str,
        channels: str,
    ) -> list[Lookup]:
        assert top == 1
        self.asked.append((list(words), source, target, retrieval, channels))
        found = []
        for word in words:
            best = (THERE if source == "en" else BACK)[word]
            answers = () if best is None else (
                Translation(word=best[0], score=0.0, confidence=best[1]),
            )  # fmt: skip
            found.append(Lookup(word=word, status="ok", translations=answers))
        return found


GOLD = {"cat": ("katze", "kater"), "dog": ("hund",), "sun": ("sonne",), "fog": ("nebel",)}


def test_there_and_back() -> None:
    model = Told()
    found = first_answers(
        model, GOLD, source="en", target="de", retrieval="nn", channels="contexts"
    )
    assert model.asked == [
        (["cat", "dog", "sun", "fog"], "en", "de", "nn", "contexts"),
        (["Katze", "Sonne"], "de", "en", "nn", "contexts"),
    ]
    assert found[0] == FirstAnswer(
        query="cat", word="Katze", right=True, confidence=0.9, returns=True
    )
    assert [one.right for one in found] == [True, False, True, False]
    assert [one.returns for one in found] == [True, False, False, False]
    assert [one.confidence for one in found] == [0.9, 0.4, None, None]
    assert found[3].word is None
    once = Told()
    ahead = first_answers(once, GOLD, source="en", target="de", back=False)
    assert len(once.asked) == 1
    assert {one.returns for one in ahead} == {None}
    assert [one.right for one in ahead] == [one.right for one in found]


def test_agreement_by_hand() -> None:
    found = two_way([True, True, False, False, False], [True, False, True, False, False])
    assert found == {
        "share": pytest.approx(2 / 5),
        "precision_agreeing": pytest.approx(1 / 2),
        "precision_others": pytest.approx(1 / 3),
    }
    assert two_way([True], [False])["precision_others"] is None
    assert set(two_way([], []).values()) == {None}


def test_only_probabilities_are_judged() -> None:
    answers = first_answers(Told(), GOLD, source="en", target="de")
    found = calibration(answers, samples=5)
    assert found is not None
    assert (found["answers"], found["right"], found["auroc"]) == (2, 0.5, 1.0)
    assert calibration(answers[2:]) is None
    # Over all queries: those without a probability, too, and those out of vocabulary.
    assert found["all_queries"]["asked"] == 4
    assert found["all_queries"]["counted_wrong"]["risk_coverage"] == [
        [0.25, 0.0], [0.5, 0.5], [0.75, pytest.approx(0.5, abs=1e-4)], [1.0, 0.5],
    ]  # fmt: skip
    outside = first_answers(Told(), {"dog": ()}, source="en", target="de", back=False)
    more = calibration(answers[:2], outside, samples=5)
    assert more is not None
    assert (more["answers"], more["all_queries"]["asked"]) == (2, 3)
    assert more["all_queries"]["in_vocabulary"] == pytest.approx(2 / 3)
    assert more["all_queries"]["not_answered"]["risk_coverage"][-1] == [0.6667, 0.5]
    assert more["all_queries"]["counted_wrong"]["risk_coverage"][-1] == [1.0, 0.6667]
