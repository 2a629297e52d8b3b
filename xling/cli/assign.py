"""``--set NAME=VALUE``: settings of a method, read by the types that its settings declare."""

from collections.abc import Sequence
from typing import Any, get_args, get_origin, get_type_hints

from xling.errors import ConfigError, ConflictError, UnknownKeyError, UnknownNameError

__all__ = ["parse_settings", "recipe_settings", "settings_by_recipe"]

_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def parse_settings(where: str, kind: type, given: Sequence[str]) -> dict[str, Any]:
    """Read settings that were given as text.

    Parameters
    ----------
    where : str
        Whose settings they are, for the messages.
    kind : type
        A dataclass of settings.
    given : sequence of str
        Each ``NAME=VALUE``; a list has commas between its members, ``none`` stands for nothing.

    Returns
    -------
    dict
        Values of the declared types.

    Raises
    ------
    ConfigError
        If a value cannot be read, or a name stands twice.
    UnknownKeyError
        If there is no such setting.

    Examples
    --------
    >>> from xling.aligners.procrustes import ProcrustesSettings
    >>> parse_settings("procrustes", ProcrustesSettings, ["normalization=unit,centre"])
    {'normalization': ('unit', 'centre')}
    """
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for text in given:
        name, sign, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not sign:
            raise ConfigError(f"--set {text!r}; NAME=VALUE is needed")
        if name not in hints:
            raise UnknownKeyError(f"settings of {where}", name, hints)
        if name in found:
            raise ConfigError(f"--set {name} stands twice")
        found[name] = _read(f"--set {name}", hints[name], value.strip())
    return found


def recipe_settings(name: str, given: Sequence[str] | None) -> dict[str, Any]:
    """Read settings of a recipe that were given as text.

    Parameters
    ----------
    name : str
        Of the recipe.
    given : sequence of str, optional
        As `parse_settings` takes them.

    Returns
    -------
    dict
        Empty where none were given; the recipe is not looked at then.

    Raises
    ------
    UnknownNameError
        If there is no such recipe.
    ConflictError
        If the recipe has no settings of its own.
    """
    if not given:
        return {}
    kind = _settings_kind(name)
    if kind is None:
        raise ConflictError(f"--set is for recipes with settings of their own; {name!r} has none")
    return parse_settings(name, kind, given)


def settings_by_recipe(
    names: Sequence[str], given: Sequence[str] | None
) -> dict[str, dict[str, Any]]:
    """Read settings of several recipes that were given as text.

    Parameters
    ----------
    names : sequence of str
        Of the recipes.
    given : sequence of str, optional
        Each ``RECIPE.NAME=VALUE``, for that recipe, or ``NAME=VALUE``, for all of them that have
        such a setting and are not given another value by their own name.

    Returns
    -------
    dict of str to dict
        For each recipe that something was set of; empty where nothing was given.

    Raises
    ------
    UnknownNameError
        If a recipe is none of these.
    UnknownKeyError, ConfigError, ConflictError
        As of `recipe_settings`; also if none of the recipes has such a setting.
    """
    everywhere: dict[str, list[str]] = {}
    own: dict[str, list[str]] = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign:
            raise ConfigError(f"--set {text!r}; NAME=VALUE or RECIPE.NAME=VALUE is needed")
        owner, dot, key = name.partition(".")
        owner = owner.strip()
        if not dot:
            for recipe in _with_setting(name, names):
                everywhere.setdefault(recipe, []).append(text)
        elif owner in names:
            own.setdefault(owner, []).append(f"{key}={value}")
        else:
            raise UnknownNameError("recipe of this call", owner, names)
    return {
        name: recipe_settings(name, everywhere.get(name)) | recipe_settings(name, own.get(name))
        for name in names
        if name in everywhere or name in own
    }


def _with_setting(name: str, recipes: Sequence[str]) -> list[str]:
    """Give the recipes that have a setting."""
    kinds = {recipe: _settings_kind(recipe) for recipe in recipes}
    known = {recipe: get_type_hints(kind) for recipe, kind in kinds.items() if kind is not None}
    if not known:
        raise ConflictError(
            "--set is for recipes with settings of their own; there are none for "
            f"{', '.join(map(repr, recipes))}"
        )
    key = name.strip().replace("-", "_")
    found = [recipe for recipe, settings in known.items() if key in settings]
    if not found:
        every = {setting for settings in known.values() for setting in settings}
        raise UnknownKeyError(f"settings of {', '.join(known)}", key, every)
    return found


def _settings_kind(recipe_name: str) -> type | None:
    """Give the class of a recipe's settings, if it has any."""
    from xling.training.registry import recipe

    settings = getattr(recipe(recipe_name), "settings", None)
    return None if settings is None else type(settings)


def _read(name: str, hint: Any, text: str) -> Any:
    """Read one value as the type that is declared for it."""
    options = get_args(hint)
    if get_origin(hint) is tuple:
        kinds = [part for part in options if part is not Ellipsis]
        parts = [part.strip() for part in text.split(",")] if text not in ("", "none") else []
        if Ellipsis not in options and len(parts) != len(kinds):
            raise ConfigError(f"{name} is {text!r}; {len(kinds)} values with commas are needed")
        return tuple(_read(name, kinds[min(i, len(kinds) - 1)], p) for i, p in enumerate(parts))
    if type(None) in options:
        if text.casefold() == "none":
            return None
        (hint,) = (part for part in options if part is not type(None))
        return _read(name, hint, text)
    if hint is bool:
        if text.casefold() not in _TRUTHS:
            raise ConfigError(f"{name} is {text!r}; true or false is needed")
        return _TRUTHS[text.casefold()]
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            kind = "a whole number" if hint is int else "a number"
            raise ConfigError(f"{name} is {text!r}; {kind} is needed") from None
    if get_origin(hint) is not None and options and all(isinstance(one, str) for one in options):
        if text not in options:  # the members of a Literal
            raise ConfigError(f"{name} is {text!r}; known: {', '.join(options)}")
        return text
    if hint is str:
        return text
    raise ConfigError(f"{name} cannot be set here")
