import dataclasses

import numpy as np
import pytest

from xling.aligners.base import StopReason, Supervision, Verdict
from xling.aligners.wasserstein import WassersteinAligner, WassersteinSettings
from xling.aligners.wasserstein_rounds import Found, Run
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, ShapeError
from xling.linalg.procrustes import orthogonal_map


def error(found, world) -> float:
    return float(np.abs(found.source_mapping.matrix - world.rotation).max())


def bare(**changes) -> WassersteinAligner:
    return WassersteinAligner(settings=WassersteinSettings(normalization=(), **changes))


@pytest.fixture(scope="module")
def world(make_rotated_world):
    return make_rotated_world(words=300, dim=10, noise=0.01, seed=2)


def test_the_rotation_is_found_without_a_lexicon(world) -> None:
    found = bare().fit(world.source, world.target)
    assert error(found, world) < 0.02
    assert found.verdict is Verdict.TRUSTED
    assert found.checks["stability"] > 0.9
    assert found.checks["gain"] > 1.2
    assert (found.pairs_used, found.seed_pairs, found.coverage) == (300, 0, None)
    assert "beyond" not in found.checks  # all words were coupled
    assert found.history[-1] > 0.9
    assert WassersteinAligner().supervision is Supervision.OPTIONAL


def test_each_step_is_needed(world) -> None:
    start = bare(init_rounds=1, rounds=1, grown_rounds=1, refinements=0)
    rough = start.fit(world.source, world.target)
    assert rough.stop_reason is StopReason.MAX_ROUNDS
    assert len(rough.history) == 1
    fine = bare().fit(world.source, world.target)
    assert error(fine, world) < error(rough, world)
    assert fine.converged


def test_words_in_another_order_give_the_same_rotation(world) -> None:
    shuffled = np.random.default_rng(0).permutation(len(world.source))
    other = dataclasses.replace(
        world.source,
        vocabulary=dataclasses.replace(
            world.source.vocabulary,
            words=tuple(world.source.words[i] for i in shuffled),
        ),
        vectors=world.source.vectors[shuffled],
    )
    one, two = (bare().fit(space, world.target) for space in (world.source, other))
    np.testing.assert_allclose(one.source_mapping.matrix, two.source_mapping.matrix, atol=1e-3)


def test_more_words_are_coupled_in_the_end(world) -> None:
    settings = {"init_words": 100, "rounds": 4, "grown_rounds": 2, "refinements": 0}
    found = bare(**settings).fit(world.source, world.target, world.lexicon)
    assert len(found.history) == 4 + 2 * 2  # 100, 200, then all 300
    fewer = bare(**settings, words=100).fit(world.source, world.target, world.lexicon)
    assert len(fewer.history) == 4


def test_a_lexicon_is_started_from(world) -> None:
    noisy = dataclasses.replace(world.target, vectors=world.target.vectors)
    few = Lexicon(source_language="en", target_language="de", pairs=world.lexicon.pairs[:12])
    found = bare().fit(world.source, noisy, few)
    assert error(found, world) < 0.02
    assert (found.pairs_used, found.seed_pairs, found.verdict) == (312, 12, None)
    assert found.coverage is not None
    stay = bare(rounds=1, words=1, init_words=1, refinements=0, seed_weight=1e6)
    rows = few.resolve(world.source.vocabulary, world.target.vocabulary)
    expected = orthogonal_map(
        world.source.vectors[rows.source_rows], world.target.vectors[rows.target_rows]
    )
    pinned = stay.fit(world.source, world.target, few)
    np.testing.assert_allclose(pinned.source_mapping.matrix, expected, atol=1e-3)


@pytest.mark.parametrize("apart", [0, 5])
def test_fewer_pairs_than_dimensions_do_no_harm_even_if_they_are_wrong(world, apart) -> None:
    pairs = world.lexicon.pairs
    wrong = tuple((pairs[i][0], pairs[i + apart][1]) for i in range(5))
    lexicon = Lexicon(source_language="en", target_language="de", pairs=wrong)
    found = bare().fit(world.source, world.target, lexicon)
    assert error(found, world) < (0.1 if apart else 0.02)
    assert (found.seed_pairs, found.verdict) == (5, Verdict.TRUSTED)


def test_fewer_pairs_than_dimensions_are_judged(make_rotated_world) -> None:
    one, other = (make_rotated_world(words=300, dim=10, seed=seed) for seed in (3, 4))
    pairs = tuple(zip(one.source.words[:5], other.target.words[:5], strict=True))
    lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
    found = WassersteinAligner().fit(one.source, other.target, lexicon)
    assert (found.seed_pairs, found.verdict) == (5, Verdict.FAILED)


def test_a_rotation_by_chance_is_not_trusted(make_rotated_world, monkeypatch) -> None:
    world = make_rotated_world(words=300, dim=60, noise=0.01)
    random = np.random.default_rng(1)

    def chance(_: object) -> Found:
        turn = np.linalg.qr(random.standard_normal((60, 60)))[0].astype(np.float32)
        return Found(rotation=turn, coupled=turn, history=(0.0,), pairs=300, settled=False)

    monkeypatch.setattr("xling.aligners.wasserstein.Run.rotation", chance)
    found = WassersteinAligner().fit(world.source, world.target)
    assert found.verdict is Verdict.FAILED
    assert found.checks["stability"] < 0.2


def test_noise_fitted_to_noise_is_not_trusted(make_rotated_world) -> None:
    one, other = (make_rotated_world(words=300, dim=10, seed=seed) for seed in (3, 4))
    found = WassersteinAligner().fit(one.source, other.target)
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] < 1.1


@pytest.mark.parametrize("number", [1, 2])
def test_skewed_spaces_without_a_link_are_not_trusted(number: int) -> None:
    random = np.random.default_rng([number, 6])
    sides = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(f"{language}{i}" for i in range(400))),
            vectors=(random.random((400, 20)) ** 6).astype(np.float32),
        )
        for language in ("en", "de")
    ]
    found = WassersteinAligner().fit(*sides)
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] < 1.1
    assert found.checks["stability"] < 0.5


FIRST = {"init_words": 150, "words": 150}


def with_noise_after(world, first: int, noise: float):
    """Add noise to the target vectors of all but the most frequent words."""
    random = np.random.default_rng(5)
    rows = world.target.vectors.copy()
    sizes = np.linalg.norm(rows, axis=1, keepdims=True) / np.sqrt(rows.shape[1])
    rows[first:] += (noise * sizes * random.standard_normal(rows.shape))[first:]
    return dataclasses.replace(world.target, vectors=rows.astype(np.float32))


def test_words_that_no_coupling_saw_must_be_linked_too(make_rotated_world) -> None:
    world = make_rotated_world(words=600, dim=10, noise=0.01, seed=2)
    # The same words in the same order, so that the first 150 are the same concepts.
    ordered = dataclasses.replace(
        world.target, vectors=(world.source.vectors @ world.rotation).astype(np.float32)
    )
    linked = dataclasses.replace(world, target=ordered)
    good = bare(**FIRST).fit(world.source, with_noise_after(linked, 150, 0.5))
    assert good.verdict is Verdict.TRUSTED
    assert good.checks["beyond"] > 1.2
    assert good.checks["written"] > 0.9
    apart = bare(**FIRST).fit(world.source, with_noise_after(linked, 150, 20.0))
    assert apart.checks["gain"] > 1.1
    assert apart.checks["beyond"] < 1.05
    assert apart.checks["ranks_beyond"] < apart.checks["ranks_beyond_needed"]
    assert apart.verdict is Verdict.FAILED


def test_a_refinement_that_changes_everything_is_not_trusted(world, monkeypatch) -> None:
    found = WassersteinAligner().fit(world.source, world.target)
    assert found.checks["written"] > 0.9
    whole = Run.rotation

    def other(run: Run) -> Found:
        return dataclasses.replace(whole(run), coupled=-np.eye(10, dtype=np.float32))

    monkeypatch.setattr("xling.aligners.wasserstein.Run.rotation", other)
    found = WassersteinAligner().fit(world.source, world.target)
    assert found.checks["written"] < 0.1
    assert found.verdict is Verdict.FAILED


def test_words_that_were_exchanged_are_not_trusted(world) -> None:
    order = np.random.default_rng(3).permutation(len(world.target))
    target = dataclasses.replace(world.target, vectors=world.target.vectors[order])
    found = bare().fit(world.source, target)
    assert found.verdict is Verdict.FAILED
    assert found.checks["gain"] > 1.5
    assert abs(found.checks["ranks"]) < found.checks["ranks_needed"]


def test_vectors_of_any_length_are_coupled_by_cosine(world) -> None:
    long = [
        dataclasses.replace(space, vectors=space.vectors * np.float32(factor))
        for space, factor in ((world.source, 40), (world.target, 7))
    ]
    assert error(bare().fit(*long), world) < 0.02


def test_refusals(world) -> None:
    narrow = dataclasses.replace(world.target, vectors=world.target.vectors[:, :8])
    with pytest.raises(
        ShapeError, match="en space has 10 dimensions, the de space 8; wasserstein needs"
    ):
        bare().fit(world.source, narrow)
    two = dataclasses.replace(
        world.source,
        vocabulary=Vocabulary(words=world.source.words[:2]),
        vectors=world.source.vectors[:2],
    )
    with pytest.raises(DegenerateInputError, match=r"2 of the 2 .* words of en have a vector"):
        bare().fit(two, world.target)
