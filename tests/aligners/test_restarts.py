import dataclasses

import numpy as np
import pytest

from xling.aligners.base import Alignment, StopReason, Verdict
from xling.aligners.course import CourseSettings
from xling.aligners.unsupervised import UnsupervisedAligner


def fitted(source, target, **settings) -> Alignment:
    made = UnsupervisedAligner(settings=CourseSettings(**settings))
    return made.fit(source, target, seed=1)


def right(found: Alignment, world) -> float:
    x, y = (
        mapping.apply(space.vectors)
        for mapping, space in (
            (found.source_mapping, world.source),
            (found.target_mapping, world.target),
        )
    )
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
    return float(np.mean((y @ x.T).argmax(axis=1) == world.order))


def test_a_hidden_map_is_found_and_trusted(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.002)
    found = fitted(world.source, world.target)
    assert right(found, world) == 1
    assert found.verdict is Verdict.TRUSTED
    assert found.checks["gain"] > 1.5
    assert found.checks["stability"] > 0.9
    assert found.stop_reason is StopReason.CONVERGED
    assert found.pairs_used >= 300
    assert found.coverage is None


@pytest.mark.parametrize("kind", ["shuffled", "drawn"])
def test_spaces_without_a_link_are_named_failed(make_rotated_world, kind: str) -> None:
    world = make_rotated_world(words=300, dim=12)
    random = np.random.default_rng(5)
    vectors = random.standard_normal((300, 12)).astype(np.float32)
    if kind == "shuffled":
        columns = [random.permutation(column) for column in world.target.vectors.T]
        vectors = np.stack(columns, axis=1)
    found = fitted(world.source, dataclasses.replace(world.target, vectors=vectors))
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] < 1.5


def test_more_words_are_tried_and_the_last_rounds_see_all(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.002)
    source = dataclasses.replace(world.source, vectors=world.source.vectors[world.order])
    aligned = dataclasses.replace(world, source=source, order=np.arange(300))
    found = fitted(aligned.source, aligned.target, start_words=(150,), cutoff=250)
    assert right(found, aligned) > 0.95
    short = fitted(aligned.source, aligned.target, start_words=(150,), cutoff=150)
    assert len(found.history) > len(short.history)
    assert short.pairs_used < 200 < found.pairs_used


def test_the_last_step_can_be_left_out(make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.002)
    found = fitted(world.source, world.target, reweighting=None)
    matrix = found.source_mapping.matrix
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(12), atol=1e-5)
    other = fitted(world.source, world.target).source_mapping.matrix
    assert np.abs(other.T @ other - np.eye(12)).max() > 1e-4
