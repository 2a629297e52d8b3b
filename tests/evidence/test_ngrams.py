import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from xling.evidence.ngrams import best_cells, ngram_profiles, unit_sparse_rows

WORDS = st.lists(st.text("abcdé", min_size=1, max_size=7), min_size=1, max_size=12, unique=True)


def dense_profiles(words: list[str], shortest: int, longest: int) -> np.ndarray:
    """Follow the formula, n-grams counted by scikit-learn."""
    counter = CountVectorizer(
        analyzer="char", ngram_range=(shortest, longest), binary=True, lowercase=False
    )
    try:
        counts = counter.fit_transform([f"<{word}>" for word in words]).toarray()
    except ValueError:  # an empty vocabulary
        return np.zeros((len(words), 1))
    spread = counts.sum(axis=0)
    rows = np.where(spread >= 2, counts * np.log((1 + len(words)) / (1 + spread)), 0)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


@given(WORDS, st.integers(1, 3), st.integers(0, 2))
def test_cosines_are_those_of_the_formula(words, shortest: int, more: int) -> None:
    found = ngram_profiles(words, shortest, shortest + more)
    expected = dense_profiles(words, shortest, shortest + more)
    assert found.dtype == np.float32
    assert found.shape[0] == len(words)
    assert found.nnz == (expected > 0).sum()
    np.testing.assert_allclose((found @ found.T).toarray(), expected @ expected.T, atol=1e-6)


def test_known_profiles_by_hand() -> None:
    # "<a" is in ab and ac, "b>" in ab and cb; "<c", "ab" and the like are in one word alone.
    found = ngram_profiles(["ab", "ac", "cb"], 2, 2)
    cosines = (found @ found.T).toarray()
    np.testing.assert_allclose(cosines[0], [1, np.sqrt(0.5), np.sqrt(0.5)], rtol=1e-6)
    assert cosines[1, 2] == 0


@pytest.mark.parametrize("words", [["a"], ["ab", "cd"], ["我", "你"], []])
def test_words_that_share_nothing_have_empty_rows(words) -> None:
    found = ngram_profiles(words, 2, 4)
    assert found.shape == (len(words), 0)
    assert found.nnz == 0


def test_what_all_words_share_tells_nothing() -> None:
    found = ngram_profiles(["aa", "ab"], 2, 2)  # "<a" is in both
    assert found.nnz == 0


@given(WORDS)
def test_the_order_of_the_words_changes_nothing(words) -> None:
    one, other = ngram_profiles(words, 2, 3), ngram_profiles(words[::-1], 2, 3)
    np.testing.assert_allclose(
        (one @ one.T).toarray(), (other @ other.T).toarray()[::-1, ::-1], atol=1e-6
    )


def test_rows_are_scaled_and_empty_ones_stay() -> None:
    given_one = sparse.csr_array(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    given_one.data.flags.writeable = False
    found = unit_sparse_rows(given_one)
    np.testing.assert_allclose(found.toarray(), [[0.6, 0.8], [0, 0]], rtol=1e-6)
    assert found.dtype == np.float32
    assert given_one.toarray().tolist() == [[3, 4], [0, 0]]


@given(st.integers(0, 1000), st.tuples(st.integers(0, 5), st.integers(1, 9)), st.integers(1, 10))
def test_best_cells_of_many_ties(seed: int, size, count: int) -> None:
    random = np.random.default_rng(seed)
    dense = random.choice([-1.0, 0.0, 0.5, 0.5, 2.0], size).astype(np.float32)
    matrix = sparse.csr_array(dense)
    shuffled = matrix.copy()  # columns need not rise
    for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        order = start + random.permutation(stop - start)
        shuffled.indices[start:stop], shuffled.data[start:stop] = (
            matrix.indices[order],
            matrix.data[order],
        )
    shuffled.has_sorted_indices = False
    for part in (shuffled.data, shuffled.indices, shuffled.indptr):
        part.flags.writeable = False
    found = best_cells(shuffled, count)
    assert found.dtype == np.float32
    assert found.shape == dense.shape
    for i, row in enumerate(dense):
        columns = np.flatnonzero(row)
        kept = sorted(columns[np.lexsort((columns, -row[columns]))][:count].tolist())
        own = slice(found.indptr[i], found.indptr[i + 1])
        assert found.indices[own].tolist() == kept
        assert found.data[own].tolist() == row[kept].tolist()
