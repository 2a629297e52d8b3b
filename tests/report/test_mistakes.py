from dataclasses import replace

import pytest

from xling.model.answers import Translation
from xling.report.hubness import measured
from xling.report.mistakes import Judged, mistakes, worst
from xling.report.neighbors import cosine


def one(query: str, rank: float, score: float, answer: str = "x") -> Judged:
    translation = Translation(word=answer, score=score, confidence=None)
    return Judged(query=query, gold=("gold",), rank=rank, answers=(translation,))


def test_the_surest_and_the_farthest_are_chosen_in_turn() -> None:
    judged = [
        one("sure", 2, 9.0),
        one("far", 900, 1.0),
        one("right", 1, 99.0, answer="Gold"),
        one("second", 3, 8.0),
        one("third", 50, 2.0),
        Judged(query="silent", gold=("gold",), rank=7, answers=()),
    ]
    assert [each.query for each in worst(judged, 9)] == ["sure", "far", "second", "third"]
    assert [each.query for each in worst(judged, 3)] == ["sure", "far", "second"]
    assert worst([judged[2]], 9) == []
    assert (judged[2].right, judged[0].right, judged[5].right) == (True, False, False)


def test_probability_goes_before_score() -> None:
    timid = replace(one("a", 2, 9.0), answers=(Translation(word="x", score=9.0, confidence=0.1),))
    bold = replace(one("b", 2, 1.0), answers=(Translation(word="x", score=1.0, confidence=0.9),))
    assert [each.query for each in worst([timid, bold], 1)] == ["b"]


def test_a_mistake_names_what_is_near(small) -> None:
    asked, answers = small.sides
    hubs = measured(small.way())
    wrong = Judged(
        query="word7",
        gold=("wort9", "wort7", "unbekannt"),
        rank=2.0,
        answers=(
            Translation(word="wort8", score=0.5, confidence=None),
            Translation(word="wort7", score=0.4, confidence=0.25),
        ),
    )
    (found,) = mistakes([wrong], asked, answers, hubs)
    assert (found["query"], found["answer"], found["rank"]) == ("word7", "wort8", 2.0)
    best = max((7, 9), key=lambda row: cosine(asked, 7, answers, row))
    assert found["gold"] == f"wort{best}"
    assert sorted(found["others"]) == sorted({"wort9", "wort7", "unbekannt"} - {f"wort{best}"})
    assert found["answers"] == [("wort8", 0.5), ("wort7", 0.25)]
    assert found["cosines"]["query and answer"] == pytest.approx(cosine(asked, 7, answers, 8))
    query = found["words"]["query"]
    assert (query["frequency_rank"], query["count"], query["language"]) == (8, 53, "en")
    assert set(query["near"]) == {"en", "de"}
    assert "word7" not in [word for word, _ in query["near"]["en"]]
    assert "the right word is the second answer" in found["reasons"]
    assert "the answer looks like another form of the right word" in found["reasons"]


def test_reasons_are_given_only_where_they_hold(small) -> None:
    asked, answers = small.sides
    hubs = measured(small.way())
    rare = one("word59", 40.0, 1.0, answer="wort12")
    rare = replace(rare, gold=("wort59",))
    (found,) = mistakes([rare], asked, answers, hubs)
    assert "the query is rare: it occurs 1 times" in found["reasons"]
    assert "the right word is the second answer" not in found["reasons"]
    nearer = found["cosines"]["query and right word"] > found["cosines"]["query and answer"]
    assert any("in the space" in reason for reason in found["reasons"]) == nearer
    assert not any("is a hub" in reason for reason in found["reasons"])
    counts = hubs.counts.copy()
    counts[12] = 10_000
    (found,) = mistakes([rare], asked, answers, replace(hubs, counts=counts))
    assert any("the answer is a hub: among the nearest 10 of 10,000" in r for r in found["reasons"])
