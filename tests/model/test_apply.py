from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xling
from xling.data.space import EmbeddingSpace
from xling.data.subwords import SubwordTable
from xling.data.vocabulary import Vocabulary
from xling.errors import (
    CoverageError,
    LanguageMismatchError,
    NotInvertibleError,
    ShapeError,
)
from xling.mapping.linear import LinearMap
from xling.model.apply import apply_map, choose_words
from xling.model.export import aligned_space
from xling.model.model import Model
from xling.model.side import make_sides


@pytest.fixture(scope="module")
def model(rotated_world: Any) -> Model:
    return xling.align(rotated_world.source, rotated_world.target, rotated_world.lexicon)


def new_words(space: EmbeddingSpace, count: int = 20) -> EmbeddingSpace:
    """Give words that no model knows, with other vectors, the last one zero."""
    random = np.random.default_rng(7)
    vectors = random.standard_normal((count, space.dim)).astype(np.float32)
    vectors[-1] = 0
    words = tuple(f"new{i}" for i in range(count))
    return EmbeddingSpace(
        language=space.language,
        vocabulary=Vocabulary(words=words),
        vectors=vectors,
        empty_words=frozenset(words[-1:]),
    )


def test_a_models_own_vectors_are_its_own(model: Model, rotated_world: Any) -> None:
    for space in (rotated_world.source, rotated_world.target):
        mapped = apply_map(model.side(space.language), space)
        np.testing.assert_array_equal(mapped.vectors, aligned_space(model, space.language).vectors)


def test_new_vectors_go_through_normalisation_and_rotation(
    model: Model, rotated_world: Any
) -> None:
    space = new_words(rotated_world.source)
    before = space.vectors.copy()
    mapped = apply_map(model.side("en"), space)
    side = model.side("en")
    mean = side.mapping.normalization.mean
    rows = space.vectors[:-1] / np.linalg.norm(space.vectors[:-1], axis=1, keepdims=True) - mean
    rows = rows @ side.mapping.matrix
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(mapped.vectors[:-1], rows, atol=1e-5)
    assert not mapped.vectors[-1].any()
    assert mapped.empty_words == {"new19"}
    np.testing.assert_array_equal(space.vectors, before)


def test_and_back(model: Model, rotated_world: Any) -> None:
    space = new_words(rotated_world.source)
    side = model.side("en")
    back = apply_map(side, apply_map(side, space), inverse=True)
    normalized = side.mapping.normalization.apply(space.vectors)
    np.testing.assert_allclose(back.vectors, normalized, atol=1e-5)


def test_a_map_that_cannot_be_undone(rotated_world: Any) -> None:
    narrow = np.eye(12, 5, dtype=np.float32)
    spaces = (rotated_world.source, rotated_world.target)
    maps = (LinearMap(dim_in=12, matrix=narrow), LinearMap(dim_in=12, matrix=narrow))
    sides = make_sides(spaces, maps, trained=(frozenset(), frozenset()))
    mapped = apply_map(sides[0], rotated_world.source)
    assert mapped.dim == 5
    with pytest.raises(NotInvertibleError, match="has no inverse; square is needed"):
        apply_map(sides[0], mapped, inverse=True)


def test_what_does_not_fit(model: Model, make_rotated_world: Any, rotated_world: Any) -> None:
    other = make_rotated_world(dim=5).source
    with pytest.raises(ShapeError, match="have 5 dimensions, the model's en space 12") as error:
        apply_map(model.side("en"), other)
    assert "learned together" in str(error.value.hint)
    with pytest.raises(ShapeError, match="have 5 dimensions, the model's shared space 12"):
        apply_map(model.side("en"), other, inverse=True)
    with pytest.raises(LanguageMismatchError, match="the vectors are de, the map is that of en"):
        apply_map(model.side("en"), rotated_world.target)


def test_hubs_too(hub_world, tmp_path: Path) -> None:
    lexicons = {(a, b): hub_world.lexicon(a, b) for a, b in (("en", "de"), ("en", "es"))}
    hub = xling.hub(hub_world.spaces, lexicons)
    mapped = apply_map(hub.side("es"), hub_world.spaces["es"])
    np.testing.assert_array_equal(mapped.vectors, hub.side("es").vectors)


def test_words_are_found_composed_or_missing() -> None:
    random = np.random.default_rng(0)
    table = SubwordTable(
        vectors=random.standard_normal((30, 4)).astype(np.float32), min_length=3, max_length=4
    )
    vectors = random.standard_normal((3, 4)).astype(np.float32)
    vectors[2] = 0
    space = EmbeddingSpace(
        language="de",
        vocabulary=Vocabulary(words=("Haus", "alt", "leer")),
        vectors=vectors,
        subwords=table,
        empty_words=frozenset({"leer"}),
    )
    chosen = choose_words(space, ["alt", "Häuser", "haus", "leer", "", "alt"])
    assert chosen.space.words == ("alt", "Häuser", "haus", "leer")
    assert (chosen.composed, chosen.missing) == (("Häuser",), ("",))
    np.testing.assert_array_equal(chosen.space.vectors[0], vectors[1])
    np.testing.assert_array_equal(chosen.space.vectors[1], table.compose("Häuser"))
    np.testing.assert_array_equal(chosen.space.vectors[2], vectors[0])
    assert chosen.space.empty_words == {"leer"}


def test_no_word_is_known(rotated_world: Any) -> None:
    with pytest.raises(CoverageError, match="none of 4 words has a vector: 'a', 'b', 'c'") as error:
        choose_words(rotated_world.source, list("abcd"))
    assert "fastText" in str(error.value.hint)
