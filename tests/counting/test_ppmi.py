import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from xling.counting.ppmi import positive_pmi
from xling.errors import DegenerateInputError, InputError


def dense_ppmi(counts: np.ndarray, smoothing: float) -> np.ndarray:
    """Follow the formula cell by cell."""
    joint = counts / counts.sum()
    word = joint.sum(axis=1)
    context = counts.sum(axis=0) ** smoothing / (counts.sum(axis=0) ** smoothing).sum()
    made = np.zeros(counts.shape)
    for w, c in zip(*np.nonzero(counts), strict=True):
        made[w, c] = max(0.0, np.log(joint[w, c] / (word[w] * context[c])))
    return made


@given(
    arrays(np.float64, (6, 4), elements=st.integers(0, 9)).filter(np.any),
    st.sampled_from([1.0, 0.75, 0.2]),
)
def test_equals_the_dense_formula(counts: np.ndarray, smoothing: float) -> None:
    found = positive_pmi(sparse.csr_array(counts), smoothing=smoothing)
    assert found.dtype == np.float32
    assert found.shape == (6, 4)
    np.testing.assert_allclose(found.toarray(), dense_ppmi(counts, smoothing), atol=1e-6)


def test_independent_words_have_nothing_stored() -> None:
    counts = np.outer([1.0, 2.0, 3.0], [4.0, 5.0])
    found = positive_pmi(sparse.csr_array(counts), smoothing=1)
    np.testing.assert_allclose(found.toarray(), 0, atol=1e-6)
    assert (found.data > 0).all()


def test_smoothing_lowers_rare_contexts() -> None:
    counts = sparse.csr_array(np.array([[50.0, 1.0], [50.0, 0.0]]))
    plain, smoothed = (positive_pmi(counts, smoothing=s).toarray()[0, 1] for s in (1, 0.9))
    assert 0 < smoothed < plain


@pytest.mark.parametrize("smoothing", [0.0, -1.0, 1.01])
def test_smoothing_outside_its_range_is_refused(smoothing: float) -> None:
    with pytest.raises(InputError, match=r"smoothing is .*; a number in \(0, 1\]"):
        positive_pmi(sparse.csr_array(np.eye(2)), smoothing=smoothing)


def test_no_counts_are_refused() -> None:
    with pytest.raises(DegenerateInputError, match="no two words were seen together"):
        positive_pmi(sparse.csr_array((3, 3), dtype=np.float64))


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = sparse.random_array((30, 20), density=0.3, rng=np.random.default_rng(0)).tocsr()
    whole = positive_pmi(counts)
    assert whole.nnz > 50
    monkeypatch.setattr("xling.counting.ppmi._BLOCK", 7)
    cut = positive_pmi(counts)
    np.testing.assert_array_equal(cut.toarray(), whole.toarray())
    np.testing.assert_array_equal(cut.indptr, whole.indptr)
