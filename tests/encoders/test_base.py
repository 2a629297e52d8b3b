import numpy as np
import pytest

from xling.data.indexed import index_text
from xling.encoders.base import Encoder, encoder_input
from xling.encoders.skipgram import SkipgramEncoder
from xling.errors import ConfigError, DegenerateInputError


def test_input_is_the_text_over_its_frequent_words() -> None:
    text = index_text(["die Katze sieht", "die Katze", "die katze", "wo ist die Katze"], "de")
    given = encoder_input(text, dim=2, min_count=3, threads=None)
    assert given.vocabulary.words == ("die", "Katze")
    assert given.folded == ("die", "katze")
    assert given.sentences.rows.tolist() == [0, 1] * 4
    assert given.sentences.lengths.tolist() == [2] * 4


def test_two_words_in_one_sentence_are_just_enough() -> None:
    text = index_text(["a b", "a", "b"], "en")
    assert len(encoder_input(text, dim=1, min_count=2, threads=1).vocabulary) == 2
    with pytest.raises(DegenerateInputError, match="no sentence of the en text holds two words"):
        encoder_input(text.select(np.array([1, 2])), dim=1, min_count=1, threads=1)


def test_refusals() -> None:
    text = index_text(["a b", "a"], "en")
    with pytest.raises(DegenerateInputError, match=r"1 words of the en text of 2 sentences") as e:
        encoder_input(text, dim=1, min_count=2, threads=1)
    assert e.value.hint == "give more sentences, or a lower minimum count"
    with pytest.raises(ConfigError, match="dim is -1"):
        encoder_input(text, dim=-1, min_count=1, threads=1)
    with pytest.raises(ConfigError, match="threads is 0"):
        encoder_input(text, dim=1, min_count=1, threads=0)


def test_protocol_tells_encoders_from_others() -> None:
    assert isinstance(SkipgramEncoder(), Encoder)
    assert not isinstance(object(), Encoder)
