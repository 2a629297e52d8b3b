import copy

import numpy as np
import pytest

from xling.data.indexed import index_text
from xling.encoders.base import encoder_input
from xling.encoders.fasttext import FastTextEncoder, FastTextSettings, subword_table
from xling.encoders.skipgram import SkipgramSettings, gensim_settings, train
from xling.errors import ConfigError
from xling.progress import silent

SENTENCES = [
    "die Katzen sehen die Kätzchen",
    "der Hund sieht die Katze",
    "Hündchen und Hunde бежать",
    "die Straße führt бежать und 水曜日",
] * 10
SETTINGS = FastTextSettings(
    skipgram=SkipgramSettings(epochs=2), min_length=2, max_length=4, buckets=500
)


@pytest.fixture(scope="module")
def trained():
    """Give gensim's own model, trained as the encoder does."""
    from gensim.models import FastText

    given = encoder_input(index_text(SENTENCES, "de"), dim=6, min_count=3, threads=1)
    model = FastText(
        vector_size=6, min_n=2, max_n=4, bucket=500, **gensim_settings(SETTINGS.skipgram, 4, 1)
    )
    train(model, given, stage="fasttext", progress=silent)
    return model


@pytest.fixture(scope="module")
def space():
    text = index_text(SENTENCES, "de")
    return FastTextEncoder(settings=SETTINGS).fit(text, dim=6, seed=4, threads=1)


def test_vectors_are_those_of_gensim(trained, space) -> None:
    np.testing.assert_array_equal(space.vectors, trained.wv.vectors)
    assert [word.casefold().replace("ß", "ss") for word in space.words] == trained.wv.index_to_key


@pytest.mark.parametrize("word", ["unde", "kätze"])
def test_an_unknown_word_of_known_ngrams_is_composed_as_gensim_does(word, trained, space) -> None:
    assert word not in trained.wv.key_to_index
    assert space.subwords.vectors[space.subwords.buckets(word)].any(axis=1).all()
    np.testing.assert_allclose(space.subwords.compose(word), trained.wv.get_vector(word), atol=1e-6)


def test_any_unknown_word_is_composed_as_gensim_does(trained, space) -> None:
    # Buckets that were never trained are zero with us: make them so for gensim.
    theirs = copy.deepcopy(trained.wv)
    theirs.vectors_ngrams = space.subwords.vectors
    for word in ("kätz", "hundekatzen", "strassen", "бежали", "水曜", "xyz", "a"):
        assert word not in theirs.key_to_index
        np.testing.assert_allclose(space.subwords.compose(word), theirs.get_vector(word), atol=1e-6)


def test_buckets_without_a_known_ngram_are_zero(trained) -> None:
    table = subword_table(trained.wv)
    known = np.unique([b for word in trained.wv.index_to_key for b in table.buckets(word)])
    assert 0 < len(known) < 500
    np.testing.assert_array_equal(np.flatnonzero(table.vectors.any(axis=1)), known)
    np.testing.assert_array_equal(table.vectors[known], trained.wv.vectors_ngrams[known])
    assert trained.wv.vectors_ngrams.any(axis=1).all()
    assert (table.min_length, table.max_length) == (2, 4)


def test_a_word_is_its_own_vector_and_its_ngrams(trained, space) -> None:
    row = space.vocabulary.find("Katze")
    buckets = space.subwords.buckets("katze")
    own = trained.wv.vectors_vocab[row]
    expected = (own + space.subwords.vectors[buckets].sum(axis=0)) / (len(buckets) + 1)
    np.testing.assert_allclose(space.vectors[row], expected, atol=1e-6)


def test_settings_at_their_limits() -> None:
    FastTextSettings(min_length=1, max_length=1, buckets=1)
    for shortest, longest in ((0, 3), (4, 3)):
        with pytest.raises(ConfigError, match=f"{shortest} to {longest} characters"):
            FastTextSettings(min_length=shortest, max_length=longest)
    with pytest.raises(ConfigError, match="buckets is 0"):
        FastTextSettings(buckets=0)
