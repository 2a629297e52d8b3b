import numpy as np
import pytest

from xling.model import lookup
from xling.model.answers import Lookup
from xling.model.lookup import look_up
from xling.model.model import Model


@pytest.fixture
def model(random_model) -> Model:
    return random_model(4, subwords=True)


def test_known_composed_and_unknown_words_keep_their_places(model: Model) -> None:
    words = ["newword", "word3", "", "WORD0", "other"]
    found = look_up(model.way(), words, 3)
    assert [one.word for one in found] == words
    statuses = ["subword", "ok", "out_of_vocabulary", "ok", "subword"]
    assert [one.status for one in found] == statuses
    assert found[2] == Lookup(word="", status="out_of_vocabulary", translations=())
    for one in found:
        (alone,) = look_up(model.way(), [one.word], 3)
        assert [t.word for t in one.translations] == [t.word for t in alone.translations]
        scores = [t.score for t in alone.translations]
        np.testing.assert_allclose([t.score for t in one.translations], scores, atol=1e-4)


def test_answers_are_those_of_the_way(model: Model) -> None:
    way = model.way()
    best = way.best(way.known(np.array([5])), 4)
    (found,) = look_up(way, ["word5"], 4)
    assert [one.word for one in found.translations] == [f"Wort{i}" for i in best.ids[0]]
    assert [one.score for one in found.translations] == best.scores[0].tolist()
    assert [one.confidence for one in found.translations] == best.confidences[0].tolist()


def test_blocks_change_nothing(model: Model, monkeypatch) -> None:
    words = [*(f"word{i}" for i in range(12)), "unknown", "another", "more"]
    whole = look_up(model.way(), words, 5)
    monkeypatch.setattr(lookup, "_BLOCK", 2)
    for one, other in zip(whole, look_up(model.way(), words, 5), strict=True):
        assert (one.word, one.status) == (other.word, other.status)
        scores = [translation.score for translation in other.translations]
        expected = [translation.score for translation in one.translations]
        np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_no_word(model: Model) -> None:
    assert look_up(model.way(), [], 1) == []
