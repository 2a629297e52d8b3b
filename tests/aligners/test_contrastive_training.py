import tracemalloc

import numpy as np
import pytest
import torch

from xling.aligners import contrastive_training
from xling.aligners.contrastive_network import ResidualNetwork, info_nce
from xling.aligners.contrastive_training import Training, WordPairs, reciprocal_rank
from xling.arrays import unit_rows
from xling.errors import NonFiniteError
from xling.retrieval.criteria import mean_similarity


def space(count: int, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, 4)).astype(np.float32)
    return unit_rows(made)


def pairs_of(*rows: tuple[int, int]) -> WordPairs:
    a, b = np.array(rows).T
    return WordPairs(rows=(a, b), weights=np.ones(len(rows)))


def training(**changes) -> Training:
    rng = np.random.default_rng(0)
    given = {
        "networks": (ResidualNetwork(np.eye(4), 1, 6, rng), None),
        "spaces": (space(12, 1), space(10, 2)),
        "pairs": pairs_of((0, 0), (1, 1), (2, 2), (3, 3), (4, 4)),
        "gold": pairs_of((0, 0), (0, 1), (1, 1), (2, 2), (3, 3), (4, 4)),
        "temperature": 0.2,
        "dropout": 0.0,
        "batch": 2,
        "negatives": 0,
    } | changes
    return Training(**given)


def test_the_loss_is_that_of_both_directions() -> None:
    made = training(gold=training().pairs)
    x, y = (torch.from_numpy(made.mapped(side)) for side in (0, 1))
    none = (np.zeros((5, 0), np.int64), np.zeros((5, 0), np.int64))
    chosen = np.array([3, 1])
    found = made.loss(chosen, none, np.random.default_rng(0))
    answers = torch.arange(2)
    forth = info_nce(x[chosen], y[chosen], answers, temperature=0.2)
    back = info_nce(y[chosen], x[chosen], answers, temperature=0.2)
    assert found.item() == pytest.approx(((forth + back) / 2).item(), abs=1e-6)


def test_hard_negatives_are_contrasted_with_and_right_answers_are_not() -> None:
    made = training()
    x, y = (torch.from_numpy(made.mapped(side)) for side in (0, 1))
    hard = (np.full((5, 1), 7), np.full((5, 1), 0))
    chosen = np.array([0, 1])  # word 0 is also translated by 1
    found = made.loss(chosen, hard, np.random.default_rng(0))
    forth = info_nce(
        x[[0, 1]],
        y[[0, 1, 7]],
        torch.tensor([0, 1]),
        temperature=0.2,
        right=torch.tensor([[True, True, False], [False, True, False]]),
    )
    back = info_nce(
        y[[0, 1]],
        x[[0, 1]],
        torch.tensor([0, 1]),
        temperature=0.2,
        right=torch.tensor([[True, False], [True, True]]),
    )
    assert found.item() == pytest.approx(((forth + back) / 2).item(), abs=1e-6)


def test_an_epoch_visits_every_pair_and_goes_down() -> None:
    made = training(negatives=3, dropout=0.3)
    optimizer = torch.optim.Adam(made.networks[0].parameters(), lr=0.02)
    sizes = []

    def step(loss: torch.Tensor) -> None:
        sizes.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    rng = np.random.default_rng(0)
    losses = [made.epoch(step, rng, number) for number in range(30)]
    assert len(sizes) == 30 * 3
    assert losses[-1] < losses[0] / 2


def test_a_loss_that_is_no_number_stops() -> None:
    made = training()
    with torch.no_grad():
        made.networks[0].matrix.fill_(float("nan"))
    with pytest.raises(NonFiniteError, match="in epoch 7"):
        made.epoch(float, np.random.default_rng(0), 7)
    with pytest.raises(NonFiniteError, match="a mapped vector is NaN"):
        made.mapped(0)


def test_reciprocal_rank_against_a_loop() -> None:
    x, y = space(12, 1), space(10, 2)
    pairs = pairs_of((0, 3), (0, 7), (5, 2), (11, 9))
    means = mean_similarity(y, x)
    expected = []
    for row, golds in ((0, (3, 7)), (5, (2,)), (11, (9,))):
        scores = 2 * y @ x[row] - means
        expected.append(max(1 / (1 + np.sum(scores > scores[gold])) for gold in golds))
    assert reciprocal_rank((x, y), pairs) == pytest.approx(np.mean(expected))
    assert reciprocal_rank((x, x), pairs_of(*((i, i) for i in range(12)))) == 1


def test_words_are_looked_up_in_blocks(monkeypatch) -> None:
    x, y = space(600, 1), space(600, 2)
    pairs = pairs_of(*((i % 590, i) for i in range(600)))
    whole = reciprocal_rank((x, y), pairs)
    monkeypatch.setattr(contrastive_training, "_SCORES", 600 * 7)
    assert reciprocal_rank((x, y), pairs) == pytest.approx(whole)
    x, y = space(6000, 1), space(6000, 2)
    pairs = pairs_of(*((i, i) for i in range(2000)))
    tracemalloc.start()
    reciprocal_rank((x, y), pairs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2000 * 6000 * 4 / 4
