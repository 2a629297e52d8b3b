import dataclasses

import numpy as np
import pytest

from xling.aligners import restarts
from xling.aligners.base import Alignment, StopReason, Verdict
from xling.aligners.course import CourseSettings
from xling.aligners.unsupervised import UnsupervisedAligner
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary


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


def test_restarts_that_disagree_are_joined_by_further_ones(make_rotated_world, monkeypatch) -> None:
    world = make_rotated_world(words=150, dim=12, noise=0.002)
    learn, runs, shares = restarts.learn_maps, [], iter([0.2, 0.2, 0.3, 0.2, 0.3, 0.7])

    def counted(*given, **more):
        runs.append(more["seed"])
        return learn(*given, **more)

    monkeypatch.setattr(restarts, "learn_maps", counted)
    sure = fitted(world.source, world.target)
    assert len(runs) == 4  # two restarts, two targets without a link
    assert sure.verdict is Verdict.TRUSTED
    runs.clear()
    for name in ("CLEAR_GAIN", "CLEARLY_CARRIED"):
        monkeypatch.setattr(f"xling.aligners.self_check.{name}", 100.0)
    monkeypatch.setattr(restarts, "agreement", lambda _: next(shares, 1.0))
    found = fitted(world.source, world.target)
    assert len(runs) == len(set(runs)) + 1 == 6  # both targets are drawn by one seed
    assert found.checks["stability"] == 0.7
    assert found.verdict is Verdict.TRUSTED


def relabelled(space, seed: int):
    """Give each word the vector of another one."""
    order = np.random.default_rng(seed).permutation(len(space))
    return dataclasses.replace(space, vectors=space.vectors[order])


def test_words_that_were_exchanged_are_not_trusted(make_rotated_world) -> None:
    world = make_rotated_world(words=300, dim=12, noise=0.002)
    found = fitted(world.source, relabelled(world.target, 3))
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] > 1.5
    assert abs(found.checks["ranks"]) < found.checks["ranks_needed"] < 0.25
    assert fitted(world.source, world.target).checks["ranks"] > 0.8


def test_the_verdict_is_about_rarer_words_too(make_rotated_world) -> None:
    world = make_rotated_world(words=600, dim=12, noise=0.002)
    source = world.source.vectors[world.order]
    other = np.random.default_rng(1).standard_normal((600, 12)).astype(np.float32)
    target = world.target.vectors.copy()
    sides = [dataclasses.replace(world.source, vectors=source)]
    sides += [
        dataclasses.replace(world.target, vectors=np.vstack([target[:150], rest[150:]]))
        for rest in (target, other)
    ]
    linked, partly = (fitted(sides[0], side, start_words=(150,)) for side in sides[1:])
    assert linked.verdict is Verdict.TRUSTED
    assert linked.checks["beyond"] > 1.5
    assert partly.checks["gain"] > 1.5
    assert partly.checks["beyond"] < 1.05
    assert partly.checks["ranks_beyond"] < partly.checks["ranks_beyond_needed"]
    assert linked.checks["ranks_beyond"] > 0.5
    assert partly.verdict is Verdict.FAILED
    assert len(partly.history) < len(linked.history)  # the last rounds are left out


def test_the_verdict_is_about_the_maps_that_are_written(make_rotated_world, monkeypatch) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.002)
    good = fitted(world.source, world.target)
    assert good.checks["written"] > 0.9
    monkeypatch.setattr(
        "xling.aligners.restarts.whitened_maps",
        lambda *_, **__: (np.eye(12, dtype=np.float32), np.eye(12, dtype=np.float32)),
    )
    broken = fitted(world.source, world.target)
    assert broken.checks["gain"] == good.checks["gain"]
    assert broken.checks["written"] < 0.5
    assert broken.verdict is Verdict.FAILED


def test_skewed_spaces_are_not_trusted() -> None:
    random = np.random.default_rng([1, 6])
    sides = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(f"{language}{i}" for i in range(400))),
            vectors=(random.random((400, 20)) ** 6).astype(np.float32),
        )
        for language in ("en", "de")
    ]
    found = fitted(*sides, keep=(0.5, 1.0))
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] < 1.1


def test_a_drawn_space_is_linked_whatever_the_seed() -> None:
    rows = np.random.default_rng(1).standard_normal((300, 20)).astype(np.float32)
    turn = np.linalg.qr(np.random.default_rng(2).standard_normal((20, 20)))[0]
    sides = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(f"{language}{i}" for i in range(300))),
            vectors=made.astype(np.float32),
        )
        for language, made in (("en", rows), ("de", rows @ turn))
    ]
    assert UnsupervisedAligner().fit(*sides, seed=1).verdict is Verdict.TRUSTED


def test_tight_clusters_that_follow_frequency_are_not_trusted() -> None:
    sides = []
    for number, language in enumerate(("en", "de")):
        random = np.random.default_rng([5, 1 + number])
        middles = random.standard_normal((5, 30))
        chosen = random.choice(5, 400, p=random.dirichlet(np.ones(5)))
        rows = middles[chosen] + 0.1 * random.standard_normal((400, 30))
        size, ranks = np.sqrt((rows**2).mean()), np.log(np.arange(1, 401))
        rows[:, 0] += size * (ranks - ranks.mean())
        words = tuple(f"{language}{i}" for i in range(400))
        sides.append(
            EmbeddingSpace(
                language=language,
                vocabulary=Vocabulary(words=words),
                vectors=rows.astype(np.float32),
            )
        )
    found = UnsupervisedAligner().fit(*sides, seed=5)
    assert found.verdict is Verdict.FAILED
    assert found.checks["carried"] < 0.05


def test_the_last_step_can_be_left_out(make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.002)
    found = fitted(world.source, world.target, reweighting=None)
    matrix = found.source_mapping.matrix
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(12), atol=1e-5)
    other = fitted(world.source, world.target).source_mapping.matrix
    assert np.abs(other.T @ other - np.eye(12)).max() > 1e-4
