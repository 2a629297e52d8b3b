import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.evaluation.groups import Known, breakdown, clean_part, scores_of, spelling_distance
from xling.evaluation.policies import POLICIES
from xling.evaluation.queries import resolve_queries
from xling.evaluation.resampling import bootstrap_interval

PAIRS = (
    ("Paris", "Paris"),
    ("house", "Haus"),
    ("house", "Gebäude"),
    ("cat", "Kater"),
    ("the", "der"), ("the", "die"), ("the", "das"), ("the", "dem"),
    ("Euro", "euro"),
)  # fmt: skip
TARGET = ("Paris", "Haus", "Kater", "der", "die", "euro")


def known(
    counts: list[int] | None = None,
    *,
    trained: frozenset[str] = frozenset(),
    tags: tuple[str, ...] | None = None,
) -> Known:
    words = Vocabulary(
        words=("the", "house", "Euro", "Paris", "cat"),
        counts=None if counts is None else np.array(counts),
    )
    target = Vocabulary(words=TARGET)
    lexicon = Lexicon(source_language="en", target_language="de", pairs=PAIRS, parts_of_speech=tags)
    queries = resolve_queries(lexicon, words, target, POLICIES["default"])
    ranks = np.array([1.0, 2.0, 7.0, 1.0, 20.0])  # paris, house, cat, the, euro
    return Known(queries=queries, ranks=ranks, words=words, candidates=target, trained=trained)


def shown(rows: list[dict]) -> dict[str, tuple[int, float]]:
    return {row["group"]: (row["queries"], row["precision"]["1"]) for row in rows}


def test_groups() -> None:
    found = breakdown(known([2000, 60, 5, 5, 1]), samples=50, seed=0)
    assert shown(found["frequency"]) == {
        "1 to 5": (3, 1 / 3), "51 to 100": (1, 0.0), "1001 or more": (1, 1.0),
    }  # fmt: skip
    assert shown(found["identical"]) == {"identical": (2, 0.5), "not identical": (3, 1 / 3)}
    assert shown(found["edit_distance"]) == {
        "0": (2, 0.5),  # Paris, euro
        "0.25 to 0.5": (1, 0.0),  # house to haus: 2 of 5
        "0.5 to 0.75": (2, 0.5),  # cat to kater: 3 of 5; the to die: 2 of 3
    }
    assert shown(found["translations"]) == {
        "1": (3, 1 / 3), "2": (1, 0.0), "4 or more": (1, 1.0),
    }  # fmt: skip
    assert shown(found["capitals"]) == {
        "both": (1, 1.0), "query only": (1, 0.0), "gold only": (2, 0.0), "none": (1, 1.0),
    }  # fmt: skip


def test_without_counts_the_place_in_the_vocabulary_counts() -> None:
    found = breakdown(known(), samples=50, seed=0)
    assert "frequency" not in found
    assert shown(found["frequency_rank"]) == {"1 to 1000": (5, 2 / 5)}


@pytest.mark.parametrize(
    ("count", "group"),
    [(0, "1 to 5"), (5, "1 to 5"), (6, "6 to 10"), (100, "51 to 100"), (1001, "1001 or more")],
)
def test_boundaries_of_bins(count: int, group: str) -> None:
    found = breakdown(known([count] * 5), samples=50, seed=0)
    assert list(shown(found["frequency"])) == [group]


def test_distance_is_to_the_closest_gold_word() -> None:
    house, the = known().queries[1], known().queries[3]
    assert spelling_distance(house) == pytest.approx(2 / 5)  # haus, not gebäude
    assert spelling_distance(the) == pytest.approx(2 / 3)  # die


def test_scores_of_no_query_are_none() -> None:
    empty = scores_of(np.empty(0), samples=10, seed=0)
    nothing = dict.fromkeys(("precision", "mrr", "confidence_interval", "intervals"))
    assert empty == {"queries": 0, **nothing}
    some = scores_of(np.array([1.0, 4.0]), samples=50, seed=0)
    assert (some["queries"], some["mrr"]) == (2, 0.625)
    assert some["precision"] == {"1": 0.5, "5": 1.0, "10": 1.0}
    assert some["confidence_interval"] == some["intervals"]["1"] == [0.0, 1.0]


def test_every_score_has_its_interval() -> None:
    ranks = np.array([1.0, 3.0, np.inf, 2.5])
    found = scores_of(ranks, samples=100, seed=4)
    assert found["mrr"] == pytest.approx((1 + 1 / 3 + 1 / 2.5) / 4)
    for name, values in (("1", ranks <= 1), ("5", ranks <= 5), ("mrr", 1 / ranks)):
        expected = bootstrap_interval(values.astype(float), samples=100, seed=4)
        assert found["intervals"][name] == list(expected)


def test_map_goes_with_the_others_where_it_is_known() -> None:
    ranks, averages = np.array([1.0, 3.0, 2.0]), np.array([0.75, 0.25, 0.5])
    found = scores_of(ranks, average_precisions=averages, samples=100, seed=4)
    assert found["map"] == 0.5
    assert found["intervals"]["map"] == list(bootstrap_interval(averages, samples=100, seed=4))
    assert found["intervals"]["1"] == scores_of(ranks, samples=100, seed=4)["intervals"]["1"]
    empty = scores_of(np.empty(0), average_precisions=np.empty(0), samples=10, seed=0)
    assert (empty["map"], empty["intervals"]) == (None, None)


def test_words_fitted_on_are_told_from_others() -> None:
    found = breakdown(known(trained=frozenset({"house", "euro"})), samples=50, seed=0)
    assert shown(found["training"]) == {"never seen": (3, 2 / 3), "seen": (2, 0.0)}
    assert "part_of_speech" not in found


def test_parts_of_speech_come_from_the_lexicon() -> None:
    tags = ("proper noun", "noun", "noun", "noun", "determiner", "pronoun", "", "", "")
    found = breakdown(known(tags=tags), samples=50, seed=0)
    assert list(shown(found["part_of_speech"]).items()) == [
        ("noun", (2, 0.0)),  # house, cat
        ("proper noun", (1, 1.0)),
        ("several", (1, 1.0)),  # the: determiner and pronoun
        ("unknown", (1, 0.0)),  # Euro
    ]
    assert "part_of_speech" not in breakdown(known(tags=("",) * 9), samples=50, seed=0)


def test_clean_part() -> None:
    trained = frozenset({"house", "dog"}), frozenset({"der", "paris"})
    clean = clean_part(known(), trained, identical_strings=False, samples=50, seed=0)
    assert (clean["count"], clean["precision"]["1"]) == (2, 0.0)  # cat and euro
    assert clean["source_side"]["count"] == 4  # all but house
    assert clean["source_side"]["precision"]["1"] == 0.5
    spelled = clean_part(known(), trained, identical_strings=True, samples=50, seed=0)
    assert (spelled["count"], spelled["source_side"]["count"]) == (1, 2)
