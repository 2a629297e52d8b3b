"""The network of `contrastive`: a matrix below residual layers, and the loss that trains it."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from xling.arrays import Matrix, Vector
from xling.mapping.linear import LinearMap, Normalization
from xling.mapping.mlp import MlpMap, ResidualLayer

__all__ = ["ResidualNetwork", "info_nce"]


def info_nce(
    queries: Tensor,
    candidates: Tensor,
    answers: Tensor,
    *,
    temperature: float,
    right: Tensor | None = None,
    weights: Tensor | None = None,
    margin: float = 0.0,
) -> Tensor:
    """Ask each query for its answer among all candidates.

    With ``s_ij = q_i . c_j / temperature``, the weighted mean over ``i`` of
    ``-log softmax_j(s_ij)[answer_i]``.

    Parameters
    ----------
    queries : Tensor, shape (n, d), float32 or float64
        Of length 1.
    candidates : Tensor, shape (m, d)
        Of length 1: the batch's own answers and harder wrong ones.
    answers : Tensor, shape (n,), int64
        The right candidate of each query.
    temperature : float
        Above 0, dimensionless; the smaller, the more the nearest wrong candidates count.
    right : Tensor, shape (n, m), bool, optional
        Candidates that are right answers too: they don't count as wrong. The answer itself may
        be among them.
    weights : Tensor, shape (n,), optional
        Of each query; ``None`` weighs all alike.
    margin : float
        Taken from the answer's cosine: by so much it has to be above the others'.

    Returns
    -------
    Tensor, scalar
        ``log m`` where all candidates are alike and there is no margin.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Representation learning with contrastive predictive
    coding.
    """
    scores = queries @ candidates.T / temperature
    if right is not None:
        own = functional.one_hot(answers, len(candidates)).bool()
        scores = scores.masked_fill(right & ~own, float("-inf"))
    if margin:
        taken = functional.one_hot(answers, len(candidates)) * (margin / temperature)
        scores = scores - taken
    losses = functional.cross_entropy(scores, answers, reduction="none")
    if weights is None:
        return losses.mean()
    return (losses * weights).sum() / weights.sum()


class ResidualNetwork(nn.Module):
    """``h = x W``, then ``h + relu(h A + a) B`` for each layer; at the start ``x W``.

    Parameters
    ----------
    matrix : ndarray, shape (d, e), float32
        ``W`` at the start.
    layers, hidden : int
        How many residual layers, and the units of each.
    rng : numpy Generator
        Of the start values of ``A``; ``B`` and ``a`` start from zero.
    """

    def __init__(self, matrix: Matrix, layers: int, hidden: int, rng: np.random.Generator) -> None:
        super().__init__()
        dim = matrix.shape[1]
        self.matrix = nn.Parameter(torch.from_numpy(matrix.astype(np.float32)))
        into, bias, out = [], [], []
        for _ in range(layers):
            start = rng.normal(0, np.sqrt(1 / dim), (dim, hidden)).astype(np.float32)
            into.append(nn.Parameter(torch.from_numpy(start)))
            bias.append(nn.Parameter(torch.zeros(hidden)))
            out.append(nn.Parameter(torch.zeros(hidden, dim)))
        self.into, self.bias, self.out = map(nn.ParameterList, (into, bias, out))

    def forward(self, rows: Tensor, kept: Vector | None = None) -> Tensor:
        """Map rows.

        Parameters
        ----------
        rows : Tensor, shape (n, d), float32
            Normalised.
        kept : ndarray, shape (layers, hidden), float32, optional
            What each hidden unit is multiplied with, for dropout; ``None`` keeps all as they are.

        Returns
        -------
        Tensor, shape (n, e), float32
            Not of length 1.
        """
        made = rows @ self.matrix
        for number, (into, bias, out) in enumerate(
            zip(self.into, self.bias, self.out, strict=True)
        ):
            units = functional.relu(made @ into + bias)
            if kept is not None:
                units = units * torch.from_numpy(kept[number])
            made = made + units @ out
        return made

    def as_map(self, normalization: Normalization) -> MlpMap:
        """Write the network down as a map that needs no torch.

        Parameters
        ----------
        normalization : Normalization
            Of the space whose rows the network was given.

        Returns
        -------
        MlpMap
            Gives for a row what `forward` gives for the normalised row.
        """
        parts = [
            tuple(part.detach().cpu().numpy() for part in layer)
            for layer in zip(self.into, self.bias, self.out, strict=True)
        ]
        return MlpMap(
            linear=LinearMap(
                dim_in=self.matrix.shape[0],
                normalization=normalization,
                matrix=self.matrix.detach().cpu().numpy(),
            ),
            layers=tuple(ResidualLayer(into=into, bias=bias, out=out) for into, bias, out in parts),
        )
