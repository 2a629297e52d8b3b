import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.procrustes import ProcrustesAligner
from xling.aligners.refine import RefineAligner, RefineSettings, _search
from xling.errors import ConfigError, ShapeError


def precision(found, world) -> float:
    x = found.source_mapping.apply(world.source.vectors)
    y = found.target_mapping.apply(world.target.vectors)
    return float(np.mean((y @ x.T).argmax(axis=1) == world.order))


@pytest.fixture
def small_lexicon(make_rotated_world):
    """Give a world of which the lexicon knows only as many pairs as there are dimensions."""
    world = make_rotated_world(words=400, dim=20, noise=0.16)
    return dataclasses.replace(
        world, lexicon=dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:20])
    )


@pytest.mark.parametrize("keep", [True, False])
def test_refinement_is_better_than_its_start(small_lexicon, keep: bool) -> None:
    world = small_lexicon
    settings = RefineSettings(keep_seed=keep)
    found = RefineAligner(settings=settings).fit(world.source, world.target, world.lexicon)
    start = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    assert precision(found, world) > precision(start, world) + 0.1
    assert found.history[-1] > found.history[0]
    assert found.checks["lexicon_pairs"] == 20
    assert found.pairs_used > 200
    matrix = found.source_mapping.matrix
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(20), atol=1e-5)


def test_the_map_is_of_the_best_round(small_lexicon) -> None:
    world = small_lexicon
    whole = RefineAligner().fit(world.source, world.target, world.lexicon)
    assert whole.stop_reason is StopReason.CONVERGED
    assert whole.converged
    rises = np.diff(whole.history)
    assert (rises[:-1] > 0).all()
    best = int(np.argmax(whole.history))
    cut = RefineAligner(settings=RefineSettings(rounds=best)).fit(
        world.source, world.target, world.lexicon
    )
    np.testing.assert_array_equal(cut.source_mapping.matrix, whole.source_mapping.matrix)
    one = RefineAligner(settings=RefineSettings(rounds=1)).fit(
        world.source, world.target, world.lexicon
    )
    assert one.history == whole.history[:2]
    assert one.stop_reason is StopReason.MAX_ROUNDS


def test_the_seed_stays_only_if_it_is_to(small_lexicon) -> None:
    world = small_lexicon
    wrong = tuple((f"word{i}", f"wort{i + 200}") for i in range(5))
    seed = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs + wrong)
    kept, dropped = (
        RefineAligner(settings=RefineSettings(keep_seed=keep, rounds=1)).fit(
            world.source, world.target, seed
        )
        for keep in (True, False)
    )
    assert kept.pairs_used >= dropped.pairs_used + 5
    assert np.abs(kept.source_mapping.matrix - dropped.source_mapping.matrix).max() > 0.01


def test_a_falling_round_is_undone(small_lexicon, monkeypatch) -> None:
    world = small_lexicon
    values = iter([0.5, 0.4])

    def falling(*given):
        return dataclasses.replace(_search(*given), criterion=next(values))

    monkeypatch.setattr("xling.aligners.refine._search", falling)
    found = RefineAligner().fit(world.source, world.target, world.lexicon)
    start = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    assert found.history == (0.5, 0.4)
    assert found.pairs_used == 20
    np.testing.assert_allclose(found.source_mapping.matrix, start.source_mapping.matrix, atol=1e-6)


def test_only_frequent_words_become_pairs(small_lexicon) -> None:
    world = small_lexicon
    settings = RefineSettings(words=50, rounds=1)
    found = RefineAligner(settings=settings).fit(world.source, world.target, world.lexicon)
    assert 20 <= found.pairs_used <= 70


def test_refusals(make_rotated_world) -> None:
    for name in ("words", "rounds", "neighbors"):
        with pytest.raises(ConfigError, match=f"{name} is 0; at least 1"):
            RefineSettings(**{name: 0})
    world = make_rotated_world(dim=12)
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    with pytest.raises(ShapeError, match="refine needs equal numbers"):
        RefineAligner().fit(world.source, narrow, world.lexicon)
