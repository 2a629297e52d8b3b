import dataclasses
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xling.data.indexed import IndexedText, index_text, vocabulary
from xling.data.text import SEGMENTERS, SENTENCE_END, fold, token_stream, tokenize
from xling.errors import InputError, LanguageMismatchError, ShapeError

# Letters, marks that compose and reorder, apostrophes, breaking and vanishing characters.
CHARACTERS = (
    "aAbßİı'’`´e\u0301\u0327\u0338=\u00ad\u200b\ufeff \u00a0\t\n\r\x85\u2028.,-1½한글ᄒ\u1161नी"
)
SENTENCES = st.lists(st.text(st.sampled_from(CHARACTERS), max_size=15), max_size=8)
ANY_SENTENCES = st.lists(st.text(max_size=20), max_size=5)
LANGUAGES = st.sampled_from(["en", "fr", "it-CH", "de"])


def tokens_of(text: IndexedText, table: str = "written") -> list[list[str]]:
    names, ids = (text.written, text.written_ids) if table == "written" else (text.types, text.ids)
    cuts = text.offsets.tolist()
    return [[names[i] for i in ids[start:stop]] for start, stop in pairwise(cuts)]


@given(SENTENCES | ANY_SENTENCES, LANGUAGES)
@example(["A\u00ad\u0301", "e\u200b\u0327"], "en")  # a mark meets its letter only afterwards
def test_stream_is_tokenize_sentence_by_sentence(sentences: list[str], language: str) -> None:
    expected = [w for words in tokenize(sentences, language) for w in (*words, SENTENCE_END)]
    assert token_stream(sentences, language) == expected


def test_stream_asks_the_segmenter(monkeypatch) -> None:
    monkeypatch.setitem(SEGMENTERS, "zz", list)
    assert token_stream(["ab", "", "c"], "zz") == ["a", "b", "\n", "\n", "c", "\n"]


@given(SENTENCES, LANGUAGES)
def test_index_holds_the_words_of_each_sentence(sentences: list[str], language: str) -> None:
    text = index_text(sentences, language)
    expected = tokenize(sentences, language)
    assert len(text) == len(sentences)
    assert tokens_of(text) == expected
    assert tokens_of(text, "types") == [[fold(w) for w in words] for words in expected]
    assert text.types == tuple(dict.fromkeys(fold(w) for words in expected for w in words))
    assert text.lengths.tolist() == [len(words) for words in expected]


@given(SENTENCES, SENTENCES)
def test_extending_is_indexing_both_at_once(first: list[str], second: list[str]) -> None:
    start = index_text(first, "en")
    extended = index_text(second, "en", extend=start)
    whole = index_text(first + second, "en")
    for name in ("types", "written"):
        assert getattr(extended, name) == getattr(whole, name)
        assert getattr(extended, name)[: len(getattr(start, name))] == getattr(start, name)
    for name in ("written_types", "written_ids", "offsets", "ids"):
        np.testing.assert_array_equal(getattr(extended, name), getattr(whole, name))


@given(SENTENCES, st.data())
def test_selected_sentences_are_those_asked_for(sentences: list[str], data: st.DataObject) -> None:
    text = index_text(sentences, "en")
    numbers = st.integers(0, max(len(text) - 1, 0))
    chosen = data.draw(st.lists(numbers, max_size=10 if len(text) else 0))
    part = text.select(np.array(chosen, dtype=np.int64))
    assert tokens_of(part) == [tokens_of(text)[i] for i in chosen]
    assert part.types is text.types


def test_chunks_do_not_show(monkeypatch) -> None:
    sentences = ["The cat.", "", "A dog sees the cat", "..."]
    whole = index_text(sentences, "en")
    monkeypatch.setattr("xling.data.indexed._CHUNK", 1)
    heard: list[int] = []
    cut = index_text(iter(sentences), "en", progress=heard.append)
    assert heard == [1, 2, 3, 4]
    monkeypatch.setattr("xling.data.indexed._CHUNK", 9)
    monkeypatch.setattr("xling.data.indexed._CHUNK_CHARACTERS", 8)  # "The cat." fills a chunk
    by_length = index_text(sentences, "en", progress=heard.append)
    assert heard[4:] == [1, 3, 4]
    assert tokens_of(by_length) == tokens_of(whole)
    assert tokens_of(cut) == tokens_of(whole)
    assert cut.offsets.tolist() == [0, 2, 2, 7, 7]


def test_all_sentences_in_order_are_not_copied() -> None:
    text = index_text(["a b", "", "c a b"], "en")
    assert text.select(np.arange(3)) is text
    assert text.select(np.arange(2)) is not text
    assert tokens_of(text.select(np.array([0, 2, 1]))) == [["a", "b"], ["c", "a", "b"], []]


def test_an_empty_text_is_extended_all_the_same() -> None:
    none = index_text(["a b"], "en").select(np.zeros(0, np.int64))
    longer = index_text(["b c"], "en", extend=none)
    assert longer.types == ("a", "b", "c")
    assert tokens_of(longer) == [["b", "c"]]


@given(SENTENCES, st.integers(1, 4))
def test_blocks_do_not_show(sentences: list[str], block: int) -> None:
    text = index_text(sentences, "de")
    turned = np.arange(len(text))[::-1]
    whole, words = text.select(turned), vocabulary(text, min_count=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xling.data.indexed._BLOCK", block)
        cut, again = text.select(turned), vocabulary(text, min_count=1)
    assert tokens_of(cut) == tokens_of(whole) == tokens_of(text)[::-1]
    assert again[0].words == words[0].words
    np.testing.assert_array_equal(again[0].counts, words[0].counts)


def test_arrays_are_small_and_read_only() -> None:
    text = index_text(["a b", "c"], "en")
    kinds = {name: getattr(text, name) for name in ("written_ids", "ids", "written_types")}
    assert {array.dtype for array in kinds.values()} == {np.dtype(np.int32)}
    assert text.offsets.dtype == np.int64
    assert not any(a.flags.writeable for a in (*kinds.values(), text.offsets))
    with pytest.raises(dataclasses.FrozenInstanceError):
        text.language = "de"  # type: ignore[misc]


@given(SENTENCES, st.integers(1, 3))
def test_vocabulary_counts_like_a_counter(sentences: list[str], min_count: int) -> None:
    counted = Counter(fold(w) for words in tokenize(sentences, "en") for w in words)
    expected = sorted(
        (w for w, n in counted.items() if n >= min_count), key=lambda w: (-counted[w], w)
    )
    text = index_text(sentences, "en")
    words, rows = vocabulary(text, min_count=min_count)
    assert [fold(w) for w in words] == expected
    assert words.counts is not None
    assert words.counts.tolist() == [counted[w] for w in expected]
    assert rows.tolist() == [expected.index(t) if t in expected else -1 for t in text.types]


def test_minimum_count_at_its_boundary() -> None:
    text = index_text(["a b a b a"], "en")
    assert vocabulary(text, min_count=2)[0].words == ("a", "b")
    assert vocabulary(text)[0].words == ("a",)
    assert vocabulary(text, min_count=4)[0].words == ()


def test_a_word_is_shown_in_its_most_frequent_form() -> None:
    text = index_text(["Die Katze", "Die Katze", "die katze", "Wo ist die Katze"], "de")
    words, _ = vocabulary(text, min_count=1)
    # "Die" is more frequent than "die" at the start of sentences only.
    assert words.words == ("die", "Katze", "ist", "Wo")
    assert words.find("KATZE") == 1


def test_first_words_are_judged_by_first_positions_alone() -> None:
    words, _ = vocabulary(index_text(["Ja doch", "Ja doch", "ja doch"], "de"), min_count=3)
    assert words.words == ("doch", "Ja")


def test_of_equally_frequent_forms_the_first_is_shown() -> None:
    words, _ = vocabulary(index_text(["x NATO", "x Nato", "x nato nato NATO"], "en"), min_count=3)
    assert words.words == ("NATO", "x")


def test_the_form_follows_the_selection() -> None:
    text = index_text(["x Reich x", "x Reich x", "x reich x"], "de")
    assert vocabulary(text, min_count=1)[0].words == ("x", "Reich")
    assert vocabulary(text.select(np.array([2])), min_count=1)[0].words == ("x", "reich")


def test_an_empty_text_has_no_word() -> None:
    text = index_text([], "en")
    assert (len(text), text.types, text.offsets.tolist()) == (0, (), [0])
    assert len(vocabulary(text)[0]) == 0
    assert len(text.select(np.array([], dtype=np.int64))) == 0


def test_refusals() -> None:
    text = index_text(["a b", "c"], "en")
    with pytest.raises(LanguageMismatchError, match="de cannot extend a text in en"):
        index_text(["d"], "de", extend=text)
    with pytest.raises(InputError, match="min_count is 0"):
        vocabulary(text, min_count=0)
    for wrong in (2, -1):
        with pytest.raises(InputError, match=r"sentence ids from .* there are 2"):
            text.select(np.array([wrong]))
    with pytest.raises(ShapeError, match=r"offsets \[0, 2\] do not cut 3 tokens"):
        dataclasses.replace(text, offsets=np.array([0, 2]))
    with pytest.raises(ShapeError, match="must rise"):
        dataclasses.replace(text, offsets=np.array([0, 2, 1, 3]))
    with pytest.raises(ShapeError, match="for 2 written forms"):
        dataclasses.replace(text, written=("a", "b"))
    with pytest.raises(InputError, match="written form ids from 0 to 3"):
        dataclasses.replace(text, written_ids=np.array([0, 1, 3]))
    with pytest.raises(InputError, match="type ids from 0 to 2"):
        dataclasses.replace(text, types=("a", "b"))
    with pytest.raises(InputError, match="malformed language code"):
        index_text([], "e")
