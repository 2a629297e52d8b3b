from dataclasses import replace

import numpy as np
from scipy import sparse

from xling.evidence import forms
from xling.evidence.base import Candidates, Ground
from xling.evidence.forms import Forms
from xling.evidence.ngrams import ngram_profiles


def dense_scores(ground: Ground, row: int) -> np.ndarray:
    """Follow the formula with plain loops."""
    mine, theirs = (ngram_profiles(words, 3, 5).toarray() for words in ground.words)
    table = ground.translations.toarray()
    alike = [
        (float(mine[row] @ mine[other]), other)
        for other in range(len(mine))
        if other != row and table[other].any()
    ]
    alike = sorted((pair for pair in alike if pair[0] > 1e-9), key=lambda p: (-p[0], p[1]))
    profile = np.zeros(theirs.shape[1])
    for cosine, other in alike[: forms._ALIKE]:
        for column, value in enumerate(table[other]):
            profile += cosine**2 * value / table[other].sum() * theirs[column]
    length = np.linalg.norm(profile)
    return theirs @ (profile / (length or 1))


def test_scores_equal_a_dense_loop(make_ground, asking, everything, monkeypatch) -> None:
    monkeypatch.setattr(forms, "_ALIKE", 4)
    for seed in range(3):
        ground = make_ground(seed, sizes=(60, 45))
        rows = [0, 17, 59, 3, 17]
        found = Forms(ground=ground).look(asking(rows))
        measured = found.measure(everything(5, 45))
        expected = np.stack([dense_scores(ground, row) for row in rows])
        assert (expected > 0.1).sum() > 30
        np.testing.assert_allclose(measured[:, 0].reshape(5, 45), expected, atol=1e-5)
        gap = expected.max(axis=1, keepdims=True) - expected
        np.testing.assert_allclose(measured[:, 1].reshape(5, 45), gap, atol=1e-5)


def test_the_gap_is_to_the_best_of_the_candidates_asked_about(make_ground, asking) -> None:
    ground = make_ground(1)
    found = Forms(ground=ground).look(asking([2]))
    dense = found.scores.toarray()[0]
    columns = np.array([4, 9, 20])
    measured = found.measure(Candidates(ends=np.array([0, 3]), columns=columns))
    np.testing.assert_allclose(measured[:, 1], dense[columns].max() - dense[columns], atol=1e-7)


def test_the_best_are_brought_up(make_ground, asking, monkeypatch) -> None:
    monkeypatch.setattr(forms, "_PROPOSED", 3)
    found = Forms(ground=make_ground(2)).look(asking(range(40)))
    assert (found.proposed.toarray() > 0).sum(axis=1).max() == 3
    for row, scores in zip(found.proposed.toarray(), found.scores.toarray(), strict=True):
        chosen = np.flatnonzero(row)
        order = np.lexsort((np.arange(len(scores)), -scores))[: len(chosen)]
        assert chosen.tolist() == sorted(order.tolist())
        assert len(chosen) == min(3, (scores > 0).sum())


def test_an_unlinked_form_is_found_through_its_relatives(ground_of, asking, everything) -> None:
    here = ["walking", "talking", "walker", "talker", "house", "houses"]
    there = ["гуляние", "говорение", "гулятель", "говоритель", "дом", "дома"]
    cells = {(0, 0): 0.9, (1, 1): 0.9, (4, 4): 0.9}
    found = Forms(ground=ground_of((here, there), cells)).look(asking([2, 5]))
    scores = found.scores.toarray()
    assert scores[0].argsort()[::-1][:2].tolist() == [0, 2]  # walking's translation, and the like
    assert set(scores[1].argsort()[::-1][:2].tolist()) == {4, 5}
    assert scores[1, 5] > 0.3 > scores[1, :4].max()
    assert found.measure(everything(2, 6)).shape == (12, 2)


def test_a_linked_query_does_not_tell_its_own_translation(make_ground, asking, everything) -> None:
    ground = make_ground(3)
    row = int(ground.linked_rows[0])
    before = Forms(ground=ground).look(asking([row])).measure(everything(1, 30))
    for changed in (np.zeros(30), np.eye(30)[7], np.linspace(0.1, 0.9, 30)):
        dense = ground.translations.toarray()
        dense[row] = changed
        other = replace(ground, translations=sparse.csr_array(dense))
        after = Forms(ground=other).look(asking([row])).measure(everything(1, 30))
        np.testing.assert_array_equal(after, before)


def test_without_a_linked_word_nothing_is_said(make_ground, asking, everything) -> None:
    ground = make_ground(4)
    none = replace(ground, translations=sparse.csr_array(ground.translations.shape))
    found = Forms(ground=none).look(asking([0, 1]))
    assert found.proposed.nnz == 0
    assert not found.measure(everything(2, 30)).any()
