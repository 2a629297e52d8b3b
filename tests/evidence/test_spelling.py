from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from xling.evidence.base import Candidates
from xling.evidence.ngrams import ngram_profiles
from xling.evidence.spelling import Spelling, spelling_space

LETTERS = "abdegiklmnoprstu"
CYRILLIC = "абдегиклмнопрсту"
FITTED, NEW = 700, 150


def syllables(random: np.random.Generator, count: int) -> list[str]:
    consonants, vowels = "bdgklmnprst", "aeiou"
    words: dict[str, None] = {}
    while len(words) < count:
        size = int(random.integers(2, 5))
        drawn = zip(
            random.choice(list(consonants), size), random.choice(list(vowels), size), strict=True
        )
        words["".join(a + b for a, b in drawn)] = None
    return list(words)


def rank_of_the_right_one(words, translations, right: np.ndarray) -> np.ndarray:
    """Rank the answers of the words that were not fitted on; 0 is the best."""
    first, second = spelling_space(words, translations)
    scores = first[FITTED:] @ second.T
    own = scores[np.arange(NEW), right[FITTED:]][:, None]
    return (scores > own).sum(axis=1)


@pytest.fixture(scope="module")
def world():
    """Give words of one language, the same in other letters in another order, and the links."""
    random = np.random.default_rng(0)
    words = syllables(random, FITTED + NEW)
    order = random.permutation(len(words))
    other = [words[i].translate(str.maketrans(LETTERS, CYRILLIC)) for i in order]
    right = np.argsort(order)
    cells = (np.full(FITTED, 0.8), (np.arange(FITTED), right[:FITTED]))
    return words, other, right, sparse.csr_array(cells, shape=(len(words), len(words)))


def test_letters_that_go_with_letters_are_learned_for_words_not_fitted_on(world) -> None:
    words, other, right, links = world
    ranks = rank_of_the_right_one((tuple(words), tuple(other)), links, right)
    assert (ranks == 0).mean() > 0.6
    assert (ranks < 10).mean() > 0.9


def test_between_words_that_have_nothing_in_common_nothing_is_learned(world) -> None:
    words, _, right, links = world
    unrelated = syllables(np.random.default_rng(1), FITTED + NEW)
    ranks = rank_of_the_right_one((tuple(words), tuple(unrelated)), links, right)
    assert abs(ranks.mean() / len(unrelated) - 0.5) < 0.08  # chance: the middle, within 3.4 sigma
    assert (ranks < 10).mean() < 0.05


def test_links_weigh_by_their_probability(world) -> None:
    words, other, right, links = world
    # As many wrong links, but weak ones: the strong ones decide.
    wrong = np.roll(right[:FITTED], 1)
    weak = sparse.csr_array((np.full(FITTED, 0.01), (np.arange(FITTED), wrong)), shape=links.shape)
    ranks = rank_of_the_right_one(
        (tuple(words), tuple(other)), sparse.csr_array(links + weak), right
    )
    assert (ranks == 0).mean() > 0.6


def test_equals_a_dense_ridge_regression() -> None:
    random = np.random.default_rng(3)
    words = tuple(syllables(random, 60)), tuple(syllables(random, 50))
    cells = (random.random((60, 50)) < 0.05) * random.uniform(0.05, 1, (60, 50))
    found = spelling_space(words, sparse.csr_array(cells))
    # At full rank the reduced profiles have the inner products of the profiles themselves.
    reduced = []
    for part in words:
        u, s, _ = np.linalg.svd(ngram_profiles(part, 2, 4).toarray(), full_matrices=False)
        reduced.append((u * s)[:, :50])
    x, y = reduced
    gram, moment = np.eye(50), np.zeros((50, 50))
    for i, j in np.argwhere(cells):
        gram += cells[i, j] * np.outer(x[i], x[i])
        moment += cells[i, j] * np.outer(x[i], y[j])
    carried = x @ np.linalg.solve(gram, moment)
    expected = (carried @ y.T) / np.linalg.norm(carried, axis=1, keepdims=True)
    expected /= np.linalg.norm(y, axis=1)
    np.testing.assert_allclose(found[0] @ found[1].T, expected, atol=0.02)


def test_rows_have_length_one_or_zero(world) -> None:
    words, other, _, links = world
    first, second = spelling_space((("qxqx", *words[1:]), ("ыэыэ", *other[1:])), links)
    for part in (first, second):
        lengths = np.linalg.norm(part, axis=1)
        assert part.dtype == np.float32
        assert lengths[0] == 0  # no other word has any of its n-grams
        np.testing.assert_allclose(lengths[1:], 1, atol=1e-5)
    assert first.shape[1] == second.shape[1]


def test_the_seed_decides_and_threads_do_not(world) -> None:
    words, other, _, links = world
    few = tuple(words), tuple(other)
    one = spelling_space(few, links, seed=1, threads=1)
    two = spelling_space(few, links, seed=1, threads=2)
    for a, b in zip(one, two, strict=True):
        assert a.tobytes() == b.tobytes()
    assert spelling_space(few, links, seed=2)[0].tobytes() != one[0].tobytes()


@pytest.mark.parametrize(
    "words",
    [
        (("a",), ("b",)),
        (("ab", "cd"), ("ef", "gh")),  # no n-gram is in two words
        (("ab", "cd"), ("same", "sames")),
        (("I", "a", "u"), ("same", "sames", "samest", "thesame")),
    ],
)
def test_few_and_short_words(words) -> None:
    links = sparse.csr_array(np.ones((len(words[0]), len(words[1]))))
    first, second = spelling_space(words, links)
    assert first.shape[0] == len(words[0])
    assert second.shape[0] == len(words[1])
    assert first.shape[1] == second.shape[1] >= 1
    for part in (first, second):
        assert np.isfinite(part).all()
        lengths = np.linalg.norm(part, axis=1)
        assert (np.isclose(lengths, 1, atol=1e-5) | (lengths == 0)).all()


@pytest.fixture
def side_by_side(ground_of, asking):
    """Give a function that measures the pairs of words of the same place."""

    def measured(here: list[str], there: list[str]) -> np.ndarray:
        places = np.arange(len(here))
        found = Spelling(ground=ground_of((here, there), {})).look(asking(places))
        return found.measure(Candidates(ends=np.arange(len(here) + 1), columns=places))

    return measured


def test_words_are_compared_in_latin_letters_without_marks(side_by_side) -> None:
    found = side_by_side(["москва", "éclair", "night", "abc"], ["moskva", "eclair", "nacht", "xyz"])
    alike, start, identical = found[:, 2], found[:, 3], found[:, 4]
    np.testing.assert_allclose(alike, [1, 1, 0.6, 0], rtol=1e-6)  # n, h, t of five letters
    assert start[:2].tolist() == [1, 1]
    assert 0 < start[2] < 1
    assert start[3] == 0
    assert identical.tolist() == [1, 1, 0, 0]
    assert found[:, 5].tolist() == [6, 6, 5, 3]
    assert found[:, 6].tolist() == [6, 6, 5, 3]


def test_words_without_latin_letters_are_not_all_alike(side_by_side) -> None:
    # Signs that have no transliteration at all.
    signs = ["\U0001d2e0\U0001d2e1", "\U0001d2e2\U0001d2e3"]
    found = side_by_side([signs[0], signs[0]], [signs[0], signs[1]])
    assert found[:, 4].tolist() == [1, 0]
    assert found[1, 2] == 0


def test_learned_likeness_is_the_cosine_of_the_spellings(make_ground, asking, everything) -> None:
    ground = make_ground(0)
    found = Spelling(ground=ground).look(asking([5, 9])).measure(everything(2, 30))
    expected = ground.spellings[0][[5, 9]].astype(np.float64) @ ground.spellings[1].T
    np.testing.assert_allclose(found[:, 0].reshape(2, 30), expected, atol=1e-6)
    gap = expected.max(axis=1, keepdims=True) - expected
    np.testing.assert_allclose(found[:, 1].reshape(2, 30), gap, atol=1e-6)


def test_the_twenty_written_as_expected_are_brought_up(make_ground, asking) -> None:
    ground = make_ground(1)
    rows = np.flatnonzero(ground.spellings[0].any(axis=1))[:9]
    proposed = Spelling(ground=ground).look(asking(rows)).proposed.toarray()
    cosines = ground.spellings[0][rows] @ ground.spellings[1].T
    for row, scores in zip(proposed, cosines, strict=True):
        worst = scores[row > 0].min()
        assert (row > 0).sum() == 20
        assert scores[row == 0].max() <= worst + 1e-6


def test_all_are_brought_up_where_there_are_fewer(make_ground, asking) -> None:
    ground = make_ground(1)
    few = replace(
        ground,
        words=(ground.words[0], ground.words[1][:3]),
        counts=(ground.counts[0], ground.counts[1][:3]),
        translations=ground.translations[:, :3],
        spellings=(ground.spellings[0], ground.spellings[1][:3]),
    )
    assert Spelling(ground=few).look(asking([0, 1])).proposed.nnz == 6
