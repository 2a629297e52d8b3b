import dataclasses

import numpy as np
import pytest

from xling.aligners.base import Alignment, StopReason
from xling.aligners.contrastive import ContrastiveAligner, ContrastiveSettings
from xling.aligners.procrustes import ProcrustesAligner
from xling.arrays import unit_rows
from xling.data.lexicon import Lexicon
from xling.errors import ConfigError
from xling.mapping.linear import LinearMap
from xling.mapping.mlp import MlpMap


@pytest.fixture(scope="module")
def bent_world(make_rotated_world):
    """A world whose target is rotated and then bent: ``y + 1.2 relu(y A) B``."""
    world = make_rotated_world(words=600, dim=10, noise=0.005, seed=3)
    random = np.random.default_rng(8)
    into, out = random.standard_normal((10, 30)), random.standard_normal((30, 10)) / np.sqrt(30)
    y = world.target.vectors.astype(np.float64)
    bent = y + 1.2 * np.maximum(y @ into, 0) @ out
    target = dataclasses.replace(world.target, vectors=bent.astype(np.float32))
    known = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[::2])
    return dataclasses.replace(world, target=target, lexicon=known)


def precision(found: Alignment, world) -> float:
    """Look up the target words that no pair of the lexicon holds."""
    x = unit_rows(found.source_mapping.apply(world.source.vectors))
    y = unit_rows(found.target_mapping.apply(world.target.vectors))
    asked = world.order % 2 == 1
    return float(np.mean((y[asked] @ x.T).argmax(axis=1) == world.order[asked]))


SETTINGS = ContrastiveSettings(
    hidden=64, learning_rate=0.01, dropout=0.0, weight_decay=0.0, epochs=20, batch=64
)


@pytest.mark.parametrize("sides", ["source", "both"])
def test_a_bent_world_is_learned_where_a_rotation_cannot(bent_world, sides: str) -> None:
    straight = ProcrustesAligner().fit(bent_world.source, bent_world.target, bent_world.lexicon)
    made = ContrastiveAligner(settings=dataclasses.replace(SETTINGS, sides=sides))
    found = made.fit(bent_world.source, bent_world.target, bent_world.lexicon)
    assert precision(found, bent_world) > precision(straight, bent_world) + 0.2
    assert isinstance(found.source_mapping, MlpMap)
    assert isinstance(found.target_mapping, MlpMap if sides == "both" else LinearMap)
    assert found.history[0] < max(found.history)
    assert found.checks["best_epoch"] > 0


def test_a_layer_does_more_than_the_matrix_alone(bent_world) -> None:
    precisions = [
        precision(
            ContrastiveAligner(
                settings=dataclasses.replace(SETTINGS, layers=layers, matrix_rate=1.0)
            ).fit(bent_world.source, bent_world.target, bent_world.lexicon),
            bent_world,
        )
        for layers in (0, 1)
    ]
    assert precisions[1] > precisions[0] + 0.05


def test_a_rotated_world_stays_rotated(rotated_world) -> None:
    world = rotated_world
    found = ContrastiveAligner().fit(world.source, world.target, world.lexicon)
    straight = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    assert found.history[0] == 1
    assert found.checks["best_epoch"] == 0
    assert (found.converged, found.stop_reason) == (True, StopReason.CONVERGED)
    np.testing.assert_allclose(
        found.source_mapping.apply(world.source.vectors),
        straight.source_mapping.apply(world.source.vectors),
        atol=1e-5,
    )


def test_the_order_of_the_pairs_does_not_matter(bent_world) -> None:
    settings = dataclasses.replace(SETTINGS, epochs=3)
    shuffled = np.random.default_rng(0).permutation(len(bent_world.lexicon))
    other = dataclasses.replace(
        bent_world.lexicon, pairs=tuple(bent_world.lexicon.pairs[i] for i in shuffled)
    )
    mapped = [
        ContrastiveAligner(settings=settings)
        .fit(bent_world.source, bent_world.target, lexicon, seed=5)
        .source_mapping.apply(bent_world.source.vectors)
        for lexicon in (bent_world.lexicon, other)
    ]
    np.testing.assert_allclose(mapped[0], mapped[1], atol=1e-3)


def test_the_seed_matters_and_few_pairs_are_not_held_out(bent_world) -> None:
    few = Lexicon(source_language="en", target_language="de", pairs=bent_world.lexicon.pairs[:15])
    made = ContrastiveAligner(settings=dataclasses.replace(SETTINGS, epochs=4))
    found = [made.fit(bent_world.source, bent_world.target, few, seed=seed) for seed in (0, 1)]
    assert found[0].stop_reason is StopReason.MAX_ROUNDS
    assert len(found[0].history) == 4
    assert found[0].history[-1] > found[0].history[0]
    rows = [each.source_mapping.apply(bent_world.source.vectors) for each in found]
    assert np.abs(rows[0] - rows[1]).max() > 1e-3


def test_settings_refusals() -> None:
    for name, value in (
        ("hidden", 0),
        ("negatives", -1),
        ("temperature", 0.0),
        ("dropout", 1.0),
        ("held_out", -0.1),
        ("patience", 0),
    ):
        with pytest.raises(ConfigError, match=f"{name} is {value}"):
            ContrastiveSettings(**{name: value})
    with pytest.raises(ConfigError, match="sides 'target'; source or both"):
        ContrastiveSettings(sides="target")
    with pytest.raises(ConfigError, match="unknown normalisation step"):
        ContrastiveSettings(normalization=("whiten",))
