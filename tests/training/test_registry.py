import dataclasses

import pytest

from xling.errors import UnknownNameError
from xling.training.joint import JointRecipe, JointSettings
from xling.training.registry import RECIPES, STEPWISE, recipe


def test_makes_a_recipe_with_its_settings() -> None:
    settings = JointSettings(threshold=0.5)
    made = recipe("joint", settings=settings)
    assert isinstance(made, JointRecipe)
    assert made.settings is settings
    assert recipe("joint") == JointRecipe()


def test_stepwise_recipes_take_how_they_are_run() -> None:
    assert set(RECIPES) > STEPWISE
    for name in RECIPES:
        fields = {field.name for field in dataclasses.fields(recipe(name))}
        assert ({"checkpoint", "resume", "device"} <= fields) == (name in STEPWISE)


def test_an_unknown_name_is_answered_with_a_near_one() -> None:
    with pytest.raises(UnknownNameError, match=f"known: {', '.join(sorted(RECIPES))}") as caught:
        recipe("jiont")
    assert caught.value.hint == "did you mean 'joint'?"
