import inspect
import re

import pytest

from xling import errors
from xling.errors import (
    ConfigError,
    FormatError,
    InputError,
    MissingExtraError,
    UnknownKeyError,
    UnknownNameError,
    XlingError,
)

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and value.__module__ == errors.__name__
]


def test_all_names_are_exported_in_order():
    assert errors.__all__ == sorted(cls.__name__ for cls in CLASSES)


@pytest.mark.parametrize("cls", CLASSES)
def test_each_error_is_drawn_in_the_tree(cls):
    assert re.search(rf"\b{cls.__name__}\b", errors.__doc__)
    assert issubclass(cls, XlingError)


@pytest.mark.parametrize("cls", [InputError, ConfigError])
def test_wrong_values_are_value_errors(cls):
    assert issubclass(cls, ValueError)


def test_a_message_and_a_hint():
    error = XlingError("wrong", hint="do this")
    assert (str(error), error.hint) == ("wrong", "do this")
    assert XlingError("wrong").hint is None


def test_format_error_names_the_place():
    error = FormatError("a.vec", "empty line", line=3)
    assert (str(error), error.path, error.line) == ("a.vec:3: empty line", "a.vec", 3)
    assert str(FormatError("a.vec", "the file is empty")) == "a.vec: the file is empty"


def test_unknown_name_lists_the_known_ones_and_the_nearest():
    error = UnknownNameError("recipe", "jointt", ["separate", "joint"])
    assert str(error) == "unknown recipe 'jointt'; known: joint, separate"
    assert error.hint == "did you mean 'joint'?"
    assert UnknownNameError("recipe", "zzz", ["joint"]).hint is None


def test_unknown_key_says_where():
    error = UnknownKeyError("run.toml", "sed", ["seed", "dim"])
    assert str(error) == "run.toml: unknown key 'sed'; known: dim, seed"
    assert error.hint == "did you mean 'seed'?"


def test_missing_extra_says_how_to_install():
    error = MissingExtraError("fastapi", "server", "xling serve")
    assert isinstance(error, ImportError)
    assert str(error) == "xling serve needs the package 'fastapi', which is not installed"
    assert error.hint == "install it with: pip install 'xling[server]'"
