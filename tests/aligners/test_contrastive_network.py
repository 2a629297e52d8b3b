import math

import numpy as np
import pytest
import torch

from xling.aligners.contrastive_network import ResidualNetwork, info_nce
from xling.mapping.linear import fit_normalization

DOUBLE = torch.float64


def rows(*values: list[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=DOUBLE)


def drawn(seed: int, *shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=DOUBLE, generator=generator, requires_grad=True)


def network(seed: int = 0, layers: int = 2) -> ResidualNetwork:
    """Make a network whose layers do something."""
    rng = np.random.default_rng(seed)
    made = ResidualNetwork(rng.standard_normal((5, 4)), layers, 7, rng)
    with torch.no_grad():
        for part in (*made.bias, *made.out):
            part.copy_(torch.from_numpy(rng.standard_normal(part.shape)))
    return made


def test_the_loss_of_two_queries_by_hand() -> None:
    # Scores / 0.5: [[2, 0, 1.2], [0, 2, 1.6]]; the answers are candidates 0 and 2.
    queries, candidates = rows([1, 0], [0, 1]), rows([1, 0], [0, 1], [0.6, 0.8])
    answers = torch.tensor([0, 2])
    first = math.log(1 + math.exp(-2) + math.exp(-0.8))
    second = math.log(1 + math.exp(-1.6) + math.exp(0.4))
    found = info_nce(queries, candidates, answers, temperature=0.5)
    assert found.item() == pytest.approx((first + second) / 2)
    right = torch.tensor([[True, False, False], [False, True, True]])
    found = info_nce(queries, candidates, answers, temperature=0.5, right=right)
    assert found.item() == pytest.approx((first + math.log(1 + math.exp(-1.6))) / 2)
    weights = torch.tensor([3.0, 1.0], dtype=DOUBLE)
    found = info_nce(queries, candidates, answers, temperature=0.5, weights=weights)
    assert found.item() == pytest.approx((3 * first + second) / 4)


def test_the_loss_is_log_m_where_all_are_alike() -> None:
    alike = rows([1, 0], [1, 0], [1, 0], [1, 0])
    found = info_nce(alike[:2], alike, torch.tensor([0, 1]), temperature=1)
    assert found.item() == pytest.approx(math.log(4))


def test_gradients_are_those_of_small_differences() -> None:
    answers, right = torch.tensor([1, 0, 4]), torch.zeros(3, 5, dtype=torch.bool)
    right[0, 2] = right[2, 4] = True
    weights = torch.tensor([1.0, 0.5, 0.2], dtype=DOUBLE)
    assert torch.autograd.gradcheck(
        lambda q, c: info_nce(q, c, answers, temperature=0.7, right=right, weights=weights),
        (drawn(0, 3, 4), drawn(1, 5, 4)),
    )
    made = network().double()
    given = drawn(2, 3, 5)
    assert torch.autograd.gradcheck(made, (given,))


def test_starts_as_its_matrix() -> None:
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((5, 4)).astype(np.float32)
    made, given = ResidualNetwork(matrix, 2, 7, rng), drawn(0, 6, 5).detach().float()
    torch.testing.assert_close(made(given), given @ torch.from_numpy(matrix))


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_the_map_gives_what_the_network_gives(layers: int) -> None:
    vectors = np.random.default_rng(1).standard_normal((40, 5)).astype(np.float32)
    before = fit_normalization(vectors)
    made = network(layers=layers)
    with torch.no_grad():
        expected = made(torch.from_numpy(before.apply(vectors))).numpy()
    np.testing.assert_allclose(made.as_map(before).apply(vectors), expected, atol=1e-4)


def test_dropped_units_add_nothing() -> None:
    made, given = network(layers=1), drawn(0, 6, 5).detach().float()
    torch.testing.assert_close(made(given, np.zeros((1, 7), np.float32)), given @ made.matrix)
    torch.testing.assert_close(made(given, np.ones((1, 7), np.float32)), made(given))
