from pathlib import Path

import numpy as np
import pytest

import xling
from xling.data.formats import write_lexicon, write_vectors
from xling.errors import ConfigError, CoverageError, InputError
from xling.hubs import add_language, hub, join_space, join_spaces


@pytest.fixture(scope="module")
def world(make_hub_world):
    return make_hub_world(("en", "de", "es", "fr"))


def some(world, *languages: str):
    return {tag: world.spaces[tag] for tag in languages}


def test_files_and_objects_give_the_same(world, tmp_path: Path) -> None:
    lexicons = {(a, b): world.lexicon(a, b, range(50)) for a, b in (("en", "de"), ("es", "en"))}
    made = hub(some(world, "en", "de", "es"), lexicons)
    places, files = {}, {}
    for tag in ("en", "de", "es"):
        places[tag] = tmp_path / f"{tag}.npz"
        write_vectors(places[tag], world.spaces[tag])
    for pair, lexicon in lexicons.items():
        files[pair] = tmp_path / f"{'-'.join(pair)}.tsv"
        write_lexicon(files[pair], lexicon)
    read = hub(places, files)
    for tag in made.languages:
        np.testing.assert_array_equal(read.side(tag).vectors, made.side(tag).vectors)
    assert read.card == made.card
    assert xling.hub is hub
    assert xling.add_language is add_language


def test_the_order_is_that_of_the_spaces_and_changes_no_vector(world) -> None:
    lexicons = {(a, b): world.lexicon(a, b, range(50)) for a, b in (("en", "de"), ("es", "en"))}
    made = hub(some(world, "en", "de", "es"), lexicons)
    other = hub(some(world, "es", "en", "de"), dict(reversed(lexicons.items())))
    assert other.languages == ("es", "en", "de")
    for tag in made.languages:
        np.testing.assert_array_equal(other.side(tag).vectors, made.side(tag).vectors)
    answers = [one.translate("de70", source="de", to="es") for one in (made, other)]
    assert answers[0] == answers[1]


def test_settings_reach_the_fit_and_what_is_added_later(world) -> None:
    lexicons = {("en", "de"): world.lexicon("en", "de")}
    made = hub(some(world, "en", "de"), lexicons, normalization=("unit",), max_rounds=7)
    assert made.card["settings"]["normalization"] == ["unit"]
    assert made.card["settings"]["max_rounds"] == 7
    grown = add_language(made, "es", world.spaces["es"], {("es", "de"): world.lexicon("es", "de")})
    assert grown.side("es").mapping.normalization.steps == ("unit",)
    assert grown.translate("en5", source="en", to="es")[0].word == "es5"
    with pytest.raises(ConfigError, match="max_rounds is 0"):
        hub(some(world, "en", "de"), lexicons, max_rounds=0)


def test_added_or_joined_at_once(world) -> None:
    """Where the new language hangs on one other, adding it finds what joining does."""
    pairs = (("en", "de"), ("en", "es"))
    links = {(a, b): world.lexicon(a, b) for a, b in pairs}
    at_once = hub(some(world, "en", "de", "es"), links)
    first = hub(some(world, "en", "de"), {pairs[0]: links[pairs[0]]})
    added = add_language(first, "es", world.spaces["es"], {pairs[1]: links[pairs[1]]})
    for source, target in (("es", "en"), ("es", "de")):
        x, y = (added.side(tag).vectors for tag in (source, target))
        u, v = (at_once.side(tag).vectors for tag in (source, target))
        np.testing.assert_allclose(x @ y.T, u @ v.T, atol=1e-4)


def test_what_is_told_of_a_run(world) -> None:
    lexicons = [world.lexicon("en", "de", range(30)), world.lexicon("en", "es", range(20))]
    spaces = [world.spaces[tag] for tag in ("en", "de", "es")]
    seen = []
    joined = join_spaces(spaces, lexicons, progress=lambda *step: seen.append(step))
    assert set(joined.seconds) == {"diagnose", "align", "index"}
    assert set(joined.diagnostics) == {"en-de", "en-es"}
    assert [link.pairs for link in joined.alignment.links] == [30, 20]
    assert seen[-1][0] == "neighbourhoods"
    more = join_space(joined.hub, world.spaces["fr"], [world.lexicon("fr", "en", range(25))])
    assert more.hub.languages == ("en", "de", "es", "fr")
    assert [side.added for side in more.hub.sides] == [False, False, False, True]
    assert more.hub.sides[:3] == joined.hub.sides
    assert [link.pairs for link in more.hub.links] == [30, 20, 25]


def test_what_cannot_be_joined(world) -> None:
    lexicon = world.lexicon("en", "de")
    with pytest.raises(InputError, match="a space in de was given for fr"):
        hub({"en": world.spaces["en"], "fr": world.spaces["de"]}, {("en", "fr"): lexicon})
    with pytest.raises(InputError, match="a en-de lexicon was given for de-en"):
        hub(some(world, "en", "de"), {("de", "en"): lexicon})
    with pytest.raises(InputError, match="malformed language code 'x y'"):
        hub({"x y": world.spaces["en"]}, {})
    with pytest.raises(CoverageError, match=r"de, en \| es"):
        hub(some(world, "en", "de", "es"), {("en", "de"): lexicon})
