"""What a report says equals what a slow computation from its definition says."""

import json
import math

import numpy as np
import pytest

from xling.report import content
from xling.report.content import gather


def slow_ranks(model, lexicon) -> dict[str, float | None]:
    """Rank every target word for each query by CSLS, from its formula, in plain Python."""
    asked, answers = model.sides
    first = [row.astype(float).tolist() for row in asked.vectors]
    second = [row.astype(float).tolist() for row in answers.vectors]
    cosines = [[sum(map(float.__mul__, x, y)) for y in second] for x in first]
    turned = list(zip(*cosines, strict=True))
    mean_of = [sum(sorted(row, reverse=True)[:10]) / 10 for row in cosines]
    mean_to = [sum(sorted(row, reverse=True)[:10]) / 10 for row in turned]
    names = {word: i for i, word in enumerate(asked.vocabulary)}
    foreign = {word: i for i, word in enumerate(answers.vocabulary)}
    ranks: dict[str, float | None] = {}
    for word, gold in lexicon.queries().items():
        right = {foreign[one] for one in gold if one in foreign}
        if word not in names or not right:
            ranks[word] = None
            continue
        i = names[word]
        scores = [2 * cosines[i][j] - mean_of[i] - mean_to[j] for j in range(len(second))]
        best = max(scores[j] for j in right)
        ranks[word] = 1 + sum(scores[j] > best for j in range(len(second)) if j not in right)
    return ranks


def test_scores_equal_the_slow_ones(small, lexicon, document) -> None:
    ranks = slow_ranks(small, lexicon)
    known = [rank for rank in ranks.values() if rank is not None]
    assert 5 < sum(rank > 1 for rank in known) < 50  # some are right and some are wrong
    inside, overall, different = document["scores"]
    assert (inside["queries"], overall["queries"]) == (len(known), len(ranks)) == (60, 61)
    for k in (1, 5, 10):
        hits = sum(rank <= k for rank in known)
        assert inside["precision"][str(k)] == pytest.approx(hits / len(known))
        assert overall["precision"][str(k)] == pytest.approx(hits / len(ranks))
    assert inside["mrr"] == pytest.approx(math.fsum(1 / rank for rank in known) / len(known))
    assert different["queries"] == 60  # no word is among its own right words
    assert document["missing"] == ["unknown<b>"]


def test_scores_equal_those_of_the_evaluation(document) -> None:
    found = document["evaluation"]
    inside, overall, different = document["scores"]
    assert inside["precision"] == found["precision"]
    assert inside["mrr"] == found["mrr"]
    assert inside["intervals"]["1"] == found["confidence_interval"]
    assert overall["precision"] == found["precision_overall"]
    assert different["precision"] == found["precision_non_identical"]


def test_groups_equal_the_slow_ones(small, lexicon, document) -> None:
    ranks = slow_ranks(small, lexicon)
    seen = {"word3", "word4"}
    for row in document["groups"]["training"]:
        inside = [
            rank
            for word, rank in ranks.items()
            if rank is not None and (word in seen) == (row["group"] == "seen")
        ]
        assert row["queries"] == len(inside)
        assert row["precision"]["1"] == pytest.approx(sum(r == 1 for r in inside) / len(inside))
    assert {row["group"]: row["queries"] for row in document["groups"]["translations"]} == {
        "1": 58,
        "2": 1,
        "3": 1,
    }


def test_risk_and_coverage_equal_the_slow_ones(small, lexicon, document) -> None:
    answers = [small.look_up([word], top=1)[0].translations[0] for word, *_ in document["queries"]]
    gold = lexicon.queries()
    right = [
        one.word in gold[word] for one, (word, *_) in zip(answers, document["queries"], strict=True)
    ]
    order = sorted(range(len(right)), key=lambda i: -answers[i].score)
    wrong = np.cumsum([not right[i] for i in order])
    found = document["confidence"]
    assert (found["by"], found["answers"]) == ("score", 60)
    assert found["all_queries"]["queries"] == 61
    assert found["all_queries"]["counted_wrong"][-1] == [1.0, pytest.approx((wrong[-1] + 1) / 61)]
    assert found["curve"] == [
        [pytest.approx((n + 1) / 60), pytest.approx(wrong[n] / (n + 1))] for n in range(60)
    ]


def test_mistakes_and_map_are_about_the_wrong_answers(document) -> None:
    wrong = {row[0] for row in document["queries"] if not row[5]}
    assert {one["query"] for one in document["mistakes"]} <= wrong
    assert len(document["mistakes"]) == min(len(wrong), content.MISTAKES)
    words = document["map"]["words"]
    kinds = {kind for *_, kind in document["map"]["links"]}
    assert kinds >= {"right", "wrong"}
    for a, b, kind in document["map"]["links"]:
        assert (words[a]["side"], words[b]["side"]) == (0, 1)
        if kind == "wrong":
            assert words[a]["word"] in wrong
    assert json.loads(json.dumps(document, allow_nan=False))["from"] == "en"


def test_long_lists_are_cut_and_it_is_said(small, judgement, monkeypatch) -> None:
    monkeypatch.setattr(content, "LISTED", 10)
    monkeypatch.setattr(content, "_BLOCK", 7)
    told = []
    found = gather(small, small.way(), judgement, words=10, progress=lambda *one: told.append(one))
    assert (len(found["queries"]), found["left_out"]) == (10, 50)
    assert ("answers", 60, 60) in told
    assert ("map", 1, 1) in told


def test_a_model_without_judgement(small) -> None:
    found = gather(small, small.way("de", retrieval="nn"), words=20)
    assert (found["from"], found["to"], found["retrieval"]) == ("de", "en", "nn")
    assert not {"evaluation", "scores", "mistakes", "queries"} & set(found)
    assert {kind for *_, kind in found["map"]["links"]} == {"answer"}
    assert [one["criterion"] for one in found["hubness"]] == ["nn", "csls"]
    assert ("recipe", "<u>") in found["facts"]
