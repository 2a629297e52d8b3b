import pytest

from xling.server.ready import Ready
from xling.server.top_table import WIDTH


@pytest.fixture
def ready(model):
    return Ready.of(model.way("en", "de"))


@pytest.mark.parametrize("top", [1, 5, WIDTH, WIDTH + 1])
def test_answers_are_those_of_the_model(ready, model, top):
    words = ["cat", "zzz", "Dog", "tree", "cat"]
    expected = model.look_up(words, source="en", target="de", top=top)
    for _ in range(2):  # the second time from the table
        found = ready.answer(words, top)
        assert [(a.word, a.status) for a in found] == [(a.word, a.status) for a in expected]
        for one, other in zip(found, expected, strict=True):
            assert [t.word for t in one.translations] == [t.word for t in other.translations]
            assert [t.score for t in one.translations] == pytest.approx(
                [t.score for t in other.translations], abs=1e-5
            )


def test_known_words_need_no_work(ready):
    assert ready.known(["cat"], 5) is None
    found = ready.answer(["cat", "dog"], 5)
    assert ready.known(["dog", "cat"], 5) == found[::-1]
    assert ready.known(["CAT"], 2)[0].translations == found[0].translations[:2]
    assert ready.known(["cat", "zzz"], 5) is None
    assert ready.known(["cat"], WIDTH + 1) is None
    assert ready.table.filled == 2


def test_evidence_is_read_from_the_table(ready, model):
    found = ready.answer(["cat"], 10)
    names = {"retrieval": "csls", "channels": "all"}
    result = ready.document("m", found, evidence=True, **names)["results"][0]
    row = model.side("en").vocabulary.find("cat")
    linked = model.table.forward[[row]].toarray()[0] > 0
    columns = [model.side("de").vocabulary.find(one["word"]) for one in result["translations"]]
    assert [one["evidence"] == "linked" for one in result["translations"]] == [
        bool(linked[column]) for column in columns
    ]
    plain = ready.document("m", found, **names)["results"][0]
    assert set(plain) == {"word", "status", "translations"}
    assert all(set(one) == {"word", "score", "confidence"} for one in plain["translations"])


def test_answers_below_a_confidence_are_left_out(ready):
    found = ready.answer(["cat"], 10)
    names = {"retrieval": "csls", "channels": "all"}
    sure = [one.confidence for one in found[0].translations]
    if None in sure:  # too few words to calibrate on: then nothing is sure
        result = ready.document("m", found, min_confidence=0.1, **names)["results"][0]
        assert (result["translations"], result["abstained"]) == ([], True)
    else:
        least = sorted(sure)[5]
        result = ready.document("m", found, min_confidence=least, **names)["results"][0]
        assert len(result["translations"]) == sum(one >= least for one in sure)
