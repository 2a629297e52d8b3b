from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.counting.hold_out import HeldOut, hold_out, stem
from xling.data.indexed import index_text
from xling.errors import InputError, ShapeError

# Few words, short sentences: many pairs share a sentence, directly and through others.
SOURCE = st.lists(st.sampled_from(["a", "B", "b", "c", "d"]), min_size=1, max_size=2)
TARGET = st.lists(st.sampled_from(["p", "q", "Q", "r", "s"]), min_size=1, max_size=2)
PAIRS = st.lists(st.tuples(SOURCE, TARGET), min_size=1, max_size=14)
WORDS_A = st.sets(st.sampled_from(["A", "b", "missing"]))
WORDS_B = st.sets(st.sampled_from(["p", "Q", "fehlt"]))


def split(pairs: list[tuple[str, str]], **settings) -> HeldOut:
    source = index_text([a for a, _ in pairs], "en")
    target = index_text([b for _, b in pairs], "de")
    return hold_out(source, target, **settings)


def folded(sentence: str) -> str:
    return " ".join(sentence.casefold().split())


def groups_of(pairs: list[tuple[str, str]], removed: set[int]) -> dict[int, int]:
    """Number the groups of pairs that share a sentence, by spreading the smaller number."""
    group = {i: i for i in removed}
    changed = True
    while changed:
        changed = False
        for i in removed:
            for j in removed:
                shares = any(folded(pairs[i][s]) == folded(pairs[j][s]) for s in (0, 1))
                if shares and group[j] < group[i]:
                    group[i], changed = group[j], True
    return group


@given(PAIRS, WORDS_A, WORDS_B, st.integers(0, 3))
def test_the_rule(drawn, words_a: set[str], words_b: set[str], seed: int) -> None:
    pairs = [(" ".join(a), " ".join(b)) for a, b in drawn]
    found = split(pairs, source_words=words_a, target_words=words_b, seed=seed)
    linked = set(found.linked.tolist())
    sources, targets = set(found.source_halves.tolist()), set(found.target_halves.tolist())
    removed = set(range(len(pairs))) - linked

    # No retained pair holds a held-out word, and a pair is removed only for one.
    never_a, never_b = ({word.casefold() for word in words} for words in (words_a, words_b))
    for i, (a, b) in enumerate(pairs):
        holds = set(folded(a).split()) & never_a or set(folded(b).split()) & never_b
        assert (i in removed) == bool(holds)

    # Of a removed pair at most one half stays, unless its other half still stands in a linked one.
    linked_a, linked_b = ({folded(pairs[i][s]) for i in linked} for s in (0, 1))
    assert not sources & targets
    assert sources | targets <= removed
    assert all(folded(pairs[i][1]) not in linked_b for i in sources)
    assert all(folded(pairs[i][0]) not in linked_a for i in targets)
    assert found.halves_dropped + len(sources) + len(targets) == found.pairs_removed
    assert found.pairs_removed == len(removed)

    # One group, one side; and what is dropped had to be.
    group = groups_of(pairs, removed)
    sides: dict[int, set[str]] = {}
    for side, halves in (("source", sources), ("target", targets)):
        for i in halves:
            sides.setdefault(group[i], set()).add(side)
    assert all(len(kept) == 1 for kept in sides.values())
    for i in removed - sources - targets:
        other = {
            "source": folded(pairs[i][1]) in linked_b,
            "target": folded(pairs[i][0]) in linked_a,
        }
        kept = sides.get(group[i])
        assert other[kept.pop()] if kept else any(other.values())

    # So no sentence of a group is left on the side that its match is left on.
    left_a, left_b = {folded(pairs[i][0]) for i in sources}, {folded(pairs[i][1]) for i in targets}
    assert not any(folded(pairs[i][0]) in left_a and folded(pairs[i][1]) in left_b for i in removed)


def test_words_held_out_on_one_side_may_stand_on_the_other() -> None:
    pairs = [("arm leg", "Arm Bein"), ("leg", "arm Bein"), ("head", "Kopf")]
    loose = split(pairs, source_words=["Arm"])
    assert loose.linked.tolist() == [1, 2]
    strict = split(pairs, source_words=["Arm"], target_words=["ARM"])
    assert strict.linked.tolist() == [2]
    assert (loose.words, strict.words) == (1, 2)
    assert (strict.source_words, strict.target_words) == ({"arm"}, {"arm"})


def test_pairs_joined_through_others_keep_one_side() -> None:
    # 0 and 1 share the source, 1 and 2 the target, 2 and 3 the source after folding.
    chain = [("x one", "eins"), ("x ONE", "zwei"), ("x two", "Zwei"), ("X two", "drei")]
    seen = Counter()
    for seed in range(40):
        found = split(chain, source_words=["x"], seed=seed)
        halves = (len(found.source_halves), len(found.target_halves))
        assert halves in {(4, 0), (0, 4)}
        seen[halves] += 1
    assert min(seen.values()) >= 8


def test_the_coin_is_fair_and_thrown_for_each_group() -> None:
    pairs = [(f"x s{i}", f"t{i}") for i in range(4000)]
    found = split(pairs, source_words=["x"], seed=0)
    kept = len(found.source_halves)
    assert abs(kept - 2000) < 4 * np.sqrt(1000)
    assert kept + len(found.target_halves) == 4000
    other = split(pairs, source_words=["x"], seed=1)
    same = len(np.intersect1d(found.source_halves, other.source_halves))
    assert abs(same - 1000) < 4 * np.sqrt(4000 * 3 / 16)
    again = split(pairs, source_words=["x"], seed=0)
    assert again.source_halves.tolist() == found.source_halves.tolist()


def test_a_half_whose_other_half_is_linked_is_dropped() -> None:
    # "same" stands in a linked pair too, so that "x one" would be left beside it.
    pairs = [("x one", "same"), ("one", "same")]
    dropped, kept = 0, 0
    for seed in range(30):
        found = split(pairs, source_words=["x"], seed=seed)
        assert found.linked.tolist() == [1]
        assert len(found.source_halves) == 0
        dropped += found.halves_dropped
        kept += len(found.target_halves)
    assert dropped + kept == 30
    assert min(dropped, kept) >= 5


def test_counts() -> None:
    pairs = [("x one", "eins"), ("y two", "zwei"), ("three", "drei")]
    found = split(pairs, source_words=["x", "y", "zzz"])
    counts = found.counts()
    assert counts["words"] == 2
    assert counts["pairs_removed"] == 2
    assert counts["source_halves_kept"] + counts["target_halves_kept"] == 2
    assert counts["halves_dropped"] == 0
    assert found.source_words == {"x", "y", "zzz"}


def test_without_words_everything_stays_linked() -> None:
    found = split([("a", "b"), ("c", "d")])
    assert found.linked.tolist() == [0, 1]
    assert found.counts() == dict.fromkeys(found.counts(), 0)


def test_every_pair_may_go() -> None:
    found = split([("x a", "b"), ("x c", "d")], source_words=["x"])
    assert found.linked.tolist() == []
    assert found.pairs_removed == 2


FAMILY = [
    ("they desire it", "a"),
    ("they Desired it", "b"),
    ("he desires it", "c"),
    ("a design", "d"),
    ("it", "e"),
]


def test_a_family_is_all_words_of_a_stem() -> None:
    form = split(FAMILY, source_words=["desire"])
    assert form.linked.tolist() == [1, 2, 3, 4]
    assert form.source_words == {"desire"}
    family = split(FAMILY, source_words=["desire"], match="family")
    assert family.linked.tolist() == [3, 4]
    assert family.source_words == {"desire", "desired", "desires"}
    # An inflected entry that does not occur itself takes its family too.
    unseen = split(FAMILY, source_words=["desiring"], match="family")
    assert unseen.linked.tolist() == [3, 4]
    assert unseen.source_words == {"desire", "desired", "desires", "desiring"}


def test_an_entry_of_several_words_needs_them_all() -> None:
    pairs = [("ice cream", "Eis"), ("cream", "Sahne"), ("cream on ICE", "Eis"), ("ice", "Eis")]
    found = split(pairs, source_words=["Ice Cream"])
    assert found.linked.tolist() == [1, 3]
    assert (found.words, found.source_words) == (1, {"ice cream"})
    absent = split(pairs, source_words=["ice rink", "..."])
    assert absent.linked.tolist() == [0, 1, 2, 3]
    assert absent.words == 0
    families = split(
        [("iced creams", "x"), ("ices", "y")], source_words=["ice cream"], match="family"
    )
    assert families.linked.tolist() == [1]


def test_stems_of_a_language_without_a_stemmer_lose_their_ending() -> None:
    assert stem(["casa", "casas", "ab", "abc", "wohnungen"], "xx") == [
        "cas", "cas", "ab", "abc", "wohnung",
    ]  # fmt: skip
    assert stem([], "en") == []
    assert stem(["Häuser".casefold()], "de-AT") == stem(["hauser"], "de")


def test_refusals() -> None:
    source, target = index_text(["a", "b"], "en"), index_text(["c"], "de")
    with pytest.raises(ShapeError, match="2 source sentences, 1 target sentences"):
        hold_out(source, target)
    with pytest.raises(InputError, match="unknown match 'forms'; known: family, form"):
        hold_out(source, source, match="forms")


@pytest.mark.parametrize("match", ["form", "family"])
def test_a_word_with_an_apostrophe_is_held_out_too(match: str) -> None:
    source = ["the pupil reads", "the pupil's book", "the pupils read", "o'pupil left", "a book"]
    texts = index_text(source, "en"), index_text(["x y", "y z", "z x", "w v", "u"], "de")
    held = hold_out(*texts, source_words=["pupil"], match=match)
    assert held.linked.tolist() == ([2, 4] if match == "form" else [4])
    assert {"pupil", "pupil's", "o'pupil"} <= held.source_words
    assert held.words == 1
    # A word of two parts is no other word's part.
    whole = hold_out(*texts, source_words=["pupil's"])
    assert whole.linked.tolist() == [0, 2, 3, 4]
