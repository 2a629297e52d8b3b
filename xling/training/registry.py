"""The recipes by name."""

from importlib import import_module
from typing import Any, Protocol, cast

from xling.errors import UnknownNameError
from xling.progress import Progress, silent
from xling.training.material import LinkedSpaces, Material

__all__ = ["RECIPES", "STEPWISE", "Recipe", "recipe"]

#: Where each recipe is, imported when it is asked for.
RECIPES: dict[str, str] = {
    "joint": "xling.training.joint:JointRecipe",
    "joint-layers": "xling.training.joint_layers:JointLayersRecipe",
    "joint-skipgram": "xling.training.joint_skipgram:JointSkipgramRecipe",
    "separate": "xling.training.separate:SeparateRecipe",
}

#: Recipes that are trained step by step; they take a checkpoint and a device.
STEPWISE = frozenset({"joint-layers", "joint-skipgram"})


class Recipe(Protocol):
    """Turns counted sentence pairs into two spaces and their link; holds settings only."""

    def link(
        self,
        material: Material,
        *,
        dim: int,
        seed: int = 0,
        threads: int | None = None,
        progress: Progress = silent,
    ) -> LinkedSpaces:
        """Learn both spaces and the maps into the shared one.

        Parameters
        ----------
        material : Material
            Counted; not changed.
        dim : int
            Number of dimensions; fewer where the words are too few.
        seed : int
            Same seed, same result (with several threads: for closed forms).
        threads : int, optional
            ``None``: all processors.
        progress : callable
            Called as the work goes on.

        Returns
        -------
        LinkedSpaces
            Over the material's vocabularies.
        """


def recipe(name: str, **settings: Any) -> Recipe:
    """Make a recipe.

    Parameters
    ----------
    name : str
        One of `RECIPES`.
    **settings
        What the recipe's class takes.

    Returns
    -------
    Recipe
        Ready to link.

    Raises
    ------
    UnknownNameError
        If there is no such recipe; says which are near.
    """
    if name not in RECIPES:
        raise UnknownNameError("recipe", name, RECIPES)
    module, _, member = RECIPES[name].partition(":")
    return cast("Recipe", getattr(import_module(module), member)(**settings))
