import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import ShapeError
from xling.mapping.linear import LinearMap, Normalization
from xling.model.side import Side, make_sides
from xling.retrieval.index import ExactIndex


def plain(dim: int, matrix: np.ndarray | None = None) -> LinearMap:
    return LinearMap(dim_in=dim, normalization=Normalization(steps=("unit",)), matrix=matrix)


def test_sides_hold_mapped_unit_vectors_and_means_over_the_whole_other_side(rotated_world) -> None:
    world = rotated_world
    source, target = make_sides(
        (world.source, world.target),
        (plain(12, world.rotation.astype(np.float32)), plain(12)),
        trained=(frozenset({"Word1"}), frozenset()),
        held_out=(frozenset({"WORD2"}), frozenset({"Wort3"})),
    )
    x = unit_rows(world.source.vectors.astype(np.float64) @ world.rotation)
    y = unit_rows(world.target.vectors.astype(np.float64))
    np.testing.assert_allclose(source.vectors, x, atol=1e-5)
    np.testing.assert_allclose(target.vectors, y, atol=1e-5)
    cosines = x @ y.T
    np.testing.assert_allclose(
        source.means, np.sort(cosines, axis=1)[:, -10:].mean(axis=1), atol=1e-5
    )
    np.testing.assert_allclose(target.means, np.sort(cosines, axis=0)[-10:].mean(axis=0), atol=1e-5)
    assert (source.language, target.language) == ("en", "de")
    assert not source.index.rows.flags.writeable
    assert (source.trained, target.trained) == ({"word1"}, set())
    assert (source.held_out, target.held_out) == ({"word2"}, {"wort3"})


class Watching(LinearMap):
    """Writes down how much memory is taken as blocks come to be mapped."""

    def apply(self, rows: np.ndarray) -> np.ndarray:
        SEEN.append(tracemalloc.get_traced_memory()[0])
        return super().apply(rows)


SEEN: list[int] = []


@pytest.mark.parametrize("kept", [False, True])
def test_a_space_that_nobody_else_holds_is_let_go_while_it_is_mapped(kept) -> None:
    def space(language: str) -> EmbeddingSpace:
        rows = np.random.default_rng(0).standard_normal((10_000, 20)).astype(np.float32)
        rows.flags.writeable = False
        words = tuple(f"{language}{i}" for i in range(len(rows)))
        return EmbeddingSpace(language=language, vocabulary=Vocabulary(words=words), vectors=rows)

    def handed_over() -> Iterator[EmbeddingSpace]:
        while held:
            yield held.pop(0)

    stay = Watching(dim_in=20)
    SEEN.clear()
    tracemalloc.start()
    expected = unit_rows(space("en").vectors)
    held = [space("en"), space("de")]
    others = list(held) if kept else []
    source, _ = make_sides(handed_over(), (stay, stay), trained=(frozenset(), frozenset()))
    tracemalloc.stop()
    np.testing.assert_allclose(source.vectors, expected, atol=1e-6)
    let_go = (SEEN[0] - SEEN[4]) / expected.nbytes  # five blocks of the first space
    assert let_go == pytest.approx(0 if kept else 0.8, abs=0.1)
    for one in others:
        assert one.vectors.shape == (10_000, 20)
        assert np.array_equal(one.vectors, space("en").vectors)


def test_rows_and_words_must_be_as_many() -> None:
    with pytest.raises(ShapeError, match="2 rows for 1 words"):
        Side(
            language="en",
            vocabulary=Vocabulary(words=("a",)),
            mapping=plain(2),
            index=ExactIndex(rows=np.ones((2, 3), np.float32)),
        )


def test_composed_vectors_are_mapped_and_of_length_one(random_model) -> None:
    side = random_model(1, subwords=True).sides[0]
    vectors, which = side.compose(["newly", "x", "", "Word"])
    assert which == [0, 1, 3]  # a word without an n-gram has no vector
    for row, place in zip(vectors, which, strict=True):
        word = ["newly", "x", "", "Word"][place]
        own = side.mapping.apply(side.subwords.compose(word)[None])
        np.testing.assert_allclose(row, own[0] / np.linalg.norm(own), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_without_subwords_nothing_is_composed(random_model) -> None:
    side = random_model(1).sides[0]
    vectors, which = side.compose(["newly", "other"])
    assert (vectors.shape, which) == ((0, 4), [])
