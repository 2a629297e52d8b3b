import json
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.evidence import network
from xling.evidence.network import (
    Network,
    averaged,
    fit_network,
    linear_network,
    standard_of,
)

GROUPS = (0, 0, 1, 2, 2)
KINDS = 3


def drawn_network(seed: int = 0, units: int = 4) -> Network:
    random = np.random.default_rng(seed)
    width, inputs = len(GROUPS), len(GROUPS) + KINDS
    return Network(
        mean=random.normal(0, 1, width),
        scale=random.uniform(0.5, 2, width),
        direct=random.normal(0, 1, inputs),
        hidden=random.normal(0, 1, (inputs, units)),
        bias=random.normal(0, 1, units),
        output=random.normal(0, 1, units),
    )


def drawn_features(seed: int = 0, count: int = 50) -> np.ndarray:
    features = np.random.default_rng(seed).normal(0, 3, (count, len(GROUPS))).astype(np.float32)
    features.flags.writeable = False
    return features


def planted(seed: int, queries: int, size: int = 25):
    """Draw queries whose right answer is the best by a rule that is not linear.

    Of the kind 0, one feature counts if the other one is positive, and against it if not.
    """
    random = np.random.default_rng(seed)
    features = random.normal(0, 1, (queries * size, len(GROUPS))).astype(np.float32)
    rule = features[:, 0] * np.sign(features[:, 1]) * 2 + features[:, 2]
    gold = np.zeros(len(features), bool)
    for i in range(queries):
        gold[i * size + rule[i * size : i * size + size].argmax()] = True
    return features, np.arange(queries + 1) * size, gold


def hits(made: Network, features, ends, gold, used=(True, True, True)) -> float:
    scores = made.scores(features, GROUPS, used)
    tops = [start + scores[start:stop].argmax() for start, stop in pairwise(ends)]
    return float(gold[tops].mean())


USED = st.lists(st.booleans(), min_size=KINDS, max_size=KINDS)


@given(st.integers(0, 100), USED, st.integers(0, 3))
def test_scores_equal_the_formula(seed: int, used: list[bool], units: int) -> None:
    made, features = drawn_network(seed, units), drawn_features(seed, 6)
    found = made.scores(features, GROUPS, used)
    assert found.dtype == np.float64
    for row, score in zip(features, found, strict=True):
        z = [
            np.clip((row[i] - made.mean[i]) / made.scale[i], -4, 4) * used[GROUPS[i]]
            for i in range(len(GROUPS))
        ] + [0.0 if one else 1.0 for one in used]
        units_of = [
            np.tanh(sum(z[i] * float(made.hidden[i, j]) for i in range(len(z))) + made.bias[j])
            for j in range(units)
        ]
        expected = (
            np.dot(z, made.direct) + np.dot(units_of, made.output)
            if units
            else np.dot(z, made.direct)
        )
        assert score == pytest.approx(expected, abs=1e-4)


@given(st.integers(0, 100), USED)
def test_a_kind_that_is_not_used_has_no_influence(seed: int, used: list[bool]) -> None:
    made, features = drawn_network(seed), drawn_features(seed)
    other = features.copy()
    for i, group in enumerate(GROUPS):
        if not used[group]:
            other[:, i] = np.random.default_rng(seed).normal(0, 100, len(other))
    np.testing.assert_array_equal(
        made.scores(features, GROUPS, used), made.scores(other, GROUPS, used)
    )


def test_each_kind_that_is_used_has_one() -> None:
    made, features = drawn_network(), drawn_features()
    for i in range(len(GROUPS)):
        other = features.copy()
        other[:, i] += 0.5
        assert not np.allclose(
            made.scores(other, GROUPS, [True] * 3), made.scores(features, GROUPS, [True] * 3)
        )


@given(st.integers(0, 100), st.integers(0, 4))
def test_json_and_back_gives_the_same_scores_bitwise(seed: int, units: int) -> None:
    made, features = drawn_network(seed, units), drawn_features(seed)
    again = Network.from_dict(json.loads(json.dumps(made.as_dict())))
    for one in fields(Network):
        assert getattr(again, one.name).tobytes() == getattr(made, one.name).tobytes()
        assert getattr(again, one.name).shape == getattr(made, one.name).shape
    used = [True, False, True]
    assert (
        made.scores(features, GROUPS, used).tobytes()
        == again.scores(features, GROUPS, used).tobytes()
    )


def test_parts_are_kept_in_single_precision_and_read_only() -> None:
    given_one = np.zeros(5, np.float32)
    made = replace(drawn_network(), mean=given_one)
    given_one[0] = 9
    assert made.mean[0] == 0
    for one in fields(Network):
        assert getattr(made, one.name).dtype == np.float32
        assert not getattr(made, one.name).flags.writeable


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scale": np.ones(4)}, r"scale has shape \(4,\); \(5,\) is needed"),
        ({"bias": np.ones(3)}, r"hidden has shape \(8, 4\); \(8, 3\) is needed"),
        ({"output": np.ones(5)}, r"output has shape \(5,\); \(4,\) is needed"),
        ({"hidden": np.ones((7, 4))}, r"hidden has shape \(7, 4\); \(8, 4\) is needed"),
        ({"direct": np.ones(5), "hidden": np.ones((5, 4))}, "5 direct weights for 5 features"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        replace(drawn_network(), **changes)


def test_a_linear_network_is_a_weighted_sum_whatever_is_used() -> None:
    weights = np.array([2.0, -1.0, 0.5, 0.0, 3.0])
    made, features = linear_network(weights, KINDS), drawn_features()
    expected = features @ weights
    np.testing.assert_allclose(made.scores(features, GROUPS, [True] * 3), expected, atol=1e-3)
    without = features[:, :3] @ weights[:3]
    np.testing.assert_allclose(
        made.scores(features, GROUPS, [True, True, False]), without, atol=1e-3
    )


def test_slopes_equal_finite_differences() -> None:
    random = np.random.default_rng(0)
    owner = np.repeat(np.arange(6), [3, 5, 1, 4, 2, 6])
    gold = np.zeros(len(owner), bool)
    gold[[0, 4, 5, 8, 9, 12, 14, 16, 17]] = True
    for hidden in (0, 3):
        inputs = random.normal(0, 1, (len(owner), 4))
        size = 4 + 4 * hidden + 2 * hidden
        loss = network._Loss(
            inputs=inputs,
            owner=owner,
            gold=gold,
            centre=random.normal(0, 1, size),
            hidden=hidden,
            penalty=0.02,
        )
        place = random.normal(0, 0.7, size)
        _, slope = loss(place)
        for i in range(len(place)):
            step = np.zeros(len(place))
            step[i] = 1e-5
            numeric = (loss(place + step)[0] - loss(place - step)[0]) / 2e-5
            assert slope[i] == pytest.approx(numeric, abs=1e-8)


def test_the_loss_by_hand() -> None:
    # Two queries, scores 1, 0 and 2, 0, 1; right are the first of one, the last two of the other.
    loss = network._Loss(
        inputs=np.array([[1.0], [0.0], [2.0], [0.0], [1.0]]),
        owner=np.array([0, 0, 1, 1, 1]),
        gold=np.array([True, False, False, True, True]),
        centre=np.array([3.0]),
        hidden=0,
        penalty=0.02,
    )
    one = np.log((np.e + 1) / np.e)
    other = np.log((np.e**2 + 1 + np.e) / (1 + np.e))
    value, _ = loss(np.array([1.0]))
    assert value == pytest.approx((one + other) / 2 + 0.02 * (3 - 1) ** 2)


def test_single_precision_gives_the_same_slope() -> None:
    features, ends, gold = planted(0, 20)
    owner = np.repeat(np.arange(20), np.diff(ends))
    place = np.random.default_rng(0).normal(0, 0.5, 5 + 5 * 3 + 6)
    single, double = (
        network._Loss(
            inputs=features.astype(kind),
            owner=owner,
            gold=gold,
            centre=0 * place,
            hidden=3,
            penalty=0.02,
        )(place)
        for kind in (np.float32, np.float64)
    )
    assert single[0] == pytest.approx(double[0], rel=1e-5)
    np.testing.assert_allclose(single[1], double[1], atol=1e-5)
    assert single[1].dtype == np.float64


def test_a_ranking_that_is_not_linear_is_learned() -> None:
    test = planted(1, 300)
    made = fit_network(*planted(0, 600), GROUPS)
    # The best linear rule is the third feature alone.
    linear = linear_network(np.array([0, 0, 1, 0, 0]), KINDS)
    assert hits(linear, *test) < 0.35
    assert hits(made, *test) > 0.75


def test_few_words_change_what_was_expected_little() -> None:
    features, ends, gold = planted(3, 5)
    expected = np.array([0.3, -2.0, 1.0, 0.0, 5.0])
    few = fit_network(features, ends, gold, GROUPS, prior=expected).direct_weights()
    free = fit_network(features, ends, gold, GROUPS).direct_weights()
    assert np.abs(few - expected).max() < np.abs(free - expected).max() / 3
    np.testing.assert_allclose(
        linear_network(expected, KINDS).direct_weights(), expected, rtol=1e-6
    )


def test_the_penalty_is_larger_where_there_are_few_words(monkeypatch) -> None:
    seen = []

    def spy(*given, penalty, **settings):
        seen.append((len(set(given[1].tolist())), penalty))
        return minimize(*given, penalty=penalty, **settings)

    minimize = network._minimize
    monkeypatch.setattr(network, "_minimize", spy)
    for count in (10, 40, 300):
        features, ends, gold = planted(9, count)
        gold[: ends[2]] = False  # two of them teach nothing
        fit_network(features, ends, gold, GROUPS)
    # Of queries that teach; the network sees each of them twice.
    few = [(8, 2 / 8), (16, 2 / 8), (38, 2 / 38), (76, 2 / 38)]
    assert seen == [*few, (298, 0.01), (596, 0.01)]


def test_a_few_dozen_words_spoil_a_good_start_less(monkeypatch) -> None:
    # Thirty features say nothing; of one it was known that it does.
    groups, expected = [0] * 31, np.eye(31)[0] * 2.5
    random = np.random.default_rng(0)

    def drawn(queries: int):
        features = random.normal(0, 1, (queries * 20, 31)).astype(np.float32)
        chosen = (features[:, 0] + random.gumbel(0, 0.4, len(features))).reshape(queries, 20)
        gold = np.zeros(chosen.shape, bool)
        gold[np.arange(queries), chosen.argmax(axis=1)] = True
        return features, np.arange(queries + 1) * 20, gold.ravel()

    test, words = drawn(1000), [drawn(count) for count in (30, 30, 60, 60)]

    def mean_hits() -> float:
        found = []
        for few in words:
            made = fit_network(*few, groups, prior=expected)
            scores = made.scores(test[0], groups, [True]).reshape(1000, 20)
            right = test[2].reshape(1000, 20)[np.arange(1000), scores.argmax(axis=1)]
            found.append(right.mean())
        return float(np.mean(found))

    with_more = mean_hits()
    monkeypatch.setattr(network, "_PENALTY_OF_FEW", 0.0)
    assert with_more > mean_hits() + 0.015


def test_what_is_left_of_the_evidence_is_made_the_most_of() -> None:
    features, ends, gold = planted(2, 400)
    clear = features.copy()
    clear[:, 3] = gold + np.random.default_rng(0).normal(0, 0.05, len(gold))  # nearly the answer
    made = fit_network(clear, ends, gold, GROUPS)
    test = planted(3, 200)
    assert hits(made, test[0], *test[1:], used=(True, True, False)) > 0.5
    shown = test[0].copy()
    shown[:, 3] = test[2]
    assert hits(made, shown, *test[1:]) > 0.95
    assert hits(made, shown, *test[1:], used=(False, False, True)) > 0.95


def test_the_hardest_wrong_candidates_and_all_right_ones_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(network, "_HARD", 2)
    scores = np.array([5.0, 1.0, 4.0, 3.0, 4.0, 0.0, 9.0])
    owner = np.array([0, 0, 0, 0, 0, 1, 1])
    gold = np.array([False, True, False, False, False, True, False])
    assert network._hardest(scores, owner, gold).tolist() == [0, 1, 2, 5, 6]  # of a tie the first


def test_the_seed_decides() -> None:
    with threadpool_limits(1, user_api="blas"):
        made = [fit_network(*planted(4, 60), GROUPS, seed=seed) for seed in (3, 3, 4)]
    assert made[0].as_dict() == made[1].as_dict()
    assert made[0].as_dict() != made[2].as_dict()


def test_arguments_stay_as_they_are() -> None:
    data = planted(5, 20)
    for part in data:
        part.flags.writeable = False
    fit_network(*data, GROUPS)


def test_a_feature_that_never_varies_is_without_effect_on_the_order() -> None:
    features, ends, gold = planted(6, 40, size=2500)
    constant = np.float32(-9.21034)
    features[:, 4] = constant
    made = fit_network(features, ends, gold, GROUPS)
    # Exactly: a mean summed in single precision would drift away from the constant.
    assert made.mean[4] == constant
    assert made.scale[4] == np.float32(1e-6)
    assert made.direct[4] == 0


def test_queries_without_a_right_candidate_teach_nothing() -> None:
    features, ends, gold = planted(7, 60)
    some = gold.copy()
    some[ends[30] :] = False
    moved = features.copy()
    moved[ends[30] :] = features[ends[30] :][::-1]  # the same values: the same mean and scale
    one, other = (fit_network(part, ends, some, GROUPS) for part in (features, moved))
    for name in ("direct", "hidden", "bias", "output"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-3)


def test_without_any_right_candidate_there_is_nothing_to_learn() -> None:
    features, ends, gold = planted(8, 5)
    with pytest.raises(DegenerateInputError, match="none of the candidates is right"):
        fit_network(features, ends, np.zeros_like(gold), GROUPS)


def test_a_candidate_has_the_same_score_in_any_company() -> None:
    made, features = drawn_network(units=12), drawn_features(count=333)
    whole = made.scores(features, GROUPS, [True] * 3).astype(np.float32)
    for size in (1, 2, 7, 32):
        for start in range(0, 333, size):
            part = made.scores(features[start : start + size], GROUPS, [True] * 3)
            assert part.astype(np.float32).tolist() == whole[start : start + size].tolist()


def test_a_mean_network_scores_as_the_mean_of_its_parts() -> None:
    random = np.random.default_rng(0)
    features = random.standard_normal((200, 4)).astype(np.float32) * [1, 5, 0.1, 1] + 2
    features = features.astype(np.float32)
    ends = np.arange(41) * 5
    gold = np.zeros(200, bool)
    gold[random.integers(0, 5, 40) + ends[:-1]] = True
    groups, standard = (0, 0, 1, 1), standard_of(features)
    parts = [
        fit_network(features, ends, gold, groups, standard=standard, seed=seed) for seed in (0, 1)
    ]
    for used in ([True, True], [False, True]):
        one, other = (part.scores(features, groups, used) for part in parts)
        assert np.abs(one - other).max() > 1e-3
        mean = averaged(parts).scores(features, groups, used)
        np.testing.assert_allclose(mean, (one + other) / 2, atol=1e-5)
    assert averaged(parts[:1]).scores(features, groups, [True] * 2).tolist() == (
        parts[0].scores(features, groups, [True] * 2).tolist()
    )
    moved = fit_network(features + 1, ends, gold, groups)
    with pytest.raises(InputError, match="different means or scales"):
        averaged([parts[0], moved])
