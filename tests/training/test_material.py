import numpy as np
import pytest

from xling.counting.seed_lexicon import mutual_best
from xling.counting.translation_table import mine_table
from xling.data.indexed import IndexedText, index_text
from xling.data.lexicon import Lexicon
from xling.errors import CoverageError, DegenerateInputError
from xling.training.material import Material, gather, linked_words

PAIRS = [
    ("the house", "das Haus"),
    ("the book", "das Buch"),
    ("a book", "ein Buch"),
    ("the other word", "das andere Wort"),
    ("only here", "nur hier"),
]
NOTHING = np.zeros(0, np.int64)


def texts() -> tuple[IndexedText, IndexedText]:
    return index_text([a for a, _ in PAIRS], "en"), index_text([b for _, b in PAIRS], "de")


def gathered(linked=(0, 1, 2), source=(3,), target=(4,), **settings) -> Material:
    chosen = (np.array(part, np.int64) for part in (linked, source, target))
    first, *unmatched = chosen
    return gather(texts(), first, tuple(unmatched), **({"min_count": 1} | settings))


def test_linked_sentences_come_first_and_unmatched_ones_after_them() -> None:
    made = gathered()
    assert [len(text) for text in made.texts] == [4, 4]
    assert [len(read) for read in made.linked] == [3, 3]
    assert [len(read) for read in made.sentences] == [4, 4]
    assert set(made.vocabularies[0].words) == {"the", "house", "book", "a", "other", "word"}
    assert set(made.vocabularies[1].words) == {"das", "Haus", "Buch", "ein", "nur", "hier"}


def test_the_table_sees_linked_sentences_only() -> None:
    made = gathered()
    expected = mine_table(*made.linked)
    np.testing.assert_array_equal(made.table.forward.toarray(), expected.forward.toarray())
    unlinked = [made.vocabularies[0].find("other"), made.vocabularies[0].find("word")]
    assert made.table.forward.toarray()[unlinked].sum() == 0
    assert made.table.forward.toarray()[:, made.vocabularies[1].find("nur")].sum() == 0


def test_the_vocabulary_counts_all_text_that_is_kept() -> None:
    made = gathered(min_count=2)
    assert made.vocabularies[0].words == ("the", "book")
    assert made.vocabularies[0].counts.tolist() == [3, 2]  # "the" twice linked, once unmatched
    assert gathered(source=(), min_count=2).vocabularies[0].counts.tolist() == [2, 2]


def test_seeds_are_the_mutual_best_pairs() -> None:
    made = gathered()
    rows, columns, values = mutual_best(made.table.symmetric(0.1), threshold=0.1)
    expected = [
        (made.vocabularies[0].words[a], made.vocabularies[1].words[b])
        for a, b in zip(rows, columns, strict=True)
    ]
    assert list(made.seeds.pairs) == expected
    assert ("the", "das") in expected
    np.testing.assert_allclose(made.seeds.confidences, values)


def test_withheld_words_are_in_no_seed() -> None:
    made = gathered(withheld=(frozenset({"the"}), frozenset({"buch"})))
    assert made.seeds.pairs
    assert not any(a == "the" or b == "Buch" for a, b in made.seeds.pairs)
    given = Lexicon(
        source_language="en", target_language="de", pairs=(("The", "das"), ("a", "ein"))
    )
    made = gathered(lexicon=given, withheld=(frozenset({"the"}), frozenset()))
    assert made.seeds.pairs == (("a", "ein"),)


def test_linked_words_are_those_of_linked_sentences_and_seeds() -> None:
    made = gathered(min_count=2)
    assert linked_words(made, 0) == {"the", "house", "book", "a"}
    assert linked_words(made, 1) == {"das", "haus", "buch", "ein"}
    given = Lexicon(
        source_language="en", target_language="de", pairs=(("Word", "Wort"), ("the", "das"))
    )
    made = gathered(lexicon=given)
    assert linked_words(made, 0) == {"the", "house", "book", "a", "word"}
    assert "wort" in linked_words(made, 1)


def test_refusals() -> None:
    with pytest.raises(DegenerateInputError, match="no sentence pair is left to link"):
        gathered(linked=())
    with pytest.raises(DegenerateInputError, match=r"words of the en text occur 9 times or more"):
        gathered(min_count=9)
    lexicon = Lexicon(source_language="en", target_language="de", pairs=(("x", "y"), ("z", "q")))
    with pytest.raises(CoverageError, match=r"0 of 2 pairs covered; not found: x, z, y"):
        gathered(lexicon=lexicon)
    with pytest.raises(CoverageError, match="after the held-out words were taken out"):
        gathered(lexicon=lexicon, withheld=(frozenset({"x", "z"}), frozenset()))
    words = frozenset({"the", "house", "book", "a"})
    with pytest.raises(CoverageError, match="link no two words as each other's best"):
        gathered(withheld=(words, frozenset()))
    with pytest.raises(DegenerateInputError, match="no sentence pair has a known word"):
        gather(
            (index_text(["", "a b", "a b"], "en"), index_text(["x y", "", "x y"], "de")),
            np.array([0, 1]),
            (np.array([2]), np.array([2])),
            min_count=1,
        )
