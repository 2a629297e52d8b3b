from math import exp, log

import numpy as np
import pytest
import torch

from xling.training.skipgram_loss import gradients, loss, negative_weights


def made(u: int = 4, v: int = 5, d: int = 3, seed: int = 0) -> list[torch.Tensor]:
    """Draw vectors and weights, in float64 so that differences are exact enough."""
    random = torch.Generator().manual_seed(seed)
    shapes = ((u, d), (v, d), (u, v), (u, v))
    parts = [torch.randn(shape, generator=random, dtype=torch.float64) for shape in shapes]
    return [*parts[:2], parts[2].abs(), parts[3].abs()]


def test_the_loss_of_one_example_done_by_hand() -> None:
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, 0.25], [-1.0, 0.0]])
    # x y is 1 for the word to predict, -1 for the one drawn against it, of weight 3.
    found = loss(x, y, torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 3.0]]))
    assert found.item() == pytest.approx(log(1 + exp(-1)) + 3 * log(1 + exp(-1)))


def test_the_gradients_of_one_example_done_by_hand() -> None:
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, 0.25], [-1.0, 0.0]])
    by_x, by_y = gradients(x, y, torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 3.0]]))
    wrong, drawn = 1 / (1 + exp(-1)) - 1, 3 / (1 + exp(1))
    np.testing.assert_allclose(by_x, [[wrong * 0.5 - drawn, wrong * 0.25]], rtol=1e-6)
    np.testing.assert_allclose(by_y, [[wrong, 2 * wrong], [drawn, 2 * drawn]], rtol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_equal_those_of_autograd(seed: int) -> None:
    x, y, positive, negative = made(seed=seed)
    by_x, by_y = gradients(x, y, positive, negative)
    x.requires_grad_(), y.requires_grad_()
    loss(x, y, positive, negative).backward()
    torch.testing.assert_close(by_x, x.grad)
    torch.testing.assert_close(by_y, y.grad)


def test_gradients_equal_finite_differences() -> None:
    x, y, positive, negative = made()
    found = gradients(x, y, positive, negative)
    for part, by_part in zip((x, y), found, strict=True):
        for cell in np.ndindex(*part.shape):
            values = []
            for step in (1e-6, -2e-6):
                part[cell] += step
                values.append(loss(x, y, positive, negative).item())
            part[cell] += 1e-6
            assert (values[0] - values[1]) / 2e-6 == pytest.approx(by_part[cell].item(), abs=1e-6)


def test_arguments_are_left_as_they_are() -> None:
    parts = made()
    before = [part.clone() for part in parts]
    gradients(*parts)
    negative_weights(parts[2], torch.ones(5, dtype=torch.float64), 2, 5)
    for part, old in zip(parts, before, strict=True):
        assert torch.equal(part, old)


def test_negatives_are_of_the_language_of_the_word_to_predict() -> None:
    positive = torch.tensor([[2.0, 0.0, 0.0, 1.0], [0.0, 0.0, 4.0, 0.0]])
    drawn = torch.tensor([1.0, 3.0, 0.0, 2.0])  # four draws of source words, two of target words
    found = negative_weights(positive, drawn, 2, 5)
    expected = [[5 * 2 / 4, 5 * 2 * 3 / 4, 0, 5 * 1], [0, 0, 0, 5 * 4]]
    assert found.tolist() == expected
    np.testing.assert_allclose(found.sum(dim=1), 5 * positive.sum(dim=1))


def test_a_language_without_draws_has_no_negatives() -> None:
    found = negative_weights(torch.ones(1, 3), torch.tensor([0.0, 2.0, 1.0]), 1, 3)
    assert found.tolist() == [[0, 4, 2]]
