"""What every aligner of the registry does; a new one is picked up by its name there."""

import ast
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import xling.aligners
from xling.aligners.base import Aligner, Alignment, StopReason, Supervision
from xling.aligners.registry import ALIGNERS, aligner
from xling.data.lexicon import Lexicon
from xling.errors import (
    ConfigError,
    CoverageError,
    DegenerateInputError,
    LanguageMismatchError,
    ShapeError,
)

NAMES = sorted(ALIGNERS)
# No aligner may be given a space that it could write to; their arrays are read-only anyway.


def fitted(name: str, world, **changes) -> Alignment:
    made = aligner(name)()
    given = {"source": world.source, "target": world.target, "lexicon": world.lexicon} | changes
    return made.fit(**given, seed=4)


def mapped(found: Alignment, world) -> tuple[np.ndarray, np.ndarray]:
    """Give both spaces in the shared space, rows of unit length."""
    both = (
        found.source_mapping.apply(world.source.vectors),
        found.target_mapping.apply(world.target.vectors),
    )
    x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in both)
    return x, y


def precision(found: Alignment, world) -> float:
    x, y = mapped(found, world)
    return float(np.mean((y @ x.T).argmax(axis=1) == world.order))


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def supervised(name: str) -> str:
    if aligner(name)().supervision is not Supervision.LEXICON:
        pytest.skip(f"{name} needs no lexicon")
    return name


def test_every_aligner_is_in_the_registry() -> None:
    folder = Path(xling.aligners.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Aligner"):
                module = path.relative_to(folder.parent.parent).with_suffix("")
                found.add(f"{'.'.join(module.parts)}:{node.name}")
    assert found - {"xling.aligners.base:Aligner"} == {method.home for method in ALIGNERS.values()}


def test_is_settings_and_nothing_else(name: str) -> None:
    made = aligner(name)()
    assert isinstance(made, Aligner)
    assert [field.name for field in dataclasses.fields(made)] == ["settings"]  # type: ignore[arg-type]
    for frozen in (made, made.settings):
        first = dataclasses.fields(frozen)[0].name  # type: ignore[arg-type]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(frozen, first, None)
    assert aligner(name)(settings=dataclasses.replace(made.settings)) == made


def test_recovers_a_known_rotation(name: str, make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    found = fitted(name, world)
    assert precision(found, world) == 1.0
    x, y = mapped(found, world)
    assert np.sum(x[world.order] * y, axis=1).min() > 0.99


def test_generalises_to_words_outside_the_lexicon(supervised: str, make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    seed = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:60])
    assert precision(fitted(supervised, world, lexicon=seed), world) == 1.0


def test_a_lexicon_of_wrong_pairs_does_not_pass(supervised: str, make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12)
    pairs = world.lexicon.pairs
    shifted = tuple((pairs[i][0], pairs[(i + 50) % 200][1]) for i in range(200))
    wrong = dataclasses.replace(world.lexicon, pairs=shifted)
    assert precision(fitted(supervised, world, lexicon=wrong), world) < 0.5


def test_leaves_its_inputs_unchanged(name: str, make_rotated_world) -> None:
    world = make_rotated_world()
    before = [space.vectors.copy() for space in (world.source, world.target)]
    made = aligner(name)()
    settings = dataclasses.replace(made.settings)
    made.fit(world.source, world.target, world.lexicon)
    for space, old in zip((world.source, world.target), before, strict=True):
        assert not space.vectors.flags.writeable
        np.testing.assert_array_equal(space.vectors, old)
    assert made.settings == settings


def test_the_same_seed_gives_the_same_bytes(name: str, rotated_world) -> None:
    first, second = (fitted(name, rotated_world) for _ in range(2))
    for side in ("source_mapping", "target_mapping"):
        tensors = [getattr(each, side).to_tensors()[0] for each in (first, second)]
        assert {k: v.tobytes() for k, v in tensors[0].items()} == {
            k: v.tobytes() for k, v in tensors[1].items()
        }
    assert first.history == second.history


def test_the_result_says_how_it_was_made(name: str, rotated_world) -> None:
    world = rotated_world
    found = fitted(name, world)
    assert found.method == name
    assert found.seed == 4
    assert (found.source_fingerprint, found.target_fingerprint) == (
        world.source.fingerprint,
        world.target.fingerprint,
    )
    assert found.source_mapping.dim_in == world.source.dim
    assert found.source_mapping.dim_out == found.target_mapping.dim_out
    assert isinstance(found.stop_reason, StopReason)
    assert found.history
    assert np.isfinite(found.history).all()
    json.dumps(dict(found.settings))
    assert set(found.settings) == {
        field.name for field in dataclasses.fields(aligner(name)().settings)
    }


def test_coverage_counts_what_was_not_found(supervised: str, rotated_world) -> None:
    world = rotated_world
    more = dataclasses.replace(
        world.lexicon, pairs=(*world.lexicon.pairs, ("unknown", "wort1"), ("word1", "unbekannt"))
    )
    found = fitted(supervised, world, lexicon=more)
    assert found.coverage is not None
    assert (found.coverage.pairs, found.coverage.covered) == (62, 60)
    assert found.coverage.missing_source == ("unknown",)
    assert found.coverage.missing_target == ("unbekannt",)
    assert (found.seed_pairs, found.pairs_used) == (60, 60)


def test_seed_pairs_are_those_of_the_seed(name: str, make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    if aligner(name)().supervision is not Supervision.LEXICON:
        assert fitted(name, spelled_alike(world), lexicon=None).seed_pairs == 0
    if aligner(name)().supervision is not Supervision.NONE:
        seed = dataclasses.replace(world.lexicon, pairs=world.lexicon.pairs[:30])
        assert fitted(name, world, lexicon=seed).seed_pairs == 30


def test_fewer_pairs_than_dimensions(supervised: str, rotated_world) -> None:
    few = dataclasses.replace(rotated_world.lexicon, pairs=rotated_world.lexicon.pairs[:1])
    needs = None
    try:
        found = fitted(supervised, rotated_world, lexicon=few)
    except CoverageError as error:
        needs = str(error)
    if needs is not None:
        assert f"{supervised} needs at least 12 pairs here; 1 of" in needs
        return
    assert np.isfinite(found.source_mapping.apply(rotated_world.source.vectors)).all()


def test_a_lexicon_is_asked_for(supervised: str, rotated_world) -> None:
    with pytest.raises(ConfigError, match=f"{supervised} needs a seed lexicon"):
        fitted(supervised, rotated_world, lexicon=None)


def test_an_uncovered_lexicon_is_refused(supervised: str, rotated_world) -> None:
    pairs = (("one", "eins"), ("two", "zwei"))
    none = Lexicon(source_language="en", target_language="de", pairs=pairs)
    with pytest.raises(CoverageError, match="0 of 2 pairs covered; not found: one, two, eins"):
        fitted(supervised, rotated_world, lexicon=none)


def settled(name: str, world, **changes) -> Alignment:
    """Fit with a lexicon where the method can use one."""
    if aligner(name)().supervision is Supervision.NONE:
        changes["lexicon"] = None
    return fitted(name, world, **changes)


def spelled_alike(world):
    """Write every concept alike in both languages."""
    words = tuple(world.source.words[i] for i in world.order)
    vocabulary = dataclasses.replace(world.target.vocabulary, words=words)
    return dataclasses.replace(
        world, target=dataclasses.replace(world.target, vocabulary=vocabulary)
    )


def with_vectors(space, vectors: np.ndarray):
    empty = frozenset(np.array(space.words)[~vectors.any(axis=1)].tolist())
    return dataclasses.replace(space, vectors=vectors.astype(np.float32), empty_words=empty)


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_space_that_tells_no_word_from_another_is_named(
    name: str, side: str, rotated_world
) -> None:
    space = getattr(rotated_world, side)
    same = np.linspace(1, 3, 60)[:, None] * space.vectors[:1]
    for vectors, message in (
        (same, f"all vectors of the {space.language} space point the same way"),
        (np.ones_like(same), f"all vectors of the {space.language} space point the same way"),
        (0 * same, f"all 60 vectors of the {space.language} space are zero"),
    ):
        with pytest.raises(DegenerateInputError, match=message):
            settled(name, rotated_world, **{side: with_vectors(space, vectors)})


def test_a_singular_space_is_fitted_or_refused(name: str, make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    flat = world.source.vectors * (np.arange(12) < 5)
    source = with_vectors(world.source, flat @ world.rotation.T.astype(np.float32))
    target = with_vectors(
        world.target, source.vectors[world.order] @ world.rotation.astype(np.float32)
    )
    flat = dataclasses.replace(world, source=source, target=target)
    if name == "least-squares":
        with pytest.raises(DegenerateInputError, match="200 source rows span 5 of 12 dimensions"):
            settled(name, flat)
        return
    found = settled(name, flat)
    assert precision(found, flat) == 1.0


def test_spaces_of_two_widths(name: str, make_rotated_world) -> None:
    world = make_rotated_world(words=200, dim=12, noise=0.001)
    wide = np.hstack([world.source.vectors, np.zeros((200, 3))]) @ np.linalg.qr(
        np.random.default_rng(0).standard_normal((15, 15))
    )[0].astype(np.float32)
    world = dataclasses.replace(world, source=with_vectors(world.source, wide))
    if ALIGNERS[name].any_width and name != "least-squares":
        assert precision(settled(name, world), world) == 1.0
    elif name != "least-squares":
        with pytest.raises(ShapeError, match=f"{name} needs equal numbers") as caught:
            settled(name, world)
        for other, method in ALIGNERS.items():
            assert (f" {other}," in str(caught.value.hint)) == method.any_width
        assert "--set rank=N" in str(caught.value.hint)


def test_languages_must_belong_together(name: str, rotated_world) -> None:
    with pytest.raises(LanguageMismatchError, match="lexicon is de-en, the spaces are en-de"):
        fitted(name, rotated_world, lexicon=rotated_world.lexicon.inverted())
    with pytest.raises(LanguageMismatchError, match="both spaces are in en"):
        fitted(name, rotated_world, target=rotated_world.source)
