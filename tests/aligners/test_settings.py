import dataclasses
import math

import pytest

from xling.aligners.registry import ALIGNERS, aligner
from xling.aligners.settings import check_ranges
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


def test_ranges_hold_their_ends() -> None:
    @dataclasses.dataclass
    class Given:
        rounds: float = 1
        weight: float = 0.0
        entropy: float = 1e-300

    def check(**changes: float) -> None:
        check_ranges(
            Given(**changes),
            at_least_one=("rounds",),
            not_negative=("weight",),
            above_zero=("entropy",),
        )

    check()
    for name, value in (("rounds", 0), ("weight", -1e-300), ("entropy", 0.0), ("weight", math.nan)):
        with pytest.raises(ConfigError, match=f"{name} is {value}"):
            check(**{name: value})
