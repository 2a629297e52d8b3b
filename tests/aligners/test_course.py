import dataclasses

import numpy as np
import pytest

from xling.aligners.course import CourseSettings, prepare
from xling.errors import ConfigError, DegenerateInputError

STEPS = ("unit", "centre", "unit")


def test_frequent_words_and_further_ones(rotated_world) -> None:
    side = prepare(rotated_world.source, STEPS, 20, np.array([50, 3, 40, 50]))
    assert side.rows.tolist() == [*range(20), 40, 50]
    np.testing.assert_allclose(np.linalg.norm(side.vectors, axis=1), 1, atol=1e-5)
    expected = side.normalization.apply(rotated_world.source.vectors)[side.rows]
    np.testing.assert_allclose(side.vectors, expected, atol=1e-6)
    assert side.find(np.array([50, 0, 30, 59])).tolist() == [21, 0, -1, -1]


def test_words_without_a_vector_are_passed_over(rotated_world) -> None:
    source = rotated_world.source
    vectors = source.vectors.copy()
    vectors[:30] = 0
    empty = dataclasses.replace(source, vectors=vectors, empty_words=frozenset(source.words[:30]))
    side = prepare(empty, STEPS, 25, np.array([2]))
    assert side.rows.tolist() == list(range(30, 55))


def test_a_space_of_few_known_words_is_refused(rotated_world) -> None:
    source = rotated_world.source
    vectors = source.vectors.copy()
    vectors[19:] = 0
    few = dataclasses.replace(source, vectors=vectors, empty_words=frozenset(source.words[19:]))
    with pytest.raises(DegenerateInputError, match="19 words of the en space have a vector"):
        prepare(few, STEPS, 60)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cutoff": 19}, "cutoff is 19; at least 20"),
        ({"neighborhood": 0}, "neighborhood is 0"),
        ({"restarts": 1}, "restarts is 1; at least 2"),
        ({"tolerance": -0.1}, "tolerance is -0.1"),
        ({"start_words": ()}, "start_words is ()"),
        ({"start_words": (2000, 5)}, "numbers from 20"),
        ({"keep": (0.0, 1.0)}, "shares above 0"),
        ({"keep": ()}, "keep is ()"),
        ({"keep": (0.6, 1.0)}, "the restarts are the same run"),
        ({"reweighting": -1.0}, "reweighting is -1.0"),
        ({"normalization": ("whiten",)}, "unknown normalisation step"),
    ],
)
def test_settings_refusals(changed, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        CourseSettings(**changed)
    assert message in str(caught.value)
