from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import spearmanr

from xling.data.formats.similarity_tsv import RatedPair
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, DegenerateInputError, InputError
from xling.evaluation.similarity import spearman, word_similarity


@dataclass
class Language:
    language: str
    vocabulary: Vocabulary
    vectors: np.ndarray


def language(tag: str, count: int, seed: int) -> Language:
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = tuple(f"{tag}{i}" for i in range(count))
    return Language(tag, Vocabulary(words=words), vectors)


EN, DE = language("en", 60, 0), language("de", 60, 1)


def rated(count: int, noise: float = 0.0) -> list[RatedPair]:
    rng = np.random.default_rng(5)
    return [
        RatedPair(
            first=f"EN{i}",
            second=f"de{j}",
            score=float(3 + EN.vectors[i] @ DE.vectors[j] + noise * rng.normal()),
        )
        for i, j in zip(range(count), rng.permutation(60), strict=False)
    ]


def test_ratings_that_are_the_cosines_correlate_perfectly() -> None:
    result = word_similarity(rated(50), EN, DE)
    assert result.spearman == pytest.approx(1.0)
    assert result.confidence_interval == pytest.approx((1.0, 1.0))
    assert (result.pairs, result.coverage, result.spearman_overall) == (50, 1.0, result.spearman)
    turned = [
        RatedPair(first=pair.first, second=pair.second, score=-pair.score) for pair in rated(50)
    ]
    assert word_similarity(turned, EN, DE).spearman == pytest.approx(-1.0)


def test_against_scipy_and_the_interval_holds_the_score() -> None:
    pairs = rated(50, noise=0.4)
    result = word_similarity(pairs, EN, DE, seed=2)
    ratings = [pair.score for pair in pairs]
    assert result.spearman == pytest.approx(spearmanr(result.similarities, ratings).statistic)
    low, high = result.confidence_interval
    assert -1 < low < result.spearman < high < 1
    assert 0.05 < high - low < 0.9
    again = word_similarity(pairs, EN, DE, seed=2)
    assert again == result
    assert word_similarity(pairs, EN, DE, seed=3).confidence_interval != (low, high)


def test_unknown_words_lower_the_overall_score_only() -> None:
    pairs = [*rated(30), *(RatedPair(first="x", second=f"de{i}", score=i) for i in range(10))]
    result = word_similarity(pairs, EN, DE)
    assert (result.pairs, result.pairs_in_vocabulary, result.coverage) == (40, 30, 0.75)
    assert result.spearman == pytest.approx(1.0)
    assert result.spearman_overall < 0.95
    assert result.similarities[30:] == (None,) * 10
    assert result.to_json()["coverage"] == 0.75
    assert "similarities" not in result.to_json()


def test_a_word_without_a_vector_is_unknown() -> None:
    empty = Language("de", DE.vocabulary, DE.vectors.copy())
    empty.vectors[int(rated(5)[0].second.removeprefix("de"))] = 0
    assert word_similarity(rated(5), EN, empty).pairs_in_vocabulary == 4


def test_one_language() -> None:
    pairs = [RatedPair(first="en0", second=f"en{i}", score=-i) for i in range(1, 9)]
    found = word_similarity(pairs, EN, EN).similarities
    assert found == pytest.approx([float(EN.vectors[0] @ EN.vectors[i]) for i in range(1, 9)])


@pytest.mark.parametrize("seed", range(3))
def test_rank_correlation_with_ties(seed: int) -> None:
    a, b = np.random.default_rng(seed).integers(0, 4, (2, 30)).astype(float)
    assert spearman(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert spearman(a, np.ones(30)) == 0.0


def test_too_few_known_pairs() -> None:
    pairs = [*rated(2), *(RatedPair(first=f"x{i}", second="y", score=1.0) for i in range(4))]
    with pytest.raises(CoverageError, match="2 of 6 word pairs are in vocabulary") as caught:
        word_similarity(pairs, EN, DE)
    assert "for example x0 and y, x1 and y, x2 and y" in str(caught.value)
    assert caught.value.hint == "are the first words en and the second ones de?"
    with pytest.raises(InputError, match="samples is 0"):
        word_similarity(rated(5), EN, DE, samples=0)


def test_ratings_that_order_nothing_are_refused() -> None:
    pairs = [RatedPair(first=f"en{i}", second=f"de{i}", score=4.0) for i in range(5)]
    pairs.append(RatedPair(first="unknown", second="de1", score=2.0))
    with pytest.raises(DegenerateInputError, match=r"all ratings of word pairs .* are 4; a"):
        word_similarity(pairs, EN, DE)


def test_too_few_pairs_that_are_all_known() -> None:
    pairs = [RatedPair(first="en1", second="de1", score=4.0)]
    with pytest.raises(CoverageError, match=r"1 of 1 word pairs .* needs at least 3$"):
        word_similarity(pairs, EN, DE)
