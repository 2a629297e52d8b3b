import dataclasses

import numpy as np
import pytest

from xling.aligners.multi_step import MultiStepAligner, MultiStepSettings
from xling.aligners.pairs import paired_rows
from xling.aligners.procrustes import ProcrustesAligner
from xling.errors import ConfigError, CoverageError
from xling.linalg.multi_step import multi_step_maps

STEPS = ("unit", "centre", "unit")
SETTINGS = MultiStepSettings(
    penalty=2.0,
    source_power=1.0,
    target_power=0.5,
    source_dewhiten="target",
    target_dewhiten="none",
    dim=7,
)


def test_the_maps_are_those_of_the_normalised_pairs(rotated_world) -> None:
    world = rotated_world
    found = MultiStepAligner(settings=SETTINGS).fit(world.source, world.target, world.lexicon)
    pairs = paired_rows("multi-step", world.source, world.target, world.lexicon, STEPS)
    a, b, _ = multi_step_maps(
        pairs.x, pairs.y, penalty=2.0, powers=(1.0, 0.5), dewhiten=("target", "none"), dim=7
    )
    np.testing.assert_allclose(found.source_mapping.matrix, a, atol=1e-5)
    np.testing.assert_allclose(found.target_mapping.matrix, b, atol=1e-5)


def test_every_step_counts(make_rotated_world) -> None:
    world = make_rotated_world(noise=0.2)
    changes = (
        {},
        {"whiten": False},
        {"penalty": 0.0},
        {"source_power": 0.0},
        {"target_power": 1.0},
        {"source_dewhiten": "none"},
        {"target_dewhiten": "source"},
        {"normalization": ("unit",)},
        {"dim": 11},
    )
    seen = []
    for change in changes:
        made = MultiStepAligner(settings=dataclasses.replace(MultiStepSettings(), **change))
        found = made.fit(world.source, world.target, world.lexicon)
        a, b = found.source_mapping, found.target_mapping
        seen.append(a.apply(world.source.vectors) @ b.apply(world.target.vectors).T)
    for i, one in enumerate(seen):
        assert all(np.abs(one - other).max() > 1e-3 for other in seen[:i])


def test_bare_it_answers_as_procrustes(rotated_world) -> None:
    world = rotated_world
    bare = MultiStepSettings(whiten=False, source_power=0.0, target_power=0.0)
    products = []
    for made in (MultiStepAligner(settings=bare), ProcrustesAligner()):
        found = made.fit(world.source, world.target, world.lexicon)
        a, b = found.source_mapping, found.target_mapping
        products.append(a.apply(world.source.vectors) @ b.apply(world.target.vectors).T)
    np.testing.assert_allclose(products[0], products[1], atol=1e-5)


def test_refusals(make_rotated_world) -> None:
    world = make_rotated_world()
    few = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:11])
    bare = MultiStepAligner(settings=MultiStepSettings(penalty=0.0))
    with pytest.raises(CoverageError, match="multi-step needs at least 12 pairs here; 11 of"):
        bare.fit(world.source, world.target, few)
    some = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:14])
    robust = MultiStepAligner(settings=MultiStepSettings(penalty=0.0, robust=True))
    with pytest.raises(CoverageError, match="multi-step needs at least 15 pairs here; 14 of"):
        robust.fit(world.source, world.target, some)
    wide = MultiStepAligner(settings=MultiStepSettings(dim=13))
    with pytest.raises(ConfigError, match="dim is 13; the narrower space has 12 dimensions"):
        wide.fit(world.source, world.target, world.lexicon)
    for change, message in (
        ({"dim": 0}, "dim is 0"),
        ({"source_power": -0.5}, r"source_power is -0\.5"),
        ({"penalty": float("nan")}, "penalty is nan"),
        ({"target_dewhiten": "both"}, "target_dewhiten is 'both'; known: none, source, target"),
    ):
        with pytest.raises(ConfigError, match=message):
            MultiStepSettings(**change)
