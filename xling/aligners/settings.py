"""What the settings of all aligners have in common."""

import math
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from xling.errors import ConfigError

__all__ = ["check_finite", "check_ranges"]


def check_finite(settings: Any) -> None:
    """Refuse settings with a number that is NaN or infinite, alone or in a tuple.

    Parameters
    ----------
    settings : dataclass
        Any aligner's.

    Raises
    ------
    ConfigError
        Naming the first such setting.
    """
    for field in fields(settings):
        value = getattr(settings, field.name)
        members = value if isinstance(value, tuple) else (value,)
        if any(isinstance(one, float) and not math.isfinite(one) for one in members):
            raise ConfigError(f"{field.name} is {value}; finite numbers are needed")


def check_ranges(
    settings: Any,
    *,
    at_least_one: Iterable[str],
    not_negative: Iterable[str],
    above_zero: Iterable[str],
) -> None:
    """Refuse settings outside their ranges.

    Parameters
    ----------
    settings : dataclass
        Of an aligner.
    at_least_one, not_negative, above_zero : iterable of str
        Names of its fields, by what they must be.

    Raises
    ------
    ConfigError
        If a value lies outside its range, or is NaN.
    """
    for names, least, wanted in (
        (at_least_one, 1.0, "at least 1"),
        (not_negative, 0.0, "at least 0"),
        (above_zero, math.ulp(0.0), "a number above 0"),
    ):
        for name in names:
            if not getattr(settings, name) >= least:
                raise ConfigError(f"{name} is {getattr(settings, name)}; {wanted} is needed")
