import numpy as np
import pytest

from xling.counting.sentences import RowSentences
from xling.errors import ConfigError
from xling.training.stopping import EarlyStopping, split_pairs


def sentences(*lines: tuple[int, ...]) -> RowSentences:
    lengths = [len(line) for line in lines]
    return RowSentences(
        rows=np.array([row for line in lines for row in line], np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        size=100,
    )


def test_pairs_with_one_source_sentence_stay_together() -> None:
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 40, 400)
    text = sentences(*((int(kind), int(kind) + 1) for kind in kinds))
    train, apart = split_pairs(text, share=0.25, seed=5)
    assert sorted([*train, *apart]) == list(range(400))
    assert len(set(kinds[apart])) == 10
    assert not set(kinds[train]) & set(kinds[apart])


def test_the_choice_is_seeded() -> None:
    text = sentences(*((i,) for i in range(50)))
    first, again, other = (split_pairs(text, share=0.2, seed=s)[1].tolist() for s in (1, 1, 2))
    assert first == again != other
    assert len(other) == 10


@pytest.mark.parametrize(
    ("lines", "share", "apart"),
    [
        ([(1,), (2,)], 0.01, 1),
        ([(1,), (2,)], 0.99, 1),  # something is left to learn from
        ([(1,), (1,)], 0.5, 0),
        ([(1,), (2,)], 0.0, 0),
        ([], 0.5, 0),
    ],
)
def test_small_numbers_of_sentences(lines: list[tuple[int]], share: float, apart: int) -> None:
    assert len(split_pairs(sentences(*lines), share=share, seed=0)[1]) == apart


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(ConfigError, match=rf"held-out pairs is {share}; \[0, 1\) is needed"):
        split_pairs(sentences((1,), (2,)), share=share, seed=0)


def test_the_best_parameters_are_kept() -> None:
    stopping = EarlyStopping(patience=2)
    weights = np.zeros(3)
    told = []
    for step, loss in enumerate([3.0, 1.0, 2.0, 1.0]):
        weights += 1
        told.append(stopping.observe(loss, {"w": weights}))
        assert stopping.best["w"].tolist() == [min(step + 1, 2)] * 3
    assert told == [False, False, False, True]
    assert stopping.best_step == 1


def test_a_new_lowest_loss_starts_the_patience_again() -> None:
    stopping = EarlyStopping(patience=2)
    told = [stopping.observe(loss, {}) for loss in (3.0, 4.0, 2.0, 2.5, 2.4)]
    assert told == [False, False, False, False, True]


def test_a_run_that_was_resumed_stops_at_the_same_step() -> None:
    resumed = EarlyStopping(patience=2, losses=[3.0, 1.0, 2.0], best={"w": np.ones(1)})
    assert not resumed.stopped
    assert resumed.observe(1.5, {"w": np.zeros(1)})
    assert resumed.best["w"].tolist() == [1]


def test_losses_that_are_not_finite_are_never_the_lowest() -> None:
    stopping = EarlyStopping(patience=3)
    assert not stopping.observe(float("nan"), {"w": np.ones(1)})
    assert not stopping.best
    assert not stopping.observe(2.0, {"w": np.zeros(1)})
    assert not stopping.observe(float("inf"), {"w": np.ones(1)})
    assert stopping.best["w"].tolist() == [0]


def test_no_patience_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="patience is 0; at least 1 is needed"):
        EarlyStopping(patience=0)
