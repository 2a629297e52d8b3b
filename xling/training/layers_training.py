"""Train the network of `joint-layers`: steps, held-out loss, checkpoints."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xling.errors import NonFiniteError
from xling.progress import Progress, silent
from xling.training.checkpoints import check_resumable, load_checkpoint, save_checkpoint
from xling.training.layers_gradients import Each, add_gradients, side_by_side
from xling.training.layers_objective import Objective
from xling.training.layers_settings import LayersSettings
from xling.training.stopping import EarlyStopping

__all__ = ["Checkpointing", "fit_network", "torch_threads"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpointing:
    """Where a run is stored, and what it must agree with to be resumed.

    Parameters
    ----------
    path : Path, optional
        The file; ``None`` stores nothing.
    resume : bool
        Whether a run that is stored there is gone on with.
    made_with : mapping
        Everything that the result depends on, as JSON can hold it.
    """

    path: Path | None
    resume: bool
    made_with: Mapping[str, Any]


@contextmanager
def torch_threads(threads: int | None) -> Iterator[None]:
    """Let torch compute on so many processors, and set back what was before.

    Parameters
    ----------
    threads : int, optional
        ``None`` leaves the choice to torch.

    Yields
    ------
    None
        While it holds.
    """
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fit_network(
    objective: Objective,
    *,
    seed: int,
    storage: Checkpointing,
    threads: int | None = 1,
    progress: Progress = silent,
) -> list[float]:
    """Train until the steps are done or the held-out pairs no longer gain; keep the best.

    Each step draws from a generator of its own, made of ``seed`` and the step's number, so that a
    run that is resumed draws what it would have drawn.

    Parameters
    ----------
    objective : Objective
        Its network is changed.
    seed : int
        Of the batches.
    storage : Checkpointing
        Stored after each look at the held-out pairs.
    threads : int, optional
        Whether both languages are worked on side by side; the result does not depend on it.
    progress : callable
        Called as ``layers`` after each step.

    Returns
    -------
    list of float
        Held-out losses: before the first step, and after each ``check_every`` steps.

    Raises
    ------
    NonFiniteError
        If a loss is NaN or infinite.
    ConflictError
        If what is stored was made with anything else.
    """
    settings, network = objective.settings, objective.network
    optimizer = torch.optim.Adam(_groups(objective), fused=True)
    stopping = EarlyStopping(patience=settings.patience)
    step = _resumed(objective, optimizer, stopping, storage)
    if step == 0 and not stopping.losses:
        stopping.observe(objective.held_out_loss(), _parameters(network))
    with side_by_side(threads, objective.inputs[0].views.device) as each:
        while step < settings.steps and not stopping.stopped:
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * _rate(step, settings)
            _step(objective, optimizer, np.random.default_rng([seed, step]), each)
            step += 1
            progress("layers", step, settings.steps)
            if step % settings.check_every == 0 or step == settings.steps:
                stopping.observe(objective.held_out_loss(), _parameters(network))
                _store(objective, optimizer, stopping, storage, step)
    if step < settings.steps:
        progress("layers", settings.steps, settings.steps)
    if stopping.best:
        _set_parameters(network, stopping.best)
    return stopping.losses


def _groups(objective: Objective) -> list[dict[str, Any]]:
    """Give the n-grams and the shared layers rates of their own."""
    settings = objective.settings
    rates = {"ngrams": settings.ngram_rate, "shared": settings.shared_rate, "": 1.0}
    groups: dict[str, list[torch.nn.Parameter]] = {name: [] for name in rates}
    for name, part in objective.network.named_parameters():
        kind = "ngrams" if name.endswith(".ngrams") else ""
        groups["shared" if name.startswith("shared.") else kind].append(part)
    made = []
    for name, parts in groups.items():
        rate = settings.learning_rate * rates[name]
        made.append({"params": parts, "lr": rate, "initial_lr": rate})
    return made


def _rate(step: int, settings: LayersSettings) -> float:
    """Give the share of the rate that a step has: rising while warming up, then falling to 0."""
    rising = (step + 1) / max(settings.warm_up * settings.steps, 1)
    return min(rising, 1 - step / settings.steps)


def _step(
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    rng: np.random.Generator,
    each: Each,
) -> None:
    """Go one step down the objective."""
    optimizer.zero_grad()
    losses = add_gradients(objective, objective.sampler.draw(rng), each)
    if not np.isfinite(list(losses.values())).all():
        found = {name: round(loss, 4) for name, loss in losses.items()}
        raise NonFiniteError(f"training left the numbers behind, losses {found}")
    optimizer.step()


def _parameters(network: torch.nn.Module) -> dict[str, np.ndarray]:
    """Give the parameters as arrays, which may be those that training goes on with."""
    return {name: part.detach().cpu().numpy() for name, part in network.named_parameters()}


def _set_parameters(network: torch.nn.Module, arrays: Mapping[str, np.ndarray]) -> None:
    """Write parameters back."""
    with torch.no_grad():
        for name, part in network.named_parameters():
            part.copy_(torch.from_numpy(arrays[name]))


def _store(
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    stopping: EarlyStopping,
    storage: Checkpointing,
    step: int,
) -> None:
    """Write all that going on needs."""
    if storage.path is None:
        return
    tensors = {f"now/{name}": part for name, part in _parameters(objective.network).items()}
    tensors |= {f"best/{name}": part for name, part in stopping.best.items()}
    moments = optimizer.state_dict()["state"]
    for number, state in moments.items():
        for name, part in state.items():
            tensors[f"adam/{number}/{name}"] = part.cpu().numpy()
    state = {"settings": dict(storage.made_with), "step": step, "losses": stopping.losses}
    save_checkpoint(storage.path, tensors, state)


def _resumed(
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    stopping: EarlyStopping,
    storage: Checkpointing,
) -> int:
    """Take up a stored run, if there is one and it is wanted; give the steps that are done."""
    found = load_checkpoint(storage.path) if storage.path is not None and storage.resume else None
    if found is None or storage.path is None:
        return 0
    tensors, state = found
    check_resumable(state, storage.made_with, storage.path)
    _set_parameters(objective.network, _below(tensors, "now/"))
    stopping.best = _below(tensors, "best/")
    stopping.losses = [float(loss) for loss in state["losses"]]
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, part in _below(tensors, "adam/").items():
        number, _, kind = name.partition("/")
        moments.setdefault(int(number), {})[kind] = torch.from_numpy(part)
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return int(state["step"])


def _below(tensors: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """Give the tensors whose names start so, without that start."""
    return {name[len(prefix) :]: part for name, part in tensors.items() if name.startswith(prefix)}
