from math import exp, log

import numpy as np
import pytest
import torch

from xling.training.skipgram_loss import Pairs, gradients, loss


def pairs(
    first: list[int],
    second: list[int],
    weights: list[float],
    *,
    shape: tuple[int, int],
    drawn: list[int],
    against: torch.Tensor,
) -> Pairs:
    """Put examples, in the order of ``first``, into the form that the kernel takes."""
    order = np.argsort(second, kind="stable")
    return Pairs(
        first=torch.tensor(first),
        second=torch.tensor(second),
        weights=torch.tensor(weights, dtype=against.dtype),
        starts=torch.from_numpy(np.searchsorted(first, np.arange(shape[0]))),
        order=torch.from_numpy(order),
        column_starts=torch.from_numpy(np.searchsorted(np.array(second)[order], range(shape[1]))),
        drawn=torch.tensor(drawn),
        against=against,
    )


def by_hand() -> tuple[torch.Tensor, torch.Tensor, Pairs]:
    """Give one word that predicts row 0 and stands, with weight 3, against row 1."""
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, 0.25], [-1.0, 0.0]])
    one = pairs([0], [0], [1.0], shape=(1, 2), drawn=[1], against=torch.tensor([[3.0]]))
    return x, y, one


def made(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, Pairs]:
    """Draw a batch in float64; rows of both sides are repeated, and some have no example."""
    random = np.random.default_rng(seed)
    first, second = np.sort(random.integers(0, 4, 12)), random.integers(0, 5, 12)
    first[first == 2] = 3
    one = pairs(
        first.tolist(),
        second.tolist(),
        random.random(12).tolist(),
        shape=(4, 6),
        drawn=[5, 1, 5],
        against=torch.from_numpy(random.random((4, 3))),
    )
    x, y = random.standard_normal((4, 3)), random.standard_normal((6, 3))
    return torch.from_numpy(x), torch.from_numpy(y), one


def test_the_loss_of_one_example_done_by_hand() -> None:
    # x y is 1 for the word to predict, -1 for the one drawn against it.
    expected = log(1 + exp(-1)) + 3 * log(1 + exp(-1))
    assert loss(*by_hand()).item() == pytest.approx(expected)


def test_the_gradients_of_one_example_done_by_hand() -> None:
    by_x, by_y = gradients(*by_hand())
    right, drawn = 1 / (1 + exp(-1)) - 1, 3 / (1 + exp(1))
    np.testing.assert_allclose(by_x, [[right * 0.5 - drawn, right * 0.25]], rtol=1e-6)
    np.testing.assert_allclose(by_y, [[right, 2 * right], [drawn, 2 * drawn]], rtol=1e-6)


def test_the_loss_is_that_of_its_formula() -> None:
    x, y, one = made()
    total = 0.0
    for i, j, weight in zip(one.first, one.second, one.weights, strict=True):
        total += weight.item() * log(1 + exp(-(x[i] @ y[j]).item()))
    for i in range(4):
        for k, row in enumerate(one.drawn):
            total += one.against[i, k].item() * log(1 + exp((x[i] @ y[row]).item()))
    assert loss(x, y, one).item() == pytest.approx(total)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_equal_those_of_autograd(seed: int) -> None:
    x, y, one = made(seed)
    by_x, by_y = gradients(x, y, one)
    x.requires_grad_(), y.requires_grad_()
    loss(x, y, one).backward()
    torch.testing.assert_close(by_x, x.grad)
    torch.testing.assert_close(by_y, y.grad)
    assert not by_y[one.second.unique()].eq(0).all(dim=1).any()


def test_gradients_equal_finite_differences() -> None:
    x, y, one = made()
    found = gradients(x, y, one)
    for part, by_part in zip((x, y), found, strict=True):
        for cell in np.ndindex(*part.shape):
            values = []
            for step in (1e-6, -2e-6):
                part[cell] += step
                values.append(loss(x, y, one).item())
            part[cell] += 1e-6
            assert (values[0] - values[1]) / 2e-6 == pytest.approx(by_part[cell].item(), abs=1e-6)


def test_arguments_are_left_as_they_are() -> None:
    x, y, one = made()
    before = [part.clone() for part in (x, y, one.weights, one.against)]
    gradients(x, y, one)
    for part, old in zip((x, y, one.weights, one.against), before, strict=True):
        assert torch.equal(part, old)
