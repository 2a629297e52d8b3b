import time

import numpy as np
import pytest

from xling.stages import Stages, peak_memory_mib


def test_stages_add_up() -> None:
    stages = Stages()
    for _ in range(2):
        with stages.time("count"):
            time.sleep(0.02)
    with stages.time("link"):
        pass
    assert list(stages.seconds) == ["count", "link"]
    assert 0.04 <= stages.seconds["count"] < 2
    assert 0 <= stages.seconds["link"] < 0.02


def test_a_stage_that_fails_is_timed_too() -> None:
    stages = Stages()

    def fail() -> None:
        with stages.time("read"):
            time.sleep(0.01)
            raise KeyError("no")

    with pytest.raises(KeyError, match="no"):
        fail()
    assert stages.seconds["read"] >= 0.01


def test_peak_memory_is_in_mebibytes_and_never_falls() -> None:
    before = peak_memory_mib()
    assert 20 < before < 100_000
    block = np.ones(int(before) << 17)  # as many MiB as were held before
    after = peak_memory_mib()
    assert after >= before + 0.2 * before
    del block
    assert peak_memory_mib() >= after
