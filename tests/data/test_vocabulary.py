import numpy as np
import pytest

from xling.data.vocabulary import Vocabulary
from xling.errors import InputError, ShapeError


def test_a_word_is_found_as_written_first_then_folded():
    words = Vocabulary(words=("us", "US", "Katze", "KATZE"))
    assert words.find("US") == 1
    assert words.find("Us") == 0
    assert words.find("katze") == 2
    assert words.find("KATZE") == 3
    assert words.find("Hund") is None


def test_folding_joins_sharp_s_and_composed_forms():
    words = Vocabulary(words=("Straße", "été"))
    assert words.find("STRASSE") == 0
    assert words.find("e\u0301te\u0301") == 1


def test_find_all():
    found = Vocabulary(words=("a", "b")).find_all(["b", "x", "A", "b"])
    assert found.dtype == np.int64
    assert found.tolist() == [1, -1, 0, 1]
    assert Vocabulary(words=("a",)).find_all([]).shape == (0,)


def test_contains_length_and_order():
    words = Vocabulary(words=("b", "a"))
    assert "A" in words
    assert "c" not in words
    assert (len(words), list(words)) == (2, ["b", "a"])


def test_a_word_stands_once():
    with pytest.raises(InputError, match="the word 'a' stands twice"):
        Vocabulary(words=("a", "b", "a"))
    assert len(Vocabulary(words=("a", "A"))) == 2


def test_counts_are_kept_read_only():
    mine = np.array([5, 3])
    words = Vocabulary(words=("a", "b"), counts=mine)
    mine[0] = 0
    assert words.counts.tolist() == [5, 3]
    assert words.counts.dtype == np.int64
    with pytest.raises(ShapeError, match=r"\(2,\) counts for 1 words"):
        Vocabulary(words=("a",), counts=mine)


def test_log_counts() -> None:
    words = Vocabulary(words=("a", "b", "c"), counts=np.array([100, 7, 0]))
    np.testing.assert_allclose(words.log_counts(np.array([1, 0, -1, 2])), np.log([7, 100, 1, 1]))
    assert Vocabulary(words=("a",)).log_counts(np.array([0, -1])).tolist() == [0, 0]
    assert Vocabulary(words=(), counts=np.zeros(0, int)).log_counts(np.array([-1])).tolist() == [0]
