import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.bilinear import BilinearAligner, BilinearSettings
from xling.aligners.procrustes import ProcrustesAligner
from xling.errors import ConfigError, DegenerateInputError


def stretched(world, factors: np.ndarray):
    """Give the world with a target whose axes are stretched: no rotation links the spaces."""
    vectors = np.asarray(world.target.vectors * factors, np.float32)
    return dataclasses.replace(world, target=dataclasses.replace(world.target, vectors=vectors))


def precision(found, world) -> float:
    x, y = (
        mapping.apply(space.vectors)
        for mapping, space in (
            (found.source_mapping, world.source),
            (found.target_mapping, world.target),
        )
    )
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
    return float(np.mean((y @ x.T).argmax(axis=1) == world.order))


def test_both_maps_are_rotations_and_one_metric(rotated_world) -> None:
    world, settings = rotated_world, BilinearSettings(rounds=0)
    found = BilinearAligner(settings=settings).fit(world.source, world.target, world.lexicon)
    squares = [
        mapping.matrix.astype(float).T @ mapping.matrix
        for mapping in (found.source_mapping, found.target_mapping)
    ]
    for square in squares:
        np.testing.assert_allclose(square, np.diag(np.diag(square)), atol=1e-5)
    np.testing.assert_allclose(squares[0], squares[1], atol=1e-5)
    assert squares[0][0, 0] == pytest.approx(1, abs=1e-5)
    assert found.stop_reason is StopReason.CLOSED_FORM
    assert 0 < found.history[0] < 1


def test_words_outside_the_lexicon_of_a_stretched_space_are_found(make_rotated_world) -> None:
    plain = make_rotated_world(words=300, dim=10, noise=0.0)
    world = stretched(plain, np.geomspace(0.1, 2, 10))
    seed = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:150])
    bare = BilinearSettings(normalization=("unit",), penalty=0.001, rounds=0)
    found = BilinearAligner(settings=bare).fit(world.source, world.target, seed)
    rotated = ProcrustesAligner().fit(world.source, world.target, seed)
    assert precision(found, world) > precision(rotated, world) + 0.1


def test_spaces_of_two_widths_share_a_latent_space(make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    narrow = np.ascontiguousarray(world.target.vectors[:, :8])
    target = dataclasses.replace(world.target, vectors=narrow)
    found = BilinearAligner().fit(world.source, target, world.lexicon)
    assert found.source_mapping.dim_out == found.target_mapping.dim_out == 8
    assert precision(found, dataclasses.replace(world, target=target)) > 0.5


def test_a_word_in_many_pairs_counts_once_as_a_word(rotated_world) -> None:
    world = rotated_world
    first = world.lexicon.pairs[0][0]
    more = tuple((first, target) for _, target in world.lexicon.pairs[1:6])
    lexicon = dataclasses.replace(world.lexicon, pairs=(*world.lexicon.pairs, *more))
    bare = BilinearSettings(rounds=0)
    found = BilinearAligner(settings=bare).fit(world.source, world.target, lexicon)
    x = found.source_mapping.normalization.apply(world.source.vectors).astype(float)
    y = found.target_mapping.normalization.apply(world.target.vectors).astype(float)
    indicator = np.zeros((60, 60))
    indicator[world.order, np.arange(60)] = 1
    places = {word: row for row, word in enumerate(world.target.words)}
    for _, target in more:
        indicator[0, places[target]] = 1
    unit = 1.0 * np.square(x).sum() / 12 * np.square(y).sum() / 12
    form = found.source_mapping.matrix @ found.target_mapping.matrix.T
    scores = x @ form @ y.T
    scale = np.sum(scores * indicator) / (np.sum(scores**2) + unit * np.sum(form**2))
    gradient = x.T @ (scale * scores - indicator) @ y + unit * scale * form
    assert np.abs(gradient).max() < 1e-3 * np.abs(x.T @ indicator @ y).max()


def test_further_pairs_help_where_the_lexicon_is_small(make_rotated_world) -> None:
    world = make_rotated_world(words=400, dim=20, noise=0.14)
    seed = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:30])
    scores, used = [], []
    for rounds in (0, 3):
        settings = BilinearSettings(rounds=rounds, words=200)
        found = BilinearAligner(settings=settings).fit(world.source, world.target, seed)
        scores.append(precision(found, world))
        used.append(found.pairs_used)
        assert len(found.history) == rounds + 1
        assert found.checks["lexicon_pairs"] == 30
    assert scores[1] > scores[0] + 0.04
    assert used[0] == 30 < used[1] <= 230


def test_pairs_that_say_nothing_of_a_link_are_refused(rotated_world) -> None:
    vectors = rotated_world.target.vectors.copy()
    vectors[1] = -vectors[0]
    target = dataclasses.replace(rotated_world.target, vectors=vectors)
    pairs = tuple((rotated_world.source.words[0], word) for word in target.words[:2])
    lexicon = dataclasses.replace(rotated_world.lexicon, pairs=pairs)
    bare = BilinearAligner(settings=BilinearSettings(normalization=()))
    with pytest.raises(DegenerateInputError, match="2 pairs whose cross product is zero"):
        bare.fit(rotated_world.source, target, lexicon)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"penalty": 0.0}, r"penalty is 0\.0; a number above 0 is needed"),
        ({"penalty": float("nan")}, "penalty is nan; a number above 0"),
        ({"penalty": float("inf")}, "penalty is inf; a number above 0"),
        ({"rounds": -1}, "rounds is -1; at least 0"),
        ({"words": 0}, "words is 0; at least 1"),
        ({"neighbors": 0}, "neighbors is 0; at least 1"),
    ],
)
def test_settings_refusals(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        BilinearSettings(**settings)
