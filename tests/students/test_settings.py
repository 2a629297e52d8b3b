"""Settings refuse what cannot be trained."""

import pytest

from xling.errors import ConfigError, UnknownNameError
from xling.students.settings import PRESETS, StaticSettings, StudentSettings, preset


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"batch": 1}, "batch is 1; at least 2"),
        ({"temperature": 0}, "temperature is 0; above 0"),
        ({"masked_share": 1}, "masked_share is 1"),
        ({"precision": "fp8"}, "unknown precision 'fp8'; known: auto, bf16"),
        ({"distil": 0, "ranking": 0}, "are all 0"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
    ],
)
def test_values_outside_their_range(given, said):
    with pytest.raises((ConfigError, UnknownNameError), match=said):
        StudentSettings(**given)


def test_static_settings():
    with pytest.raises(ConfigError, match="penalty is 0"):
        StaticSettings(penalty=0)
    with pytest.raises(ConfigError, match="rounds is 0"):
        StaticSettings(rounds=0)


def test_presets():
    assert preset("cpu") == StudentSettings()
    assert preset("gpu").batch > preset("cpu").batch
    with pytest.raises(UnknownNameError, match="unknown preset 'tpu'; known: cpu, gpu"):
        preset("tpu")
    assert set(PRESETS) == {"cpu", "gpu"}


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ({}, 25),
        ({"steps": 3}, 3),
        ({"steps": 30}, 25),
        ({"accumulation": 4}, 7),
        ({"epochs": 1.5, "steps": 38}, 38),
    ],
)
def test_the_fewer_steps_of_both_count(given, steps):
    assert StudentSettings(batch=4, **given).steps_for(98) == steps
