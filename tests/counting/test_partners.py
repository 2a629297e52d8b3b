import numpy as np
import pytest
from scipy import sparse

from xling.counting import partners as module
from xling.counting.partners import partners
from xling.counting.sentences import RowSentences
from xling.errors import ShapeError


def sentences(size: int, *lines: list[int]) -> RowSentences:
    return RowSentences(
        rows=np.array([row for line in lines for row in line], np.int32),
        offsets=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
        size=size,
    )


def table(cells: dict[tuple[int, int], float], shape: tuple[int, int]) -> sparse.csr_array:
    dense = np.zeros(shape)
    for cell, value in cells.items():
        dense[cell] = value
    return sparse.csr_array(dense)


def test_the_most_probable_word_of_the_matched_sentence_is_the_partner() -> None:
    source = sentences(3, [0, 1], [2, 0], [1])
    target = sentences(4, [3, 2, 1], [0], [3])
    probable = table({(0, 1): 0.5, (0, 2): 0.6, (1, 1): 0.9, (0, 0): 0.2}, (3, 4))
    forth, back = partners(source, target, probable)
    # Source tokens are 0 1 | 2 0 | 1; target tokens are 3 2 1 | 0 | 3.
    assert forth.tolist() == [1, 2, -1, 3, -1]
    assert back.tolist() == [-1, 0, 1, 3, -1]


def test_of_equal_partners_the_one_at_the_same_place_is_taken() -> None:
    same = table({(0, 0): 1.0}, (2, 2))
    forth, back = partners(sentences(2, [0, 1, 0]), sentences(2, [0, 1, 1, 0]), same)
    assert forth.tolist() == [0, -1, 3]
    assert back.tolist() == [0, -1, -1, 2]
    forth, _ = partners(sentences(2, [0]), sentences(2, [0, 0]), same)
    assert forth.tolist() == [0]


def test_equals_a_search_through_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RUN_CELLS", 40)  # several runs
    rng = np.random.default_rng(0)
    lines = [
        [rng.integers(0, 12, rng.integers(0, 7)).tolist() for _ in range(60)] for _ in range(2)
    ]
    source, target = sentences(12, *lines[0]), sentences(12, *lines[1])
    dense = np.where(rng.random((12, 12)) < 0.3, rng.random((12, 12)), 0)
    forth, back = partners(source, target, sparse.csr_array(dense))
    for asking, other, values, found in (
        (source, target, dense, forth),
        (target, source, dense.T, back),
    ):
        for i in range(60):
            own = range(asking.offsets[i], asking.offsets[i + 1])
            there = np.arange(other.offsets[i], other.offsets[i + 1])
            for token in own:
                scores = values[asking.rows[token], other.rows[there]]
                if scores.max(initial=0) > 0:
                    assert found[token] in there
                    assert scores[found[token] - there[0]] == scores.max()
                else:
                    assert found[token] == -1


def test_nothing_to_link_is_no_partner() -> None:
    source, target = sentences(2, [0, 1], []), sentences(2, [1], [0])
    forth, back = partners(source, target, sparse.csr_array((2, 2)))
    assert (forth.tolist(), back.tolist()) == ([-1, -1], [-1, -1])


def test_sides_that_do_not_fit_are_refused() -> None:
    one = sentences(2, [0, 1])
    with pytest.raises(ShapeError, match="1 source sentences, 2 target sentences"):
        partners(one, sentences(2, [0], [1]), sparse.csr_array((2, 2)))
    with pytest.raises(ShapeError, match=r"a table of \(2, 3\) for 2 and 2 words"):
        partners(one, one, sparse.csr_array((2, 3)))
