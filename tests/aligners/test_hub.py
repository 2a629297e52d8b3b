import dataclasses
import itertools

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.hub import HubSettings, fit_further, fit_hub
from xling.aligners.hub_pairs import HubSpace
from xling.aligners.procrustes import ProcrustesAligner
from xling.arrays import unit_rows
from xling.errors import (
    ConfigError,
    CoverageError,
    InputError,
    LanguageMismatchError,
    ShapeError,
)


def mapped(found, world, language: str) -> np.ndarray:
    """Give a language's rows in the shared space, in the order of the concepts."""
    space = world.spaces[language]
    rows = unit_rows(found.mappings[language].apply(space.vectors))
    return rows[space.vocabulary.find_all(f"{language}{i}" for i in range(len(space)))]


def precision(found, world, source: str, target: str) -> float:
    x, y = mapped(found, world, source), mapped(found, world, target)
    return float(np.mean((x @ y.T).argmax(axis=1) == np.arange(len(x))))


def standing(found, world) -> list[HubSpace]:
    return [
        HubSpace(
            language=tag,
            vocabulary=space.vocabulary,
            vectors=unit_rows(found.mappings[tag].apply(space.vectors)),
        )
        for tag, space in world.spaces.items()
    ]


def test_languages_that_were_never_linked_are(hub_world) -> None:
    seeds = [hub_world.lexicon("en", "de", range(30)), hub_world.lexicon("es", "en", range(25, 60))]
    found = fit_hub(list(hub_world.spaces.values()), seeds)
    for source, target in itertools.permutations(hub_world.spaces, 2):
        assert precision(found, hub_world, source, target) == 1.0
    assert found.fixed == "en"
    assert found.mappings["en"].matrix is None
    assert (found.converged, found.stop_reason) == (True, StopReason.CONVERGED)
    assert [(link.source, link.target, link.pairs) for link in found.links] == [
        ("en", "de", 30),
        ("es", "en", 35),
    ]
    assert all(link.cosine > 0.95 for link in found.links)
    assert found.history[-1] == pytest.approx(
        np.average([link.cosine for link in found.links], weights=[30, 35])
    )
    assert set(found.fingerprints) == set(hub_world.spaces)


def test_a_lexicon_of_wrong_pairs_does_not_pass(hub_world) -> None:
    right, good = hub_world.lexicon("en", "de"), hub_world.lexicon("en", "es")
    pairs = right.pairs
    wrong = dataclasses.replace(
        right, pairs=tuple((pairs[i][0], pairs[(i + 30) % 80][1]) for i in range(80))
    )
    found = fit_hub(list(hub_world.spaces.values()), [wrong, good])
    assert precision(found, hub_world, "de", "es") < 0.3
    assert precision(found, hub_world, "en", "es") == 1.0


def test_two_spaces_are_procrustes(hub_world) -> None:
    source, target = hub_world.spaces["de"], hub_world.spaces["en"]
    lexicon = hub_world.lexicon("de", "en", range(40))
    found = fit_hub([source, target], [lexicon])
    alone = ProcrustesAligner().fit(source, target, lexicon)
    ours = found.mappings["de"].apply(source.vectors) @ found.mappings["en"].apply(target.vectors).T
    theirs = alone.source_mapping.apply(source.vectors) @ (
        alone.target_mapping.apply(target.vectors).T
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_neither_the_order_of_spaces_nor_that_of_lexicons_matters(make_hub_world) -> None:
    world = make_hub_world(("en", "de", "es", "fr"), noise=0.2)
    ends = [("en", "de"), ("de", "es"), ("es", "fr"), ("fr", "en")]
    seeds = [world.lexicon(a, b, range(i * 15, i * 15 + 30)) for i, (a, b) in enumerate(ends)]
    spaces = list(world.spaces.values())
    found = fit_hub(spaces, seeds)
    turned = fit_hub(spaces[::-1], seeds[2:] + seeds[:2])
    for tag, one in found.mappings.items():
        np.testing.assert_array_equal(
            one.apply(spaces[0].vectors), turned.mappings[tag].apply(spaces[0].vectors)
        )
    assert len(found.history) > 2
    assert min(np.diff(found.history)) >= -1e-12


def test_a_chain_of_four(make_hub_world) -> None:
    world = make_hub_world(("en", "de", "es", "fr"))
    seeds = [world.lexicon(a, b, range(40)) for a, b in (("de", "en"), ("en", "es"), ("es", "fr"))]
    found = fit_hub(list(world.spaces.values()), seeds)
    assert precision(found, world, "de", "fr") == 1.0


def test_a_direct_lexicon_helps_beside_a_pivot(make_hub_world) -> None:
    world = make_hub_world(noise=0.25, words=200)
    pivots = [world.lexicon("en", "de", range(14)), world.lexicon("en", "es", range(14))]
    without = fit_hub(list(world.spaces.values()), pivots)
    direct = fit_hub(
        list(world.spaces.values()), [*pivots, world.lexicon("de", "es", range(14, 90))]
    )
    gained = precision(direct, world, "de", "es") - precision(without, world, "de", "es")
    assert gained > 0.1


def test_confidences_are_weights(hub_world) -> None:
    right = hub_world.lexicon("en", "de", range(40))
    wrong = tuple((f"en{i}", f"de{(i + 7) % 80}") for i in range(40, 80))
    pairs, sure = right.pairs + wrong, np.array([1.0] * 40 + [1e-6] * 40)
    other = hub_world.lexicon("en", "es")
    spaces = list(hub_world.spaces.values())
    weighed = fit_hub(spaces, [dataclasses.replace(right, pairs=pairs, confidences=sure), other])
    blind = fit_hub(spaces, [dataclasses.replace(right, pairs=pairs), other])
    assert weighed.links[0].cosine > 0.95 > blind.links[0].cosine
    assert precision(weighed, hub_world, "de", "es") == 1.0


def test_inputs_are_not_changed(hub_world) -> None:
    before = {tag: space.vectors.copy() for tag, space in hub_world.spaces.items()}
    seeds = [hub_world.lexicon("en", "de"), hub_world.lexicon("en", "es")]
    spaces = list(hub_world.spaces.values())
    fit_hub(spaces, seeds)
    assert [space.language for space in spaces] == ["en", "de", "es"]
    for tag, space in hub_world.spaces.items():
        np.testing.assert_array_equal(space.vectors, before[tag])


def test_a_further_language(make_hub_world) -> None:
    world = make_hub_world(("en", "de", "es", "fr"))
    first = dataclasses.replace(
        world, spaces={tag: world.spaces[tag] for tag in ("en", "de", "es")}
    )
    seeds = [world.lexicon("en", "de"), world.lexicon("en", "es")]
    found = fit_hub(list(first.spaces.values()), seeds)
    links = [world.lexicon("es", "fr", range(20)), world.lexicon("fr", "de", range(20, 40))]
    more = fit_further(world.spaces["fr"], standing(found, first), links)
    assert set(more.mappings) == {"fr"}
    assert (more.fixed, more.stop_reason) == (None, StopReason.CLOSED_FORM)
    assert [(link.source, link.target, link.pairs) for link in more.links] == [
        ("es", "fr", 20),
        ("fr", "de", 20),
    ]
    whole = dataclasses.replace(found, mappings={**found.mappings, **more.mappings})
    for tag in ("en", "de", "es"):
        assert precision(whole, world, "fr", tag) == 1.0


def test_confidences_weigh_the_pairs_of_a_further_language(make_hub_world) -> None:
    world = make_hub_world(("en", "de", "fr"))
    first = dataclasses.replace(world, spaces={tag: world.spaces[tag] for tag in ("en", "de")})
    hub = standing(fit_hub(list(first.spaces.values()), [world.lexicon("en", "de")]), first)
    right = world.lexicon("fr", "de", range(40))
    wrong = tuple((f"fr{i}", f"de{(i + 7) % 40}") for i in range(40))
    blind = dataclasses.replace(right, pairs=right.pairs + wrong)
    weighed = dataclasses.replace(blind, confidences=np.repeat([1.0, 1e-6], 40))
    maps = [
        fit_further(world.spaces["fr"], hub, [one]).mappings["fr"].matrix
        for one in (right, weighed, blind)
    ]
    np.testing.assert_allclose(maps[1], maps[0], atol=1e-4)
    assert np.abs(maps[2] - maps[0]).max() > 0.05


def test_what_does_not_make_a_hub(make_hub_world) -> None:
    world = make_hub_world(("en", "de", "es", "fr"))
    spaces = list(world.spaces.values())
    en_de, es_fr = world.lexicon("en", "de"), world.lexicon("es", "fr")
    with pytest.raises(CoverageError, match=r"connects these languages: de, en \| es, fr") as error:
        fit_hub(spaces, [en_de, es_fr])
    assert error.value.hint == "a lexicon between one of de, en and one of es, fr would"
    with pytest.raises(InputError, match="1 spaces for a hub; at least 2"):
        fit_hub(spaces[:1], [])
    with pytest.raises(LanguageMismatchError, match="two spaces are in one language: en, en"):
        fit_hub([spaces[0], spaces[0]], [en_de])
    with pytest.raises(LanguageMismatchError, match="a lexicon is es-fr; two of de, en are needed"):
        fit_hub(spaces[:2], [en_de, es_fr])
    narrow = make_hub_world(("es",), dim=7).spaces["es"]
    with pytest.raises(ShapeError, match="de 10, en 10, es 7; a hub needs equal"):
        fit_hub([*spaces[:2], narrow], [en_de, world.lexicon("en", "es")])
    unknown = dataclasses.replace(es_fr, pairs=(("x", "y"),))
    with pytest.raises(CoverageError, match="no usable pair in the es-fr lexicon"):
        fit_hub(spaces, [en_de, world.lexicon("en", "es"), unknown])


def test_what_cannot_be_added(make_hub_world) -> None:
    world = make_hub_world(("en", "de", "es", "fr"))
    first = dataclasses.replace(world, spaces={tag: world.spaces[tag] for tag in ("en", "de")})
    hub = standing(fit_hub(list(first.spaces.values()), [world.lexicon("en", "de")]), first)
    french = world.spaces["fr"]
    with pytest.raises(InputError, match="no lexicon links fr; one with any of en, de"):
        fit_further(french, hub, [])
    with pytest.raises(LanguageMismatchError, match="the hub has en already"):
        fit_further(world.spaces["en"], hub, [world.lexicon("en", "de")])
    for wrong in (world.lexicon("en", "de"), world.lexicon("fr", "es")):
        with pytest.raises(LanguageMismatchError, match="one between fr and one of en, de"):
            fit_further(french, hub, [wrong])
    narrow = make_hub_world(("fr",), dim=7).spaces["fr"]
    with pytest.raises(ShapeError, match="the fr space has 7 dimensions, the hub 10"):
        fit_further(narrow, hub, [world.lexicon("fr", "en")])


def test_settings() -> None:
    with pytest.raises(ConfigError, match="max_rounds is 0"):
        HubSettings(max_rounds=0)
    with pytest.raises(ConfigError, match="tolerance is 1"):
        HubSettings(tolerance=1.0)
    with pytest.raises(ConfigError, match="unknown normalisation step"):
        HubSettings(normalization=("turn",))
