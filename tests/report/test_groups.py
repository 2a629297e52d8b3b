import pytest

from xling.data.vocabulary import Vocabulary
from xling.evaluation.resampling import bootstrap_interval
from xling.report.groups import RANKS, grouped, scored

WORDS = Vocabulary(words=tuple(f"w{i}" for i in range(1200)))
RANK = {"w0": 1.0, "w499": 2.0, "w500": 1.0, "w1199": 6.0, "w3": 1.0}
GOLD = {
    "w0": ["w0"],
    "w499": ["w4999", "x"],
    "w500": ["abc", "def", "ghi", "jkl"],
    "w1199": ["zzz", "zzz"],
    "w3": ["abc", "def", "ghi"],
}


def groups(name: str) -> dict[str, dict]:
    found = grouped(RANK, GOLD, WORDS, frozenset({"w0", "w3"}), samples=50)
    (way,) = (way for way in found if way["name"] == name)
    return {row["group"]: row for row in way["groups"]}


def test_each_way_divides_all_queries() -> None:
    for way in grouped(RANK, GOLD, WORDS, frozenset(), samples=50):
        assert sum(row["queries"] for row in way["groups"]) == len(RANK)


def test_frequency_ranks_start_at_one_and_hold_their_ends() -> None:
    found = groups("frequency rank of the query")
    assert {name: row["queries"] for name, row in found.items()} == {
        "1 to 500": 3,
        "501 to 1,000": 1,
        "1,001 to 2,000": 1,
    }
    assert found["1 to 500"]["precision"]["1"] == pytest.approx(2 / 3)
    assert found["1,001 to 2,000"]["precision"] == {"1": 0.0, "5": 0.0, "10": 1.0}
    many = Vocabulary(words=tuple(map(str, range(RANKS[-1] + 1))))
    last = grouped({str(RANKS[-1]): 1.0}, {str(RANKS[-1]): ["x"]}, many, frozenset(), samples=5)
    assert [row["group"] for row in last[0]["groups"]] == ["from 50,001"]


def test_spelling_number_and_training() -> None:
    spelled = groups("spelling of the nearest right word")
    assert {name: row["queries"] for name, row in spelled.items()} == {
        "identical": 1,
        "similar": 1,
        "different": 3,
    }
    counted = groups("right words in the lexicon")
    assert {name: row["queries"] for name, row in counted.items()} == {
        "1": 2,
        "2": 1,
        "3 or more": 2,
    }
    seen = groups("query in training")
    assert (seen["seen"]["queries"], seen["never seen"]["queries"]) == (2, 3)
    assert seen["seen"]["precision"]["1"] == 1.0


def test_scores_and_their_intervals() -> None:
    ranks = [1.0, 3.0, float("inf"), 2.5]
    found = scored(ranks, samples=100, seed=4)
    assert found["queries"] == 4
    assert found["precision"] == {"1": 0.25, "5": 0.75, "10": 0.75}
    assert found["mrr"] == pytest.approx((1 + 1 / 3 + 1 / 2.5) / 4)
    hits = [float(rank <= 5) for rank in ranks]
    assert found["confidence_interval"]["5"] == list(bootstrap_interval(hits, samples=100, seed=4))
    low, high = found["confidence_interval"]["mrr"]
    assert low < found["mrr"] < high
    assert scored([])["confidence_interval"]["mrr"] == [0.0, 0.0]
