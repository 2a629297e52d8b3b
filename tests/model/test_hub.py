import dataclasses
import itertools
import json

import numpy as np
import pytest

import xling
from xling.errors import InputError, UnknownNameError
from xling.evaluation.bli import evaluate
from xling.model.hub import Hub, choose_pair
from xling.model.model import Model


@pytest.fixture(scope="module")
def hub(hub_world) -> Hub:
    return xling.hub(
        hub_world.spaces,
        {
            ("en", "de"): hub_world.lexicon("en", "de", range(40)),
            ("es", "en"): hub_world.lexicon("es", "en", range(20, 60)),
        },
    )


def test_any_two_languages_translate(hub) -> None:
    assert hub.languages == ("en", "de", "es")
    for source, target in itertools.permutations(hub.languages, 2):
        for retrieval in ("csls", "nn"):
            best = hub.translate(f"{source}70", source=source, to=target, retrieval=retrieval)
            assert best[0].word == f"{target}70"
            assert len(best) == 5
    assert hub.translate("EN7")[0].word == "de7"  # the first two are the default
    assert hub.translate("nothing", source="de", to="es") == []


def test_a_pair_is_a_model(hub, hub_world) -> None:
    model = hub.pair("de", "ES")
    assert isinstance(model, Model)
    assert model.languages == ("de", "es")
    assert hub.pair("de", "es") is model
    assert hub.pair("es", "de").languages == ("es", "de")
    assert hub.pair("es", "de").sides[1] is model.sides[0]
    assert model.translate("es3", source="es")[0].word == "de3"
    whole = hub.look_up(["de5", "x"], source="de", target="es", top=2)
    assert whole == model.look_up(["de5", "x"], top=2)
    rows = np.arange(5)
    np.testing.assert_array_equal(hub.scores(rows, source="de", target="es"), model.scores(rows))
    assert hub.way("de", "es").answers.language == "es"
    json.dumps(model.card)
    assert model.card["hub"] == ["de", "en", "es"]
    assert model.card["languages"] == ["de", "es"]
    assert (model.card["seed_pairs"], hub.pair("en", "de").card["seed_pairs"]) == (0, 40)
    assert model.card["inputs"] == [hub_world.spaces[tag].fingerprint for tag in ("de", "es")]


def test_the_csls_of_a_pair_is_its_own(hub) -> None:
    model = hub.pair("es", "de")
    x, y = (hub.side(tag).vectors for tag in ("es", "de"))
    products = x @ y.T
    own = np.sort(products, axis=1)[:, -10:].mean(axis=1)
    theirs = np.sort(products, axis=0)[-10:].mean(axis=0)
    expected = 2 * products - own[:, None] - theirs
    np.testing.assert_allclose(model.scores(np.arange(len(x))), expected, atol=1e-5)


def test_few_models_are_kept(make_hub_world) -> None:
    tags = ("en", "de", "es", "fr", "it")
    world = make_hub_world(tags, words=30, dim=4)
    made = xling.hub(world.spaces, {("en", tag): world.lexicon("en", tag) for tag in tags[1:]})
    first = made.pair("en", "de")
    for pair in itertools.combinations(tags, 2):
        made.pair(*pair)
    assert len(made._models) == 6
    assert made.pair("en", "de") is not first
    assert made.translate("fr3", source="fr", to="it")[0].word == "it3"


def test_it_is_judged_as_a_model_is(hub, hub_world) -> None:
    test = hub_world.lexicon("de", "es", range(30, 80))
    result = evaluate(hub, test, source="de", target="es")
    assert result == evaluate(hub.pair("de", "es"), test)
    assert result.precision["1"] == 1.0
    # German words of 30 to 39 stand in the English lexicon: they are not unseen.
    assert result.overlap_with_training == 10
    assert hub.trained_words("es", "de") == {f"es{i}" for i in range(20, 60)}
    assert hub.trained_words("en", "de") == {f"en{i}" for i in range(60)}
    with pytest.raises(InputError, match="one language of en and de and es is given"):
        evaluate(hub, test, source="de")
    with pytest.raises(InputError, match="no language 'fr'; it has en and de and es"):
        evaluate(hub, test, source="fr")


def test_card(hub) -> None:
    card = json.loads(json.dumps(hub.card))
    assert card["languages"] == ["en", "de", "es"]
    assert (card["fixed"], card["method"], card["seed_pairs"]) == ("en", "hub", 80)
    assert [(link["source"], link["target"], link["pairs"]) for link in card["links"]] == [
        ("en", "de", 40),
        ("es", "en", 40),
    ]
    assert card["links"][0]["coverage"] == 1.0
    assert card["vocabulary"] == [80, 80, 80]
    assert hub.channels == ("contexts",)
    assert len(hub.vocabulary("ES")) == 80


def test_what_is_no_hub(hub) -> None:
    with pytest.raises(UnknownNameError, match="language of this hub 'fr'; known: de, en, es"):
        hub.side("fr")
    with pytest.raises(InputError, match="a hub of en; 2 or more are needed"):
        Hub(sides=hub.sides[:1])
    bare = dataclasses.replace(hub.sides[2], means={})
    with pytest.raises(InputError, match="es holds no mean similarities with de"):
        Hub(sides=(*hub.sides[:2], bare))


@pytest.mark.parametrize(
    ("languages", "given", "found"),
    [
        (("en", "de", "es"), (None, None), ("en", "de")),
        (("en", "de", "es"), ("ES", "en"), ("es", "en")),
        (("en", "de"), ("de", None), ("de", "en")),
        (("en", "de"), (None, "en"), ("de", "en")),
    ],
)
def test_directions(languages, given, found) -> None:
    assert choose_pair(languages, *given) == found


def test_directions_that_do_not_exist() -> None:
    three = ("en", "de", "es")
    with pytest.raises(InputError, match="to is missing: this hub has en, de, es; name two"):
        choose_pair(three, "de")
    with pytest.raises(InputError, match="from is missing"):
        choose_pair(three, None, "de")
    with pytest.raises(InputError, match="from and to are both 'de'"):
        choose_pair(three, "de", "DE")
    with pytest.raises(UnknownNameError, match="language of this hub 'fr'"):
        choose_pair(three, "fr", "de")
