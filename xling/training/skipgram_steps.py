"""The vectors of a skip-gram model, and the steps that change them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import numpy as np
import torch

from xling.arrays import Matrix
from xling.training.skipgram_batches import Batch, Slice, count
from xling.training.skipgram_loss import gradients, loss, negative_weights

__all__ = ["Vectors", "single_threaded"]

_GROUP = 4  # batches whose gradients are taken at the same vectors, whatever the threads


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let torch use one thread for each product, so that batches can have the others.

    The matrices are small: threads within a product would wait for each other most of the time,
    and the sums would depend on their number.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Vectors:
    """Input and output vectors of both languages.

    The gradients of a few batches are taken at the same vectors, side by side, and then added in
    order: the result does not depend on the number of threads.

    Parameters
    ----------
    size : int
        Number of joint rows.
    cut : int
        How many of them are source words.
    dim : int
        Number of dimensions.
    seed : int
        Of the input vectors, which start small and random; output vectors start at zero.
    device : torch.device
        Where to compute.
    """

    def __init__(self, *, size: int, cut: int, dim: int, seed: int, device: torch.device) -> None:
        start = np.random.default_rng(seed).random((size, dim), dtype=np.float32)
        self._size, self._cut, self._device = size, cut, device
        self._input = torch.from_numpy((start - 0.5) / dim).to(device)
        self._output = torch.zeros((size, dim), device=device)
        self._pool: Executor | None = None

    def tensors(self) -> dict[str, Matrix]:
        """Give a copy of all that steps change.

        Returns
        -------
        dict of str to ndarray, float32
            ``"input"`` and ``"output"``: shape (size, dim).
        """
        parts = {"input": self._input, "output": self._output}
        return {name: part.cpu().numpy().copy() for name, part in parts.items()}

    def restore(self, tensors: Mapping[str, Matrix]) -> None:
        """Take up what `tensors` gave.

        Parameters
        ----------
        tensors : mapping of str to ndarray
            Of vectors of the same size.
        """
        self._input, self._output = (
            torch.from_numpy(np.array(tensors[name])).to(self._device)
            for name in ("input", "output")
        )

    @contextmanager
    def workers(self, threads: int | None) -> Iterator[None]:
        """Keep threads at hand; without them all is done in the caller's.

        Parameters
        ----------
        threads : int, optional
            ``None``: all processors.
        """
        wanted = threads or os.cpu_count() or 1
        if wanted == 1 or self._device.type != "cpu":
            yield
            return
        with ThreadPoolExecutor(max_workers=min(wanted, _GROUP)) as self._pool:
            try:
                yield
            finally:
                self._pool = None

    def step(self, parts: Iterable[Slice], *, rate: float, negative: float, crowd: float) -> None:
        """Follow the gradients of some slices.

        Parameters
        ----------
        parts : iterable of Slice
            In order.
        rate : float
            Learning rate.
        negative : float
            Negative examples for each example.
        crowd : float
            Weight of the examples of one word that a slice may add up.
        """
        rest = iter(parts)

        def one(part: Slice) -> tuple[Batch, torch.Tensor, torch.Tensor]:
            return self._changes(part, rate, negative, crowd)

        def add(side: int) -> None:
            whole = (self._input, self._output)[side]
            for batch, *changes in found:
                rows = torch.from_numpy((batch.inputs, batch.outputs)[side])
                whole.index_add_(0, rows.to(self._device), changes[side], alpha=-1)

        while group := list(islice(rest, _GROUP)):
            if self._pool is None:
                found = [one(part) for part in group]
                add(0)
                add(1)
            else:
                found = list(self._pool.map(one, group))
                list(self._pool.map(add, (0, 1)))

    def loss(self, parts: Sequence[Slice], negative: float) -> float:
        """Give the mean loss of some slices.

        Parameters
        ----------
        parts : sequence of Slice
            At least one.
        negative : float
            Negative examples for each example.

        Returns
        -------
        float
            Per example, its negative ones included.
        """
        total, weight = 0.0, 0.0
        for part in parts:
            _, x, y, positive, against = self._matrices(part, negative)
            total += float(loss(x, y, positive, against))
            weight += float(part.weights.sum())
        return total / weight

    def _matrices(
        self, part: Slice, negative: float
    ) -> tuple[Batch, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Count a slice; give its words' vectors, and the weights of their pairs."""
        batch = count(part, self._size, self._cut)
        x = self._input[torch.from_numpy(batch.inputs).to(self._device)]
        y = self._output[torch.from_numpy(batch.outputs).to(self._device)]
        positive = torch.from_numpy(batch.positive).to(self._device)
        drawn = torch.from_numpy(batch.drawn).to(self._device)
        return batch, x, y, positive, negative_weights(positive, drawn, batch.cut, negative)

    def _changes(
        self, part: Slice, rate: float, negative: float, crowd: float
    ) -> tuple[Batch, torch.Tensor, torch.Tensor]:
        """Give what is to be taken away from the vectors of a slice's words."""
        batch, x, y, positive, against = self._matrices(part, negative)
        by_x, by_y = gradients(x, y, positive, against)
        weight = positive + against
        scale_x = rate / (weight.sum(dim=1, keepdim=True) / crowd).clamp_(min=1)
        scale_y = rate / (weight.sum(dim=0)[:, None] / crowd).clamp_(min=1)
        return batch, by_x.mul_(scale_x), by_y.mul_(scale_y)
