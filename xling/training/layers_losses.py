"""The losses of `joint-layers`, each a pure function of representations."""

from torch import Tensor, arange, eye, logsumexp
from torch.nn import functional

__all__ = ["contrastive", "cycle", "orthogonality", "reconstruction"]


def contrastive(
    source: Tensor,
    target: Tensor,
    *,
    temperature: float,
    same: Tensor | None = None,
    both_ways: bool = True,
) -> Tensor:
    """Ask each row for its own match among all of the batch (InfoNCE).

    With ``s_ij = x_i . y_j / temperature``, the mean over ``i`` of
    ``-log softmax_j(s_ij)[i]`` and, both ways, of ``-log softmax_j(s_ji)[i]``, halved.

    Parameters
    ----------
    source, target : Tensor, shape (n, d), float32 or float64
        Row ``i`` of one matches row ``i`` of the other; of length 1.
    temperature : float
        Above 0, dimensionless; the smaller, the more the nearest wrong rows count.
    same : Tensor, shape (n, n), bool, optional
        Pairs of rows that are equal sentences: they don't count as wrong. The diagonal is
        ignored.
    both_ways : bool
        Whether the rows of the target ask for those of the source, too.

    Returns
    -------
    Tensor, scalar
        ``log n`` where all rows are alike.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Representation learning with contrastive predictive
    coding.
    """
    scores = source @ target.T / temperature
    if same is not None:
        others = same & ~eye(len(scores), dtype=same.dtype, device=same.device)
        scores = scores.masked_fill(others, float("-inf"))
    places = arange(len(scores), device=scores.device)
    forth = functional.cross_entropy(scores, places)
    if not both_ways:
        return forth
    back = functional.cross_entropy(scores.T, places)
    return (forth + back) / 2


def reconstruction(predicted: Tensor, features: Tensor) -> Tensor:
    """Measure how far predicted contexts point away from the real ones.

    The mean of ``1 - cos(p_i, c_i)``.

    Parameters
    ----------
    predicted : Tensor, shape (n, d)
        Decoded from the shared representations.
    features : Tensor, shape (n, d)
        The words' own context features.

    Returns
    -------
    Tensor, scalar
        From 0 to 2.
    """
    return (1 - functional.cosine_similarity(predicted, features, dim=1)).mean()


def cycle(source: Tensor, target: Tensor, *, temperature: float) -> Tensor:
    """Ask each word to come back to itself after a look-up there and a look-up back.

    With ``A = softmax_rows(X Y' / temperature)`` and ``B = softmax_rows(Y X' / temperature)``,
    the mean of ``-log (A B)_ii``. The rows need not match: every source word walks through all
    target words of the batch.

    Parameters
    ----------
    source : Tensor, shape (n, d)
        Words of one language, of length 1.
    target : Tensor, shape (m, d)
        Words of the other one, of length 1.
    temperature : float
        Above 0, dimensionless.

    Returns
    -------
    Tensor, scalar
        0 where every walk ends where it began; ``log n`` where all rows are alike.
    """
    scores = source @ target.T / temperature
    there = functional.log_softmax(scores, dim=1)
    back = functional.log_softmax(scores.T, dim=1)
    return -logsumexp(there + back.T, dim=1).mean()


def orthogonality(weight: Tensor) -> Tensor:
    """Measure how far a layer is from keeping lengths and angles.

    ``||W' W - I||_F^2 / d`` for ``W`` with at least as many rows as columns, else of its
    transpose.

    Parameters
    ----------
    weight : Tensor, shape (n, m)
        Of a layer without a bias.

    Returns
    -------
    Tensor, scalar
        0 for a rotation.
    """
    tall = weight if weight.shape[0] >= weight.shape[1] else weight.T
    gram = tall.T @ tall
    return (gram - eye(len(gram), dtype=gram.dtype, device=gram.device)).square().sum() / len(gram)
