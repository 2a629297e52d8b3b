from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.counting.cooccurrence import cooccurrence
from xling.errors import InputError

SIZE = 5
SENTENCES = st.lists(st.lists(st.integers(0, SIZE - 1), max_size=7), max_size=6)


def counted(sentences: list[list[int]], window: int | None) -> np.ndarray:
    """Count as the definition says, pair of tokens by pair of tokens."""
    counts = np.zeros((SIZE, SIZE))
    for sentence in sentences:
        for i, j in combinations(range(len(sentence)), 2):
            a, b = sentence[i], sentence[j]
            if a != b and (window is None or j - i <= window):
                weight = 1.0 if window is None else 1 / (j - i)
                counts[a, b] += weight
                counts[b, a] += weight
    return counts


@given(SENTENCES, st.sampled_from([None, 1, 2, 3, 10]))
def test_equals_a_loop_over_pairs_of_tokens(
    as_rows, sentences: list[list[int]], window: int | None
) -> None:
    found = cooccurrence(as_rows(sentences, SIZE), window=window)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.toarray(), counted(sentences, window), rtol=1e-12)


def test_a_distance_equal_to_the_window_counts_and_the_next_does_not(as_rows) -> None:
    text = as_rows([[0, 1, 2, 3]], SIZE)
    found = cooccurrence(text, window=2).toarray()
    assert found[0].tolist() == [0, 1, 0.5, 0, 0]
    assert cooccurrence(text).toarray()[0].tolist() == [0, 1, 1, 1, 0]


def test_nothing_is_counted_across_sentences_or_with_itself(as_rows) -> None:
    for window in (None, 3):
        found = cooccurrence(as_rows([[0, 0], [1], [], [2, 2, 2]], SIZE), window=window)
        assert found.nnz == 0


@pytest.mark.parametrize("window", [0, -2])
def test_a_window_below_one_is_refused(as_rows, window: int) -> None:
    with pytest.raises(InputError, match=f"window is {window}; at least 1"):
        cooccurrence(as_rows([[0, 1]], SIZE), window=window)


@given(SENTENCES, st.sampled_from([None, 2]), st.integers(1, 9))
def test_blocks_do_not_show(
    as_rows, sentences: list[list[int]], window: int | None, block: int
) -> None:
    whole = cooccurrence(as_rows(sentences, SIZE), window=window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xling.counting.cooccurrence._BLOCK", block)
        cut = cooccurrence(as_rows(sentences, SIZE), window=window)
    np.testing.assert_allclose(cut.toarray(), whole.toarray(), rtol=1e-12)
