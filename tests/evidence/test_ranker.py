from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from xling.errors import DegenerateInputError
from xling.evidence import ranker
from xling.evidence.ranker import COMPETITORS, Candidates, Judge, Ranker, fit_judge
from xling.evidence.table import FEATURES

WIDTH = 1 + len(FEATURES)
PLANTED = np.zeros(WIDTH)
PLANTED[:4] = 6.0, 1.5, 0.8, 0.4


def planted(seed: int, count: int, *, weights: np.ndarray = PLANTED, size: int = 30):
    """Draw queries whose one right candidate is drawn from the softmax of the planted weights."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        features = np.zeros((size, WIDTH))
        features[:, 0] = random.uniform(-0.5, 1, size)
        cells = random.random(size) < 0.3
        features[cells, 1] = 1
        features[cells, 2:4] = -random.exponential(1.5, (int(cells.sum()), 2))
        chances = special.softmax(features @ weights)
        gold = np.zeros(size, dtype=bool)
        gold[random.choice(size, p=chances)] = True
        made.append(Candidates(features=features, gold=gold))
    return made


def weights_of(judge: Judge) -> np.ndarray:
    return np.array([judge.contexts, *judge.cells])


def test_recovers_the_planted_weights_up_to_their_scale() -> None:
    fitted = weights_of(fit_judge(planted(0, 3000), Ranker().linked))
    cosine = fitted @ PLANTED / np.linalg.norm(fitted) / np.linalg.norm(PLANTED)
    assert cosine > 0.99
    test = planted(1, 300)
    for query in test[:50]:
        agree = np.corrcoef(query.features @ fitted, query.features @ PLANTED)[0, 1]
        assert agree > 0.98


def test_the_fit_ranks_better_than_its_start() -> None:
    start = Judge(contexts=0.1, cells=(0.0, 0.1, 3.0, *[0.0] * (len(FEATURES) - 3)))
    fitted = fit_judge(planted(2, 800), start)

    test = planted(3, 500)

    def hits(weights: np.ndarray) -> float:
        return float(np.mean([query.gold[(query.features @ weights).argmax()] for query in test]))

    assert hits(weights_of(fitted)) > hits(weights_of(start)) + 0.05
    assert hits(weights_of(fitted)) > hits(PLANTED) - 0.02


def test_probabilities_are_calibrated() -> None:
    judge = fit_judge(planted(4, 1500), Ranker().linked)
    sure, right = [], []
    for query in planted(5, 1500):
        scores = query.features @ weights_of(judge) + judge.offset
        order = np.argsort(-scores)[:COMPETITORS]
        chances = judge.probabilities(scores[order][None])
        assert chances is not None
        sure.extend(chances[0, :5])
        right.extend(query.gold[order][:5])
    chances, correct = np.array(sure), np.array(right)
    edges = np.quantile(chances, [0, 0.5, 0.75, 0.9, 1])
    assert edges[-2] > 2 * edges[1]  # they say something at all
    for low, high in pairwise(edges):
        chosen = (chances >= low) & (chances <= high)
        assert abs(chances[chosen].mean() - correct[chosen].mean()) < 0.05


FINITE = st.floats(-30, 30)
JUDGES = st.builds(
    lambda constant, share, score: Judge(contexts=1.0, confidence=(constant, share, score)),
    st.floats(-3, 3), st.floats(0, 3), st.floats(0, 3),
)  # fmt: skip


@given(JUDGES, st.lists(FINITE, min_size=1, max_size=30), st.integers(0, 5))
def test_probabilities_fall_with_the_scores(judge: Judge, drawn: list[float], missing: int) -> None:
    scores = np.array([sorted(drawn, reverse=True) + [-np.inf] * missing])
    chances = judge.probabilities(scores)
    assert chances is not None
    assert chances.shape == scores.shape
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances[0]) <= 1e-12).all()


def test_a_clear_winner_is_surer_than_one_among_equals() -> None:
    judge = Judge(contexts=1.0, confidence=(0.0, 1.0, 0.1))
    clear, crowded = np.array([[5.0, *[0.0] * 9]]), np.array([[5.0] * 10])
    alone, shared = judge.probabilities(clear), judge.probabilities(crowded)
    assert alone is not None
    assert shared is not None
    assert alone[0, 0] > 0.9 > 0.3 > shared[0, 0]


def test_without_a_calibration_there_is_no_probability() -> None:
    assert Judge(contexts=1.0).probabilities(np.zeros((2, 3))) is None
    assert Ranker().linked.confidence is None
    assert Ranker().unlinked.confidence is None


def test_fewer_than_fifty_queries_change_nothing() -> None:
    start = Ranker().linked
    assert fit_judge([], start) is start
    assert fit_judge(planted(6, 49), start) is start
    assert fit_judge(planted(6, 50), start) is not start


def test_a_feature_that_never_varies_keeps_its_weight_in_the_order() -> None:
    queries = planted(7, 400, weights=6 * np.eye(WIDTH)[0])
    for query in queries:
        query.features[:, 1:] = 0  # words that the table does not link
    start = Judge(contexts=2.0, offset=-1.0)
    fitted = fit_judge(queries, start)
    assert fitted.cells == (0.0,) * len(FEATURES)
    assert fitted.contexts > 0
    assert fitted.confidence is not None


def test_contexts_never_speak_against_a_translation() -> None:
    queries = planted(8, 300, weights=-PLANTED)
    assert fit_judge(queries, Ranker().linked).contexts > 0


def test_queries_without_a_right_candidate_lower_the_probabilities() -> None:
    queries = planted(9, 300)
    lost = [Candidates(features=q.features, gold=np.zeros(30, bool)) for q in planted(10, 900)]
    alone = fit_judge(queries, Ranker().linked)
    diluted = fit_judge([*queries, *lost], Ranker().linked)

    def mean_top(judge: Judge) -> float:
        made = []
        for query in planted(11, 100):
            scores = query.features @ weights_of(judge) + judge.offset
            chances = judge.probabilities(-np.sort(-scores)[None, :COMPETITORS])
            assert chances is not None
            made.append(chances[0, 0])
        return float(np.mean(made))

    assert mean_top(diluted) < mean_top(alone) / 2


def test_a_query_without_candidates_is_refused() -> None:
    empty = Candidates(features=np.zeros((0, WIDTH)), gold=np.zeros(0, bool))
    with pytest.raises(DegenerateInputError, match="a query without a candidate"):
        fit_judge([*planted(12, 50), empty], Ranker().linked)


def test_slopes_equal_finite_differences(monkeypatch) -> None:
    losses = []
    minimize = ranker.optimize.minimize

    def spy(loss, start, **settings):
        losses.append((loss, np.asarray(start)))
        return minimize(loss, start, **settings)

    monkeypatch.setattr(ranker.optimize, "minimize", spy)
    fit_judge(planted(13, 80), Ranker().linked)
    assert len(losses) == 3  # the order, the scale, the probability
    random = np.random.default_rng(0)
    for loss, start in losses:
        for _ in range(3):
            place = start + 0.5 * random.standard_normal(len(start))
            _, slope = loss(place)
            for i in range(len(place)):
                step = np.zeros(len(place))
                step[i] = 1e-5
                numeric = (loss(place + step)[0] - loss(place - step)[0]) / 2e-5
                assert slope[i] == pytest.approx(numeric, abs=1e-5)
