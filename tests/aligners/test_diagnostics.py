import dataclasses
import json

import numpy as np

from xling.aligners.diagnostics import diagnose
from xling.data.space import EmbeddingSpace


def test_a_rotation_is_named_one(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=20, noise=0.001)
    found = diagnose(world.source, world.target, world.lexicon)
    assert found is not None
    assert (found.words, found.pairs) == (300, 300)
    assert found.relational_similarity is not None
    assert found.relational_similarity > 0.99
    assert "near to a rotation of each other" in found.expect
    assert "fail" not in found.expect
    assert json.loads(json.dumps(found.as_dict()))["words"] == 300


def test_spaces_of_two_widths_are_no_rotation(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=20, noise=0.001)
    narrow = world.target.vectors @ world.rotation.T.astype(np.float32)[:, :12]
    target = dataclasses.replace(world.target, vectors=narrow)
    found = diagnose(world.source, target, world.lexicon)
    assert found is not None
    assert "with 20 and 12 dimensions: no rotation links them" in found.expect
    assert "near to a rotation" not in found.expect


def test_pairs_that_do_not_belong_together_are_noticed(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=20)
    pairs = world.lexicon.pairs
    shifted = tuple((pairs[i][0], pairs[(i + 9) % 300][1]) for i in range(300))
    wrong = dataclasses.replace(world.lexicon, pairs=shifted)
    found = diagnose(world.source, world.target, wrong)
    assert found is not None
    assert "expect next to nothing" in found.expect


def test_another_shape_is_noticed_without_a_lexicon(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=20)
    same = diagnose(world.source, world.target)
    stretched = world.target.vectors * np.geomspace(1, 30, 20, dtype=np.float32)
    other = diagnose(world.source, dataclasses.replace(world.target, vectors=stretched))
    assert same is not None
    assert other is not None
    assert same.relational_similarity is None
    assert "promises nothing" in same.expect
    assert "likely to fail" in other.expect
    few = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:19])
    with_few = diagnose(world.source, world.target, few)
    assert with_few is not None
    assert (with_few.relational_similarity, with_few.pairs) == (None, 0)


def test_what_cannot_be_described_is_left_out(make_rotated_world) -> None:
    world = make_rotated_world(words=30, dim=4)
    flat = np.ones((30, 4), np.float32)
    space = EmbeddingSpace(language="de", vocabulary=world.target.vocabulary, vectors=flat)
    assert diagnose(world.source, space) is None
