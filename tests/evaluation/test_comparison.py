from dataclasses import replace

import numpy as np
import pytest

from xling.data.lexicon import Lexicon
from xling.data.vocabulary import Vocabulary
from xling.errors import InputError
from xling.evaluation.bli import evaluate
from xling.evaluation.comparison import MEASURES, compare_results, verdict
from xling.evaluation.resampling import holm, paired_permutation
from xling.evaluation.results import BliResult


class World:
    """A model that translates word ``i`` at a rank that is written down."""

    languages = ("en", "de")

    def __init__(self, ranks: list[int]) -> None:
        self.ranks = ranks
        self.width = len(ranks)

    def vocabulary(self, language: str) -> Vocabulary:
        name = "s" if language == "en" else "t"
        kept = [i for i in range(self.width) if language == "de" or self.ranks[i]]
        return Vocabulary(words=tuple(f"{name}{i}" for i in kept))

    def scores(self, rows: np.ndarray, **_: str) -> np.ndarray:
        kept = [i for i in range(self.width) if self.ranks[i]]
        scores = np.zeros((len(rows), self.width), np.float32)
        for place, row in enumerate(rows):
            right = kept[row]
            others = [i for i in range(self.width) if i != right]
            order = [*others[: self.ranks[right] - 1], right, *others[self.ranks[right] - 1 :]]
            scores[place, order] = np.arange(self.width, 0, -1)
        return scores

    def trained_words(self, language: str, other: str) -> frozenset[str]:
        return frozenset({"s0"} if language == "en" else ())


def judged(ranks: list[int]) -> BliResult:
    """Rank 0 is out of vocabulary."""
    pairs = tuple((f"s{i}", f"t{i}") for i in range(len(ranks)))
    lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
    return evaluate(World(ranks), lexicon, samples=10)


GOOD = [1] * 30 + [3] * 9 + [0]
POOR = [1] * 10 + [7] * 28 + [0, 1]


def rows(document: dict, **labels: object) -> list[dict]:
    return [
        row
        for row in document["comparisons"]
        if all(row[key] == value for key, value in labels.items())
    ]


def test_a_clear_difference_is_found() -> None:
    document = compare_results({"good": judged(GOOD), "poor": judged(POOR)}, samples=2000)
    assert (document["queries"], document["queries_in_common"]) == (40, 38)
    (row,) = rows(document, measure="precision_at_1", among="common")
    assert (row["model"], row["against"], row["queries"]) == ("good", "poor", 38)
    assert row["difference"] == pytest.approx(20 / 38)
    low, high = row["confidence_interval"]
    assert 0.3 < low < row["difference"] < high < 0.75
    assert row["verdict"] == "better"
    (row,) = rows(document, measure="precision_at_1", among="all")
    assert (row["queries"], row["difference"]) == (40, pytest.approx((30 - 11) / 40))
    (row,) = rows(document, measure="mrr", among="common")
    assert row["difference"] == pytest.approx((30 + 8 / 3 - 10 - 28 / 7) / 38)
    turned = compare_results({"poor": judged(POOR), "good": judged(GOOD)}, samples=2000)
    assert {row["verdict"] for row in turned["comparisons"]} == {"worse"}


def test_scores_of_each_model() -> None:
    document = compare_results({"good": judged(GOOD), "poor": judged(POOR)}, samples=100)
    good, poor = document["scores"]
    assert (good["model"], good["coverage"], good["overlap_with_training"]) == ("good", 39 / 40, 1)
    assert good["common"]["precision_at_1"] == pytest.approx(30 / 38)
    assert good["common"]["precision_at_5"] == 1.0
    assert poor["all"]["precision_at_1"] == pytest.approx(11 / 40)
    assert poor["all"]["precision_at_5"] == pytest.approx(11 / 40)


def test_p_values_are_corrected_over_all_comparisons() -> None:
    results = {"a": judged(GOOD), "b": judged(POOR), "c": judged([1] * 12 + [2] * 28)}
    document = compare_results(results, samples=500, seed=3)
    assert len(document["comparisons"]) == 3 * len(MEASURES) * 2
    plain = [row["p_value"] for row in document["comparisons"]]
    assert [row["p_value_holm"] for row in document["comparisons"]] == holm(plain)
    (row,) = rows(document, model="a", against="c", measure="precision_at_1", among="common")
    hits = np.array([1.0] * 30 + [0.0] * 8), np.array([1.0] * 12 + [0.0] * 26)
    assert row["p_value"] == paired_permutation(*hits, samples=500, seed=3)


def test_equal_models_do_not_differ() -> None:
    document = compare_results({"a": judged(GOOD), "b": judged(GOOD)}, samples=100)
    assert {row["verdict"] for row in document["comparisons"]} == {"not significantly different"}
    assert {row["p_value_holm"] for row in document["comparisons"]} == {1.0}


def test_without_a_common_query_only_all_are_compared() -> None:
    document = compare_results({"a": judged([1, 0]), "b": judged([0, 1])}, samples=50)
    assert document["queries_in_common"] == 0
    assert document["scores"][0]["common"]["mrr"] is None
    assert {row["among"] for row in document["comparisons"]} == {"all"}


def test_wrong_calls() -> None:
    with pytest.raises(InputError, match="1 model is given; a comparison needs at least two"):
        compare_results({"a": judged(GOOD)})
    with pytest.raises(InputError, match="model 'b' was asked other queries"):
        compare_results({"a": judged(GOOD), "b": judged(GOOD[1:])})
    other = replace(judged(GOOD), details=judged(GOOD).details[::-1])
    with pytest.raises(InputError, match="model 'b' was asked other queries"):
        compare_results({"a": judged(GOOD), "b": other})


def test_verdicts() -> None:
    assert verdict(0.2, 0.049) == "better"
    assert verdict(-0.2, 0.049) == "worse"
    assert verdict(0.2, 0.05) == "not significantly different"
