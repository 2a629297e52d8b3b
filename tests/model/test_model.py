import numpy as np
import pytest

from xling.errors import InputError, UnknownNameError
from xling.evidence.channels import start_ranker
from xling.model import lookup as lookup_module
from xling.model.model import CHANNELS, Lookup, Model, ranker_key


def test_answers_are_named_and_in_the_order_of_the_words_asked_for(random_model) -> None:
    model: Model = random_model(0)
    words = ["word3", "WORD0", "nothing", "word3"]
    found = model.look_up(words, top=4)
    assert [lookup.word for lookup in found] == words
    assert [lookup.status for lookup in found] == ["ok", "ok", "out_of_vocabulary", "ok"]
    for one, other in zip(found[0].translations, found[3].translations, strict=True):
        assert (one.word, one.score) == (other.word, other.score)
        assert one.confidence == pytest.approx(other.confidence, rel=1e-9)
    assert found[2] == Lookup(word="nothing", status="out_of_vocabulary", translations=())
    best = model.way().best(model.way().known(np.array([3, 0])), 4)
    for lookup, ids, scores, sure in zip(
        found[:2], best.ids, best.scores, best.confidences, strict=True
    ):
        assert [t.word for t in lookup.translations] == [f"Wort{i}" for i in ids]
        np.testing.assert_allclose([t.score for t in lookup.translations], scores)
        np.testing.assert_allclose([t.confidence for t in lookup.translations], sure)
    assert model.translate("word3", top=4) == list(found[0].translations)
    assert model.translate("nothing") == []


def test_many_words_are_answered_in_blocks(random_model, monkeypatch) -> None:
    model: Model = random_model(1, subwords=True)
    words = [f"word{i}" for i in range(12)] + ["unknown", "another", "more"]
    whole = model.look_up(words)
    monkeypatch.setattr(lookup_module, "_BLOCK", 2)
    parts = model.look_up(words)
    for one, other in zip(whole, parts, strict=True):
        assert [t.word for t in one.translations] == [t.word for t in other.translations]
        np.testing.assert_allclose(
            [t.score for t in one.translations], [t.score for t in other.translations], atol=1e-4
        )
    assert [lookup.status for lookup in parts[12:]] == ["subword"] * 3


@pytest.mark.parametrize(("source", "target", "size"), [("en", "de", 9), ("de", "en", 12)])
def test_composed_words_have_status_subword_in_both_directions(
    random_model, source: str, target: str, size: int
) -> None:
    model: Model = random_model(2, subwords=True)
    for channels in ("all", "contexts"):
        found = model.look_up(["newword"], source=source, target=target, top=99, channels=channels)
        assert found[0].status == "subword"
        assert len(found[0].translations) == size
        scores = [t.score for t in found[0].translations]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) > 1
    # Nothing but the space knows of a composed word.
    for channels in ("table", "forms", "spelling,table"):
        found = model.look_up(["newword"], source=source, target=target, channels=channels)
        assert (found[0].status, found[0].translations) == ("subword", ())


def test_a_known_word_is_not_composed(random_model) -> None:
    model: Model = random_model(2, subwords=True)
    assert model.look_up(["WORD1", "Word 1"])[0].status == "ok"
    assert model.look_up([""])[0].status == "out_of_vocabulary"


def test_top_is_cut_at_the_vocabulary(random_model) -> None:
    model: Model = random_model(3)
    for top, count in ((1, 1), (9, 9), (10, 9), (500, 9)):
        assert len(model.translate("word0", top=top, channels="contexts")) == count
    with pytest.raises(InputError, match="top is 0; at least 1"):
        model.look_up(["word0"], top=0)
    assert model.look_up([]) == []


def test_answers_without_any_evidence_are_left_out(random_model) -> None:
    model: Model = random_model(4)
    forward = model.table.forward.toarray()
    for i, row in enumerate(forward):
        found = model.look_up([f"word{i}"], top=9, channels="table")[0]
        assert found.status == "ok"
        assert {t.word for t in found.translations} == {f"Wort{j}" for j in np.flatnonzero(row)}
        assert all(t.confidence is None for t in found.translations)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((None, None), ("en", "de")),
        (("de", None), ("de", "en")),
        ((None, "en"), ("de", "en")),
        ((None, "de"), ("en", "de")),
        (("EN", "De"), ("en", "de")),
    ],
)
def test_a_direction_is_completed(random_model, given, expected) -> None:
    asked, answers = random_model(0).direction(*given)
    assert (asked.language, answers.language) == expected


def test_a_direction_that_does_not_exist_is_refused(random_model) -> None:
    model: Model = random_model(0)
    with pytest.raises(
        UnknownNameError, match="unknown language of this model 'fr'; known: de, en"
    ):
        model.translate("word0", to="fr")
    with pytest.raises(UnknownNameError, match="'fr'"):
        model.translate("word0", source="fr", to="de")
    with pytest.raises(InputError, match="from and to are both 'en'; this model links en and de"):
        model.translate("word0", source="en", to="en")


def test_a_channel_or_criterion_that_does_not_exist_is_refused(random_model) -> None:
    model: Model = random_model(0)
    with pytest.raises(UnknownNameError, match="channel of this model 'tabel'") as caught:
        model.translate("word0", channels="contexts,tabel")
    assert caught.value.hint == "did you mean 'table'?"
    with pytest.raises(UnknownNameError, match="unknown channel of this model ''"):
        model.translate("word0", channels="contexts,")
    with pytest.raises(UnknownNameError, match=r"known: csls, .*nn"):
        model.translate("word0", retrieval="csl")
    with pytest.raises(UnknownNameError, match="known: all, contexts"):
        random_model(0, table=False).translate("word0", channels="table")


def test_all_channels_stand_alone(random_model) -> None:
    for channels in ("all,table", "contexts, all"):
        with pytest.raises(InputError, match=r"all stands alone, without others") as caught:
            random_model(0).translate("a", channels=channels)
        assert not isinstance(caught.value, UnknownNameError)
        assert caught.value.hint is None


def test_channels(random_model) -> None:
    both, space = random_model(0), random_model(0, table=False)
    assert both.channels == CHANNELS
    assert len(CHANNELS) == 8
    assert space.channels == ("contexts",)
    assert both.choose_channels("all") == CHANNELS
    assert both.choose_channels(" table , contexts,table") == ("contexts", "table")
    assert both.choose_channels("rivals,forms") == ("forms", "rivals")
    assert space.choose_channels("all") == ("contexts",)
    # The space alone is answered by the criterion itself, with a table at hand or without.
    one = both.look_up([f"word{i}" for i in range(12)], channels="contexts")
    assert one == space.look_up([f"word{i}" for i in range(12)])


def test_scores_are_those_of_the_way(random_model) -> None:
    model: Model = random_model(5)
    rows = np.array([7, 0])
    found = model.scores(rows, source="de", target="en", retrieval="nn", channels="contexts")
    expected = model.sides[1].vectors[rows] @ model.sides[0].vectors.T
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_each_direction_has_its_own_weights(random_model) -> None:
    model: Model = random_model(6)
    for pair in (("en", "de"), ("de", "en")):
        for name in ("csls", "nn"):
            assert model.way(*pair, retrieval=name).ranker is model.rankers[ranker_key(*pair)]
    assert len({id(ranker) for ranker in model.rankers.values()}) == 2
    bare = Model(sides=model.sides, table=model.table, spellings=model.spellings)
    assert bare.way().ranker.as_dict() == start_ranker().as_dict()
    answers = bare.translate("word0", top=9)
    assert len(answers) == 9
    assert {one.confidence for one in answers} == {None}


def test_a_table_needs_spellings_and_spellings_a_table(random_model) -> None:
    model: Model = random_model(6)
    with pytest.raises(InputError, match="without spellings: give both"):
        Model(sides=model.sides, table=model.table)
    with pytest.raises(InputError, match="without table: give both"):
        Model(sides=model.sides, spellings=model.spellings)


def test_what_a_model_says_of_itself(random_model) -> None:
    model: Model = random_model(0)
    assert model.languages == ("en", "de")
    assert model.vocabulary("DE").words[:2] == ("Wort0", "Wort1")
    assert model.trained_words("en", "de") == {"word0", "word1"}
    assert model.trained_words("de", "en") == {"wort0"}
