import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from xling.errors import DegenerateInputError
from xling.evidence import ranker
from xling.evidence.network import Network, linear_network
from xling.evidence.ranker import COMPETITORS, Judge, Judged, Ranker, fit_judge, ranker_key

# One feature of contexts; then whether there is a cell, and what it holds.
GROUPS = (0, 1, 1, 1)
ALL = (True, True)
PLANTED = np.array([6.0, 1.5, 0.8, 0.4])
START = Judge(network=linear_network(np.array([1.0, 0.0, 0.0, 0.0]), 2))


def planted(seed: int, count: int, *, weights: np.ndarray = PLANTED, size: int = 30) -> Judged:
    """Draw queries whose one right candidate is drawn from the softmax of the planted weights."""
    random = np.random.default_rng(seed)
    features = np.zeros((count * size, 4), np.float32)
    features[:, 0] = random.uniform(-0.5, 1, len(features))
    cells = random.random(len(features)) < 0.3
    features[cells, 1] = 1
    features[cells, 2:4] = -random.exponential(1.5, (int(cells.sum()), 2))
    chances = special.softmax((features @ weights).reshape(count, size), axis=1)
    right = (chances.cumsum(axis=1) < random.random((count, 1))).sum(axis=1)
    gold = np.zeros((count, size), dtype=bool)
    gold[np.arange(count), np.minimum(right, size - 1)] = True
    return Judged(
        features=features,
        ends=np.arange(count + 1) * size,
        gold=gold.ravel(),
        log_counts=random.uniform(0, 5, count),
    )


def joined(*parts: Judged) -> Judged:
    starts = np.cumsum([0, *(len(part.features) for part in parts)])
    ends = [part.ends[1:] + start for part, start in zip(parts, starts[:-1], strict=True)]
    return Judged(
        features=np.vstack([part.features for part in parts]),
        ends=np.concatenate([[0], *ends]),
        gold=np.concatenate([part.gold for part in parts]),
        log_counts=np.concatenate([part.log_counts for part in parts]),
    )


def scored(judge: Judge, test: Judged) -> np.ndarray:
    """Give the scores of each query's candidates: shape (n, 30)."""
    return judge.scores(test.features, GROUPS, ALL).reshape(len(test), -1)


def hits(scores: np.ndarray, test: Judged) -> float:
    gold = test.gold.reshape(scores.shape)
    return float(gold[np.arange(len(gold)), scores.argmax(axis=1)].mean())


@pytest.fixture(scope="module")
def judge() -> Judge:
    return fit_judge(planted(0, 2000), START, GROUPS)


def test_recovers_the_planted_order(judge: Judge) -> None:
    test = planted(1, 300)
    found, expected = scored(judge, test), (test.features @ PLANTED).reshape(300, -1)
    for one, other in zip(found, expected, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.95


def test_the_fit_ranks_better_than_its_start() -> None:
    start = Judge(network=linear_network(np.array([0.1, 0.0, 0.1, 3.0]), 2))
    fitted, test = fit_judge(planted(2, 800), start, GROUPS), planted(3, 1000)
    best = hits((test.features @ PLANTED).reshape(1000, -1), test)
    assert hits(scored(fitted, test), test) > hits(scored(start, test), test) + 0.05
    assert hits(scored(fitted, test), test) > best - 0.02


def test_probabilities_are_calibrated(judge: Judge) -> None:
    test = planted(5, 6000)
    scores = scored(judge, test)
    order = np.argsort(-scores, axis=1)[:, :COMPETITORS]
    found = judge.probabilities(np.take_along_axis(scores, order, axis=1), test.log_counts)
    assert found is not None
    right = np.take_along_axis(test.gold.reshape(scores.shape), order, axis=1)
    chances, correct = found[:, :5].ravel(), right[:, :5].ravel()
    edges = np.quantile(chances, [0, 0.5, 0.75, 0.9, 1])
    assert edges[-2] > 1.8 * edges[1]  # they say something at all
    for low, high in pairwise(edges):
        chosen = (chances >= low) & (chances <= high)
        assert abs(chances[chosen].mean() - correct[chosen].mean()) < 0.05


def test_rare_words_that_are_wrong_more_often_are_less_sure() -> None:
    queries = planted(20, 1500)
    lost = queries.log_counts < np.random.default_rng(0).uniform(0, 5, len(queries))
    found = fit_judge(replace(queries, gold=queries.gold & ~np.repeat(lost, 30)), START, GROUPS)
    scores = -np.sort(-scored(found, queries), axis=1)[:, :COMPETITORS]
    rare, common = (found.probabilities(scores, np.full(1500, value)) for value in (0.5, 4.5))
    assert rare is not None
    assert common is not None
    assert rare[:, 0].mean() < common[:, 0].mean() / 2


def test_scores_are_log_odds(judge: Judge) -> None:
    test = planted(14, 2000)
    odds, right = scored(judge, test).ravel(), test.gold
    for low, high in ((-5, -3.5), (-3.5, -2), (-2, -1), (-1, 0)):
        chosen = (odds > low) & (odds < high)
        assert chosen.sum() > 100
        expected = special.expit(odds[chosen]).mean()
        assert right[chosen].mean() == pytest.approx(expected, abs=0.05)


FINITE = st.floats(-30, 30)
JUDGES = st.builds(
    lambda *weights: replace(START, confidence=weights),
    st.floats(-3, 3), st.floats(0, 3), st.floats(0, 3), st.floats(-3, 3),
)  # fmt: skip


@given(JUDGES, st.lists(FINITE, min_size=1, max_size=30), st.integers(0, 5))
def test_probabilities_fall_with_the_scores(judge: Judge, drawn: list[float], missing: int) -> None:
    scores = np.array([sorted(drawn, reverse=True) + [-np.inf] * missing])
    chances = judge.probabilities(scores, np.ones(1))
    assert chances is not None
    assert chances.shape == scores.shape
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances[0]) <= 1e-12).all()


def test_a_clear_winner_is_surer_than_one_among_equals() -> None:
    sure = replace(START, confidence=(0.0, 1.0, 0.1, 0.0))
    clear, crowded = np.array([[5.0, *[0.0] * 9]]), np.array([[5.0] * 10])
    alone, shared = (sure.probabilities(scores, np.zeros(1)) for scores in (clear, crowded))
    assert alone is not None
    assert shared is not None
    assert alone[0, 0] > 0.9 > 0.3 > shared[0, 0]


def test_without_a_calibration_there_is_no_probability() -> None:
    assert START.probabilities(np.zeros((2, 3)), np.zeros(2)) is None


def test_scale_and_offset_are_applied() -> None:
    test = planted(15, 3)
    moved = replace(START, scale=2.5, offset=-1.0)
    np.testing.assert_allclose(scored(moved, test), 2.5 * scored(START, test) - 1)


def test_fewer_than_fifty_queries_change_nothing() -> None:
    nothing = Judged(
        features=np.zeros((0, 4)),
        ends=np.zeros(1, int),
        gold=np.zeros(0, bool),
        log_counts=np.zeros(0),
    )
    assert fit_judge(nothing, START, GROUPS) is START
    assert fit_judge(planted(6, 49), START, GROUPS) is START
    assert fit_judge(planted(6, 50), START, GROUPS) is not START


def test_too_few_with_a_right_candidate_change_nothing() -> None:
    queries = planted(6, 400)
    for kept, changed in ((20, False), (60, True)):
        gold = queries.gold & (np.arange(len(queries.gold)) < kept * 30)
        found = fit_judge(replace(queries, gold=gold), START, GROUPS)
        assert (found is not START) == changed


def test_the_scale_never_turns_the_order(judge: Judge, monkeypatch) -> None:
    # An order that says the opposite of the truth: the calibration may flatten it, no more.
    wrong = linear_network(-PLANTED, 2)
    monkeypatch.setattr(ranker, "fit_network", lambda *_, **__: wrong)
    found = fit_judge(planted(8, 300), START, GROUPS)
    assert 0 < found.scale < 0.01
    assert found.confidence is not None
    assert min(found.confidence[1:3]) > 0
    assert judge.scale > 0.3


def test_probabilities_are_fitted_on_words_that_did_not_teach_the_order(monkeypatch) -> None:
    queries = planted(16, 200)
    taught, calibrated = [], []
    fit = ranker.fit_network

    def spy(features, ends, gold, groups, **settings):
        taught.append(features)
        made = fit(features, ends, gold, groups, **settings)

        class Spied:
            def scores(self, features, groups, used):
                calibrated.append((features, tuple(used)))
                return made.scores(features, groups, used)

        return Spied()

    monkeypatch.setattr(ranker, "fit_network", spy)
    monkeypatch.setattr(ranker, "averaged", lambda networks: networks[0])
    fit_judge(queries, START, GROUPS, seed=3)
    for one, (other, used) in zip(taught, calibrated, strict=True):
        assert (len(one), len(other)) == (150 * 30, 50 * 30)
        assert used == ALL
        rows = {row.tobytes() for row in one} | {row.tobytes() for row in other}
        assert rows == {row.tobytes() for row in queries.features}
    # Every word calibrates once.
    assert len({one.tobytes() for one, _ in calibrated}) == len(calibrated) == 4
    every = np.concatenate([one for one, _ in calibrated])
    assert {row.tobytes() for row in every} == {row.tobytes() for row in queries.features}


def test_queries_without_a_right_candidate_lower_the_probabilities() -> None:
    queries, lost = planted(9, 300), planted(10, 900)
    lost = replace(lost, gold=np.zeros(len(lost.gold), bool))
    alone = fit_judge(queries, START, GROUPS)
    diluted = fit_judge(joined(queries, lost), START, GROUPS)

    def mean_top(judge: Judge) -> float:
        scores = -np.sort(-scored(judge, planted(11, 100)), axis=1)
        chances = judge.probabilities(scores[:, :COMPETITORS], np.full(100, 2.0))
        assert chances is not None
        return float(chances[:, 0].mean())

    assert mean_top(diluted) < mean_top(alone) / 2


def test_a_query_without_candidates_is_refused() -> None:
    empty = Judged(
        features=np.zeros((0, 4)),
        ends=np.zeros(2, int),
        gold=np.zeros(0, bool),
        log_counts=np.zeros(1),
    )
    with pytest.raises(DegenerateInputError, match="a query without a candidate"):
        fit_judge(joined(planted(12, 50), empty), START, GROUPS)


def test_the_seed_decides() -> None:
    queries = planted(17, 80)
    one, again, other = (fit_judge(queries, START, GROUPS, seed=seed) for seed in (1, 1, 2))
    assert one.as_dict() == again.as_dict() != other.as_dict()


def test_slopes_equal_finite_differences(monkeypatch) -> None:
    losses = []
    minimize = ranker.optimize.minimize

    def spy(loss, start, **settings):
        losses.append((loss, np.asarray(start)))
        return minimize(loss, start, **settings)

    monkeypatch.setattr(ranker.optimize, "minimize", spy)
    fit_judge(planted(13, 80), START, GROUPS)
    # The linear start and the network, four times; the scale, the probability.
    assert len(losses) == 10
    random = np.random.default_rng(0)
    for loss, start in losses[8:]:  # the network's own are tested there
        for _ in range(3):
            place = start + 0.5 * random.standard_normal(len(start))
            _, slope = loss(place)
            for i in range(len(place)):
                step = np.zeros(len(place))
                step[i] = 1e-5
                numeric = (loss(place + step)[0] - loss(place - step)[0]) / 2e-5
                assert slope[i] == pytest.approx(numeric, abs=1e-5)


def test_chosen_queries_are_in_the_order_given() -> None:
    lengths = np.array([2, 0, 3, 1])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    judged = Judged(
        features=np.arange(12, dtype=np.float32).reshape(6, 2),
        ends=ends,
        gold=np.array([True, False, False, True, False, True]),
        log_counts=np.array([1.0, 2, 3, 4]),
    )
    found = judged.select(np.array([3, 1, 2, 2]))
    assert len(found) == 4
    assert found.ends.tolist() == [0, 1, 1, 4, 7]
    assert found.features[:, 0].tolist() == [10, 4, 6, 8, 4, 6, 8]
    assert found.log_counts.tolist() == [4, 2, 3, 3]
    assert found.gold.tolist() == [True, False, True, False, False, True, False]
    assert len(judged.select(np.zeros(0, int))) == 0


def test_json_and_back_gives_the_same_bytes(judge: Judge) -> None:
    made = Ranker(linked=judge, unlinked=replace(START, offset=0.1), queries=(2000, 7))
    document = json.dumps(made.as_dict())
    again = Ranker.from_dict(json.loads(document))
    assert json.dumps(again.as_dict()) == document
    assert again.queries == (2000, 7)
    assert again.linked.confidence == judge.confidence
    assert again.unlinked.confidence is None
    test = planted(18, 50)
    for one, other in ((made.linked, again.linked), (made.unlinked, again.unlinked)):
        assert isinstance(other.network, Network)
        assert scored(one, test).tobytes() == scored(other, test).tobytes()


def test_the_start_weighs_features_by_name() -> None:
    start = Ranker.start({"b": 2.0, "d": -1.0}, ("a", "b", "c", "d"), 2)
    test = planted(19, 4)
    expected = (test.features @ np.array([0.0, 2.0, 0.0, -1.0])).reshape(4, -1)
    for judge in (start.linked, start.unlinked):
        np.testing.assert_allclose(scored(judge, test), expected, atol=1e-3)
        assert judge.confidence is None
    assert start.queries == (0, 0)


def test_a_direction_has_a_name() -> None:
    assert ranker_key("en", "de") == "en>de"


def test_a_weight_counts_as_so_many_rows() -> None:
    random = np.random.default_rng(3)
    inputs = random.normal(size=(40, 2))
    labels = random.random(40) < special.expit(inputs[:, 0])
    times = random.integers(1, 4, 40)
    weighted = ranker._logistic(inputs, labels, weights=times.astype(float))
    repeated = ranker._logistic(np.repeat(inputs, times, axis=0), np.repeat(labels, times))
    np.testing.assert_allclose(weighted, repeated, rtol=1e-3, atol=1e-4)


def test_first_answers_count_most_for_the_probabilities(monkeypatch) -> None:
    given_weights = []
    fit = ranker._logistic

    def spy(inputs, labels, *, weights=None, free=0):
        given_weights.append(weights)
        return fit(inputs, labels, weights=weights, free=free)

    monkeypatch.setattr(ranker, "_logistic", spy)
    fit_judge(planted(21, 80), START, GROUPS)
    scale, sure = given_weights
    assert scale is None
    np.testing.assert_allclose(sure[:10], 1 / np.arange(1, 11) ** 2)
    assert len(sure) == 80 * 10
