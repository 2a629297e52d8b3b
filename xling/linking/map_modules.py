"""Maps as modules of sentence-transformers' own, which need no xling to be loaded."""

from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import Dense
from sentence_transformers.sentence_transformer.modules import Normalize
from torch import nn

from xling.arrays import Matrix, Vector
from xling.mapping.base import SpaceMap
from xling.mapping.linear import LinearMap
from xling.mapping.mlp import MlpMap, ResidualLayer

__all__ = ["map_modules"]


def map_modules(mapping: SpaceMap) -> list[Any] | None:
    """Write a map as dense layers and normalisations.

    A residual layer ``h + relu(h A + a) B`` becomes two: ``h`` passes the first one's ``relu`` as
    its positive and its negative part, and the second one puts the two together again.

    Parameters
    ----------
    mapping : SpaceMap
        Any.

    Returns
    -------
    list of Module or None
        Up to rounding they do the same, except to a zero row, which a map leaves alone; ``None``
        where these layers cannot.
    """
    if isinstance(mapping, LinearMap):
        return _linear(mapping)
    if isinstance(mapping, MlpMap) and not mapping.backwards:
        layers = [part for layer in mapping.layers for part in _residual(layer)]
        return [*_linear(mapping.linear), *layers]
    return None


def _linear(mapping: LinearMap) -> list[Any]:
    """Write the normalisation's steps, and the matrix."""
    made: list[Any] = []
    for step in mapping.normalization.steps:
        if step == "unit":
            made.append(Normalize())
        elif mapping.normalization.mean is not None:
            made.append(_dense(np.eye(mapping.dim_in), -mapping.normalization.mean))
    if mapping.matrix is not None:
        made.append(_dense(mapping.matrix))
    return made


def _residual(layer: ResidualLayer) -> list[Any]:
    """Write a residual layer as two dense ones."""
    whole = np.eye(layer.dim)
    into = np.hstack([whole, -whole, layer.into])
    bias = np.concatenate([np.zeros(2 * layer.dim), layer.bias])
    out = np.vstack([whole, -whole, layer.out])
    return [_dense(into, bias, nn.ReLU()), _dense(out)]


def _dense(matrix: Matrix, bias: Vector | None = None, activation: Any = None) -> Any:
    """Make a layer that multiplies rows by a matrix from the right."""
    return Dense(
        in_features=matrix.shape[0],
        out_features=matrix.shape[1],
        bias=bias is not None,
        activation_function=nn.Identity() if activation is None else activation,
        init_weight=torch.tensor(matrix.T.copy(), dtype=torch.float32),
        init_bias=None if bias is None else torch.tensor(bias, dtype=torch.float32),
    )
