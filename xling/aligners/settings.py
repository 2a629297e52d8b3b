"""What the settings of all aligners have in common."""

import math
from dataclasses import fields
from typing import Any

from xling.errors import ConfigError

__all__ = ["check_finite"]


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
