"""Where words stand in a sentence."""

import sys

import pytest

from xling.encoders.pretrained.spans import Occurrence, cutter, occurrences, tokens_of
from xling.errors import MissingExtraError


def test_each_occurrence_has_its_place():
    rows = {"dog": 0, "a": 1}
    text, places = occurrences("A dog, a do, a dog’s", cutter("en"), rows.get)
    assert text == "A dog, a do, a dog's"
    assert [(p.row, text[p.start : p.stop]) for p in places] == [(0, "dog"), (1, "a"), (1, "a")]
    assert [p.start for p in places] == [2, 7, 13]


def test_tokens_overlap_words():
    offsets = [(0, 0), (0, 1), (2, 4), (4, 5), (0, 0)]
    found = dict(tokens_of([Occurrence(7, 2, 5), Occurrence(8, 9, 12)], offsets))
    assert found == {Occurrence(7, 2, 5): [2, 3]}


def test_a_language_without_blanks_needs_its_segmenter(monkeypatch):
    monkeypatch.setitem(sys.modules, "jieba", None)
    with pytest.raises(MissingExtraError, match="jieba"):
        cutter("zh")


def test_pieces_that_are_no_part_of_the_sentence_are_passed_over():
    _, places = occurrences("ab", lambda _: ["x", "b"], {"x": 0, "b": 1}.get)
    assert places == [Occurrence(1, 1, 2)]
