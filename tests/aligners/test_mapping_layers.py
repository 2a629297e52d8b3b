import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason
from xling.aligners.mapping_layers import MappingLayersAligner, MappingLayersSettings
from xling.aligners.mapping_vectors import WordVectors
from xling.aligners.procrustes import ProcrustesAligner
from xling.aligners.sentences import SentenceLexicon, sentence_lexicon
from xling.arrays import unit_rows
from xling.data.corpus import ParallelCorpus
from xling.errors import ConfigError

SETTINGS = MappingLayersSettings(
    hidden=64, learning_rate=0.01, weight_decay=0.0, steps=120, check_every=25, batch=64
)


def matched(world, count: int = 1000, seed: int = 0) -> SentenceLexicon:
    """Draw sentences of 3 words, and their translations."""
    random = np.random.default_rng(seed)
    drawn = [random.choice(len(world.source), 3, replace=False) for _ in range(count)]
    corpus = ParallelCorpus(
        source_language="en",
        target_language="de",
        source=tuple(" ".join(f"word{i}" for i in one) for one in drawn),
        target=tuple(" ".join(f"wort{i}" for i in one[::-1]) for one in drawn),
    )
    return sentence_lexicon(corpus, (world.source.vocabulary, world.target.vocabulary))


@pytest.fixture(scope="module")
def bent_world(make_rotated_world):
    """A world whose target is rotated and then bent."""
    world = make_rotated_world(words=200, dim=10, noise=0.005, seed=3)
    random = np.random.default_rng(8)
    into, out = random.standard_normal((10, 30)), random.standard_normal((30, 10)) / np.sqrt(30)
    y = world.target.vectors.astype(np.float64)
    bent = (y + 1.2 * np.maximum(y @ into, 0) @ out).astype(np.float32)
    return dataclasses.replace(world, target=dataclasses.replace(world.target, vectors=bent))


def precision(found, world) -> float:
    x = unit_rows(found.source_mapping.apply(world.source.vectors))
    y = unit_rows(found.target_mapping.apply(world.target.vectors))
    return float(np.mean((y @ x.T).argmax(axis=1) == world.order))


def test_sentences_teach_what_a_rotation_cannot(bent_world) -> None:
    given = matched(bent_world)
    straight = ProcrustesAligner().fit(bent_world.source, bent_world.target, given)
    found = MappingLayersAligner(settings=SETTINGS).fit(bent_world.source, bent_world.target, given)
    assert precision(found, bent_world) > precision(straight, bent_world) + 0.15
    assert found.history[0] < max(found.history)
    assert found.checks["best_step"] > 0
    assert found.pairs_used == len(given)


def test_words_of_most_sentences_count_less_in_one(make_rotated_world) -> None:
    world = make_rotated_world(words=100, dim=10, noise=0.01)
    random = np.random.default_rng(2)
    drawn = [random.choice(np.arange(2, 100), 2, replace=False) for _ in range(400)]
    corpus = ParallelCorpus(  # "word0" and "wort1" have nothing to do with each other
        source_language="en",
        target_language="de",
        source=tuple(f"word0 word{i} word{j}" for i, j in drawn),
        target=tuple(f"wort1 wort{i} wort{j}" for i, j in drawn),
    )
    given = sentence_lexicon(corpus, (world.source.vocabulary, world.target.vocabulary))
    cosines = []
    for rarity in (1e-3, 1e6):  # as they are rare, or all alike
        settings = dataclasses.replace(SETTINGS, rarity=rarity, steps=1, held_out=0.0)
        found = MappingLayersAligner(settings=settings).fit(world.source, world.target, given)
        x = unit_rows(found.source_mapping.apply(world.source.vectors))[world.order]
        y = unit_rows(found.target_mapping.apply(world.target.vectors))
        cosines.append(np.sum(x * y, axis=1).mean())
    assert cosines[0] > 0.99
    assert cosines[0] > cosines[1] + 0.05


def test_both_languages_share_the_layers(bent_world) -> None:
    settings = dataclasses.replace(SETTINGS, held_out=0.0, steps=20)
    found = MappingLayersAligner(settings=settings).fit(
        bent_world.source, bent_world.target, matched(bent_world, 300)
    )
    a, b = found.source_mapping, found.target_mapping
    np.testing.assert_array_equal(a.layers[0].into, b.layers[0].into)
    np.testing.assert_array_equal(a.layers[0].out, b.layers[0].out)
    assert np.abs(a.linear.matrix - b.linear.matrix).max() > 0.1
    assert np.abs(a.layers[0].out).max() > 0


def test_a_rotated_world_is_found_from_sentences(make_rotated_world) -> None:
    world = make_rotated_world(words=100, dim=10, noise=0.002)
    settings = MappingLayersSettings(steps=40, check_every=10)
    found = MappingLayersAligner(settings=settings).fit(
        world.source, world.target, matched(world, 400)
    )
    assert precision(found, world) == 1
    assert found.history[0] > 0.99


def test_the_order_of_the_sentences_does_not_matter(bent_world) -> None:
    given = matched(bent_world, 200)
    shuffled = np.random.default_rng(1).permutation(200)
    other = dataclasses.replace(
        given,
        pairs=tuple(given.pairs[i] for i in shuffled),
        sentences=tuple(text.select(shuffled) for text in given.sentences),
    )
    made = MappingLayersAligner(settings=dataclasses.replace(SETTINGS, steps=5, check_every=5))
    mapped = [
        made.fit(bent_world.source, bent_world.target, one).source_mapping.apply(
            bent_world.source.vectors
        )
        for one in (given, other)
    ]
    np.testing.assert_allclose(mapped[0], mapped[1], atol=1e-4)


def test_pairs_count_as_much_as_they_are_trusted(make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=10, noise=0.0)
    pairs = world.lexicon.pairs
    mixed = tuple((a, pairs[i - 8][1] if i % 2 else b) for i, (a, b) in enumerate(pairs))
    plain = dataclasses.replace(world.lexicon, pairs=mixed)
    trust = np.where(np.arange(200) % 2, 1e-4, 1.0)
    trusted = dataclasses.replace(plain, confidences=trust)

    def start(lexicon, held_out: float):
        made = dataclasses.replace(
            SETTINGS, steps=1, check_every=1, learning_rate=1e-9, held_out=held_out
        )
        return MappingLayersAligner(settings=made).fit(world.source, world.target, lexicon)

    ranks = [start(lexicon, 0.3).history[0] for lexicon in (plain, trusted)]
    assert ranks[0] < 0.7 < 0.99 < ranks[1]
    found = [start(lexicon, 0.0) for lexicon in (plain, trusted, world.lexicon)]
    assert found[0].history[0] < -3 < -1 < found[1].history[0]  # minus the loss
    off = [np.abs(a.source_mapping.linear.matrix - found[2].source_mapping.linear.matrix).max()
           for a in found[:2]]  # fmt: skip
    assert off[0] > 0.01 > 0.001 > off[1]


def test_with_nothing_held_out_all_steps_are_made(bent_world) -> None:
    settings = dataclasses.replace(SETTINGS, held_out=0.0, steps=40, check_every=20)
    found = MappingLayersAligner(settings=settings).fit(
        bent_world.source, bent_world.target, matched(bent_world, 200)
    )
    assert found.stop_reason is StopReason.MAX_ROUNDS
    assert len(found.history) == 2
    assert found.history[1] > found.history[0]


def test_fine_tuned_vectors_learn_what_no_map_of_all_words_can(make_rotated_world) -> None:
    world = make_rotated_world(words=120, dim=10, noise=0.6, seed=4)  # each word errs its own way
    given = matched(world, 600)
    settings = dataclasses.replace(SETTINGS, layers=0, held_out=0.0, steps=100, vector_rate=1.0)
    frozen, tuned = (
        MappingLayersAligner(settings=dataclasses.replace(settings, vectors=vectors)).fit(
            world.source, world.target, given
        )
        for vectors in ("frozen", "fine-tuned")
    )
    assert frozen.spaces is None
    assert tuned.spaces is not None
    moved = dataclasses.replace(world, source=tuned.spaces[0], target=tuned.spaces[1])
    assert precision(tuned, moved) > precision(frozen, world) + 0.2
    assert tuned.source_fingerprint == world.source.fingerprint
    assert tuned.spaces[0].words == world.source.words


def test_fine_tuning_leaves_words_of_no_sentence_and_the_spaces_alone(bent_world) -> None:
    given = matched(bent_world, 30)
    before = bent_world.source.vectors.copy()
    settings = dataclasses.replace(SETTINGS, vectors="fine-tuned", held_out=0.0, steps=5)
    found = MappingLayersAligner(settings=settings).fit(bent_world.source, bent_world.target, given)
    used = np.unique(given.sentences[0].rows)
    moved = (found.spaces[0].vectors != before).any(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(moved), used)
    np.testing.assert_array_equal(bent_world.source.vectors, before)
    again = MappingLayersAligner(settings=settings).fit(bent_world.source, bent_world.target, given)
    np.testing.assert_array_equal(again.spaces[0].vectors, found.spaces[0].vectors)


def test_only_words_of_the_sentences_are_copied_to_be_tuned(bent_world, monkeypatch) -> None:
    made = []

    def recorded(*arguments, **options) -> WordVectors:
        made.append(WordVectors(*arguments, **options))
        return made[-1]

    monkeypatch.setattr("xling.aligners.mapping_layers.WordVectors", recorded)
    given = matched(bent_world, 30)
    settings = dataclasses.replace(SETTINGS, vectors="fine-tuned", held_out=0.0, steps=1)
    MappingLayersAligner(settings=settings).fit(bent_world.source, bent_world.target, given)
    used = [len(np.unique(text.rows)) for text in given.sentences]
    assert [len(one.shift) for one in made] == [len(one.rows) for one in made] == used
    assert used[0] < len(bent_world.source)


def test_settings_refusals() -> None:
    with pytest.raises(ConfigError, match="vectors is melted; frozen or fine-tuned is needed"):
        MappingLayersSettings(vectors="melted")
    for name, value in (
        ("batch", 0),
        ("vector_rate", 0.0),
        ("layers", -1),
        ("rarity", 0.0),
        ("held_out", 1.0),
    ):
        with pytest.raises(ConfigError, match=f"{name} is {value}"):
            MappingLayersSettings(**{name: value})
