"""The parts of a student's loss, against formulas."""

import math
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional

from xling.errors import ConfigError, NonFiniteError
from xling.students import objective
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
    one, other = unit(4), unit(4, 1)
    same = torch.eye(4, dtype=torch.bool)
    same[0, 3] = same[3, 0] = True
    total = 0.0
    for scores in ((one @ other.T / 0.1).tolist(), (other @ one.T / 0.1).tolist()):
        for i in range(4):
            asked = [j for j in range(4) if j == i or not same[i, j]]
            total -= math.log(math.exp(scores[i][i]) / sum(math.exp(scores[i][j]) for j in asked))
    assert ranking_loss(one, other, 0.1, same).item() == pytest.approx(total / 8, rel=1e-5)
    assert ranking_loss(one, other, 0.1).item() != pytest.approx(total / 8, rel=0.01)


def test_rows_that_collapsed_are_punished():
    rows = unit(1).repeat(16, 1)
    assert ranking_loss(rows, rows, 0.05).item() == pytest.approx(math.log(16))


def test_sentences_of_a_batch_are_compared_by_their_pieces(teacher, monkeypatch):
    model = teacher.model
    source = ["a dog sees milk", "the cat", "a dog sees milk", "the dog", "milk"]
    target = ["the milk", "a cat", "milk", "the old dog", "a cat"]
    features = [model.preprocess(texts) for texts in (source, target)]
    found = []

    def looks(rows, others, temperature, same):
        found.append(same)
        return ranking_loss(rows, others, temperature, same)

    monkeypatch.setattr(objective, "ranking_loss", looks)
    labels = functional.normalize(torch.ones(5, 32), dim=1)
    StudentObjective(model, StudentSettings())(features, labels)
    wanted = torch.eye(5, dtype=torch.bool)
    wanted[0, 2] = wanted[2, 0] = wanted[1, 4] = wanted[4, 1] = True
    assert len(found) == 2
    assert all(torch.equal(same, wanted) for same in found)


def test_masks_need_a_piece_that_masks(teacher, monkeypatch):
    made = StudentObjective(teacher.model, StudentSettings(masked=0.1))
    assert made.calls == 0
    side = SimpleNamespace(tokenizer=SimpleNamespace(mask_token_id=None))
    monkeypatch.setattr(objective, "routes", lambda _: (teacher.model[0], side))
    with pytest.raises(
        ConfigError, match=r"masked is 0\.1, and the tokenizer has no mask"
    ) as caught:
        StudentObjective(teacher.model, StudentSettings(masked=0.1))
    assert "--set masked=0" in caught.value.hint
    assert StudentObjective(teacher.model, StudentSettings()).calls == 0


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
        made = StudentObjective(model, StudentSettings(masked_share=0.5, **weights))
        made.train()
        loss = made(features, labels)
        loss.backward()
        table = model.transformers_model.get_input_embeddings().weight
        assert table.grad.abs().sum() > 0
        model.zero_grad()
        values[part] = loss.item()
    model.eval()
    assert len(set(values.values())) == 3
    assert made.get_config_dict()["masked"] == 1.0
    with pytest.raises(NonFiniteError, match="the loss is nan"):
        StudentObjective(model, StudentSettings())(features, labels * torch.nan)
