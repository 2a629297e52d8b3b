from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from xling.evidence.rivals import Rivals

# The answers of the columns: one sure translation, a tie, one word alone, nothing.
CELLS = {
    (0, 0): 0.9,
    (1, 0): 0.4,
    (2, 0): 0.3,
    (1, 1): 0.5,
    (3, 1): 0.5,
    (2, 2): 0.7,
}
RIVAL = [
    [0.4, 0.5, 0.7, 0],  # the query 0 is itself the best of the first answer: the second counts
    [0.9, 0.5, 0.7, 0],
    [0.9, 0.5, 0.0, 0],
    [0.9, 0.5, 0.7, 0],
]


@pytest.fixture
def channel(ground_of) -> Rivals:
    return Rivals(ground=ground_of((list("abcd"), list("wxyz")), CELLS))


def test_the_best_rival_is_never_the_query_itself(channel: Rivals, asking, everything) -> None:
    found = channel.look(asking(range(4))).measure(everything(4, 4))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, 0].reshape(4, 4), RIVAL, rtol=1e-6)
    assert found[:, 1].reshape(4, 4).tolist() == (np.array(RIVAL) > 0).tolist()


def test_nothing_is_brought_up(channel: Rivals, asking) -> None:
    proposed = channel.look(asking([0, 1])).proposed
    assert (proposed.shape, proposed.nnz) == ((2, 4), 0)


def test_equals_a_loop_over_all_other_words(make_ground, asking, everything) -> None:
    for seed in range(4):
        ground = make_ground(seed)
        dense = ground.translations.toarray()
        found = Rivals(ground=ground).look(asking(range(40))).measure(everything(40, 30))
        for i in range(40):
            expected = np.delete(dense, i, axis=0).max(axis=0)
            np.testing.assert_allclose(found[i * 30 : i * 30 + 30, 0], expected, rtol=1e-6)


def test_without_a_table_there_is_no_rival(channel: Rivals, asking, everything) -> None:
    none = replace(channel.ground, translations=sparse.csr_array((4, 4)))
    found = Rivals(ground=none).look(asking([1])).measure(everything(1, 4))
    assert not found.any()
