from dataclasses import replace

import numpy as np

from xling.evidence.base import Candidates
from xling.evidence.frequency import Frequency


def test_features_by_hand(make_ground, asking) -> None:
    ground = make_ground(0, sizes=(3, 4))
    ground = replace(ground, counts=(np.array([100, 10, 1]), np.array([1000, 10, 5, 0])))
    candidates = Candidates(ends=np.array([0, 2, 4]), columns=np.array([0, 1, 1, 3]))
    found = Frequency(ground=ground).look(asking([1, 0])).measure(candidates)
    assert found.dtype == np.float32
    ten, hundred, thousand = np.log(10), np.log(100), np.log(1000)
    expected = [
        [ten, thousand, hundred, hundred**2],
        [ten, ten, 0, 0],
        [hundred, ten, -ten, ten**2],
        [hundred, 0, -hundred, hundred**2],  # never counts like once
    ]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_nothing_is_brought_up(make_ground, asking) -> None:
    proposed = Frequency(ground=make_ground(0)).look(asking([0, 1])).proposed
    assert (proposed.shape, proposed.nnz) == ((2, 30), 0)
