from pathlib import Path

import numpy as np
import pytest
import torch

from xling.errors import ConflictError, NonFiniteError
from xling.training.joint_layers import JointLayersRecipe
from xling.training.layers_objective import Objective
from xling.training.layers_settings import LayersSettings
from xling.training.layers_training import Checkpointing, _rate, fit_network, torch_threads

NOWHERE = Checkpointing(path=None, resume=False, made_with={})
SMALL = {
    "hidden": 8, "width": 6, "batch_sentences": 64, "batch_words": 32, "steps": 12,
    "check_every": 4, "held_out_pairs": 0.1, "warm_start": False,
}  # fmt: skip


def objective(toy_material, **changes) -> Objective:
    recipe = JointLayersRecipe(settings=LayersSettings(**(SMALL | changes)))
    return recipe.objective(toy_material(), dim=10, seed=0, device=torch.device("cpu"))


def parameters(of: Objective) -> dict[str, np.ndarray]:
    return {name: part.detach().numpy().copy() for name, part in of.network.named_parameters()}


def assert_equal(first: Objective, second: Objective) -> None:
    for name, part in parameters(first).items():
        np.testing.assert_array_equal(part, parameters(second)[name], err_msg=name)


def test_the_held_out_loss_falls_and_the_best_parameters_are_kept(toy_material) -> None:
    trained = objective(toy_material, steps=60, learning_rate=3e-3, check_every=20)
    losses = fit_network(trained, seed=0, storage=NOWHERE)
    assert len(losses) == 4
    assert min(losses) < losses[0] - 0.3
    assert trained.held_out_loss() == pytest.approx(min(losses), rel=1e-5)


def test_stops_without_gain_and_goes_back_to_the_best(toy_material) -> None:
    trained = objective(toy_material, learning_rate=3.0, steps=400, check_every=1, patience=2)
    before = parameters(trained)
    calls: list[tuple[str, int, int]] = []
    losses = fit_network(
        trained, seed=0, storage=NOWHERE, progress=lambda *call: calls.append(call)
    )
    assert len(losses) < 100
    best = int(np.argmin(losses))
    assert best == len(losses) - 3
    assert calls[-1] == ("layers", 400, 400)
    if best == 0:
        for name, part in before.items():
            np.testing.assert_array_equal(parameters(trained)[name], part)
    assert trained.held_out_loss() == pytest.approx(losses[best], rel=1e-5)


def test_without_held_out_pairs_all_steps_are_done(toy_material) -> None:
    trained = objective(toy_material, held_out_pairs=0.0)
    before = parameters(trained)
    assert np.isnan(fit_network(trained, seed=0, storage=NOWHERE)).all()
    assert not np.array_equal(parameters(trained)["inputs.0.contexts"], before["inputs.0.contexts"])


@pytest.mark.parametrize("stop_after", [4, 8])
def test_a_resumed_run_ends_as_if_it_had_not_stopped(
    toy_material, tmp_path: Path, stop_after: int
) -> None:
    whole = objective(toy_material)
    expected = fit_network(whole, seed=5, storage=NOWHERE)

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == stop_after + 2:
            raise KeyboardInterrupt

    path = tmp_path / "run.safetensors"
    stored = Checkpointing(path=path, resume=True, made_with={"seed": 5})
    with pytest.raises(KeyboardInterrupt):
        fit_network(objective(toy_material), seed=5, storage=stored, progress=interrupt)
    calls: list[tuple[str, int, int]] = []
    again = objective(toy_material)
    losses = fit_network(again, seed=5, storage=stored, progress=lambda *call: calls.append(call))
    assert [call[1] for call in calls] == list(range(stop_after + 1, 13))  # only what was left
    assert losses == expected
    assert_equal(again, whole)
    # A run that has ended is not gone on with, and gives the same once more.
    more = objective(toy_material)
    assert fit_network(more, seed=5, storage=stored) == expected
    assert_equal(more, whole)


def test_a_run_of_other_settings_is_not_gone_on_with(toy_material, tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    first = Checkpointing(path=path, resume=False, made_with={"seed": 5})
    fit_network(objective(toy_material, steps=2), seed=5, storage=first)
    other = Checkpointing(path=path, resume=True, made_with={"seed": 6})
    with pytest.raises(ConflictError, match="made with seed 5, this run has 6"):
        fit_network(objective(toy_material), seed=6, storage=other)
    anew = Checkpointing(path=path, resume=False, made_with={"seed": 6})
    assert len(fit_network(objective(toy_material), seed=6, storage=anew)) == 4


def test_parts_of_the_network_learn_at_their_own_rates(toy_material) -> None:
    trained = objective(
        toy_material, steps=1, held_out_pairs=0.0, learning_rate=1e-3, ngram_rate=5.0,
        shared_rate=0.1,
    )  # fmt: skip
    before = parameters(trained)
    fit_network(trained, seed=0, storage=NOWHERE)
    moved = {name: np.abs(part - before[name]).max() for name, part in parameters(trained).items()}
    # The first step of Adam is as long as the rate, whatever the gradient.
    for name, rate in (
        ("inputs.0.contexts", 1e-3), ("inputs.1.ngrams", 5e-3), ("inputs.1.spread", 1e-3),
        ("shared.out.0", 1e-4), ("decoders.0", 1e-3),
    ):  # fmt: skip
        assert moved[name] == pytest.approx(rate, rel=0.02)


def test_the_rate_rises_to_its_height_and_falls_to_nothing(toy_material) -> None:
    # The first steps of Adam are as long as the rate: while it rises, a share of it.
    moved = []
    for warm_up in (0.0, 0.5):
        trained = objective(
            toy_material, steps=8, check_every=1, patience=9, learning_rate=1e-3, warm_up=warm_up
        )
        before = parameters(trained)["inputs.0.contexts"]

        def first(stage: str, done: int, total: int, of=trained, start=before) -> None:
            if done == 1:
                moved.append(np.abs(parameters(of)["inputs.0.contexts"] - start).max())

        fit_network(trained, seed=0, storage=NOWHERE, progress=first)
    assert moved == pytest.approx([1e-3, 1e-3 / 4], rel=0.02)
    rates = [_rate(step, LayersSettings(steps=8, warm_up=0.5)) for step in range(8)]
    assert rates == [0.25, 0.5, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]


def test_numbers_that_are_none_are_said(toy_material) -> None:
    broken = objective(toy_material)
    with torch.no_grad():
        broken.network.inputs[0].contexts[0, 0] = float("nan")
    with pytest.raises(NonFiniteError, match=r"losses \{'sentences': nan"):
        fit_network(broken, seed=0, storage=NOWHERE)


def test_the_number_of_threads_is_set_back() -> None:
    before = torch.get_num_threads()
    with torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with torch_threads(None):
        assert torch.get_num_threads() == before
