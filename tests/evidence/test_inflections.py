from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from xling.evidence.base import Candidates
from xling.evidence.inflections import Inflections, stem_families

HERE = ("modern", "table")
THERE = ("tisch", "moderne", "modern", "zeit", "modernen")
COUNTS = (40, 30, 60, 9, 5)
CELLS = {(0, 1): 0.3, (0, 2): 0.2, (0, 3): 0.5, (0, 4): 0.1, (1, 0): 0.8}


@pytest.fixture
def channel(ground_of) -> Inflections:
    ground = replace(ground_of((HERE, THERE), {}), counts=(np.array([7, 5]), np.array(COUNTS)))
    rows, columns = zip(*CELLS, strict=True)
    values = np.array(list(CELLS.values()), np.float32)
    cells = sparse.csr_array((values, (rows, columns)), shape=(2, 5))
    return Inflections(ground=ground, cells=cells)


def test_forms_of_one_word_share_what_the_table_says(channel: Inflections, asking) -> None:
    found = channel.look(asking([1, 0]))
    everything = Candidates(ends=np.array([0, 5, 10]), columns=np.tile(np.arange(5), 2))
    features = found.measure(everything).reshape(2, 5, 4)
    assert features.dtype == np.float32
    mass = 0.3 + 0.2 + 0.1
    for column, own in ((1, 0.3), (2, 0.2), (4, 0.1)):
        expected = [
            np.log(mass + 1e-4),
            np.log(own / mass + 1e-4),
            np.log(COUNTS[column] / COUNTS[2]),
            1,
        ]
        np.testing.assert_allclose(features[1, column], expected, atol=1e-5)
    alone = [np.log(0.5 + 1e-4), np.log(1 + 1e-4), 0, 0]
    np.testing.assert_allclose(features[1, 3], alone, atol=1e-5)
    np.testing.assert_allclose(features[0, 0], [np.log(0.8 + 1e-4), 1e-4, 0, 0], atol=1e-5)
    for number, column in ((0, 1), (0, 4), (1, 0)):  # no cell
        np.testing.assert_allclose(features[number, column], [np.log(1e-4), 0, 0, 0], atol=1e-5)
    assert found.proposed.nnz == 0


@given(st.lists(st.text("abcé", max_size=8), max_size=8))
def test_families_equal_the_rule_for_every_pair(words: list[str]) -> None:
    kin = stem_families(words)
    assert kin.shape == (len(words), len(words))
    plain = [word.replace("é", "e") for word in words]
    for i, one in enumerate(plain):
        for j, other in enumerate(plain):
            shared = 0
            while shared < min(len(one), len(other)) and one[shared] == other[shared]:
                shared += 1
            longest = max(len(one), len(other))
            akin = shared >= 3 and 2 * shared >= longest and longest - shared <= 3
            assert kin[i, j] == (i == j or akin)


def test_families_at_the_limits() -> None:
    kin = stem_families(["abc", "abcdef", "abcdefg", "ab", "hute", "hüte"])
    assert kin[0].tolist() == [True, True, False, False, False, False]
    assert kin[1, 2]
    assert kin[4, 5]
    assert not kin[3, 0]
