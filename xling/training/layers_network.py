"""The network of `joint-layers`: an input layer for each language below shared layers."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from xling.arrays import Matrix

__all__ = ["InputLayer", "SharedLayers", "TwoSpaces"]

_SMALL = 0.01  # of the n-grams' start values: contexts alone speak first


class InputLayer(nn.Module):
    """What one language does to its own features before anything is shared.

    ``x = c C + b B`` with the context features ``c`` of a word and the mean ``b`` of the learned
    vectors of its n-grams.

    Parameters
    ----------
    contexts : ndarray, shape (k, d), float32
        ``C`` at the start; learned.
    ngrams : int
        Number of different n-grams; 0 for none.
    width : int
        Length of an n-gram's vector.
    rng : numpy Generator
        Of the start values of the n-grams.
    """

    def __init__(self, contexts: Matrix, ngrams: int, width: int, rng: np.random.Generator) -> None:
        super().__init__()
        out = contexts.shape[1]
        self.contexts = nn.Parameter(torch.from_numpy(contexts.copy()))
        self.ngrams: nn.Parameter | None = None
        self.spread: nn.Parameter | None = None
        if ngrams:
            start = rng.normal(0, 1, (ngrams, width)).astype(np.float32)
            turn = rng.normal(0, 1 / np.sqrt(out), (width, out)).astype(np.float32)
            self.ngrams = nn.Parameter(torch.from_numpy(start * np.float32(_SMALL)))
            self.spread = nn.Parameter(torch.from_numpy(turn))

    def forward(self, features: Tensor, ids: Tensor, offsets: Tensor, kept: Tensor) -> Tensor:
        """Read some words.

        Parameters
        ----------
        features : Tensor, shape (n, k), float32
            Context features.
        ids : Tensor, shape (total,), int64
            N-grams of these words, end to end.
        offsets : Tensor, shape (n,), int64
            Where each word's n-grams start.
        kept : Tensor, shape (n, 2), float32
            1 where the contexts (first column) and the n-grams (second) are read, 0 where that
            group is dropped.

        Returns
        -------
        Tensor, shape (n, d), float32
            Input of the shared layers.
        """
        made = (features * kept[:, :1]) @ self.contexts
        if self.ngrams is None or self.spread is None:
            return made
        mean = functional.embedding_bag(ids, self.ngrams, offsets, mode="mean")
        return made + (mean * kept[:, 1:]) @ self.spread


class SharedLayers(nn.Module):
    """What both languages share: residual layers, ``h + relu(h W) V``, the identity at the start.

    Parameters
    ----------
    layers : int
        How many; 0 for none.
    dim : int
        Length of a representation.
    hidden : int
        Units of each layer.
    rng : numpy Generator
        Of the start values.
    """

    def __init__(self, layers: int, dim: int, hidden: int, rng: np.random.Generator) -> None:
        super().__init__()
        into, out = [], []
        for _ in range(layers):
            start = rng.normal(0, np.sqrt(2 / dim), (dim, hidden)).astype(np.float32)
            into.append(nn.Parameter(torch.from_numpy(start)))
            out.append(nn.Parameter(torch.zeros(hidden, dim)))
        self.into, self.out = nn.ParameterList(into), nn.ParameterList(out)

    def forward(self, rows: Tensor) -> Tensor:
        """Pass rows of either language on.

        Parameters
        ----------
        rows : Tensor, shape (n, d), float32
            From an input layer.

        Returns
        -------
        Tensor, shape (n, d), float32
            Not yet of length 1.
        """
        for into, out in zip(self.into, self.out, strict=True):
            rows = rows + functional.relu(rows @ into) @ out
        return rows


class TwoSpaces(nn.Module):
    """Two input layers, the shared layers, and a decoder of each language's contexts.

    Parameters
    ----------
    inputs : pair of InputLayer
        Of the source and the target language.
    shared : SharedLayers
        Of both.
    decoders : pair of ndarray, shape (d, k), float32
        Start values of what predicts a word's context features from its representation.
    """

    def __init__(
        self,
        inputs: tuple[InputLayer, InputLayer],
        shared: SharedLayers,
        decoders: tuple[Matrix, Matrix],
    ) -> None:
        super().__init__()
        self.inputs = nn.ModuleList(inputs)
        self.shared = shared
        self.dim = decoders[0].shape[0]
        self.decoders = nn.ParameterList(
            nn.Parameter(torch.from_numpy(start.copy())) for start in decoders
        )

    def forward(
        self, side: int, features: Tensor, ids: Tensor, offsets: Tensor, kept: Tensor
    ) -> Tensor:
        """Represent some words of a language in the shared space.

        Parameters
        ----------
        side : int
            0 for the source language, 1 for the target language.
        features, ids, offsets, kept : Tensor
            See `InputLayer.forward`.

        Returns
        -------
        Tensor, shape (n, d), float32
            Of length 1; zero where nothing is known of a word.
        """
        rows = self.inputs[side](features, ids, offsets, kept)
        made: Tensor = functional.normalize(self.shared(rows), dim=1)
        return made

    def decode(self, side: int, rows: Tensor) -> Tensor:
        """Predict context features from representations.

        Parameters
        ----------
        side : int
            Of which language the contexts are.
        rows : Tensor, shape (n, d), float32
            From `forward`.

        Returns
        -------
        Tensor, shape (n, k), float32
            In the language's own feature space.
        """
        made: Tensor = rows @ self.decoders[side]
        return made
