"""The vectors of a skip-gram model, and the steps that change them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import numpy as np
import torch

from xling.arrays import IntVector, Matrix
from xling.training.skipgram_batches import Batch, Slice, arrange
from xling.training.skipgram_loss import Pairs, gradients, loss

__all__ = ["Vectors", "single_threaded"]

_TENSORS = ("input", "output", "input_squares", "output_squares")
_TINY = 1e-20  # keeps a row without any gradient from being divided by zero
_GROUP = 2  # batches whose gradients are taken at the same vectors, whatever the threads


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

    The gradients of a few batches are taken at the same vectors, side by side, and then followed
    in order: the result does not depend on the number of threads. A row's step is its gradient
    divided by the root of its summed mean squares so far (AdaGrad with one rate for each row), so
    that rare words take long steps, and a word with many examples in a batch no longer ones.

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

    References
    ----------
    Duchi, Hazan and Singer (2011), Adaptive subgradient methods for online learning and
    stochastic optimization.
    """

    def __init__(self, *, size: int, cut: int, dim: int, seed: int, device: torch.device) -> None:
        start = np.random.default_rng(seed).random((size, dim), dtype=np.float32)
        self._size, self._cut, self._device = size, cut, device
        self._input = torch.from_numpy((start - 0.5) / dim).to(device)
        self._output = torch.zeros((size, dim), device=device)
        self._input_squares, self._output_squares = torch.zeros((2, size, 1), device=device)
        self._pool: Executor | None = None

    def tensors(self) -> dict[str, Matrix]:
        """Give a copy of all that steps change.

        Returns
        -------
        dict of str to ndarray, float32
            ``"input"`` and ``"output"``, shape (size, dim); ``"input_squares"`` and
            ``"output_squares"``, shape (size, 1).
        """
        return {name: getattr(self, f"_{name}").cpu().numpy().copy() for name in _TENSORS}

    def restore(self, tensors: Mapping[str, Matrix]) -> None:
        """Take up what `tensors` gave.

        Parameters
        ----------
        tensors : mapping of str to ndarray
            Of vectors of the same size.
        """
        for name in _TENSORS:
            setattr(self, f"_{name}", torch.from_numpy(np.array(tensors[name])).to(self._device))

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

    def step(self, parts: Iterable[Slice], *, rate: float, negative: float) -> None:
        """Follow the gradients of some slices.

        Parameters
        ----------
        parts : iterable of Slice
            In order.
        rate : float
            Root mean square of a row's first step.
        negative : float
            Negative examples for each example.
        """
        rest = iter(parts)

        def one(part: Slice) -> tuple[Batch, tuple[torch.Tensor, torch.Tensor]]:
            batch, x, y, pairs = self._ready(part, negative)
            return batch, gradients(x, y, pairs)

        def follow(side: int) -> None:
            for batch, changes in found:
                rows = self._here((batch.inputs, batch.outputs)[side])
                self._descend(side, rows, changes[side], rate)

        run = map if self._pool is None else self._pool.map
        while group := list(islice(rest, _GROUP)):
            found = list(run(one, group))
            list(run(follow, (0, 1)))

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
            _, x, y, pairs = self._ready(part, negative)
            total += float(loss(x, y, pairs))
            weight += float(part.weights.sum())
        return total / weight

    def _ready(
        self, part: Slice, negative: float
    ) -> tuple[Batch, torch.Tensor, torch.Tensor, Pairs]:
        """Arrange a slice; give its words' vectors and their pairs.

        Each example stands against ``negative`` words of the language of the word to predict, in
        expectation: the examples' weight is spread over the draws of that language.
        """
        batch = arrange(part, self._size, self._cut)
        x = self._input.index_select(0, self._here(batch.inputs))
        y = self._output.index_select(0, self._here(batch.outputs))
        each = len(batch.drawn) // 2
        against = np.repeat(batch.against * np.float32(negative / each), each, axis=1)
        names = ("first", "second", "weights", "starts", "order", "column_starts", "drawn")
        tensors = {name: self._here(getattr(batch, name)) for name in names}
        return batch, x, y, Pairs(**tensors, against=self._here(against))

    def _here(self, values: IntVector | Matrix) -> torch.Tensor:
        """Bring an array to the device."""
        return torch.from_numpy(values).to(self._device)

    def _descend(self, side: int, rows: torch.Tensor, slope: torch.Tensor, rate: float) -> None:
        """Move distinct rows against their gradients."""
        whole = (self._input, self._output)[side]
        squares = (self._input_squares, self._output_squares)[side]
        mean = torch.linalg.vector_norm(slope, dim=1, keepdim=True).square_().div_(slope.shape[1])
        summed = squares.index_select(0, rows).add_(mean)
        squares.index_copy_(0, rows, summed)
        whole.index_add_(0, rows, slope.mul_(summed.add_(_TINY).rsqrt_()), alpha=-rate)
