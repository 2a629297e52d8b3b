"""Loss and gradients of skip-gram with negative sampling, for all examples of a batch at once."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

__all__ = ["Pairs", "gradients", "loss"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Which rows of a batch predict which, and which they stand against.

    Parameters
    ----------
    first : tensor, shape (m,), int64
        Row of ``x`` that predicts, for each example; ascending.
    second : tensor, shape (m,), int64
        Row of ``y`` that is predicted.
    weights : tensor, shape (m,), float
        Of each example.
    starts : tensor, shape (u,), int64
        Number of the first example of each row of ``x``.
    order : tensor, shape (m,), int64
        The examples in the order of ``second``.
    column_starts : tensor, shape (v,), int64
        Where each row of ``y`` begins in that order.
    drawn : tensor, shape (k,), int64
        Rows of ``y`` that were drawn for the whole batch, with repetitions.
    against : tensor, shape (u, k), float
        Weight of each draw as a negative example of each row of ``x``.
    """

    first: "torch.Tensor" = field(repr=False)
    second: "torch.Tensor" = field(repr=False)
    weights: "torch.Tensor" = field(repr=False)
    starts: "torch.Tensor" = field(repr=False)
    order: "torch.Tensor" = field(repr=False)
    column_starts: "torch.Tensor" = field(repr=False)
    drawn: "torch.Tensor" = field(repr=False)
    against: "torch.Tensor" = field(repr=False)


def loss(x: "torch.Tensor", y: "torch.Tensor", pairs: Pairs) -> "torch.Tensor":
    """Sum the logistic losses of all examples.

    ``sum_e w_e log(1 + exp(-x_i y_j)) + sum_ik a_ik log(1 + exp(x_i y_k))``, over the examples
    ``e`` from ``i`` to ``j`` and the draws ``k``.

    Parameters
    ----------
    x : tensor, shape (u, d), float
        Input vectors of the distinct words that predict.
    y : tensor, shape (v, d), float
        Output vectors of the distinct words that are predicted or drawn.
    pairs : Pairs
        Over their rows.

    Returns
    -------
    tensor, shape (), float
        Not negative.
    """
    from torch.nn.functional import softplus

    right = (x[pairs.first] * y[pairs.second]).sum(dim=1)
    wrong = x @ y[pairs.drawn].T
    return (pairs.weights * softplus(-right)).sum() + (pairs.against * softplus(wrong)).sum()


def gradients(
    x: "torch.Tensor", y: "torch.Tensor", pairs: Pairs
) -> tuple["torch.Tensor", "torch.Tensor"]:
    """Give the gradients of `loss` by both sets of vectors.

    An example adds ``-w sigmoid(-x_i y_j) y_j`` to the gradient of ``x_i``, and the same with
    ``x_i`` to that of ``y_j``: sums of weighted rows, a sparse matrix times a dense one. The
    draws are shared by all examples, so that they are three products of small dense matrices.

    Parameters
    ----------
    x, y, pairs
        As in `loss`; they are not changed.

    Returns
    -------
    tuple of tensor, shapes (u, d) and (v, d), float
        By ``x`` and by ``y``.
    """
    from torch.nn.functional import embedding_bag

    products = x.index_select(0, pairs.first).mul_(y.index_select(0, pairs.second))
    right = products.sum(dim=1)
    slope = right.neg_().sigmoid_().mul_(pairs.weights).neg_()
    negatives = y.index_select(0, pairs.drawn)
    wrong = (x @ negatives.T).sigmoid_().mul_(pairs.against)
    by_x = embedding_bag(
        pairs.second, y, pairs.starts, mode="sum", per_sample_weights=slope
    ).addmm_(wrong, negatives)
    by_y = embedding_bag(
        pairs.first.index_select(0, pairs.order),
        x,
        pairs.column_starts,
        mode="sum",
        per_sample_weights=slope.index_select(0, pairs.order),
    ).index_add_(0, pairs.drawn, wrong.T @ x)
    return by_x, by_y
