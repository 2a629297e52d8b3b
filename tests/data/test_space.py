import numpy as np
import pytest

from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError, DTypeError, InputError, NonFiniteError, ShapeError


def make(vectors, words=("a", "b"), language="en", **extra):
    vectors = np.asarray(vectors)
    return EmbeddingSpace(
        language=language, vocabulary=Vocabulary(words=words), vectors=vectors, **extra
    )


def test_what_it_tells():
    space = make([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert (len(space), space.dim, space.words) == (2, 3, ("a", "b"))
    assert space.vectors.dtype == np.float32


def test_the_callers_array_stays_apart():
    mine = np.ones((2, 2), dtype=np.float32)
    space = make(mine)
    mine[0, 0] = 7
    assert space.vectors[0, 0] == 1
    assert mine.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        space.vectors[0, 0] = 2


def test_a_read_only_array_is_not_copied():
    mine = np.ones((2, 2), dtype=np.float32)
    mine.flags.writeable = False
    assert make(mine).vectors is mine


@pytest.mark.parametrize(
    ("vectors", "error", "message"),
    [
        (np.ones((3, 2)), ShapeError, "3 vectors for 2 words"),
        (np.ones(2), ShapeError, "vectors has 1 dimensions"),
        (np.ones((2, 0)), DegenerateInputError, "the en space has no word or no dimension"),
        (np.ones((2, 2), dtype=np.int64), DTypeError, "vectors holds int64"),
        ([[1.0, np.nan], [1.0, 1.0]], NonFiniteError, r"vectors holds nan at \(0, 1\)"),
        ([[1.0, 1.0], [0.0, -0.0]], DegenerateInputError, "the vector of 'b' is zero"),
    ],
)
def test_what_is_refused(vectors, error, message):
    with pytest.raises(error, match=message):
        make(vectors)


def test_no_word():
    with pytest.raises(DegenerateInputError, match="has no word"):
        make(np.ones((0, 2)), words=())


def test_a_malformed_language():
    with pytest.raises(InputError, match="malformed language code 'e'"):
        make(np.ones((2, 2)), language="e")


def test_zero_rows_of_empty_words_are_legal():
    space = make([[1.0, 1.0], [0.0, 0.0]], empty_words=frozenset({"b"}))
    assert space.empty_words == {"b"}


def test_the_fingerprint_depends_on_words_vectors_and_language():
    rows = np.arange(1.0, 5.0).reshape(2, 2)
    made = [
        make(rows),
        make(rows, words=("a", "c")),
        make(rows[::-1]),
        make(rows, language="de"),
    ]
    assert len({space.fingerprint for space in made}) == 4
    assert make(np.asfortranarray(rows)).fingerprint == made[0].fingerprint
    assert len(made[0].fingerprint) == 64
