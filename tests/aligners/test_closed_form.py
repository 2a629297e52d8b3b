import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.closed_form import linear_alignment
from xling.aligners.pairs import paired_rows
from xling.aligners.procrustes import ProcrustesAligner, ProcrustesSettings
from xling.aligners.registry import ALIGNERS, aligner
from xling.linalg.procrustes import orthogonal_map

STEPS = ("unit", "centre", "unit")
ROBUST = [name for name in ALIGNERS if hasattr(aligner(name)().settings, "robust")]


def spoiled(world, share: float = 0.3):
    """Give a lexicon some of whose pairs hold another pair's target, and the words of those."""
    pairs = list(world.lexicon.pairs)
    wrong = np.sort(np.random.default_rng(9).permutation(len(pairs))[: int(share * len(pairs))])
    for i, j in zip(wrong, np.roll(wrong, 1), strict=True):
        pairs[i] = (world.lexicon.pairs[i][0], world.lexicon.pairs[j][1])
    words = {pairs[i][0] for i in wrong}
    return dataclasses.replace(world.lexicon, pairs=tuple(pairs)), words


def cosines(found, world) -> np.ndarray:
    """Give every target row's cosine with every source row, after the maps."""
    x, y = (
        mapping.apply(space.vectors)
        for mapping, space in (
            (found.source_mapping, world.source),
            (found.target_mapping, world.target),
        )
    )
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
    return y @ x.T


def precision(found, world) -> float:
    return float(np.mean(cosines(found, world).argmax(axis=1) == world.order))


def apart(found, other, world) -> float:
    """Say how differently two alignments see the words."""
    return float(np.abs(cosines(found, world) - cosines(other, world)).mean())


def test_six_methods_can_be_robust() -> None:
    assert {"cca", "least-squares", "multi-step", "orthogonal-ridge", "procrustes", "ridge"} <= set(
        ROBUST
    )


@pytest.mark.parametrize("name", ROBUST)
def test_a_dirty_lexicon_does_little_harm(name: str, make_rotated_world) -> None:
    world = make_rotated_world(words=400, dim=20, noise=0.08)
    dirty, words = spoiled(world)
    made = aligner(name)
    settings = made().settings
    plain, robust = (
        made(settings=dataclasses.replace(settings, robust=robust)) for robust in (False, True)
    )
    found = robust.fit(world.source, world.target, dirty)
    wanted = plain.fit(world.source, world.target, world.lexicon)
    harmed = plain.fit(world.source, world.target, dirty)
    clean = precision(wanted, world)
    assert precision(found, world) >= clean - 0.02
    assert apart(found, wanted, world) < 0.35 * apart(harmed, wanted, world)
    named = {one.source for one in found.suspects}
    assert len(named & words) > 0.9 * len(words)
    assert len(named - words) < 0.05 * len(named)
    assert all(0 <= one.weight < 0.1 for one in found.suspects)
    assert found.stop_reason is StopReason.CONVERGED
    again = robust.fit(world.source, world.target, world.lexicon)
    assert precision(again, world) >= clean - 0.01
    assert len(again.suspects) < 5


def test_a_lexicon_of_wrong_pairs_is_survived(make_rotated_world) -> None:
    world = make_rotated_world(words=200)
    settings = ProcrustesSettings(robust=True)
    found = ProcrustesAligner(settings=settings).fit(
        world.source, world.target, spoiled(world, 1.0)[0]
    )
    assert precision(found, world) < 0.5
    assert np.isfinite(found.history).all()


def test_plain_fits_suspect_nobody(rotated_world) -> None:
    world = rotated_world
    pairs = paired_rows("m", world.source, world.target, world.lexicon, STEPS)
    found = linear_alignment(
        pairs,
        lambda x, y, w: (orthogonal_map(x, y, weights=w), None),
        settings=ProcrustesSettings(),
        seed=3,
    )
    assert found.suspects == ()
    assert found.stop_reason is StopReason.CLOSED_FORM
    assert found.seed == 3
    cosine = pairs.cosine(pairs.x @ found.source_mapping.matrix.astype(float), pairs.y)
    assert found.history == (pytest.approx(cosine, abs=1e-6),)
