import math

import pytest
import torch

from xling.training.layers_losses import contrastive, cycle, orthogonality, reconstruction

DOUBLE = torch.float64


def rows(*values: list[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=DOUBLE)


def random_rows(seed: int, *shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=DOUBLE, generator=generator, requires_grad=True)


def test_contrastive_of_two_pairs_by_hand() -> None:
    # Scores / 0.5: [[2, 0], [1.2, 1.6]].
    source, target = rows([1, 0], [0.6, 0.8]), rows([1, 0], [0, 1])
    forth = math.log(1 + math.exp(0 - 2)) + math.log(1 + math.exp(1.2 - 1.6))
    back = math.log(1 + math.exp(1.2 - 2)) + math.log(1 + math.exp(0 - 1.6))
    found = contrastive(source, target, temperature=0.5)
    assert found.item() == pytest.approx((forth / 2 + back / 2) / 2)
    assert contrastive(target, source, temperature=0.5).item() == pytest.approx(found.item())
    one, other = (
        contrastive(a, b, temperature=0.5, both_ways=False).item()
        for a, b in ((source, target), (target, source))
    )
    assert (one + other) / 2 == pytest.approx(found.item())
    assert one != pytest.approx(other)


def test_contrastive_is_log_n_where_all_are_alike_and_falls_to_zero() -> None:
    alike = rows([1, 0], [1, 0], [1, 0])
    assert contrastive(alike, alike, temperature=1).item() == pytest.approx(math.log(3))
    apart = torch.eye(3, dtype=DOUBLE)
    assert contrastive(apart, apart, temperature=0.01).item() == pytest.approx(0, abs=1e-9)
    assert contrastive(apart, apart.roll(1, 0), temperature=0.01).item() > 50


def test_equal_sentences_are_not_told_apart() -> None:
    alike = rows([1, 0], [1, 0], [0, 1])
    same = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    found = contrastive(alike, alike, temperature=1, same=same)
    assert found.item() == pytest.approx(
        (2 * math.log(1 + math.exp(-1)) + math.log(1 + 2 * math.exp(-1))) / 3
    )
    assert found < contrastive(alike, alike, temperature=1)


def test_reconstruction_by_hand() -> None:
    found = reconstruction(rows([2, 0], [0, 3], [1, 1]), rows([1, 0], [0, -1], [1, 0]))
    assert found.item() == pytest.approx((0 + 2 + (1 - math.sqrt(0.5))) / 3)


def test_cycle_by_hand() -> None:
    # Scores [[1, 0], [0, 0]]: A = [[a, 1 - a], [.5, .5]], B = its like by columns.
    source, target = rows([1, 0], [0, 0]), rows([1, 0], [0, 1])
    a = math.e / (math.e + 1)
    ways = (a * a + (1 - a) * 0.5, 0.5 * (1 - a) + 0.5 * 0.5)
    expected = -(math.log(ways[0]) + math.log(ways[1])) / 2
    assert cycle(source, target, temperature=1).item() == pytest.approx(expected)


def test_cycle_needs_no_matches_and_is_zero_if_each_walk_returns() -> None:
    points = torch.eye(3, dtype=DOUBLE)
    assert cycle(points, points[[2, 0, 1]], temperature=0.02).item() == pytest.approx(0, abs=1e-9)
    alike = rows([1, 0], [1, 0], [1, 0])
    assert cycle(alike, alike[:2], temperature=1).item() == pytest.approx(math.log(3))


@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0])
def test_orthogonality_of_rotations_is_zero(angle: float) -> None:
    c, s = math.cos(angle), math.sin(angle)
    assert orthogonality(rows([c, -s], [s, c])).item() == pytest.approx(0, abs=1e-12)


def test_orthogonality_by_hand() -> None:
    # W'W - I = [[3, 0], [0, -0.75]].
    assert orthogonality(rows([2, 0], [0, 0.5])).item() == pytest.approx((9 + 0.5625) / 2)
    wide = rows([1, 0, 0], [0, 1, 0])
    assert orthogonality(wide).item() == orthogonality(wide.T).item() == 0


def test_gradients_are_those_of_small_differences() -> None:
    x, y = random_rows(0, 4, 3), random_rows(1, 4, 3)
    same = torch.zeros(4, 4, dtype=torch.bool)
    same[0, 2] = same[2, 0] = True
    check = torch.autograd.gradcheck
    assert check(lambda a, b: contrastive(a, b, temperature=0.7, same=same), (x, y))
    assert check(lambda a, b: cycle(a, b[:3], temperature=0.7), (x, y))
    assert check(reconstruction, (x, y))
    assert check(orthogonality, (random_rows(2, 3, 3),))


def test_the_gradient_of_the_contrast_by_hand() -> None:
    # d/dx_i of the row part: (sum_j p_ij y_j - y_i) / (n t), and of the column part likewise.
    x, y = random_rows(3, 3, 2), random_rows(4, 3, 2)
    contrastive(x, y, temperature=0.5).backward()
    with torch.no_grad():
        scores = x @ y.T / 0.5
        forth, back = scores.softmax(1), scores.softmax(0)
        eye = torch.eye(3, dtype=DOUBLE)
        expected = ((forth - eye) + (back - eye)) @ y / (2 * 3 * 0.5)
    torch.testing.assert_close(x.grad, expected)
