"""The parts of a student's loss, against formulas."""

import math

import pytest
import torch
from torch.nn import functional

from xling.errors import NonFiniteError
from xling.students.objective import StudentObjective, distance, ranking_loss
from xling.students.settings import StudentSettings


def unit(rows: int, seed: int = 0) -> torch.Tensor:
    made = torch.randn((rows, 5), generator=torch.Generator().manual_seed(seed))
    return functional.normalize(made, dim=1)


def test_distance_is_one_less_the_cosine():
    one, other = unit(4), unit(4, 1)
    assert distance(one, other).item() == pytest.approx(1 - (one * other).sum(1).mean().item())
    assert distance(one, one).item() == 0


def test_ranking_both_ways_against_a_loop():
    one, other = unit(4), unit(4, 1)
    scores = (one @ other.T / 0.1).tolist()
    total = 0.0
    for i in range(4):
        total -= math.log(math.exp(scores[i][i]) / sum(math.exp(s) for s in scores[i]))
        column = [row[i] for row in scores]
        total -= math.log(math.exp(scores[i][i]) / sum(math.exp(s) for s in column))
    assert ranking_loss(one, other, 0.1).item() == pytest.approx(total / 8, rel=1e-5)


def test_equal_sentences_are_no_wrong_answers():
    one, other = unit(3), unit(3, 1)
    twice = torch.cat([one, one[:1]]), torch.cat([other, other[:1]])
    alone = ranking_loss(one, other, 0.1)
    again = ranking_loss(*twice, 0.1)
    rows = torch.tensor([0, 1, 2, 0])
    assert again.item() < alone.item() + 1.0
    scores = twice[0] @ twice[1].T / 0.1
    mask = torch.zeros(4, 4, dtype=torch.bool)
    mask[0, 3] = mask[3, 0] = True
    wanted = scores.masked_fill(mask, float("-inf"))
    answers = torch.arange(4)
    loss = (
        functional.cross_entropy(wanted, answers) + functional.cross_entropy(wanted.T, answers)
    ) / 2
    assert again.item() == pytest.approx(loss.item(), rel=1e-5)
    assert len(rows) == 4


def test_all_parts_reach_the_network_and_nan_stops(teacher):
    model = teacher.model
    features = [
        model.preprocess(["a dog sees milk", "the cat"]),
        model.preprocess(["ein hund", "die"]),
    ]
    labels = functional.normalize(
        torch.randn(2, 32, generator=torch.Generator().manual_seed(0)), dim=1
    )
    values = {}
    for part in ("distil", "ranking", "masked"):
        weights = dict.fromkeys(("distil", "ranking", "masked"), 0.0) | {part: 1.0}
        objective = StudentObjective(model, StudentSettings(masked_share=0.5, **weights))
        objective.train()
        loss = objective(features, labels)
        loss.backward()
        table = model.transformers_model.get_input_embeddings().weight
        assert table.grad.abs().sum() > 0
        model.zero_grad()
        values[part] = loss.item()
    model.eval()
    assert len(set(values.values())) == 3
    assert objective.get_config_dict()["masked"] == 1.0
    with pytest.raises(NonFiniteError, match="the loss is nan"):
        StudentObjective(model, StudentSettings())(features, labels * torch.nan)
