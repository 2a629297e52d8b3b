import dataclasses

import pytest

from xling.aligners.base import Supervision
from xling.aligners.unsupervised import UnsupervisedAligner
from xling.errors import LanguageMismatchError


def test_a_lexicon_changes_nothing(make_rotated_world) -> None:
    world = make_rotated_world(words=60, dim=6, noise=0.001)
    made = UnsupervisedAligner()
    assert made.supervision is Supervision.NONE
    without = made.fit(world.source, world.target)
    pairs = world.lexicon.pairs
    wrong = dataclasses.replace(
        world.lexicon, pairs=tuple((pairs[i][0], pairs[i - 1][1]) for i in range(60))
    )
    given = made.fit(world.source, world.target, wrong)
    assert given.history == without.history
    assert given.coverage is None
    with pytest.raises(LanguageMismatchError, match="lexicon is de-en"):
        made.fit(world.source, world.target, world.lexicon.inverted())


def test_progress_is_told(make_rotated_world) -> None:
    world = make_rotated_world(words=60, dim=6)
    told: list[tuple[str, int, int]] = []
    UnsupervisedAligner().fit(world.source, world.target, progress=lambda *one: told.append(one))
    assert {stage for stage, _, _ in told} == {"rounds"}
    assert len(told) > 10
