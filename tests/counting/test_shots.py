import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from xling.counting.hold_out import HeldOut, hold_out
from xling.counting.shots import Occurrences, choose_shots, touched
from xling.data.indexed import index_text
from xling.errors import ConfigError

SOURCE = st.lists(st.sampled_from(["a", "B", "b", "c", "d"]), min_size=1, max_size=3)
TARGET = st.lists(st.sampled_from(["p", "q", "Q", "r", "s"]), min_size=1, max_size=2)
PAIRS = st.lists(st.tuples(SOURCE, TARGET), min_size=1, max_size=16)
WORDS_A = st.sets(st.sampled_from(["A", "b", "missing"]))
WORDS_B = st.sets(st.sampled_from(["p", "Q", "fehlt"]))


def split(pairs: list[tuple[str, str]], **settings) -> HeldOut:
    source = index_text([a for a, _ in pairs], "en")
    target = index_text([b for _, b in pairs], "de")
    return hold_out(source, target, **settings)


def folded(sentence: str) -> str:
    return " ".join(sentence.casefold().split())


def sentences_of(pairs, numbers, side: int, word: str) -> set[str]:
    return {
        folded(pairs[i][side]) for i in numbers if word.casefold() in folded(pairs[i][side]).split()
    }


def parts(found: HeldOut) -> list:
    arrays = (found.linked, found.source_halves, found.target_halves)
    return [*(array.tolist() for array in arrays), found.counts(), dict(found.short)]


def run(pairs, words_a, words_b, shots: int, seed: int) -> HeldOut | None:
    try:
        return split(pairs, source_words=words_a, target_words=words_b, shots=shots, seed=seed)
    except ConfigError:
        return None


@given(PAIRS, WORDS_A, WORDS_B, st.integers(1, 3), st.integers(0, 3))
def test_the_rule(drawn, words_a: set[str], words_b: set[str], shots: int, seed: int) -> None:
    pairs = [(" ".join(a), " ".join(b)) for a, b in drawn]
    everything = range(len(pairs))
    entries = [(0, word) for word in sorted(words_a)] + [(1, word) for word in sorted(words_b)]
    there = [len(sentences_of(pairs, everything, side, word)) for side, word in entries]
    found = run(pairs, words_a, words_b, shots, seed)
    if found is None:
        assert 0 < max(there) < shots
        return
    assert not 0 < max(there, default=0) < shots

    # No word goes above K; one that falls short of K is listed with its number.
    linked = set(found.linked.tolist())
    counts = [len(sentences_of(pairs, linked, side, word)) for side, word in entries]
    assert all(count <= shots for count in counts)
    short = {
        word.casefold(): count
        for (_, word), count, exist in zip(entries, counts, there, strict=True)
        if exist and count < shots
    }
    assert found.short == short
    assert found.counts()["short"] == short

    # It falls short only where each further sentence would take another word above K.
    for i in set(everything) - linked:
        new = [
            count for (side, word), count in zip(entries, counts, strict=True)
            if sentences_of(pairs, [i], side, word) - sentences_of(pairs, linked, side, word)
        ]  # fmt: skip
        assert not new or max(new) >= shots

    # A pair without a held-out word stays, and no line more than is needed does.
    never = split(pairs, source_words=words_a, target_words=words_b)
    assert set(never.linked.tolist()) <= linked
    kept = linked - set(never.linked.tolist())
    assert len(kept) <= sum(counts)
    removed = set(everything) - linked
    assert found.pairs_removed == len(removed)

    # No half stands beside what it tells of.
    halves_a = {folded(pairs[i][0]) for i in found.source_halves}
    halves_b = {folded(pairs[i][1]) for i in found.target_halves}
    kept_a, kept_b = ({folded(pairs[i][side]) for i in kept} for side in (0, 1))
    assert not halves_a & kept_a
    assert not halves_b & kept_b
    for a, b in ((folded(pairs[i][0]), folded(pairs[i][1])) for i in removed):
        assert not (a in halves_a and b in halves_b | kept_b)
        assert not (b in halves_b and a in kept_a)
    assert set(found.source_halves.tolist()) | set(found.target_halves.tolist()) <= removed
    dropped = len(removed) - len(found.source_halves) - len(found.target_halves)
    assert found.halves_dropped == dropped


@given(PAIRS, WORDS_A, st.integers(1, 2), st.integers(0, 2))
def test_the_seed_decides_and_more_shots_keep_the_fewer(drawn, words, shots: int, seed) -> None:
    pairs = [(" ".join(a), " ".join(b)) for a, b in drawn]
    one, again = (run(pairs, order, (), shots, seed) for order in (words, sorted(words)[::-1]))
    assert (one is None) == (again is None)
    more = run(pairs, words, (), shots + 1, seed)
    if one is not None and again is not None:
        assert parts(one) == parts(again)
        if more is not None:
            assert set(one.linked.tolist()) <= set(more.linked.tolist())


@given(PAIRS, WORDS_A, WORDS_B, st.integers(0, 3))
def test_no_shots_are_the_zero_shot_protocol(drawn, words_a, words_b, seed: int) -> None:
    pairs = [(" ".join(a), " ".join(b)) for a, b in drawn]
    given_words = {"source_words": words_a, "target_words": words_b, "seed": seed}
    plain, none = split(pairs, **given_words), split(pairs, **given_words, shots=0)
    assert parts(plain) == parts(none)
    assert "short" not in none.counts()


def test_no_shots_throw_the_coins_that_they_have_always_thrown() -> None:
    pairs = [(f"x s{i}", f"t{i}") for i in range(12)] + [("s1", "t3"), ("s2", "t5")]
    found = split(pairs, source_words=["x", "y"], shots=0, seed=5)
    assert parts(found)[:3] == [[12, 13], [0, 1, 2, 4, 7, 8, 9, 10], [6, 11]]


def test_different_seeds_choose_different_sentences() -> None:
    pairs = [(f"x s{i}", f"t{i}") for i in range(50)]
    kept = {split(pairs, source_words=["x"], shots=1, seed=seed).linked[0] for seed in range(30)}
    assert len(kept) > 15


def test_a_sentence_on_several_lines_counts_once_and_keeps_one_of_them() -> None:
    pairs = [("x one", "eins"), ("X one", "ein"), ("x two", "zwei"), ("one", "1")]
    found = split(pairs, source_words=["x"], shots=2)
    assert len(found.linked) == 3
    assert {2, 3} < set(found.linked.tolist())
    assert found.short == {}
    # The other translation would stand beside the sentence that it translates.
    assert found.halves_dropped == found.pairs_removed == 1


def test_a_kept_sentence_counts_for_each_word_in_it() -> None:
    pairs = [("x y", "a"), ("x", "b"), ("y", "c"), ("z", "d")]
    for seed in range(20):
        found = split(pairs, source_words=["x", "y"], shots=1, seed=seed)
        kept = found.linked.tolist()
        assert kept in ([0, 3], [1, 2, 3])
        assert found.short == {}


def test_the_rarest_word_is_served_first() -> None:
    pairs = [("x y", "a"), *[(f"y s{i}", f"b{i}") for i in range(40)]]
    for seed in range(20):
        assert split(pairs, source_words=["x", "y"], shots=1, seed=seed).linked.tolist() == [0]


def test_words_that_fall_short_are_listed() -> None:
    pairs = [("x", "a"), ("y one", "b"), ("y two", "c"), ("w", "d")]
    found = split(pairs, source_words=["X", "y", "absent"], shots=2)
    assert found.linked.tolist() == [0, 1, 2, 3]
    assert found.counts() == {
        "words": 2,
        "pairs_removed": 0,
        "source_halves_kept": 0,
        "target_halves_kept": 0,
        "halves_dropped": 0,
        "short": {"x": 1},
    }


def test_a_family_is_counted_together_and_an_entry_needs_all_its_words() -> None:
    pairs = [("they desire it", "a"), ("he desires it", "b"), ("ice cream", "c"), ("ice", "d")]
    family = split(pairs, source_words=["desire"], match="family", shots=1)
    assert len(family.linked) == 3
    entry = split(pairs, source_words=["ice cream"], shots=1)
    assert (entry.linked.tolist(), entry.short) == ([0, 1, 2, 3], {})


def test_refusals() -> None:
    pairs = [("x a", "p"), ("x b", "q"), ("y", "r"), ("X b", "s")]
    message = "shots is 3, but all 2 held-out words .* the most that one of them has is 2"
    with pytest.raises(ConfigError, match=message) as raised:
        split(pairs, source_words=["x", "y", "absent"], shots=3)
    assert raised.value.hint == "ask for 2 shots or fewer"
    with pytest.raises(ConfigError, match="shots is -1; at least 0"):
        split(pairs, source_words=["x"], shots=-1)
    nothing = split(pairs, source_words=["absent"], shots=3)
    assert nothing.linked.tolist() == [0, 1, 2, 3]


def test_a_word_of_both_languages_lists_the_smaller_number() -> None:
    def side(rows: list[list[int]], keys: list[int]) -> Occurrences:
        pairs = sparse.csr_array(np.array(rows, dtype=bool))
        return Occurrences(words=("arm", "b")[: len(rows)], pairs=pairs, keys=np.array(keys))

    sides = [side([[1, 1, 0, 0]], [0, 1, 2, 3]), side([[0, 0, 1, 0], [1, 1, 1, 1]], [0, 1, 2, 3])]
    found = choose_shots(sides, shots=3)
    assert found.short == {"arm": 1}
    assert choose_shots([], shots=3).pairs.tolist() == []


def test_halves_that_are_touched() -> None:
    a, b = np.array([0, 0, 1, 2, 3]), np.array([0, 1, 1, 2, 0])
    source, target = touched(np.array([1, 2, 3, 4]), np.array([0]), a, b)
    assert source.tolist() == [True, False, False, True]  # repeats; translates the kept target
    assert target.tolist() == [True, True, False, True]  # translates the kept source
