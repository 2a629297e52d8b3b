"""One step's gradients of `joint-layers`, both languages side by side.

What each language reads is independent until the losses compare it, and again after: so the words
of both are read at once, then the parts of the objective are measured at once, then both input
layers get their gradients at once. Nothing is added up in the order in which threads end, so that
the result is the same for any number of them. (Threads inside a product wait for each other at
every one: where other programs share the processors, that takes three times as long as one thread.)
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

from xling.training.layers_draws import Draws
from xling.training.layers_objective import Objective

__all__ = ["Each", "add_gradients", "side_by_side"]

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


class Each(Protocol):
    """Calls a function with each of some items, and gives what it gave in their order."""

    def __call__(self, work: Callable[[_Item], _Made], items: Iterable[_Item]) -> list[_Made]:
        """Work.

        Parameters
        ----------
        work : callable
            Of one item.
        items : iterable
            Any.

        Returns
        -------
        list
            As long as the items.
        """


@contextmanager
def side_by_side(threads: int | None, device: torch.device) -> Iterator[Each]:
    """Let two things be computed at once, each on one thread.

    Parameters
    ----------
    threads : int, optional
        1 computes one after the other; ``None``: as many as there are.
    device : torch.device
        Other devices than a processor are given one after the other.

    Yields
    ------
    Each
        While it holds.
    """
    if threads == 1 or device.type != "cpu":
        yield lambda work, items: [work(item) for item in items]
        return
    with ThreadPoolExecutor(2, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        yield lambda work, items: list(pool.map(work, items))


def add_gradients(objective: Objective, draws: Draws, each: Each) -> dict[str, float]:
    """Measure what was drawn, and write the gradients of the objective into the network.

    Parameters
    ----------
    objective : Objective
        Gradients that its network has already are added to.
    draws : mapping of str to pair of Drawn
        From the sampler.
    each : Each
        From `side_by_side`.

    Returns
    -------
    dict of str to float
        The loss of each part times its weight.
    """
    read = each(lambda side: objective.read(draws, side), (0, 1))
    # Each part goes back to copies of what was read: its own words, which no other part reads.
    copies = [
        {part: words.detach().requires_grad_() for part, words in side.items()} for side in read
    ]
    weights = objective.weights

    def measure(part: str) -> float:
        pair = copies[0].get(part), copies[1].get(part)
        loss = weights[part] * objective.loss(part, draws, pair)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.item())

    found = dict(zip(weights, each(measure, weights), strict=True))
    if draws:
        _go_on_back(objective, read, copies, each)
    return found


def _go_on_back(
    objective: Objective,
    read: list[dict[str, Tensor]],
    copies: list[dict[str, Tensor]],
    each: Each,
) -> None:
    """Carry the gradients of what was read on to the layers that read it."""
    network = objective.network
    layers = [[*network.inputs[side].parameters(), *network.shared.parameters()] for side in (0, 1)]

    def back(side: int) -> tuple[Tensor | None, ...]:
        return torch.autograd.grad(
            list(read[side].values()),
            layers[side],
            [copy.grad for copy in copies[side].values()],
            allow_unused=True,
        )

    for side, gradients in enumerate(each(back, (0, 1))):
        _add(layers[side], gradients)


def _add(parameters: list[nn.Parameter], gradients: Iterable[Tensor | None]) -> None:
    """Add to what is there."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient is not None:
            before = parameter.grad
            parameter.grad = gradient if before is None else before + gradient
