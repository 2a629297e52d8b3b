import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.pairs import PairedRows, check_dim, paired_rows
from xling.aligners.procrustes import ProcrustesSettings
from xling.errors import ConfigError, CoverageError, DegenerateInputError, ShapeError

STEPS = ("unit", "centre", "unit")


def prepared(world, steps: tuple[str, ...] = STEPS, **more) -> PairedRows:
    return paired_rows("method", world.source, world.target, world.lexicon, steps, **more)


def test_rows_are_those_of_the_pairs_normalised(rotated_world) -> None:
    found = prepared(rotated_world, ())
    np.testing.assert_array_equal(found.x, rotated_world.source.vectors[found.rows[0]])
    np.testing.assert_array_equal(found.y, rotated_world.target.vectors[found.rows[1]])
    assert (len(found), found.x.dtype) == (60, np.float64)
    for side, space in enumerate((rotated_world.source, rotated_world.target)):
        expected = prepared(rotated_world).linear(side, None).apply(space.vectors)
        rows = (prepared(rotated_world).x, prepared(rotated_world).y)[side]
        np.testing.assert_array_equal(expected[found.rows[side]], rows)


def test_pairs_with_a_zero_row_are_left_out(rotated_world) -> None:
    world = rotated_world
    vectors = world.source.vectors.copy()
    vectors[:50] = 0
    empty = frozenset(world.source.words[:50])
    source = dataclasses.replace(world.source, vectors=vectors, empty_words=empty)
    found = prepared(dataclasses.replace(world, source=source))
    assert len(found) == 10
    assert found.x.any(axis=1).all()
    first = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:50])
    with pytest.raises(DegenerateInputError, match="50 covered pairs, and none"):
        prepared(dataclasses.replace(world, source=source, lexicon=first))


def test_refusals(make_rotated_world) -> None:
    world = make_rotated_world(dim=12)
    with pytest.raises(ConfigError, match="method needs a seed lexicon"):
        prepared(dataclasses.replace(world, lexicon=None))
    with pytest.raises(CoverageError, match="at least 61 pairs here; 60 of the lexicon's 60"):
        prepared(world, least=61)
    prepared(world, least=60)
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    with pytest.raises(ShapeError, match="12 dimensions, the de space 10; method needs equal"):
        prepared(dataclasses.replace(world, target=narrow), one_width=True)
    assert prepared(dataclasses.replace(world, target=narrow)).y.shape == (60, 10)


def test_cosine_and_what_is_written_down(rotated_world) -> None:
    found = prepared(rotated_world)
    assert found.cosine(found.x, found.x) == pytest.approx(1)
    assert found.cosine(found.x, -3 * found.x) == pytest.approx(-1)
    assert found.cosine(found.x, np.zeros_like(found.x)) == 0
    made = found.alignment(
        found.linear(0, None),
        found.linear(1, None),
        settings=ProcrustesSettings(),
        seed=3,
        history=(0.5, 0.6),
        converged=False,
        stop_reason=StopReason.STALLED,
        checks={"agreement": 0.25},
    )
    assert (made.method, made.pairs_used, made.seed) == ("method", 60, 3)
    assert made.stop_reason is StopReason.STALLED
    assert dict(made.checks) == {"agreement": 0.25}
    assert made.verdict is None


def test_suspects_are_named_the_least_weight_first(rotated_world) -> None:
    found = prepared(rotated_world)
    weights = np.ones(60)
    weights[[7, 3, 9]] = 0.2, 0.1, 0.5
    named = found.suspects(weights, 0.5)
    assert [(one.source, one.weight) for one in named] == [("word3", 0.1), ("word7", 0.2)]
    assert named[0].target == "wort3"


def test_probabilities_weigh_the_cosine(rotated_world) -> None:
    found = prepared(rotated_world)
    signs = np.where(np.arange(60) < 15, -1.0, 1.0)[:, None]
    assert found.cosine(found.x, signs * found.x) == pytest.approx(0.5)
    chosen = (np.arange(60) < 15).astype(float)
    assert found.cosine(found.x, signs * found.x, chosen) == pytest.approx(-1)
    assert found.cosine(found.x, signs * found.x, np.zeros(60)) == pytest.approx(0.5)


def test_no_more_dimensions_than_the_narrower_space(rotated_world) -> None:
    check_dim("rank", None, rotated_world.source, rotated_world.target)
    check_dim("rank", 12, rotated_world.source, rotated_world.target)
    with pytest.raises(ConfigError, match="rank is 13; the narrower space has 12 dimensions"):
        check_dim("rank", 13, rotated_world.source, rotated_world.target)
