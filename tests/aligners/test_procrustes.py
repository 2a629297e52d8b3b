import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.procrustes import ProcrustesAligner, ProcrustesSettings
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.errors import ConfigError, ConflictError, DegenerateInputError, ShapeError
from xling.linalg.procrustes import orthogonal_map


def lexicon(pairs: list[tuple[str, str]], confidences: list[float] | None = None) -> Lexicon:
    return Lexicon(
        source_language="en",
        target_language="de",
        pairs=tuple(pairs),
        confidences=None if confidences is None else np.array(confidences),
    )


def test_without_normalisation_the_map_is_the_bare_rotation(make_rotated_world) -> None:
    world = make_rotated_world(noise=0.0)
    bare = ProcrustesAligner(settings=ProcrustesSettings(normalization=()))
    found = bare.fit(world.source, world.target, world.lexicon)
    np.testing.assert_allclose(found.source_mapping.matrix, world.rotation, atol=1e-5)
    assert found.target_mapping.matrix is None


def test_history_is_the_mean_cosine_of_the_pairs(rotated_world) -> None:
    world = rotated_world
    found = ProcrustesAligner().fit(world.source, world.target, world.lexicon)
    x = found.source_mapping.apply(world.source.vectors)[world.order]
    y = found.target_mapping.apply(world.target.vectors)
    assert found.history == (pytest.approx(np.sum(x * y, axis=1).mean()),)
    assert 0.99 < found.history[0] < 1
    assert found.stop_reason is StopReason.CLOSED_FORM
    assert found.converged


def test_means_are_those_of_whole_vocabularies(rotated_world) -> None:
    world = rotated_world
    few = lexicon(list(world.lexicon.pairs[:5]))
    found = ProcrustesAligner().fit(world.source, world.target, few)
    for mapping, space in (
        (found.source_mapping, world.source),
        (found.target_mapping, world.target),
    ):
        unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
        np.testing.assert_allclose(mapping.normalization.mean, unit.mean(axis=0), atol=1e-6)


def test_confidences_weigh_the_pairs(rotated_world) -> None:
    world = rotated_world
    right = list(world.lexicon.pairs[:30])
    wrong = [(right[i][0], right[(i + 7) % 30][1]) for i in range(30)]
    weights = [1.0] * 30 + [1e-6] * 30
    bare = ProcrustesAligner(settings=ProcrustesSettings(normalization=()))
    found = bare.fit(world.source, world.target, lexicon(right + wrong, weights))
    unweighted = bare.fit(world.source, world.target, lexicon(right + wrong))
    pairs = lexicon(right + wrong, weights).resolve(
        world.source.vocabulary, world.target.vocabulary
    )
    expected = orthogonal_map(
        world.source.vectors[pairs.source_rows],
        world.target.vectors[pairs.target_rows],
        weights=np.array(weights),
    )
    np.testing.assert_allclose(found.source_mapping.matrix, expected, atol=1e-6)
    errors = [
        np.abs(each.source_mapping.matrix - world.rotation).max() for each in (found, unweighted)
    ]
    assert errors[0] < 0.1 < errors[1]


def test_spaces_of_two_widths_are_refused(make_rotated_world) -> None:
    world = make_rotated_world(dim=12)
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    with pytest.raises(ShapeError, match="en space has 12 dimensions, the de space 10") as caught:
        ProcrustesAligner().fit(world.source, narrow, world.lexicon)
    assert "same number of dimensions" in (caught.value.hint or "")


def test_pairs_about_which_nothing_is_known_do_not_count(rotated_world) -> None:
    world = rotated_world
    vectors = world.source.vectors.copy()
    vectors[:10] = 0
    empty = frozenset(world.source.words[:10])
    source = EmbeddingSpace(
        language="en", vocabulary=world.source.vocabulary, vectors=vectors, empty_words=empty
    )
    found = ProcrustesAligner().fit(source, world.target, world.lexicon)
    assert found.pairs_used == 50
    with pytest.raises(DegenerateInputError, match="10 covered pairs, and none with two"):
        ProcrustesAligner().fit(source, world.target, lexicon(list(world.lexicon.pairs[:10])))


def test_settings_refusals() -> None:
    with pytest.raises(ConfigError, match="unknown normalisation step 'whiten'"):
        ProcrustesSettings(normalization=("whiten",))
    with pytest.raises(ConfigError, match="rank is 0; 1 or more is needed"):
        ProcrustesSettings(rank=0)
    with pytest.raises(ConflictError, match="no determinant to ask for") as caught:
        ProcrustesSettings(rank=3, reflections=False)
    assert "leave out the rank" in (caught.value.hint or "")


def test_without_reflections_a_mirrored_space_is_only_rotated(make_rotated_world) -> None:
    world = make_rotated_world(noise=0.0)
    vectors = world.target.vectors.copy()
    if np.linalg.det(world.rotation) > 0:
        vectors[:, 0] *= -1
    world = dataclasses.replace(world, target=dataclasses.replace(world.target, vectors=vectors))
    for reflections, sign in ((True, -1), (False, 1)):
        settings = ProcrustesSettings(reflections=reflections, normalization=())
        found = ProcrustesAligner(settings=settings).fit(world.source, world.target, world.lexicon)
        assert np.linalg.det(found.source_mapping.matrix) == pytest.approx(sign, abs=1e-4)


def test_a_rank_keeps_the_directions_that_agree(make_rotated_world) -> None:
    world = make_rotated_world(words=200)
    random = np.random.default_rng(0)
    turn = np.linalg.qr(random.standard_normal((9, 9)))[0]
    shared, own = random.standard_normal((200, 9)), 0.01 * random.standard_normal((2, 200, 3))
    x = np.hstack([shared, own[0]]).astype(np.float32)
    y = np.hstack([shared @ turn, own[1]]).astype(np.float32)
    source = dataclasses.replace(world.source, vectors=x)
    target = dataclasses.replace(world.target, vectors=y[world.order])
    settings = ProcrustesSettings(rank=9, normalization=())
    found = ProcrustesAligner(settings=settings).fit(source, target, world.lexicon)
    a, b = found.source_mapping.matrix, found.target_mapping.matrix
    expected = np.zeros((12, 12))
    expected[:9, :9] = turn
    np.testing.assert_allclose(a @ b.T, expected, atol=0.01)
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :10])
    assert (
        ProcrustesAligner(settings=settings)
        .fit(world.source, narrow, world.lexicon)
        .source_mapping.dim_out
        == 9
    )
    with pytest.raises(ConfigError, match="rank is 13; the narrower space has 12"):
        ProcrustesAligner(settings=ProcrustesSettings(rank=13)).fit(
            world.source, world.target, world.lexicon
        )
