from pathlib import Path

import pytest

import xling
from xling.errors import FileAccessError, FormatError, InputError, UnknownNameError
from xling.model.hub import Hub
from xling.model.model import Model
from xling.model.open import load, load_card, load_hub, load_pair, load_side


@pytest.fixture
def places(hub_world, tmp_path: Path) -> Path:
    """Give a folder with a hub and a model."""
    lexicons = {(a, b): hub_world.lexicon(a, b) for a, b in (("en", "de"), ("en", "es"))}
    xling.hub(hub_world.spaces, lexicons).save(tmp_path / "hub")
    spaces = hub_world.spaces
    xling.align(spaces["en"], spaces["de"], lexicons["en", "de"]).save(tmp_path / "model")
    return tmp_path


def test_either_is_loaded(places: Path) -> None:
    assert isinstance(load(places / "hub"), Hub)
    assert isinstance(load(places / "model"), Model)
    assert xling.load is load
    with pytest.raises(FileAccessError, match="no such model"):
        load(places / "nothing")
    with pytest.raises(FormatError, match="not an xling model"):
        load(places)
    assert load_hub(places / "hub", ("es", "en")).languages == ("en", "es")
    with pytest.raises(FormatError, match="not an xling-hub: its kind is 'xling-model'"):
        load_hub(places / "model")


def test_two_languages_of_either(places: Path) -> None:
    model = load_pair(places / "hub", "de", "es")
    assert (model.languages, model.name) == (("de", "es"), "hub")
    whole = load(places / "hub").pair("de", "es")
    assert model.look_up(["de4"]) == whole.look_up(["de4"])
    assert model.card == whole.card
    assert model.trained_words("de", "es") == whole.trained_words("de", "es")
    assert load_pair(places / "hub").languages == ("en", "de")
    assert load_pair(places / "model", "de", "en").languages == ("en", "de")
    with pytest.raises(UnknownNameError, match="language of this hub 'fr'"):
        load_pair(places / "hub", "fr", "en")
    with pytest.raises(InputError, match="to is missing"):
        load_pair(places / "hub", "de")


def test_sides_and_cards(places: Path) -> None:
    for name in ("hub", "model"):
        assert load_side(places / name, "DE").language == "de"
        with pytest.raises(UnknownNameError, match="unknown language of this"):
            load_side(places / name, "fr")
    assert load_card(places / "hub")["method"] == "hub"
    assert load_card(places / "model")["method"] == "procrustes"
