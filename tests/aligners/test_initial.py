import numpy as np
import pytest

from xling.aligners.initial import same_distribution, same_strings
from xling.errors import CoverageError


def test_numerals_and_identical_strings() -> None:
    source, target = (
        ("the", "1990", "Berlin", "3.5", "4th"),
        ("berlin", "3.5", "1990", "4th", "der"),
    )
    a, b = same_strings(source, target, "numerals")
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [(1, 2), (3, 1)]
    a, b = same_strings(source, target, "identical")
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [(1, 2), (2, 0), (3, 1), (4, 3)]


def test_of_words_that_fold_alike_the_first_counts() -> None:
    a, b = same_strings(("Rose", "rose"), ("ROSE", "rose"), "identical")
    assert (a.tolist(), b.tolist()) == ([0], [0])


def test_no_equal_strings() -> None:
    with pytest.raises(CoverageError, match=r"no word is written alike .*\(1 and 1 words\)"):
        same_strings(("a",), ("b",), "identical")
    with pytest.raises(CoverageError, match="no numeral is written alike"):
        same_strings(("a",), ("a",), "numerals")


@pytest.mark.parametrize("words", [150, 600])
def test_distributions_pair_words_of_a_rotated_space(make_rotated_world, words: int) -> None:
    world = make_rotated_world(words=words, dim=12, noise=0.0005)
    x, y = (
        space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
        for space in (world.source, world.target)
    )
    a, b = same_distribution(x, y, words=1000, k=10)
    assert np.mean(world.order[b] == a) > 0.8
    few = same_distribution(x, y, words=40, k=10)
    assert max(part.max() for part in few) < 40
