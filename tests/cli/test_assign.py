from dataclasses import dataclass
from typing import Literal

import pytest

from xling.cli.assign import parse_settings, recipe_settings, settings_by_recipe
from xling.errors import ConfigError, ConflictError, UnknownKeyError, UnknownNameError


@dataclass(frozen=True, kw_only=True)
class Settings:
    rounds: int = 3
    rate: float = 0.5
    both: bool = True
    kind: Literal["near", "far"] = "near"
    limit: int | None = None
    steps: tuple[str, ...] = ("unit",)
    ends: tuple[int, float] = (1, 2.0)
    inner: dict = None  # type: ignore[assignment, type-arg]


def parse(*given: str) -> dict[str, object]:
    return parse_settings("near", Settings, given)


def test_values_have_their_declared_types() -> None:
    found = parse("rounds=7", "rate=1", "both=no", "kind=far", "limit=4", "steps=a, b", "ends=3,4")
    assert found == {
        "rounds": 7, "rate": 1.0, "both": False, "kind": "far", "limit": 4, "steps": ("a", "b"),
        "ends": (3, 4.0),
    }  # fmt: skip
    assert type(found["rate"]) is float
    assert parse("limit=none", "steps=none") == {"limit": None, "steps": ()}
    assert parse() == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rounds", "NAME=VALUE is needed"),
        ("rounds=2.5", "a whole number is needed"),
        ("rate=x", "a number is needed"),
        ("both=perhaps", "true or false is needed"),
        ("kind=there", "known: near, far"),
        ("ends=1", "2 values with commas are needed"),
        ("inner=1", "cannot be set here"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse(text)


def test_unknown_and_repeated_names() -> None:
    with pytest.raises(UnknownKeyError, match="settings of near: unknown key 'round'") as caught:
        parse("round=1")
    assert caught.value.hint == "did you mean 'rounds'?"
    with pytest.raises(ConfigError, match="rounds stands twice"):
        parse("rounds=1", "rounds=2")


def test_settings_of_a_recipe() -> None:
    found = recipe_settings("joint-layers", ["ngrams=no", "temperature=0.2"])
    assert found == {"ngrams": False, "temperature": 0.2}
    assert recipe_settings("whatever", None) == {}
    with pytest.raises(ConflictError, match="'separate' has none"):
        recipe_settings("separate", ["power=1"])


def test_a_plain_setting_is_for_all_recipes_that_have_it() -> None:
    recipes = ("joint", "separate", "joint-skipgram")
    found = settings_by_recipe(recipes, ["threshold=0.2", "joint-skipgram.threshold=0.3"])
    assert found == {"joint": {"threshold": 0.2}, "joint-skipgram": {"threshold": 0.3}}
    assert settings_by_recipe(recipes, ["learning-rate=1", "joint.threshold=0.1"]) == {
        "joint": {"threshold": 0.1},
        "joint-skipgram": {"learning_rate": 1.0},
    }
    assert settings_by_recipe(recipes, None) == settings_by_recipe(recipes, []) == {}


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ("treshold=1", UnknownKeyError, "settings of joint, joint-skipgram: unknown key 'tresho"),
        ("joint.epochs=1", UnknownKeyError, "settings of joint: unknown key 'epochs'"),
        ("joint-layers.steps=1", UnknownNameError, "unknown recipe of this call 'joint-layers'"),
        ("separate.encoder=x", ConflictError, "--set is for recipes with settings of their own"),
        ("threshold", ConfigError, "NAME=VALUE or RECIPE.NAME=VALUE is needed"),
        ("epochs=x", ConfigError, "--set epochs is 'x'; a whole number"),
    ],
)
def test_settings_of_several_recipes_that_cannot_be(given, kind, message: str) -> None:
    with pytest.raises(kind, match=message):
        settings_by_recipe(("joint", "separate", "joint-skipgram"), [given])


def test_settings_where_no_recipe_has_any_or_twice() -> None:
    with pytest.raises(ConflictError, match="there are none for 'separate'"):
        settings_by_recipe(("separate",), ["threshold=0.2"])
    with pytest.raises(ConfigError, match="threshold stands twice"):
        settings_by_recipe(("joint",), ["joint.threshold=0.2", "joint.threshold=0.3"])
