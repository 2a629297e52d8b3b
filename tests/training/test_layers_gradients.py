from collections.abc import Callable

import numpy as np
import pytest
import torch

from xling.training.joint_layers import JointLayersRecipe
from xling.training.layers_gradients import add_gradients, side_by_side
from xling.training.layers_objective import Objective
from xling.training.layers_settings import LayersSettings

CPU = torch.device("cpu")
PARTS = (
    "sentence_weight", "word_weight", "monolingual_weight", "cycle_weight", "orthogonal_weight",
)  # fmt: skip


@pytest.fixture(scope="module")
def make(toy_material) -> Callable[..., Objective]:
    """Give the function that makes an objective over a toy material."""

    def made(**changes) -> Objective:
        small = {"hidden": 8, "width": 6, "batch_sentences": 32, "batch_words": 24}
        recipe = JointLayersRecipe(settings=LayersSettings(**(small | changes)))
        objective = recipe.objective(toy_material(), dim=10, seed=0, device=CPU)
        with torch.no_grad():
            for layer in objective.network.inputs:
                layer.contexts.mul_(1.3)
            for layer in objective.network.shared.out:
                layer.add_(0.1)
        return objective

    return made


def gradients(objective: Objective) -> dict[str, torch.Tensor | None]:
    return {name: part.grad for name, part in objective.network.named_parameters()}


def stepwise(objective: Objective, threads: int) -> dict[str, float]:
    objective.network.zero_grad()
    with side_by_side(threads, CPU) as each:
        return add_gradients(objective, objective.sampler.draw(np.random.default_rng(3)), each)


@pytest.mark.parametrize("off", [None, *PARTS])
def test_gradients_are_those_of_the_whole_objective(make, off: str | None) -> None:
    weights = dict.fromkeys(PARTS, 0.7) | ({off: 0.0} if off else {})
    objective = make(**weights)
    losses = objective.losses(np.random.default_rng(3))
    torch.stack(list(losses.values())).sum().backward()
    expected = gradients(objective)
    found = stepwise(objective, 2)
    assert found == pytest.approx({name: loss.item() for name, loss in losses.items()}, rel=1e-5)
    for name, gradient in gradients(objective).items():
        if expected[name] is None:
            assert gradient is None, name
        else:
            torch.testing.assert_close(gradient, expected[name], msg=name)


@pytest.mark.parametrize("part", PARTS)
def test_one_part_alone_can_be_learned(make, part: str) -> None:
    objective = make(**(dict.fromkeys(PARTS, 0.0) | {part: 1.0}))
    losses = stepwise(objective, 1)
    assert [*losses] == [part.removesuffix("_weight") + ("s" if part[0] in "sw" else "")]
    assert all(layer.contexts.grad.any() for layer in objective.network.inputs)


def test_threads_do_not_change_a_byte(make) -> None:
    objective = make(**dict.fromkeys(PARTS, 1.0))
    first = stepwise(objective, 1), gradients(objective)
    for _ in range(3):
        again = stepwise(objective, 2), gradients(objective)
        assert again[0] == first[0]
        for name, gradient in again[1].items():
            assert torch.equal(gradient, first[1][name]), name


def test_gradients_are_added_to_what_is_there(make) -> None:
    objective = make()
    stepwise(objective, 1)
    once = {name: grad.clone() for name, grad in gradients(objective).items() if grad is not None}
    with side_by_side(1, CPU) as each:
        add_gradients(objective, objective.sampler.draw(np.random.default_rng(3)), each)
    for name, gradient in once.items():
        torch.testing.assert_close(gradients(objective)[name], 2 * gradient)


def test_each_keeps_the_order_of_its_items() -> None:
    for threads in (1, 2, None):
        with side_by_side(threads, CPU) as each:
            assert each(lambda one: one * one, range(20)) == [one * one for one in range(20)]
