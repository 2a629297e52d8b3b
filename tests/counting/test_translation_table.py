from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma

from xling.counting import translation_table
from xling.counting.seed_lexicon import mutual_best
from xling.counting.translation_table import mine_table
from xling.data.indexed import index_text, vocabulary
from xling.errors import DegenerateInputError, InputError, ShapeError

A, B = 5, 6  # words of each language
SIDE_A = st.lists(st.integers(0, A - 1), max_size=5)
SIDE_B = st.lists(st.integers(0, B - 1), max_size=5)
CORPUS = st.lists(st.tuples(SIDE_A, SIDE_B), min_size=1, max_size=8)
USABLE = CORPUS.filter(lambda pairs: any(a and b for a, b in pairs))


def expectation_maximisation(
    pairs: list[tuple[list[int], list[int]]], iterations: int, prior: float
) -> tuple[dict[tuple[int, int], float], dict[tuple[int, int], float], list[float]]:
    """Follow IBM model 1 as textbooks write it, t(f|e) in a dictionary, without a null word.

    With a prior, the new t(f|e) is exp(psi(c + a) - psi(sum(c + a))) (Riley and Gildea 2012).
    Gives the probabilities, the expected counts of the last iteration, and the perplexity per
    target word that each iteration starts from.
    """
    seen = {(e, f) for source, target in pairs for e in source for f in target}
    t = dict.fromkeys(seen, 1.0)
    count: dict[tuple[int, int], float] = {}
    perplexities = []
    for _ in range(iterations):
        count, total = defaultdict(float), defaultdict(float)
        log, tokens = 0.0, 0
        for source, target in pairs:
            for f in target if source else ():
                z = sum(t[e, f] for e in source)
                log += np.log(z / len(source))
                tokens += 1
                for e in source:
                    count[e, f] += t[e, f] / z
                    total[e] += t[e, f] / z
        for e, f in seen:
            if prior:
                mass = sum(count[e, g] + prior for d, g in seen if d == e)
                t[e, f] = float(np.exp(digamma(count[e, f] + prior) - digamma(mass)))
            else:
                t[e, f] = count[e, f] / total[e]
        perplexities.append(float(np.exp(-log / tokens)))
    return t, count, perplexities


def dense(cells: dict[tuple[int, int], float], *, turned: bool = False) -> np.ndarray:
    made = np.zeros((A, B))
    for (e, f), value in cells.items():
        made[(f, e) if turned else (e, f)] = value
    return made


def mined(as_rows, pairs, **settings):
    source, target = as_rows([a for a, _ in pairs], A), as_rows([b for _, b in pairs], B)
    return mine_table(source, target, **settings)


@given(USABLE, st.integers(1, 6), st.sampled_from([0, 0.01, 0.5]))
def test_equals_the_textbook_in_both_directions(
    as_rows, pairs, iterations: int, prior: float
) -> None:
    found = mined(as_rows, pairs, iterations=iterations, tolerance=-1, prior=prior)
    turned = [(b, a) for a, b in pairs]
    forward, counts_f, perplexity_f = expectation_maximisation(pairs, iterations, prior)
    backward, counts_b, perplexity_b = expectation_maximisation(turned, iterations, prior)
    close = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(found.forward.toarray(), dense(forward), **close)
    np.testing.assert_allclose(found.backward.toarray(), dense(backward, turned=True), **close)
    links = (dense(counts_f) + dense(counts_b, turned=True)) / 2
    np.testing.assert_allclose(found.links.toarray(), links, **close)
    expected = list(zip(perplexity_f, perplexity_b, strict=True))[1:]
    np.testing.assert_allclose(np.array(found.perplexities).reshape(-1, 2).tolist(), expected)


@given(USABLE)
def test_rows_and_columns_are_distributions_or_empty(as_rows, pairs) -> None:
    found = mined(as_rows, pairs, prior=0)
    linked = [(a, b) for a, b in pairs if a and b]
    seen_a = {e for a, _ in linked for e in a}
    seen_b = {f for _, b in linked for f in b}
    rows = found.forward.toarray().sum(axis=1)
    columns = found.backward.toarray().sum(axis=0)
    np.testing.assert_allclose(rows, [float(e in seen_a) for e in range(A)])
    np.testing.assert_allclose(columns, [float(f in seen_b) for f in range(B)])
    discounted = mined(as_rows, pairs, prior=0.01)
    assert (discounted.forward.toarray().sum(axis=1) <= rows + 1e-12).all()
    assert (discounted.backward.toarray().sum(axis=0) <= columns + 1e-12).all()


@given(USABLE, st.integers(1, 40))
def test_does_not_depend_on_how_the_pairs_are_cut_into_runs(as_rows, pairs, cells: int) -> None:
    whole = mined(as_rows, pairs, iterations=4, tolerance=-1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation_table, "_RUN_CELLS", cells)
        cut = mined(as_rows, pairs, iterations=4, tolerance=-1)
    for name in ("forward", "backward", "links"):
        one, other = getattr(whole, name), getattr(cut, name)
        np.testing.assert_array_equal(one.indices, other.indices)
        np.testing.assert_allclose(one.data, other.data, rtol=1e-10)
    np.testing.assert_allclose(np.array(whole.perplexities), np.array(cut.perplexities), rtol=1e-10)


@given(USABLE)
def test_perplexity_never_rises_without_a_prior(as_rows, pairs) -> None:
    found = mined(as_rows, pairs, iterations=8, tolerance=-1, prior=0)
    history = np.array(found.perplexities)
    assert len(history) == 7
    assert (np.diff(history, axis=0) <= 1e-9).all()


@given(USABLE)
def test_exchanging_the_sides_transposes_the_table(as_rows, pairs) -> None:
    one = mined(as_rows, pairs, iterations=3)
    source, target = as_rows([b for _, b in pairs], B), as_rows([a for a, _ in pairs], A)
    other = mine_table(source, target, iterations=3)
    np.testing.assert_allclose(one.forward.toarray(), other.backward.toarray().T)
    np.testing.assert_allclose(one.backward.toarray(), other.forward.toarray().T)


def test_stops_when_it_has_converged(as_rows) -> None:
    pairs = [([0, 1], [0, 1]), ([0], [0]), ([1, 2], [1, 2])]
    long = mined(as_rows, pairs, iterations=500, tolerance=1e-3)
    assert long.converged
    assert 2 <= len(long.perplexities) < 100
    last, before = np.array(long.perplexities[-1]), np.array(long.perplexities[-2])
    assert (np.abs(last - before) <= 1e-3 * before).all()
    assert not mined(as_rows, pairs, iterations=2, tolerance=1e-3).converged
    one = mined(as_rows, pairs, iterations=1)
    assert (one.converged, one.perplexities) == (False, ())


def test_finds_the_words_of_a_toy_corpus() -> None:
    source = index_text(["the house", "the book", "a book"], "en")
    target = index_text(["das Haus", "das Buch", "ein Buch"], "de")
    read, words = [], []
    for text in (source, target):
        known, rows = vocabulary(text, min_count=1)
        words.append(known.words)
        read.append(
            translation_table.RowSentences(
                rows=rows[text.ids], offsets=text.offsets, size=len(known)
            )
        )
    table = mine_table(*read, iterations=50, tolerance=1e-9)
    rows, columns, values = mutual_best(table.symmetric())
    found = {words[0][a]: words[1][b] for a, b in zip(rows, columns, strict=True)}
    assert found == {"the": "das", "house": "Haus", "book": "Buch", "a": "ein"}
    assert values.min() > 0.9


def test_symmetric_is_the_geometric_mean_from_a_threshold_on(as_rows) -> None:
    pairs = [([0, 1], [0, 1]), ([0], [0]), ([1, 2], [1, 2])]
    table = mined(as_rows, pairs, iterations=2)
    mean = np.sqrt(table.forward.toarray() * table.backward.toarray())
    np.testing.assert_allclose(table.symmetric().toarray(), mean)
    cut = float(np.median(mean[mean > 0]))
    kept = table.symmetric(cut)
    np.testing.assert_allclose(kept.toarray(), np.where(mean >= cut, mean, 0))
    assert kept.nnz < table.symmetric().nnz


def test_pruning_keeps_what_one_direction_is_sure_of(as_rows) -> None:
    pairs = [([0, 1], [0, 1]), ([0], [0]), ([1, 2], [1, 2])]
    table = mined(as_rows, pairs, iterations=3)
    pruned = table.pruned(0.4)
    f, b = table.forward.toarray(), table.backward.toarray()
    stays = np.maximum(f, b) >= 0.4
    assert 0 < pruned.forward.nnz < table.forward.nnz
    for name in ("forward", "backward", "links"):
        whole = getattr(table, name).toarray()
        np.testing.assert_array_equal(getattr(pruned, name).toarray(), np.where(stays, whole, 0))
    assert pruned.perplexities == table.perplexities


def test_pairs_with_an_empty_side_say_nothing(as_rows) -> None:
    pairs = [([0, 1], [0, 1]), ([0], [0])]
    padded = [([], [2]), pairs[0], ([3], []), ([], []), pairs[1], ([4], [])]
    one, other = (mined(as_rows, given, iterations=5, tolerance=-1) for given in (pairs, padded))
    np.testing.assert_allclose(one.forward.toarray(), other.forward.toarray())
    np.testing.assert_allclose(one.perplexities, other.perplexities)
    assert other.forward.toarray()[3:].sum() == 0


@pytest.mark.parametrize("pairs", [[], [([0], [])], [([], [1]), ([2], [])]])
def test_nothing_to_count_is_refused(as_rows, pairs) -> None:
    with pytest.raises(DegenerateInputError, match="no sentence pair has a known word on both"):
        mined(as_rows, pairs)


def test_sides_of_different_length_are_refused(as_rows) -> None:
    with pytest.raises(ShapeError, match="2 source sentences, 1 target sentences"):
        mine_table(as_rows([[0], [1]], A), as_rows([[0]], B))


@pytest.mark.parametrize("settings", [{"iterations": 0}, {"prior": -0.1}])
def test_settings_outside_their_range_are_refused(as_rows, settings) -> None:
    with pytest.raises(InputError, match="from 0 and from 1 are needed"):
        mined(as_rows, [([0], [0])], **settings)


def test_a_prior_takes_weight_from_what_was_seen_once(as_rows) -> None:
    # Word 2 stands once, beside 0 and 1, which other pairs explain; still it takes all at first.
    pairs = [([0, 1, 2], [0, 1])] + [([0], [0]), ([1], [1])] * 20
    plain, discounted = (mined(as_rows, pairs, prior=prior) for prior in (0, 0.01))
    assert plain.forward.toarray()[2].sum() == pytest.approx(1)
    assert discounted.forward.toarray()[2].sum() < 0.6
    assert discounted.forward.toarray()[0, 0] > 0.95


def test_progress_ends_at_its_total(as_rows) -> None:
    calls: list[tuple[str, int, int]] = []
    source, target = as_rows([[0]], A), as_rows([[0]], B)
    mine_table(source, target, progress=lambda *call: calls.append(call))
    assert calls[-1] == ("table", 10, 10)
