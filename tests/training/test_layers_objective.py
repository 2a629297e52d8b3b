from collections.abc import Callable

import numpy as np
import pytest
import torch

from xling.training.joint_layers import JointLayersRecipe
from xling.training.layers_batches import embed_sentences
from xling.training.layers_losses import contrastive
from xling.training.layers_objective import Objective
from xling.training.layers_settings import LayersSettings

SMALL = {"hidden": 8, "width": 6, "batch_sentences": 32, "batch_words": 24}
PARTS = {
    "sentences": "sentence_weight",
    "words": "word_weight",
    "monolingual": "monolingual_weight",
    "cycle": "cycle_weight",
    "orthogonal": "orthogonal_weight",
}
ALL_ON = dict.fromkeys(PARTS.values(), 1.0)


@pytest.fixture(scope="module")
def make(toy_material) -> Callable[..., Objective]:
    """Give the function that makes an objective over a toy material."""

    def made(**changes) -> Objective:
        recipe = JointLayersRecipe(settings=LayersSettings(**(SMALL | changes)))
        return recipe.objective(toy_material(), dim=10, seed=0, device=torch.device("cpu"))

    return made


def shifted(objective: Objective) -> Objective:
    """Move the input layers off the rotations that they start as."""
    with torch.no_grad():
        for layer in objective.network.inputs:
            layer.contexts.mul_(1.3)
    return objective


def gradients(losses: dict[str, torch.Tensor], objective: Objective) -> dict[str, torch.Tensor]:
    objective.network.zero_grad()
    torch.stack(list(losses.values())).sum().backward()
    return {
        name: part.grad.clone()
        for name, part in objective.network.named_parameters()
        if part.grad is not None and part.grad.any()
    }


@pytest.mark.parametrize("part", PARTS)
def test_each_part_changes_the_loss_in_proportion_to_its_weight(make, part: str) -> None:
    objective = shifted(make(**(ALL_ON | {PARTS[part]: 1.0})))
    doubled = shifted(make(**(ALL_ON | {PARTS[part]: 2.0})))
    once, twice = (one.losses(np.random.default_rng(3)) for one in (objective, doubled))
    assert once.keys() == PARTS.keys()
    for name in PARTS:
        expected = once[name] * (2 if name == part else 1)
        torch.testing.assert_close(twice[name], expected)
    assert once[part].item() > 0.01


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_switched_off_is_not_computed_and_has_no_gradient(make, part: str) -> None:
    without = shifted(make(**(ALL_ON | {PARTS[part]: 0.0})))
    assert part not in without.losses(np.random.default_rng(0))
    alone = shifted(make(**(dict.fromkeys(PARTS.values(), 0.0) | {PARTS[part]: 1.0})))
    found = gradients(alone.losses(np.random.default_rng(0)), alone)
    inputs = {"inputs.0.contexts", "inputs.1.contexts"}
    assert inputs <= found.keys()
    decoders = {"decoders.0", "decoders.1"}
    assert (decoders <= found.keys()) == (part == "monolingual")
    if part == "orthogonal":
        assert found.keys() == inputs
    else:
        assert {"inputs.0.ngrams", "inputs.1.ngrams", "shared.out.0"} <= found.keys()


def test_without_ngrams_or_layers_there_is_nothing_of_them_to_learn(make) -> None:
    objective = make(ngrams=False, layers=0)
    names = {name for name, _ in objective.network.named_parameters()}
    assert names == {"inputs.0.contexts", "inputs.1.contexts", "decoders.0", "decoders.1"}
    assert objective.losses(np.random.default_rng(0)).keys() == {
        "sentences", "words", "monolingual",
    }  # fmt: skip


def test_the_held_out_loss_is_the_contrast_of_the_held_out_pairs(make) -> None:
    objective = make(held_out_pairs=0.1)
    sides = [
        embed_sentences(
            objective.network, objective.inputs, side, objective.linked[side].select(objective.held)
        )
        for side in (0, 1)
    ]
    expected = contrastive(*sides, temperature=objective.settings.temperature).item()
    assert objective.held_out_loss() == pytest.approx(expected, rel=1e-5)
    assert not set(objective.held) & set(objective.learned)
    assert np.isnan(make(held_out_pairs=0.0).held_out_loss())


def test_the_same_generator_draws_the_same_batch(make) -> None:
    objective = make(**ALL_ON)
    first, again, other = (objective.losses(np.random.default_rng(seed)) for seed in (0, 0, 1))
    for name in PARTS:
        assert first[name].item() == again[name].item()
    assert first["words"].item() != other["words"].item()


def test_halves_are_what_words_are_read_from(make) -> None:
    same, apart = make(halves=0.0), make(halves=1.0)
    assert len(same.inputs[0].views) == 1
    assert len(apart.inputs[0].views) == 3
    for one in (same, apart):
        batch = one.losses(np.random.default_rng(0))
        with torch.no_grad():
            for side in one.inputs:
                side.views[1:] = 0  # the halves tell nothing any more
        blind = one.losses(np.random.default_rng(0))
        for name in ("words", "monolingual"):
            assert (blind[name].item() == batch[name].item()) == (one is same)


def test_linked_words_are_seed_pairs_or_the_table_s_cells(make, toy_material) -> None:
    material = toy_material()
    seeds, table = make(), make(word_pairs="table", word_threshold=0.985)
    assert len(seeds.words[0]) == len(material.seeds)
    for a, b in zip(*seeds.words, strict=True):
        assert material.vocabularies[0].words[a][1:] == material.vocabularies[1].words[b][1:]
    assert len(table.words[0]) == material.table.symmetric(0.985).nnz
    assert 5 < len(table.words[0]) < len(seeds.words[0])
    held = set(material.vocabularies[0].find_all(["w0", "w1"]).tolist())
    for one in (seeds, table):
        assert not held & set(one.words[0].tolist())
