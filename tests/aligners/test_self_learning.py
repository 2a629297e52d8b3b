import dataclasses

import numpy as np
import pytest

from xling.aligners.base import Alignment, Supervision, Verdict
from xling.aligners.self_learning import SelfLearningAligner, SelfLearningSettings
from xling.data.vocabulary import Vocabulary
from xling.errors import ConfigError, CoverageError, DegenerateInputError


def fitted(world, lexicon, **settings) -> Alignment:
    made = SelfLearningAligner(settings=SelfLearningSettings(**settings))
    return made.fit(world.source, world.target, lexicon, seed=2)


def seeds(world, rows: slice):
    return dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[rows])


def right(found: Alignment, world) -> float:
    x = found.source_mapping.apply(world.source.vectors)
    y = found.target_mapping.apply(world.target.vectors)
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
    return float(np.mean((y @ x.T).argmax(axis=1) == world.order))


def renamed(world, shared: dict[int, str]):
    """Give some concepts the same name in both languages."""
    names = list(world.source.words)
    foreign = list(world.target.words)
    place = {int(concept): row for row, concept in enumerate(world.order)}
    for concept, name in shared.items():
        names[concept] = foreign[place[concept]] = name
    spaces = [
        dataclasses.replace(
            space, vocabulary=Vocabulary(words=tuple(words), counts=space.vocabulary.counts)
        )
        for space, words in ((world.source, names), (world.target, foreign))
    ]
    return dataclasses.replace(world, source=spaces[0], target=spaces[1])


def test_few_pairs_are_enough(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.03)
    found = fitted(world, seeds(world, slice(0, 15)))
    assert SelfLearningAligner().supervision is Supervision.OPTIONAL
    assert right(found, world) > 0.95
    assert found.verdict is Verdict.TRUSTED
    assert found.coverage is not None
    assert found.coverage.covered == 15
    assert found.history[-1] > 1.2 * found.history[0]


def test_rare_seed_words_count_too(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.01)
    vectors = world.source.vectors.copy()
    vectors[280:283] = 0
    empty = frozenset(world.source.words[280:283])
    source = dataclasses.replace(world.source, vectors=vectors, empty_words=empty)
    given = seeds(world, slice(277, 300))
    found = fitted(dataclasses.replace(world, source=source), given, cutoff=200)
    assert found.seed_pairs == 20
    assert found.pairs_used <= 400
    assert right(found, world) > 0.9


@pytest.mark.parametrize("init", ["lexicon", "identical", "numerals"])
def test_equal_strings_stand_in_for_a_lexicon(make_rotated_world, init) -> None:
    numerals = init == "numerals"
    shared = {i: f"19{i}" if numerals else f"name{i}" for i in range(20)}
    world = renamed(make_rotated_world(words=300, dim=12, noise=0.02), shared)
    found = fitted(world, None, init=init)
    assert right(found, world) > 0.95
    assert found.coverage is None
    if init == "identical":
        with pytest.raises(CoverageError, match="no numeral"):
            fitted(world, None, init="numerals")


def test_pairs_that_are_kept_stand_in_every_dictionary(make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.01)
    pairs = world.lexicon.pairs
    wrong = dataclasses.replace(
        world.lexicon, pairs=(*pairs[:20], *((pairs[i][0], pairs[i - 7][1]) for i in range(30, 90)))
    )
    free, bound = (fitted(world, wrong, keep_lexicon=kept) for kept in (False, True))
    assert right(free, world) > 0.95
    assert not np.array_equal(free.source_mapping.matrix, bound.source_mapping.matrix)


def test_spaces_of_two_widths(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.01)
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    found = fitted(dataclasses.replace(world, target=narrow), seeds(world, slice(0, 40)))
    assert found.source_mapping.dim_out == found.target_mapping.dim_out == 10
    assert right(found, dataclasses.replace(world, target=narrow)) > 0.8


def test_refusals(make_rotated_world) -> None:
    world = make_rotated_world(words=60, dim=6)
    with pytest.raises(CoverageError, match="no word is written alike in both"):
        fitted(world, None)
    with pytest.raises(ConfigError, match="init is 'guess'"):
        SelfLearningSettings(init="guess")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="rounds is 0"):
        SelfLearningSettings(rounds=0)
    vectors = world.source.vectors.copy()
    vectors[:10] = 0
    empty = frozenset(world.source.words[:10])
    source = dataclasses.replace(world.source, vectors=vectors, empty_words=empty)
    with pytest.raises(DegenerateInputError, match="10 covered pairs, and none with two"):
        fitted(dataclasses.replace(world, source=source), seeds(world, slice(0, 10)))
