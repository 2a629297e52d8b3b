"""The half-pair rule, proven: planted words are found by what leaks, and by nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from xling.counting.hold_out import HeldOut, hold_out
from xling.data.indexed import IndexedText, index_text
from xling.model.model import Model
from xling.model.side import make_sides
from xling.training.material import gather
from xling.training.registry import recipe

WORDS, TOPICS, PLANTED, SINGLE, GROUPS, TRANSLATIONS, FILL = 200, 20, 60, 12, 4, 3, 2500


@dataclass(frozen=True)
class Planted:
    """A corpus with made-up words; the odd ones stand in sentences with several translations."""

    texts: tuple[IndexedText, IndexedText]
    held: HeldOut
    removed: np.ndarray


def plant(seed: int) -> Planted:
    """Write sentences about topics, each word of which has two translations."""
    random = np.random.default_rng(seed)
    topics = random.integers(0, WORDS, (TOPICS, 15))

    def concepts() -> np.ndarray:
        topic = topics[random.integers(TOPICS)]
        return np.concatenate([random.choice(topic, 3), random.integers(0, WORDS, 2)])

    def translated(sentence: np.ndarray) -> list[str]:
        return [f"b{word}{'xy'[random.integers(2)]}" for word in random.permutation(sentence)]

    def planted(words: list[str], word: str) -> str:
        place = int(random.integers(len(words) + 1))
        return " ".join([*words[:place], word, *words[place:]])

    pairs = []
    for number in range(PLANTED):
        several = number % 2
        for _ in range(GROUPS if several else SINGLE):
            chosen = concepts()
            source = planted([f"a{word}" for word in chosen], f"new{number}")
            for _ in range(TRANSLATIONS if several else 1):
                pairs.append((source, planted(translated(chosen), f"neu{number}")))
    for _ in range(FILL):
        chosen = concepts()
        pairs.append((" ".join(f"a{word}" for word in chosen), " ".join(translated(chosen))))
    texts = tuple(
        index_text([pair[side] for pair in pairs], language)
        for side, language in enumerate(("en", "de"))
    )
    words = [f"new{number}" for number in range(PLANTED)]
    held = hold_out(texts[0], texts[1], source_words=words, seed=seed)
    removed = np.setdiff1d(np.arange(len(pairs)), held.linked)
    return Planted(texts=(texts[0], texts[1]), held=held, removed=removed)


Halves = Callable[[Planted, int], tuple[np.ndarray, np.ndarray]]


def by_the_rule(world: Planted, seed: int) -> tuple[np.ndarray, np.ndarray]:
    return world.held.source_halves, world.held.target_halves


def both_halves(world: Planted, seed: int) -> tuple[np.ndarray, np.ndarray]:
    return world.removed, world.removed


def a_coin_for_each_line(world: Planted, seed: int) -> tuple[np.ndarray, np.ndarray]:
    heads = np.random.default_rng(seed + 100).integers(0, 2, len(world.removed)) == 1
    return world.removed[heads], world.removed[~heads]


def hits(world: Planted, halves: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Tell which planted words are in both vocabularies, and which find their translation.

    Only the planted words of the other language may be answered, so that chance is 1 in their
    number: over the whole vocabulary it would be lower, and a leak harder to see.
    """
    material = gather(world.texts, world.held.linked, halves, min_count=2)
    made = recipe("joint").link(material, dim=100, seed=0)
    none = (frozenset[str](), frozenset[str]())
    model = Model(sides=make_sides(made.spaces, made.mappings, trained=none))
    rows, columns = (
        side.vocabulary.find_all(f"{stem}{number}" for number in range(PLANTED))
        for side, stem in zip(model.sides, ("new", "neu"), strict=True)
    )
    known = (rows >= 0) & (columns >= 0)
    scores = model.scores(rows[known], channels="contexts")[:, columns[known]]
    right = np.zeros(PLANTED, dtype=bool)
    right[known] = scores.argmax(axis=1) == np.arange(known.sum())
    return known, right


@pytest.fixture(scope="module", params=[0, 1, 2])
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def world(seed: int) -> Planted:
    return plant(seed)


def test_half_of_the_planted_words_stand_in_groups(world: Planted) -> None:
    assert len(world.removed) == PLANTED // 2 * (SINGLE + GROUPS * TRANSLATIONS)
    assert world.held.words == PLANTED
    kept = len(world.held.source_halves) + len(world.held.target_halves)
    assert kept + world.held.halves_dropped == world.held.pairs_removed == len(world.removed)
    assert min(len(world.held.source_halves), len(world.held.target_halves)) > 0.3 * kept


def test_by_the_rule_they_are_found_by_chance_only(world: Planted, seed: int) -> None:
    known, right = hits(world, by_the_rule(world, seed))
    assert known.sum() >= 0.85 * PLANTED
    # More hits than this happen by chance in one run of a thousand.
    assert right.sum() <= stats.binom.isf(1e-3, int(known.sum()), 1 / int(known.sum()))


def test_with_both_halves_they_are_found(world: Planted, seed: int) -> None:
    known, right = hits(world, both_halves(world, seed))
    assert known.all()
    assert right.sum() >= 0.9 * PLANTED


def test_with_a_coin_for_each_line_those_in_groups_are_found(world: Planted, seed: int) -> None:
    known, right = hits(world, a_coin_for_each_line(world, seed))
    grouped = np.arange(PLANTED) % 2 == 1
    assert right[grouped].sum() >= 0.7 * grouped.sum()
    single = known & ~grouped
    assert right[single].sum() <= stats.binom.isf(1e-3, int(single.sum()), 2 / PLANTED)
