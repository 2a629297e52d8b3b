import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.errors import DegenerateInputError, ShapeError, UnknownNameError
from xling.evaluation.bitext import retrieve
from xling.retrieval.criteria import CRITERIA


def pairs(count: int = 60, noise: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    one = random.standard_normal((count, 8))
    other = one + noise * random.standard_normal(one.shape)
    return unit_rows(one).astype(np.float32), unit_rows(other).astype(np.float32)


@pytest.mark.parametrize("name", CRITERIA)
def test_translations_are_found_both_ways(name: str) -> None:
    one, other = pairs()
    for found in retrieve(one, other, retrieval=name):
        assert found.accuracy > 0.9
        assert found.unknown == 0
        low, high = found.interval()
        assert 0 < low <= found.accuracy <= high <= 1


def test_equals_a_loop() -> None:
    one, other = pairs(noise=1.2)
    there, back = retrieve(one, other, retrieval="nn")
    cosines = one.astype(float) @ other.astype(float).T
    assert there.found.tolist() == cosines.argmax(axis=1).tolist()
    assert back.found.tolist() == cosines.argmax(axis=0).tolist()
    assert there.accuracy == np.mean([row.argmax() == i for i, row in enumerate(cosines)])
    assert 0.1 < there.accuracy < 0.9


def test_a_shifted_side_is_all_wrong() -> None:
    one, other = pairs(noise=0.05)
    there, back = retrieve(one, np.roll(other, 1, axis=0))
    assert (there.accuracy, back.accuracy) == (0, 0)
    assert there.found.tolist() == [*range(1, 60), 0]


def test_sentences_of_which_nothing_is_known_are_wrong_and_found_by_none() -> None:
    one, other = pairs(noise=0.05)
    one[[3, 4]] = 0
    other[7] = 0
    for name in CRITERIA:
        there, back = retrieve(one, other, retrieval=name)
        assert (there.unknown, back.unknown) == (2, 1)
        assert there.found[[3, 4]].tolist() == [-1, -1]
        assert 7 not in there.found
        assert not {3, 4} & set(back.found.tolist())
        assert there.accuracy == pytest.approx(57 / 60)
    nothing = np.zeros_like(one)
    there, back = retrieve(one, nothing)
    assert (there.accuracy, back.unknown) == (0, 60)


def test_bad_calls() -> None:
    one, other = pairs()
    with pytest.raises(ShapeError, match=r"source of shape \(60, 8\), target of shape \(59, 8\)"):
        retrieve(one, other[1:])
    with pytest.raises(DegenerateInputError, match="no sentence"):
        retrieve(one[:0], other[:0])
    with pytest.raises(UnknownNameError, match="unknown retrieval criterion 'cosine'"):
        retrieve(one, other, retrieval="cosine")
