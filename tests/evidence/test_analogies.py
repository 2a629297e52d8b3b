from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from xling.evidence.analogies import Analogies, relations
from xling.evidence.base import Candidates

# The plural is known from two nouns of each language, but for that of the last.
HERE = ("table", "tables", "house", "houses", "flower", "flowers")
THERE = ("stola", "stolade", "majaa", "majaade", "lilleke", "lillekede", "lillekene")
LINKS = {(0, 0): 1.0, (1, 1): 0.5, (2, 2): 1.0, (3, 3): 0.5, (4, 4): 0.8}
PLURAL = 4  # what the last noun's is looked for by


def brute_relations(words: tuple[str, ...]) -> list[dict[int, tuple[str, str]]]:
    found: list[dict[int, tuple[str, str]]] = [{} for _ in words]
    for i, one in enumerate(words):
        for j, other in enumerate(words):
            shared = 0
            while shared < min(len(one), len(other)) and one[shared] == other[shared]:
                shared += 1
            if i != j and shared >= 4 and max(len(one), len(other)) - shared <= 5:
                found[i][j] = (one[shared:], other[shared:])
    return found


@given(st.lists(st.text("ab", max_size=12), max_size=14))
def test_relations_equal_brute_force_over_all_pairs(words: list[str]) -> None:
    found = relations(words)
    assert list(found) == brute_relations(tuple(words))
    for i, related in enumerate(found):
        for j, (here, there) in related.items():
            assert found[j][i] == (there, here)


def test_relations_of_words_at_the_limits() -> None:
    words = ("abcd", "abcdefghi", "abcdefghij", "abc", "abcde")
    found = relations(words)
    assert found[0] == {1: ("", "efghi"), 4: ("", "e")}  # six letters more are too many
    assert found[2] == {1: ("j", ""), 4: ("fghij", "")}
    assert found[3] == {}


def test_a_plural_is_found_by_what_was_learned_from_others(ground_of, asking) -> None:
    channel = Analogies(ground=ground_of((HERE, THERE), LINKS))
    found = channel.look(asking([5]))
    # ("", "s") went twice with ("", "de"), each time with a weight of 1 * 0.5. All changes seen are
    # these, and back: half of all goes with ("", "de").
    chance = (1.0 + 2 * 0.5) / (1.0 + 2)
    shared = 2 * 6 / 13
    expected = 0.8 * shared * chance
    row = found.any_of.toarray()[0]
    assert row[5] == pytest.approx(expected, rel=1e-6)
    assert row.argmax() == 5
    # The same word was seen with no such change, and ("", "ne") never at all.
    assert row[4] == row[6] == 0
    np.testing.assert_array_equal(found.best_of.toarray(), found.any_of.toarray())


def test_a_change_that_was_not_seen_goes_by_what_is_common(ground_of, asking) -> None:
    here = (*HERE, "flowery")
    row = Analogies(ground=ground_of((here, THERE), LINKS)).look(asking([6])).any_of.toarray()[0]
    # From flower by ("", "y"), which nothing tells of: half the share of ("", "de") in all.
    assert row[5] == pytest.approx(0.8 * 2 * 6 / 13 * 0.5 / 2, rel=1e-6)


def test_a_change_seen_with_others_only_is_unlikely(ground_of, asking) -> None:
    # ("", "s") was seen, but never with the same word; nights and night do go with one word.
    here, there = (*HERE, "nightly", "night"), (*THERE, "ooee")
    cells = {**LINKS, (6, 7): 1.0, (7, 7): 1.0}
    row = Analogies(ground=ground_of((here, there), cells)).look(asking([5])).any_of.toarray()[0]
    same, everything = 2.0, 4.0  # weights seen: the same word both ways, and all
    assert row[4] == pytest.approx(0.8 * 2 * 6 / 13 * 0.1 * same / everything, rel=1e-6)


def test_ways_to_one_answer_are_put_together(ground_of, asking) -> None:
    here, there = ("walked", "walker", "walking"), ("gehend", "gehender")
    cells = {(0, 0): 0.9, (1, 0): 0.6}
    found = Analogies(ground=ground_of((here, there), cells)).look(asking([2]))
    # Seen: ("ed", "er") and back, both with the same word.
    one, other = (p * 2 * 4 / 13 * 1 / 2 for p in (0.9, 0.6))
    assert found.best_of.toarray()[0, 0] == pytest.approx(one, rel=1e-6)
    assert found.any_of.toarray()[0, 0] == pytest.approx(1 - (1 - one) * (1 - other), rel=1e-6)


def test_unlikely_cells_are_neither_learned_from_nor_carried_over(ground_of, asking) -> None:
    strong = dict.fromkeys(LINKS, 0.09)
    found = Analogies(ground=ground_of((HERE, THERE), strong)).look(asking(range(6)))
    assert found.proposed.nnz == 0


def test_a_linked_query_does_not_tell_its_own_translation(ground_of, asking) -> None:
    cells = {**LINKS, (5, 6): 1.0}
    found = Analogies(ground=ground_of((HERE, THERE), cells)).look(asking([5]))
    without = Analogies(ground=ground_of((HERE, THERE), LINKS)).look(asking([5]))
    np.testing.assert_array_equal(found.any_of.toarray(), without.any_of.toarray())
    np.testing.assert_array_equal(found.best_of.toarray(), without.best_of.toarray())


def test_no_linked_query_of_random_tables_does(make_ground, asking) -> None:
    for seed in range(3):
        ground = make_ground(seed, sizes=(60, 40))
        whole = Analogies(ground=ground)
        told = 0
        for row in ground.linked_rows.tolist():
            dense = ground.translations.toarray()
            dense[row] = 0
            without = replace(ground, translations=sparse.csr_array(dense))
            alone = Analogies(ground=without).look(asking([row])).any_of.toarray()
            found = whole.look(asking([row])).any_of.toarray()
            np.testing.assert_allclose(found, alone, rtol=1e-5, atol=1e-7)
            told += int(found.any())
        assert told > 3


def test_features(make_ground, asking, everything) -> None:
    found = Analogies(ground=make_ground(1, sizes=(60, 40))).look(asking(range(60)))
    any_of, best_of = found.any_of.toarray().ravel(), found.best_of.toarray().ravel()
    assert (any_of > 0).sum() > 20
    assert (best_of <= any_of + 1e-7).all()
    assert (best_of > 0).tolist() == (any_of > 0).tolist()
    expected = np.column_stack(
        [
            any_of,
            best_of,
            np.log(any_of + 1e-3),
            np.log(best_of + 1e-3),
            np.repeat(any_of.reshape(60, 40).max(axis=1), 40),
        ]
    )
    np.testing.assert_allclose(found.measure(everything(60, 40)), expected, rtol=1e-5, atol=1e-6)


def test_all_that_are_led_to_are_brought_up(make_ground, asking) -> None:
    found = Analogies(ground=make_ground(2)).look(asking([1, 30]))
    candidates = Candidates.united([found.proposed])
    assert (found.measure(candidates)[:, 0] > 1e-5).all()
