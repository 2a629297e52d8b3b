"""The hash and the n-grams; parity with trained models is in formats/test_fasttext_binary.py."""

import numpy as np
import pytest
from gensim.models.fasttext_inner import compute_ngrams, ft_hash_bytes
from hypothesis import given
from hypothesis import strategies as st

from xling.data.subwords import SubwordTable
from xling.errors import InputError, NonFiniteError, ShapeError


def make(buckets=1000, shortest=3, longest=6):
    rows = np.random.default_rng(0).normal(size=(buckets, 4)).astype(np.float32)
    return SubwordTable(vectors=rows, min_length=shortest, max_length=longest)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), st.integers(1, 4))
def test_buckets_are_fasttexts(word, shortest):
    marked = f"<{word}>"
    grams = [
        marked[start : start + length]
        for start in range(len(marked))
        for length in range(shortest, 7)
        if start + length <= len(marked)
        and not (length == 1 and start in (0, len(marked) - 1))  # the bare boundary marks
    ]
    wanted = [ft_hash_bytes(gram.encode()) % 1000 for gram in grams]
    assert make(shortest=shortest).buckets(word) == wanted
    if shortest > 1:
        assert sorted(grams) == sorted(compute_ngrams(word, shortest, 6))


def test_compose_is_the_mean_of_the_rows():
    table = make()
    rows = table.buckets("Straße")
    assert len(rows) == 6 + 5 + 4 + 3
    np.testing.assert_allclose(
        table.compose("Straße"), np.mean([table.vectors[r] for r in rows], axis=0), rtol=1e-5
    )


def test_a_word_too_short_for_an_n_gram():
    assert make(shortest=4).compose("a") is None
    assert make(shortest=3).compose("a") is not None
    assert make(shortest=3).compose("") is None


@pytest.mark.parametrize(("shortest", "longest"), [(0, 3), (4, 3)])
def test_bad_lengths(shortest, longest):
    with pytest.raises(InputError, match=f"n-gram lengths {shortest} to {longest}"):
        make(shortest=shortest, longest=longest)


def test_bad_rows():
    with pytest.raises(InputError, match="over 0 buckets"):
        make(buckets=0)
    with pytest.raises(ShapeError, match="subword vectors has 1 dimensions"):
        SubwordTable(vectors=np.ones(3), min_length=3, max_length=6)
    with pytest.raises(NonFiniteError, match="subword vectors holds nan"):
        SubwordTable(vectors=np.full((1, 1), np.nan), min_length=3, max_length=6)
