import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, permutation_test

from xling.errors import DegenerateInputError, InputError, NonFiniteError, ShapeError
from xling.evaluation import resampling
from xling.evaluation.resampling import (
    PairedComparison,
    bootstrap_interval,
    holm,
    paired_bootstrap,
    paired_permutation,
)

RNG = np.random.default_rng(5)
HITS = (RNG.random(300) < 0.3).astype(float)
GRADES = RNG.random(300)


@pytest.mark.parametrize("values", [HITS, GRADES], ids=["hits", "grades"])
@pytest.mark.parametrize("confidence", [0.95, 0.8])
def test_agrees_with_scipy(values, confidence):
    theirs = bootstrap(
        (values,), np.mean, n_resamples=20_000, confidence_level=confidence, method="percentile",
        rng=np.random.default_rng(1), batch=1000,
    ).confidence_interval  # fmt: skip
    ours = bootstrap_interval(values, confidence=confidence, samples=20_000, seed=2)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_the_quick_way_for_few_values_has_the_same_distribution(monkeypatch):
    quick = bootstrap_interval(HITS, samples=20_000)
    monkeypatch.setattr(resampling, "_FEW_VALUES", 1)
    plain = bootstrap_interval(HITS, samples=20_000)
    assert quick == pytest.approx(plain, abs=0.004)
    assert quick[1] - quick[0] > 0.08


def test_small_blocks_give_the_same_interval(monkeypatch):
    whole = bootstrap_interval(GRADES, samples=200)
    monkeypatch.setattr(resampling, "_DRAWN", 700)
    assert bootstrap_interval(GRADES, samples=200) == whole


@settings(max_examples=30)
@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=80), st.integers(0, 99))
def test_interval_holds_the_mean(values, seed):
    low, high = bootstrap_interval(np.array(values), samples=500, seed=seed)
    assert 0 <= low <= np.mean(values) <= high <= 1


def test_more_confidence_is_wider_and_more_queries_are_narrower():
    low, high = bootstrap_interval(HITS)
    wider = bootstrap_interval(HITS, confidence=0.99)
    narrower = bootstrap_interval(np.tile(HITS, 10))
    assert wider[0] < low < narrower[0] < narrower[1] < high < wider[1]


def test_seed_decides():
    assert bootstrap_interval(GRADES, seed=1) == bootstrap_interval(GRADES, seed=1)
    assert bootstrap_interval(GRADES, seed=1) != bootstrap_interval(GRADES, seed=2)
    assert paired_bootstrap(GRADES, HITS, seed=1) == paired_bootstrap(GRADES, HITS, seed=1)


def test_equal_values_leave_nothing_to_vary():
    assert bootstrap_interval(np.full(7, 0.1)) == (0.1, 0.1)
    assert bootstrap_interval(np.array([True, True])) == (1.0, 1.0)


def test_paired_comparison_of_a_system_with_itself():
    same = paired_bootstrap(HITS, HITS)
    assert same == PairedComparison(difference=0.0, low=0.0, high=0.0, p_value=1.0)


def test_paired_comparison_sees_what_the_intervals_hide():
    better = HITS.copy()
    better[np.flatnonzero(HITS == 0)[:12]] = 1
    found = paired_bootstrap(better, HITS)
    assert found.difference == pytest.approx(12 / 300)
    assert 0 < found.low < found.difference < found.high < 0.08
    assert found.p_value == pytest.approx(2 / 10_001)
    # Unpaired, the two intervals overlap.
    assert bootstrap_interval(better)[0] < bootstrap_interval(HITS)[1]


def test_paired_comparison_is_antisymmetric():
    forward, backward = paired_bootstrap(GRADES, HITS), paired_bootstrap(HITS, GRADES)
    assert forward.difference == -backward.difference
    assert forward.low == pytest.approx(-backward.high, abs=0.01)
    assert forward.low > 0


def test_p_value_of_a_difference_by_chance_is_uniform_enough():
    rng = np.random.default_rng(8)
    values = [
        paired_bootstrap(rng.random(60), rng.random(60), samples=400, seed=s).p_value
        for s in range(300)
    ]
    assert 0.02 < np.mean(np.array(values) < 0.05) < 0.1
    assert 0.4 < np.mean(values) < 0.6


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bootstrap_interval(np.empty(0)), DegenerateInputError, "values holds no value"),
        (lambda: bootstrap_interval(np.ones((2, 2))), ShapeError, r"shape \(2, 2\)"),
        (lambda: bootstrap_interval(np.array([np.nan])), NonFiniteError, "values holds nan"),
        (lambda: bootstrap_interval(HITS, confidence=1.0), InputError, "confidence is 1.0"),
        (lambda: bootstrap_interval(HITS, confidence=0.0), InputError, "confidence is 0.0"),
        (lambda: bootstrap_interval(HITS, samples=0), InputError, "samples is 0"),
        (lambda: paired_bootstrap(HITS, HITS[1:]), ShapeError, "300 values against 299"),
        (lambda: paired_bootstrap(HITS[:0], HITS[:0]), DegenerateInputError, "a holds no value"),
        (lambda: paired_bootstrap(HITS, np.full(300, np.inf)), NonFiniteError, "b holds inf"),
        (lambda: paired_bootstrap(HITS, GRADES, samples=0), InputError, "samples is 0"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_permutation_test_agrees_with_scipy():
    other = np.where(RNG.random(300) < 0.9, HITS, 1 - HITS)
    for a, b in ((HITS, other), (GRADES[:40], GRADES[:40] * 0.9 + 0.02)):
        theirs = permutation_test(
            (a, b), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples",
            vectorized=True, n_resamples=9999, rng=np.random.default_rng(1),
        ).pvalue  # fmt: skip
        assert paired_permutation(a, b) == pytest.approx(theirs, abs=0.02)


def test_the_permutation_test_by_hand():
    # Of 2^5 signs, two are as extreme as all wins.
    assert paired_permutation(np.ones(5), np.zeros(5)) == pytest.approx(2 / 32, abs=0.008)
    assert paired_permutation(np.ones(30), np.zeros(30)) == pytest.approx(1 / 10_001)
    assert paired_permutation(HITS, HITS) == 1.0
    assert paired_permutation(HITS, GRADES) == paired_permutation(GRADES, HITS)
    assert paired_permutation(GRADES, HITS, seed=1) == paired_permutation(GRADES, HITS, seed=1)


def test_the_permutation_test_is_right_about_chance():
    random = np.random.default_rng(8)
    found = [
        paired_permutation(*(random.random((2, 60)) < 0.3), samples=500, seed=i) for i in range(300)
    ]
    assert 0.01 < np.mean(np.array(found) <= 0.05) < 0.09


def test_holm_by_hand():
    assert holm([0.02, 0.5, 0.01]) == pytest.approx([0.04, 0.5, 0.03])
    assert holm([0.04, 0.04, 0.04]) == pytest.approx([0.12, 0.12, 0.12])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.03]) == [0.03]
    assert holm([]) == []


def test_refusals_of_the_tests():
    with pytest.raises(ShapeError, match="3 values against 2"):
        paired_permutation(np.ones(3), np.ones(2))
    with pytest.raises(DegenerateInputError, match="a holds no value"):
        paired_permutation(np.zeros(0), np.zeros(0))
    with pytest.raises(InputError, match="samples is 0"):
        paired_permutation(np.ones(2), np.ones(2), samples=0)
    with pytest.raises(InputError, match=r"p-value 1\.5"):
        holm([0.1, 1.5])
