"""Batches of sentence pairs of about one length: little of them is padding."""

from collections.abc import Iterator

import numpy as np
from sentence_transformers.base.sampler import DefaultBatchSampler

from xling.arrays import IntVector

__all__ = ["ByLength", "batches_by_length"]

_POOL = 50  # batches whose pairs are put in order of length together


def batches_by_length(lengths: IntVector, size: int, rng: np.random.Generator) -> list[IntVector]:
    """Cut pairs into batches: at random, but those of a batch are about as long.

    Parameters
    ----------
    lengths : ndarray, shape (n,), int
        Of each pair.
    size : int
        Pairs of a batch; what is left over stands in one of fewer.
    rng : numpy.random.Generator
        Decides which pairs are put in order together, and the order of the batches.

    Returns
    -------
    list of ndarray of int
        Each pair once.
    """
    order = rng.permutation(len(lengths))
    made: list[IntVector] = []
    for start in range(0, len(order), _POOL * size):
        pool = order[start : start + _POOL * size]
        ranked = pool[np.argsort(lengths[pool], kind="stable")]
        made += [ranked[at : at + size] for at in range(0, len(ranked), size)]
    return [made[at] for at in rng.permutation(len(made))]


class ByLength(DefaultBatchSampler):  # type: ignore[misc, unused-ignore]
    """Asked by ``SentenceTransformerTrainer`` once an epoch.

    Parameters
    ----------
    lengths : ndarray, shape (n,), int
        Of each pair, in the order of the trainer's data.
    size : int
        Pairs of a batch.
    seed : int
        With the number of the epoch, it decides all: a run that goes on sees the same batches.
    parts : int
        Each batch comes in so many parts, one after another, where memory is short: the pairs of
        a step stay the same. Of a batch with fewer pairs, some come twice.
    """

    def __init__(self, lengths: IntVector, size: int, seed: int, parts: int = 1) -> None:
        super().__init__(range(len(lengths)), batch_size=size, drop_last=False)
        self._lengths, self._seed, self._parts = lengths, seed, parts

    def __len__(self) -> int:
        return super().__len__() * self._parts

    def __iter__(self) -> Iterator[list[int]]:
        rng = np.random.default_rng([self._seed, 17, self.epoch])
        for batch in batches_by_length(self._lengths, self.batch_size, rng):
            whole = np.resize(batch, max(len(batch), self._parts))
            for part in np.array_split(whole, self._parts):
                yield part.tolist()
