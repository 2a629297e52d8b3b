import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.evidence.ranker import COMPETITORS
from xling.model.model import Model

CHOICES = st.tuples(
    st.sampled_from([("en", "de"), ("de", "en")]),
    st.sampled_from(["csls", "nn"]),
    st.sampled_from(["all", "contexts", "table", "table,contexts"]),
)
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


@given(st.integers(0, 30), st.sampled_from(["csls", "nn"]))
def test_equals_the_ranker_s_formula(random_model, seed: int, retrieval: str) -> None:
    model: Model = random_model(seed)
    way = model.way("en", "de", retrieval=retrieval)
    found = way.scores(way.known(np.arange(12)))
    x, y = model.sides[0].vectors.astype(np.float64), model.sides[1].vectors.astype(np.float64)
    cosines = x @ y.T
    near_x = -np.sort(-cosines, axis=1)[:, :10].mean(axis=1)  # of nine words, all of them
    near_y = -np.sort(-cosines, axis=0)[:10].mean(axis=0)
    context = 2 * cosines - near_x[:, None] - near_y if retrieval == "csls" else cosines
    forward, backward, links, spelling = (
        getattr(model.table, name).toarray()
        for name in ("forward", "backward", "links", "spelling")
    )
    for i, j in np.ndindex(found.shape):
        linked = bool(forward[i].any())
        judge = way.ranker.linked if linked else way.ranker.unlinked
        expected = judge.contexts * context[i, j] + judge.offset
        if forward[i, j]:
            cell = [
                1,
                np.log(forward[i, j]),
                np.log(backward[i, j]),
                np.log1p(links[i, j]),
                spelling[i, j],
            ]
            expected += float(np.dot(judge.cells, cell))
        assert found[i, j] == pytest.approx(expected, abs=CLOSE)


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

    for channels in ("all", "contexts,table", "table,contexts"):
        for retrieval in ("csls", "nn"):
            found = sure(model, channels, retrieval)
            assert ((found >= 0) & (found <= 1)).all()
            assert (np.diff(found, axis=1) <= 1e-12).all()
    assert np.isnan(sure(model, "contexts")).all()
    assert np.isnan(sure(model, "table")).all()
    assert np.isnan(sure(random_model(5, calibrated=False), "all")).all()
    assert np.isnan(sure(random_model(5, table=False), "all")).all()


def test_linked_and_unlinked_words_have_their_own_probabilities(random_model) -> None:
    model: Model = random_model(6)
    way = model.way("en", "de")
    linked = model.table.linked(np.arange(12))
    assert 0 < linked.sum() < 12
    best = way.best(way.known(np.arange(12)), COMPETITORS)
    for judge, which in ((way.ranker.linked, linked), (way.ranker.unlinked, ~linked)):
        expected = judge.probabilities(best.scores[which])
        np.testing.assert_allclose(best.confidences[which], expected)


def test_composed_queries_are_measured_like_words(random_model) -> None:
    model: Model = random_model(7, sizes=(30, 20))
    for retrieval in ("csls", "nn"):
        way = model.way("en", "de", retrieval=retrieval, channels="contexts")
        known = way.known(np.arange(30))
        composed = way.composed(model.sides[0].vectors)
        np.testing.assert_allclose(composed.vectors, known.vectors, atol=1e-6)
        np.testing.assert_allclose(composed.offsets, known.offsets, atol=1e-5)
        assert composed.rows.tolist() == [-1] * 30
        assert len(composed) == 30


def test_no_query(random_model) -> None:
    for channels in ("all", "contexts", "table"):
        way = random_model(8).way("en", "de", channels=channels)
        asking = way.known(np.zeros(0, np.int64))
        assert way.scores(asking).shape == (0, 9)
        assert way.best(asking, 3).ids.shape == (0, 3)
