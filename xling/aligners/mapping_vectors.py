"""The word vectors below `mapping-layers`: as they are, or learned further with the layers."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from xling.arrays import IntVector, Matrix
from xling.data.space import EmbeddingSpace
from xling.mapping.linear import Normalization

__all__ = ["WordVectors"]


class WordVectors(nn.Module):
    """A language's vectors, normalised; each may move away from where it was.

    A moved vector is ``v + |v| s`` with a shift ``s`` that starts from zero, so that the rate at
    which it learns means the same in any space. Words about which nothing is known stay so.

    Parameters
    ----------
    space : EmbeddingSpace
        As it was learned; not changed.
    normalization : Normalization
        Over the whole vocabulary; its mean stays what it is.
    tuned : bool
        Whether the vectors may move.
    words : ndarray, shape (m,), int64, optional
        Rows of the words that may, ascending; only these are copied. ``None`` for all.
    """

    def __init__(
        self,
        space: EmbeddingSpace,
        normalization: Normalization,
        *,
        tuned: bool,
        words: IntVector | None = None,
    ) -> None:
        super().__init__()
        self.space, self.normalization = space, normalization
        self.shift: nn.Parameter | None = None
        if not tuned:
            return
        self.words = np.arange(len(space)) if words is None else words
        self.rows = torch.from_numpy(space.vectors[self.words])
        self.lengths = torch.linalg.vector_norm(self.rows, dim=1, keepdim=True)
        mean = np.zeros(space.dim) if normalization.mean is None else normalization.mean
        self.mean = torch.from_numpy(mean.astype(np.float32))
        self.shift = nn.Parameter(torch.zeros_like(self.rows))

    def forward(self, words: IntVector) -> Tensor:
        """Give the normalised vectors of some words.

        Parameters
        ----------
        words : ndarray, shape (n,), int64
            Their rows in the space.

        Returns
        -------
        Tensor, shape (n, d), float32
            Gradients reach the shifts of these words alone (a sparse gradient).
        """
        if self.shift is None:
            rows: Tensor = torch.from_numpy(self.normalization.apply(self.space.vectors[words]))
            return rows
        chosen = torch.from_numpy(np.searchsorted(self.words, words))
        lengths = self.lengths[chosen]
        rows = self.rows[chosen] + lengths * functional.embedding(chosen, self.shift, sparse=True)
        for step in self.normalization.steps:
            if step == "unit":
                rows = functional.normalize(rows, dim=1)
            else:
                rows = torch.where(lengths > 0, rows - self.mean, 0.0)
        return rows

    def moved(self) -> EmbeddingSpace:
        """Give the space with the vectors where they are now.

        Returns
        -------
        EmbeddingSpace
            Of the same words; the space itself where nothing was tuned.
        """
        if self.shift is None:
            return self.space
        vectors: Matrix = self.space.vectors.copy()
        with torch.no_grad():
            vectors[self.words] = (self.rows + self.lengths * self.shift).numpy()
        vectors.flags.writeable = False  # so that it need not be copied
        return replace(self.space, vectors=vectors)
