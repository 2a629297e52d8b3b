import pytest
from hypothesis import given
from hypothesis import strategies as st

from xling.counting.hold_out import hold_out
from xling.data.indexed import index_text
from xling.experiments.frequencies import query_frequencies


def test_a_query_of_several_words_is_counted_by_sentences_that_hold_them_all() -> None:
    text = index_text(["New York is new", "york", "new york, New York", "a new one"], "en")
    found = query_frequencies(["new york", "new", "York new", "new absent", "two-fold"], text)
    assert found == {"new york": 2, "new": 5, "York new": 2, "new absent": 0, "two-fold": 0}


def test_apostrophes_however_a_language_is_cut() -> None:
    text = index_text(["Don't go at five o\u2019clock.", "I don't.", "The pupil's dogs' bed"], "en")
    found = query_frequencies(
        ["don't", "o'clock", "clock", "pupil", "dogs'", "'dogs'", "dog", "don"], text
    )
    assert found == {
        "don't": 2, "o'clock": 1, "clock": 1, "pupil": 1, "dogs'": 1, "'dogs'": 1, "dog": 0,
        "don": 2,
    }  # fmt: skip
    text = index_text(["L'eau de l\u2019eau", "eau et l'or", "aujourd'hui", "l'or, hui"], "fr")
    found = query_frequencies(["l'eau", "eau", "l'or", "l'", "aujourd'hui", "d'eau"], text)
    assert found == {"l'eau": 2, "eau": 3, "l'or": 2, "l'": 4, "aujourd'hui": 1, "d'eau": 0}
    assert query_frequencies(["un po'", "po'"], index_text(["un po' di", "po"], "it")) == {
        "un po'": 1, "po'": 2,
    }  # fmt: skip


def test_what_is_no_word_does_not_occur() -> None:
    assert query_frequencies(["!", "a"], index_text(["a !", ""], "en")) == {"!": 0, "a": 1}


WORD = st.sampled_from(["a", "b", "a's", "l'a", "b'", "'a"])
TEXT = st.lists(st.lists(WORD, max_size=3).map(" ".join), min_size=1, max_size=4)


@pytest.mark.parametrize("language", ["en", "fr"])
@given(
    sentences=st.lists(st.lists(WORD, max_size=3).map(" ".join), min_size=1, max_size=4), query=WORD
)
def test_what_is_held_out_occurs(language: str, sentences: list[str], query: str) -> None:
    text = index_text(sentences, language)
    held = hold_out(text, text, source_words=[query])
    assert (query_frequencies([query], text)[query] > 0) == (held.pairs_removed > 0)
