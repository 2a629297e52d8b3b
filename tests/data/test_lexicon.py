from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.data.lexicon import Lexicon
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import CoverageError, InputError, ShapeError

PAIRS = (("cat", "Katze"), ("Cat", "Kater"), ("dog", "Hund"), ("cat", "katze"))


def make(pairs=PAIRS, confidences=None):
    return Lexicon(source_language="en", target_language="de", pairs=pairs, confidences=confidences)


def test_a_pair_stands_once():
    with pytest.raises(InputError, match=r"the pair \('c', 'd'\) stands twice"):
        make((("a", "b"), ("c", "d"), ("c", "d")))


def test_confidences_are_checked():
    with pytest.raises(ShapeError, match=r"\(1,\) confidences, 4 pairs"):
        make(confidences=np.array([1.0]))
    for bad in (0.0, 1.1, np.nan):
        with pytest.raises(InputError, match=r"a confidence lies outside \(0, 1\]"):
            make(confidences=np.array([0.5, bad, 1.0, 1.0]))
    mine = np.array([0.1, 0.2, 0.3, 1.0])
    lexicon = make(confidences=mine)
    mine[0] = 1
    assert lexicon.confidences[0] == 0.1


def test_resolve_gives_each_pair_of_rows_once_with_its_first_confidence():
    source = Vocabulary(words=("dog", "cat"))
    target = Vocabulary(words=("Katze", "Hund"))
    resolved = make(confidences=np.array([0.4, 0.5, 0.6, 0.7])).resolve(source, target)
    assert resolved.source_rows.tolist() == [1, 0]
    assert resolved.target_rows.tolist() == [0, 1]
    assert resolved.confidences.tolist() == [0.4, 0.6]
    assert len(resolved) == 2


def test_coverage_counts_and_names_what_is_missing():
    pairs = (("cat", "Katze"), ("cow", "Kuh"), ("dog", "Hund"), ("cow", "Rind"))
    coverage = (
        make(pairs)
        .resolve(Vocabulary(words=("cat", "dog")), Vocabulary(words=("Katze", "Kuh")))
        .coverage
    )
    assert (coverage.pairs, coverage.covered, coverage.share) == (4, 1, 0.25)
    assert coverage.missing_source == ("cow",)
    assert coverage.missing_target == ("Hund", "Rind")
    assert coverage.describe() == "1 of 4 pairs covered; not found: cow, Hund, Rind"
    assert coverage.describe(examples=1) == "1 of 4 pairs covered; not found: cow"


def test_without_confidences_all_weigh_one():
    resolved = make().resolve(Vocabulary(words=("cat",)), Vocabulary(words=("Katze",)))
    assert resolved.confidences.tolist() == [1.0]
    assert resolved.coverage.describe() == "2 of 4 pairs covered; not found: dog, Kater, Hund"


def test_resolve_some_refuses_what_nothing_covers():
    nothing = Vocabulary(words=("x",))
    with pytest.raises(
        CoverageError, match="no usable pair in the en-de lexicon: 0 of 4"
    ) as caught:
        make().resolve_some(nothing, nothing)
    assert "languages in the lexicon's order" in caught.value.hint
    assert len(make().resolve_some(Vocabulary(words=("dog",)), Vocabulary(words=("Hund",)))) == 1


def test_an_empty_lexicon():
    resolved = make(()).resolve(Vocabulary(words=("a",)), Vocabulary(words=("b",)))
    assert len(resolved) == 0
    assert resolved.coverage.share == 0.0


def test_inverted():
    turned = make(confidences=np.array([0.1, 0.2, 0.3, 0.4])).inverted()
    assert (turned.source_language, turned.target_language) == ("de", "en")
    assert turned.pairs[0] == ("Katze", "cat")
    assert turned.confidences.tolist() == [0.1, 0.2, 0.3, 0.4]
    assert turned.inverted().pairs == PAIRS


def test_queries_are_distinct_folded_words():
    assert make().queries() == {"cat": ("katze", "kater"), "dog": ("hund",)}


def test_without_is_blind_to_casing():
    lexicon = make(confidences=np.array([0.1, 0.2, 0.3, 0.4]))
    assert lexicon.without(source=["CAT"]).pairs == (("dog", "Hund"),)
    rest = lexicon.without(target=["KATZE"])
    assert rest.pairs == (("Cat", "Kater"), ("dog", "Hund"))
    assert rest.confidences.tolist() == [0.2, 0.3]


@given(
    st.lists(st.tuples(st.sampled_from("aAbBcCdDeEfF"), st.sampled_from("xyz")), unique=True),
    st.floats(0, 1),
    st.integers(0, 10),
)
def test_split_never_shares_a_source_word(pairs, share, seed):
    lexicon = make(tuple(pairs))
    one, other = lexicon.split(share, seed)
    assert not one.queries().keys() & other.queries().keys()
    assert sorted(one.pairs + other.pairs) == sorted(pairs)
    assert len(one.queries()) == round(share * len({fold(word) for word, _ in pairs}))
    again, _ = lexicon.split(share, seed)
    assert again.pairs == one.pairs


def test_split_depends_on_the_seed():
    lexicon = make(tuple((f"w{i}", "x") for i in range(50)))
    assert lexicon.split(0.5, 0)[0].pairs != lexicon.split(0.5, 1)[0].pairs


def test_parts_of_speech_go_with_their_pairs():
    lexicon = Lexicon(
        source_language="en",
        target_language="de",
        pairs=(("cat", "Katze"), ("see", "sehen"), ("old", "alt")),
        parts_of_speech=("noun", "verb", ""),
    )
    assert lexicon.without(["SEE"]).parts_of_speech == ("noun", "")
    assert lexicon.inverted().parts_of_speech == ("noun", "verb", "")
    assert lexicon.some([2, 1]).parts_of_speech == ("", "verb")
    assert lexicon.some([2, 1]).pairs == (("old", "alt"), ("see", "sehen"))
    with pytest.raises(ShapeError, match="1 parts of speech, 3 pairs"):
        replace(lexicon, parts_of_speech=("noun",))
