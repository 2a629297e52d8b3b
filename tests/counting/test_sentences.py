import numpy as np
import pytest

from xling.counting.sentences import RowSentences, equal_sentences, row_sentences
from xling.data.indexed import index_text, vocabulary
from xling.errors import ShapeError


def as_lists(sentences: RowSentences) -> list[list[int]]:
    ends = sentences.offsets
    return [sentences.rows[ends[i] : ends[i + 1]].tolist() for i in range(len(sentences))]


def test_words_outside_the_vocabulary_are_left_out() -> None:
    text = index_text(["b a rare", "", "a b a", "rare", "a b"], "en")
    words, rows = vocabulary(text, min_count=3)
    read = row_sentences(text, rows, len(words))
    assert words.words == ("a", "b")
    assert as_lists(read) == [[1, 0], [], [0, 1, 0], [], [0, 1]]
    assert read.lengths.tolist() == [2, 0, 3, 0, 2]
    assert read.sentence_of_token.tolist() == [0, 0, 2, 2, 2, 4, 4]
    assert (len(read), read.size) == (5, 2)


def test_select_gives_the_sentences_in_the_order_wanted() -> None:
    made = RowSentences(rows=np.array([3, 1, 2, 0]), offsets=np.array([0, 2, 2, 4]), size=4)
    chosen = made.select(np.array([2, 0, 1, 2]))
    assert as_lists(chosen) == [[2, 0], [3, 1], [], [2, 0]]
    assert chosen.size == 4
    assert as_lists(made.select(np.zeros(0, np.int64))) == []


def test_no_sentence_at_all() -> None:
    empty = RowSentences(rows=np.zeros(0, np.int32), offsets=np.zeros(1, np.int64), size=2)
    assert len(empty) == 0
    assert empty.sentence_of_token.tolist() == []


@pytest.mark.parametrize("offsets", [[], [1, 2], [0, 1], [0, 3]])
def test_offsets_must_cut_the_tokens(offsets: list[int]) -> None:
    with pytest.raises(ShapeError, match="offsets do not cut 2 tokens"):
        RowSentences(rows=np.array([0, 1]), offsets=np.array(offsets, np.int64), size=2)


@pytest.mark.parametrize("row", [-1, 2])
def test_a_row_outside_the_vocabulary_is_refused(row: int) -> None:
    with pytest.raises(ShapeError, match="a row lies outside the vocabulary of 2 words"):
        RowSentences(rows=np.array([0, row]), offsets=np.array([0, 2]), size=2)


def test_arrays_cannot_be_written_to() -> None:
    rows = np.array([0, 1], np.int32)
    made = RowSentences(rows=rows, offsets=np.array([0, 2]), size=2)
    rows[0] = 1
    assert made.rows.tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        made.rows[0] = 1


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    text = index_text(["b a rare", "", "a b a", "rare", "", "a b", ""], "en")
    words, rows = vocabulary(text, min_count=3)
    whole = row_sentences(text, rows, len(words))
    for block in (1, 2, 5):
        monkeypatch.setattr("xling.counting.sentences._BLOCK", block)
        cut = row_sentences(text, rows, len(words))
        assert as_lists(cut) == as_lists(whole)
        assert cut.rows.dtype == np.int32


def test_equal_sentences_get_equal_numbers() -> None:
    ids = np.array([1, 2, 1, 2, 2, 1, 1], np.int32)
    offsets = np.array([0, 2, 4, 6, 6, 7, 7])
    assert equal_sentences(ids, offsets).tolist() == [0, 0, 1, 2, 3, 2]
