import pytest

from xling.errors import ConfigError
from xling.training.settings import TrainSettings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dim": 0}, "dim is 0; at least 1"),
        ({"min_count": 0}, "min_count is 0; at least 1"),
        ({"threads": 0}, "threads is 0; at least 1"),
        ({"seed": -1}, "seed is -1; at least 0"),
        ({"shots": -1}, "shots is -1; at least 0"),
        ({"hold_out_side": "target"}, "'target'; source or both"),
        ({"hold_out_match": "stem"}, "'stem'; form or family"),
    ],
)
def test_settings_outside_their_range_are_refused(settings, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainSettings(**settings)
