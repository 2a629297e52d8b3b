from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from xling.arrays import unit_rows
from xling.data.text import SEGMENTERS
from xling.data.vocabulary import Vocabulary
from xling.model.model import Model
from xling.model.sentence_table import SentenceTable, joined_table, sentence_table
from xling.model.sentences import sentence_encoders


def test_the_mean_of_rows_is_the_sentence(random_model: Callable[..., Model]) -> None:
    encoder = sentence_encoders(random_model(4))[0]
    table = sentence_table(encoder)
    assert table is not None
    assert len(table.words) == len(encoder.vocabulary) - 1  # one has no vector
    for words in (table.words[:1], table.words[2:7], (*table.words[1:3], table.words[1])):
        rows = table.rows[[table.words.index(word) for word in words]]
        got = unit_rows(rows.astype(float).mean(axis=0)[None])[0]
        np.testing.assert_allclose(got, encoder.encode([" ".join(words)])[0], atol=1e-6)


def test_where_a_table_would_not_be_the_same(
    random_model: Callable[..., Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = sentence_encoders(random_model(2))[0]
    composing = sentence_encoders(random_model(2, subwords=True))[0]
    assert sentence_table(composing) is None
    words = ("Word0", *encoder.vocabulary.words[:-1])
    assert sentence_table(replace(encoder, vocabulary=Vocabulary(words=words))) is None
    monkeypatch.setitem(SEGMENTERS, "en", str.split)
    assert sentence_table(encoder) is None


def test_all_languages_in_one_table() -> None:
    tables = {
        "en": SentenceTable(language="en", words=("a", "b"), rows=np.eye(2, dtype=np.float32)),
        "de": SentenceTable(language="de", words=("c", "a"), rows=np.ones((2, 2), np.float32)),
    }
    joined = joined_table(tables)
    assert (joined.language, joined.words) == ("en", ("a", "b", "c"))
    assert joined.rows.tolist() == [[1, 0.5], [0, 1], [1, 1]]
