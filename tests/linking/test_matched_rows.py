"""Matched rows as spaces and a lexicon, and pairs that are kept apart."""

import numpy as np
import pytest

from xling.errors import DegenerateInputError, ShapeError
from xling.linking.matched_rows import MatchedRows, hold_out_rows


def matched(count: int = 40) -> MatchedRows:
    rows = np.random.default_rng(0).standard_normal((count, 4)).astype(np.float32)
    rows[1] = rows[0]
    names = tuple(f"s{i or 1}" for i in range(count))
    return MatchedRows(
        languages=("en", "de"),
        rows=(rows, rows[:, :3]),
        names=(names, tuple(map(str, range(count)))),
    )


def test_equal_sentences_are_one_word():
    source, target, lexicon = matched().as_spaces()
    assert (len(source), len(target), len(lexicon)) == (39, 40, 40)
    assert lexicon.pairs[:3] == (("s1", "0"), ("s1", "1"), ("s2", "2"))
    assert np.array_equal(source.vectors[1], matched().rows[0][2])


def test_held_out_pairs_share_no_side_with_the_others():
    learned, held = hold_out_rows(matched(), 0.5, seed=3)
    assert held is not None
    assert len(held) == 20
    for side in (0, 1):
        assert not set(learned.names[side]) & set(held.names[side])
        assert len(set(held.names[side])) == 20
    again = hold_out_rows(matched(), 0.5, seed=3)[1]
    assert again.names == held.names
    assert hold_out_rows(matched(), 0.5, seed=4)[1].names != held.names
    assert len(hold_out_rows(matched(), 0.5, most=3)[1]) == 3


def test_few_pairs_are_all_learned_from():
    assert hold_out_rows(matched(19), 0.5)[1] is None
    assert hold_out_rows(matched(), 0.0)[1] is None


def test_bad_rows_are_refused():
    rows, names = np.ones((2, 3), np.float32), ("a", "b")
    with pytest.raises(ShapeError, match="2 en rows for 1 names"):
        MatchedRows(languages=("en", "de"), rows=(rows, rows), names=(("a",), names))
    with pytest.raises(ShapeError, match="2 en rows and 1 de rows"):
        MatchedRows(languages=("en", "de"), rows=(rows, rows[:1]), names=(names, ("a",)))
    with pytest.raises(DegenerateInputError, match="no matched pair"):
        MatchedRows(languages=("en", "de"), rows=(rows[:0], rows[:0]), names=((), ()))
