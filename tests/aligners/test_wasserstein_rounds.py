import numpy as np
import pytest

from xling.aligners.wasserstein_rounds import Run, WassersteinSettings, neighbors_under
from xling.arrays import unit_rows
from xling.errors import ConfigError
from xling.progress import silent


@pytest.mark.parametrize(
    ("name", "value"), [("rounds", 0), ("regularization", 0.0), ("refinements", -1)]
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"{name} is {value}"):
        WassersteinSettings(**{name: value})


def test_the_rounds_find_a_rotation_and_say_how() -> None:
    random = np.random.default_rng(2)
    x = unit_rows((random.standard_normal((200, 8)) * np.arange(1, 9)).astype(np.float32))
    turn = np.linalg.qr(random.standard_normal((8, 8)))[0].astype(np.float32)
    order = np.r_[random.permutation(120), 120 + random.permutation(80)]
    y = (x @ turn)[order]
    settings = WassersteinSettings(words=120, init_words=120)
    found = Run(settings, (x, y), None, silent).rotation()
    np.testing.assert_allclose(found.rotation, turn, atol=0.05)
    assert found.pairs == 200  # refined on words that were not coupled too
    assert found.settled
    assert len(found.history) > settings.rounds
    near = neighbors_under((x, y), found.rotation, 200)
    assert np.array_equal(order[near.forward], np.arange(200))
    assert len(neighbors_under((x, y), found.rotation, 50).forward) == 50
