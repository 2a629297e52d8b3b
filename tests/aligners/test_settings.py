import dataclasses
import math

import pytest

from xling.aligners.registry import ALIGNERS, aligner
from xling.errors import ConfigError


def fractions() -> list[tuple[str, str]]:
    """Name the settings of every aligner that hold a fraction, alone or in a tuple."""
    found = []
    for method in sorted(ALIGNERS):
        settings = aligner(method)().settings
        for field in dataclasses.fields(settings):
            value = getattr(settings, field.name)
            first = value[0] if isinstance(value, tuple) and value else value
            if isinstance(first, float):
                found.append((method, field.name))
    return found


@pytest.mark.parametrize("value", [math.inf, math.nan])
@pytest.mark.parametrize(("method", "name"), fractions())
def test_every_fraction_is_finite(method: str, name: str, value: float) -> None:
    settings = aligner(method)().settings
    given = (value,) if isinstance(getattr(settings, name), tuple) else value
    with pytest.raises(ConfigError, match=name):
        dataclasses.replace(settings, **{name: given})
