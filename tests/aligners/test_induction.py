import numpy as np

from xling.aligners.induction import Stage, dictionary_of, learn_maps
from xling.retrieval.mutual import best_neighbors

MORE = {"k": 10, "rounds": 30, "patience": 2, "tolerance": 1e-4, "seed": 0}


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_dictionary_has_both_directions(rotated_world) -> None:
    x, y = unit(rotated_world.source.vectors), unit(rotated_world.target.vectors)
    found = best_neighbors(x, y[:40], keep=0.3)
    a, b = dictionary_of(found)
    assert len(a) == len(b) == np.sum(found.forward >= 0) + np.sum(found.backward >= 0)
    assert min(a.min(), b.min()) >= 0


def test_rounds_turn_few_pairs_into_all(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.02)
    x, y = unit(world.source.vectors), unit(world.target.vectors)
    few = world.order[:15].astype(np.int64), np.arange(15)
    calls: list[int] = []
    learned = learn_maps(
        x, y, few, [Stage(words=300, keep=0.5, weighting=0.5), Stage(words=300)],
        after=calls.append, **MORE,
    )  # fmt: skip
    assert np.mean(world.order[learned.neighbors.forward[world.order]] == world.order) > 0.95
    assert learned.history[-1] > learned.history[0]
    assert learned.converged
    assert calls[-1] <= len(learned.history)
    np.testing.assert_allclose(learned.maps[0].T @ learned.maps[0], np.eye(12), atol=1e-5)


def test_rounds_can_run_out_and_pairs_can_be_fixed(make_rotated_world) -> None:
    world = make_rotated_world(words=100, dim=12)
    x, y = unit(world.source.vectors), unit(world.target.vectors)
    right = world.order.astype(np.int64), np.arange(100)
    wrong = np.zeros(5000, dtype=np.int64), np.full(5000, 7)
    free, bound = (
        learn_maps(x, y, right, [Stage(words=100)], fixed=fixed, **{**MORE, "rounds": 2})
        for fixed in (None, wrong)
    )
    assert len(free.history) == 2
    assert not free.converged
    cosines = [float((x[0] @ one.maps[0]) @ (y[7] @ one.maps[1])) for one in (free, bound)]
    assert cosines[1] > 0.9 > cosines[0]


def test_a_stage_sees_its_words_only(rotated_world) -> None:
    x, y = unit(rotated_world.source.vectors), unit(rotated_world.target.vectors)
    start = rotated_world.order.astype(np.int64), np.arange(60)
    learned = learn_maps(x, y, start, [Stage(words=25)], **MORE)
    assert learned.neighbors.forward.shape == (25,)
    assert learned.neighbors.backward.max() < 25
