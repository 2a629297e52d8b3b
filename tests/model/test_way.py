import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.evidence.channels import CHANNELS, GROUPS
from xling.evidence.ranker import COMPETITORS
from xling.model import way as way_module
from xling.model.model import Model
from xling.retrieval.criteria import CRITERIA

CHOICES = st.tuples(
    st.sampled_from([("en", "de"), ("de", "en")]),
    st.sampled_from(CRITERIA),
    st.sampled_from(
        [
            "all", "contexts", "table", "table,contexts", "contexts,analogies,rivals",
            "forms,spelling,frequency", "table,forms", "frequency",
        ]
    ),
)  # fmt: skip
CLOSE = 1e-4  # single precision, times weights of up to 9


@given(
    st.integers(0, 10_000),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    CHOICES,
    st.integers(1, 45),
)
def test_the_best_of_the_whole_score_matrix_are_the_answers(
    random_model, seed: int, sizes: tuple[int, int], choice, top: int
) -> None:
    model = random_model(seed, sizes=sizes)
    (source, target), retrieval, channels = choice
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    asking = way.known(np.arange(len(way.asked.vocabulary)))
    scores, best = way.scores(asking), way.best(asking, top)
    count = min(top, len(way.answers.vocabulary))
    assert scores.shape == (len(asking), len(way.answers.vocabulary))
    assert best.ids.shape == best.scores.shape == best.confidences.shape == (len(asking), count)
    for row, ids, found in zip(scores, best.ids, best.scores, strict=True):
        finite = int(min(np.isfinite(row).sum(), count))
        assert np.isfinite(found).sum() == finite
        ids, found = ids[:finite], found[:finite]
        ranked = np.argsort(-row, kind="stable")[:finite]
        np.testing.assert_allclose(found, row[ids], atol=CLOSE)
        np.testing.assert_allclose(found, row[ranked], atol=CLOSE)
        assert len(set(ids.tolist())) == finite
        assert (np.diff(found) <= 0).all()
        assert (np.diff(ids)[np.diff(found) == 0] > 0).all()
        levels = np.sort(row[np.isfinite(row)])
        if len(levels) < 2 or np.diff(levels).min() > 2 * CLOSE:
            assert ids.tolist() == ranked.tolist()


@given(st.integers(0, 15), CHOICES, st.integers(1, 12))
def test_fewer_answers_are_the_first_of_more(random_model, seed: int, choice, top: int) -> None:
    model: Model = random_model(seed, sizes=(30, 40))
    (source, target), retrieval, channels = choice
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    asking = way.known(np.arange(len(way.asked.vocabulary)))
    few, many = way.best(asking, top), way.best(asking, COMPETITORS)
    np.testing.assert_array_equal(few.ids, many.ids[:, :top])
    np.testing.assert_array_equal(few.scores, many.scores[:, :top])
    np.testing.assert_array_equal(few.confidences, many.confidences[:, :top])


def context_scores(model: Model, retrieval: str) -> np.ndarray:
    """Follow the formula of the criterion, for all pairs of words."""
    x, y = model.sides[0].vectors.astype(np.float64), model.sides[1].vectors.astype(np.float64)
    cosines = x @ y.T
    near_x = -np.sort(-cosines, axis=1)[:, :10].mean(axis=1)
    near_y = -np.sort(-cosines, axis=0)[:10].mean(axis=0)
    return 2 * cosines - near_x[:, None] - near_y if retrieval == "csls" else cosines


@pytest.mark.parametrize("channels", ["all", "table,contexts", "forms,rivals", "contexts,spelling"])
@pytest.mark.parametrize("retrieval", ["csls", "nn"])
def test_candidates_have_the_score_of_their_judge(random_model, retrieval, channels: str) -> None:
    model: Model = random_model(1, sizes=(20, 120))
    way = model.way("en", "de", retrieval=retrieval, channels=channels)
    asking = way.known(np.arange(20))
    found = way.scores(asking)
    candidates, features = way.gather(asking)
    linked = model.table.linked(np.arange(20)) & ("table" in way.used)
    assert linked.any() == ("table" in way.used)
    assert not linked.all()
    used = [name in way.used for name in CHANNELS]
    brought_up = np.zeros(found.shape, bool)
    for i, j, row in zip(candidates.owner, candidates.columns, features, strict=True):
        judge = way.ranker.linked if linked[i] else way.ranker.unlinked
        expected = judge.scale * judge.network.scores(row[None], GROUPS, used)[0] + judge.offset
        assert found[i, j] == pytest.approx(expected, abs=CLOSE)
        brought_up[i, j] = True
    assert not brought_up.all()
    if "contexts" not in way.used:
        assert np.isneginf(found[~brought_up]).all()
        return
    context = context_scores(model, retrieval)
    for scores, own, near in zip(found, brought_up, context, strict=True):
        expected = scores[own].min() - 1 + near[~own] - near.max()
        np.testing.assert_allclose(scores[~own], expected, atol=CLOSE)


@given(st.integers(0, 30), CHOICES)
def test_words_that_no_channel_brings_up_come_last_in_the_order_of_the_space(
    random_model, seed: int, choice
) -> None:
    (source, target), retrieval, channels = choice
    model: Model = random_model(seed, sizes=(80, 70))
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    asking = way.known(np.arange(len(way.asked.vocabulary)))
    found = way.scores(asking)
    if way.used == ("contexts",):
        return
    candidates, _ = way.ranked(asking)
    space = model.way(source, target, retrieval=retrieval, channels="contexts").scores(asking)
    for i in range(len(asking)):
        own = candidates.columns[candidates.ends[i] : candidates.ends[i + 1]]
        others = np.setdiff1d(np.arange(found.shape[1]), own)
        if "contexts" not in way.used:
            assert np.isneginf(found[i, others]).all()
            continue
        if not len(others):
            continue
        assert found[i, others].max() <= found[i, own].min() - 0.99
        order = np.argsort(-space[i, others], kind="stable")
        assert (np.diff(found[i, others][order]) <= 1e-5).all()


@given(st.integers(0, 15), CHOICES)
def test_queries_together_are_answered_like_each_alone(random_model, seed: int, choice) -> None:
    model: Model = random_model(seed, sizes=(70, 65))
    (source, target), retrieval, channels = choice
    way = model.way(source, target, retrieval=retrieval, channels=channels)
    rows = np.array([3, 60, 3, 0, 41])
    scores, best = way.scores(way.known(rows)), way.best(way.known(rows), 7)
    for i, row in enumerate(rows):
        one = way.known(np.array([row]))
        np.testing.assert_allclose(way.scores(one)[0], scores[i], atol=CLOSE)
        alone = way.best(one, 7)
        np.testing.assert_allclose(alone.scores[0], best.scores[i], atol=CLOSE)
        np.testing.assert_allclose(alone.confidences[0], best.confidences[i], atol=CLOSE)
        finite = np.nan_to_num(best.scores[i], neginf=-1e9)
        clear = -np.diff(finite, prepend=1e10, append=-1e10) > 2 * CLOSE
        clear = clear[:-1] & clear[1:] & np.isfinite(best.scores[i])
        assert alone.ids[0][clear].tolist() == best.ids[i][clear].tolist()


def test_blocks_change_nothing(random_model, monkeypatch) -> None:
    model: Model = random_model(2, sizes=(30, 25))
    for channels in ("all", "table", "forms,rivals"):
        way = model.way("en", "de", channels=channels)
        asking = way.known(np.arange(30))
        scores, best = way.scores(asking), way.best(asking, 5)
        with monkeypatch.context() as patch:
            patch.setattr(way_module, "_BLOCK", 7)
            np.testing.assert_allclose(way.scores(asking), scores, atol=CLOSE)
            np.testing.assert_allclose(way.best(asking, 5).scores, best.scores, atol=CLOSE)


def test_the_table_alone_is_a_dictionary(random_model) -> None:
    model: Model = random_model(3)
    way = model.way("en", "de", channels="table")
    found = way.scores(way.known(np.arange(12)))
    p = model.table.forward.toarray().astype(np.float64) * model.table.backward.toarray()
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found, np.log(np.sqrt(p)), atol=1e-5)


def test_the_other_direction_uses_the_table_turned(random_model) -> None:
    model: Model = random_model(4)
    there = model.way("en", "de", channels="table")
    back = model.way("de", "en", channels="table")
    one = there.scores(there.known(np.arange(12)))
    other = back.scores(back.known(np.arange(9)))
    np.testing.assert_allclose(one, other.T, atol=1e-6)


def test_confidences_are_there_only_for_all_evidence_and_where_fitted(random_model) -> None:
    model: Model = random_model(5)
    rows = np.arange(12)

    def sure(model: Model, channels: str, retrieval: str = "csls") -> np.ndarray:
        way = model.way("en", "de", channels=channels, retrieval=retrieval)
        return way.best(way.known(rows), 3).confidences

    for channels in ("all", ",".join(CHANNELS), ",".join(CHANNELS[::-1])):
        for retrieval in ("csls", "nn"):
            found = sure(model, channels, retrieval)
            assert ((found >= 0) & (found <= 1)).all()
            assert (np.diff(found, axis=1) <= 1e-12).all()
    for name in CHANNELS:
        assert np.isnan(sure(model, name)).all()
        assert np.isnan(sure(model, ",".join(set(CHANNELS) - {name}))).all()
    assert np.isnan(sure(random_model(5, calibrated=False), "all")).all()
    assert np.isnan(sure(random_model(5, table=False), "all")).all()


def test_linked_and_unlinked_words_have_their_own_probabilities(random_model) -> None:
    model: Model = random_model(6)
    way = model.way("en", "de")
    linked = model.table.linked(np.arange(12))
    assert 0 < linked.sum() < 12
    best = way.best(way.known(np.arange(12)), COMPETITORS)
    for judge, which in ((way.ranker.linked, linked), (way.ranker.unlinked, ~linked)):
        counts = way.asked.vocabulary.log_counts(np.flatnonzero(which))
        expected = judge.probabilities(best.scores[which], counts)
        np.testing.assert_allclose(best.confidences[which], expected)


def test_composed_queries_are_measured_like_words(random_model) -> None:
    model: Model = random_model(7, sizes=(30, 20))
    for retrieval in ("csls", "nn"):
        way = model.way("en", "de", retrieval=retrieval, channels="contexts")
        known = way.known(np.arange(30))
        composed = way.composed(model.sides[0].vectors)
        np.testing.assert_allclose(composed.vectors, known.vectors, atol=1e-6)
        np.testing.assert_allclose(composed.means, known.means, atol=1e-5)
        assert composed.rows.tolist() == [-1] * 30
        assert len(composed) == 30


@pytest.mark.parametrize("channels", ["all", "contexts,forms", "contexts,table"])
def test_composed_queries_use_contexts_only_and_have_no_confidence(
    random_model, channels: str
) -> None:
    model: Model = random_model(8, sizes=(30, 80))
    way = model.way("en", "de", channels=channels)
    composed = way.composed(model.sides[0].vectors[:9])
    candidates, features = way.gather(composed)
    assert (np.diff(candidates.ends) == 50).all()  # what the space brings up
    assert not features[:, np.array(GROUPS) > 0].any()
    scores, best = way.scores(composed), way.best(composed, 60)
    assert np.isnan(best.confidences).all()
    assert np.isfinite(best.scores).all()
    used = [name == "contexts" for name in CHANNELS]
    expected = way.ranker.unlinked.scores(features, GROUPS, used)
    np.testing.assert_allclose(scores[candidates.owner, candidates.columns], expected, atol=CLOSE)
    for row, ids, found in zip(scores, best.ids, best.scores, strict=True):
        np.testing.assert_allclose(found, row[ids], atol=CLOSE)
        assert (np.diff(found) <= 0).all()


@pytest.mark.parametrize("channels", ["table", "forms", "analogies,rivals", "table,spelling"])
def test_without_contexts_nothing_is_known_of_composed_queries(random_model, channels) -> None:
    model: Model = random_model(8)
    way = model.way("en", "de", channels=channels)
    composed = way.composed(model.sides[0].vectors[:4])
    assert np.isneginf(way.scores(composed)).all()
    best = way.best(composed, 3)
    assert np.isneginf(best.scores).all()
    assert np.isnan(best.confidences).all()
    assert best.ids.shape == (4, 3)


def test_no_query(random_model) -> None:
    for channels in ("all", "contexts", "table", "forms", "frequency,rivals"):
        way = random_model(8).way("en", "de", channels=channels)
        asking = way.known(np.zeros(0, np.int64))
        assert way.scores(asking).shape == (0, 9)
        assert way.best(asking, 3).ids.shape == (0, 3)


@pytest.mark.parametrize("retrieval", CRITERIA)
def test_composed_words_are_answered_by_every_criterion(random_model, retrieval: str) -> None:
    model: Model = random_model(7, sizes=(40, 35), subwords=True)
    way = model.way("en", "de", retrieval=retrieval, channels="contexts")
    vectors, which = way.asked.compose(["unseen", "neverheard"])
    assert which == [0, 1]
    asking = way.composed(vectors)
    scores, best = way.scores(asking), way.best(asking, 5)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(
        best.scores, -np.sort(-scores, axis=1)[:, :5], atol=CLOSE, rtol=CLOSE
    )
