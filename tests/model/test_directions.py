from dataclasses import replace

import numpy as np
import pytest

from xling.data.vocabulary import Vocabulary
from xling.errors import ShapeError
from xling.evidence.channels import CHANNELS
from xling.model.directions import both_directions
from xling.model.model import Model


@pytest.fixture
def model(random_model) -> Model:
    return random_model(3, sizes=(20, 15))


def test_each_direction_stands_on_both_languages(model: Model) -> None:
    tables = model.table, model.table.turned()
    found = both_directions(model.sides, tables, model.spellings)
    for number, one in enumerate(found):
        asked, answers = model.sides[number], model.sides[1 - number]
        assert tuple(one.channels) == CHANNELS
        assert one.channels["contexts"].index is answers.index
        assert one.channels["table"].table is tables[number]
        ground = one.channels["forms"].ground
        assert ground.words[0][:2] == tuple(word.lower() for word in asked.vocabulary.words[:2])
        np.testing.assert_array_equal(ground.counts[0], asked.vocabulary.counts)
        np.testing.assert_array_equal(ground.counts[1], answers.vocabulary.counts)
        np.testing.assert_array_equal(ground.spellings[0], model.spellings[number])
        likely = tables[number].likely().toarray()
        np.testing.assert_allclose(ground.translations.toarray(), likely, rtol=1e-6)


def test_where_counts_are_not_known_all_words_count_alike(model: Model) -> None:
    source = replace(model.sides[0], vocabulary=Vocabulary(words=model.sides[0].vocabulary.words))
    sides = source, model.sides[1]
    first, _ = both_directions(sides, (model.table, model.table.turned()), model.spellings)
    assert first.channels["frequency"].ground.counts[0].tolist() == [1] * 20


def test_parts_of_another_vocabulary_are_refused(model: Model, random_model) -> None:
    other = random_model(3, sizes=(19, 15))
    tables = model.table, model.table.turned()
    with pytest.raises(ShapeError, match=r"spellings of \(19, 15\) words; there are \(20, 15\)"):
        both_directions(model.sides, tables, other.spellings)
    with pytest.raises(ShapeError, match=r"translations \(19, 15\) for \(20, 15\) words"):
        both_directions(model.sides, (other.table, other.table.turned()), model.spellings)
