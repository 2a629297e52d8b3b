"""Loss and gradients of skip-gram with negative sampling, as products of small matrices."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

__all__ = ["gradients", "loss", "negative_weights"]


def loss(
    x: "torch.Tensor", y: "torch.Tensor", positive: "torch.Tensor", negative: "torch.Tensor"
) -> "torch.Tensor":
    """Sum the logistic losses of all examples.

    ``sum_ij P_ij log(1 + exp(-x_i y_j)) + N_ij log(1 + exp(x_i y_j))``.

    Parameters
    ----------
    x : tensor, shape (u, d), float32
        Input vectors of the distinct words that predict.
    y : tensor, shape (v, d), float32
        Output vectors of the distinct words that are predicted or drawn against.
    positive : tensor, shape (u, v), float32
        Weight of each pair of words as an example.
    negative : tensor, shape (u, v), float32
        Weight of each pair of words as a negative one.

    Returns
    -------
    tensor, shape (), float32
        Not negative.
    """
    from torch.nn.functional import softplus

    scores = x @ y.T
    return (positive * softplus(-scores) + negative * softplus(scores)).sum()


def gradients(
    x: "torch.Tensor", y: "torch.Tensor", positive: "torch.Tensor", negative: "torch.Tensor"
) -> tuple["torch.Tensor", "torch.Tensor"]:
    """Give the gradients of `loss` by both sets of vectors.

    With ``G = (P + N) * sigmoid(X Y^T) - P``, they are ``G Y`` and ``G^T X``: three products of
    matrices for all examples at once, in place of one short product for each.

    Parameters
    ----------
    x, y, positive, negative : tensor
        As in `loss`.

    Returns
    -------
    tuple of tensor, shapes (u, d) and (v, d), float32
        By ``x`` and by ``y``.
    """
    slope = (x @ y.T).sigmoid_().mul_(positive + negative).sub_(positive)
    return slope @ y, slope.T @ x


def negative_weights(
    positive: "torch.Tensor", drawn: "torch.Tensor", cut: int, negative: float
) -> "torch.Tensor":
    """Spread each word's negative examples over the words that were drawn for the whole batch.

    Each example stands against ``negative`` words of its own language, in expectation over the
    draws: a word with ``n`` examples in one language gets the weight ``negative * n * c_j / k``
    for a word ``j`` drawn ``c_j`` times among the ``k`` draws of that language.

    Parameters
    ----------
    positive : tensor, shape (u, v), float32
        Weight of each pair of words as an example.
    drawn : tensor, shape (v,), float32
        How often each word was drawn.
    cut : int
        Columns before it are source words, the others target words.
    negative : float
        Negative examples for each example.

    Returns
    -------
    tensor, shape (u, v), float32
        Rows sum to ``negative`` times those of ``positive``, wherever something was drawn.
    """
    import torch

    parts = []
    for own, times in ((positive[:, :cut], drawn[:cut]), (positive[:, cut:], drawn[cut:])):
        total = times.sum().clamp(min=1)
        parts.append(torch.outer(own.sum(dim=1), times * (negative / total)))
    return torch.cat(parts, dim=1)
