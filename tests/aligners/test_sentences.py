import dataclasses
import tracemalloc

import numpy as np
import pytest

from xling.aligners.contrastive import ContrastiveAligner
from xling.aligners.procrustes import ProcrustesAligner, ProcrustesSettings
from xling.aligners.sentences import (
    SentenceLexicon,
    check_pairs_as,
    different_pairs,
    from_sentences,
    mined_lexicon,
    sentence_lexicon,
    trained_words,
)
from xling.data.corpus import ParallelCorpus
from xling.data.vocabulary import Vocabulary
from xling.errors import ConfigError, ConflictError, CoverageError, LanguageMismatchError
from xling.linalg.sif import common_components
from xling.mapping.linear import fit_normalization


def corpus(count: int = 300, words: int = 60, seed: int = 0) -> ParallelCorpus:
    """Draw sentences of 4 words and their translations, word by word, in another order."""
    random = np.random.default_rng(seed)
    drawn = [random.choice(words, 4, replace=False) for _ in range(count)]
    return ParallelCorpus(
        source_language="en",
        target_language="de",
        source=tuple(" ".join(f"word{i}" for i in one) + " unknown" for one in drawn),
        target=tuple(" ".join(f"Wort{i}" for i in one[::-1]) for one in drawn),
    )


@pytest.fixture
def matched(rotated_world) -> SentenceLexicon:
    return sentence_lexicon(
        corpus(), (rotated_world.source.vocabulary, rotated_world.target.vocabulary)
    )


def test_sentence_rows_by_hand(matched: SentenceLexicon, rotated_world) -> None:
    vectors = rotated_world.source.vectors.astype(np.float64)
    text = matched.sentences[0]
    counts = np.bincount(text.rows, minlength=60)
    weights = 1e-3 / (1e-3 + counts / counts.sum())
    means = np.stack(
        [
            (weights[one, None] * vectors[one]).sum(axis=0) / 4
            for one in np.split(text.rows, text.offsets[1:-1])
        ]
    )
    common = common_components(means, 1)
    expected = means - 0.9 * means @ common.T @ common
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(matched.rows(0, vectors), expected, atol=1e-6)
    bare = dataclasses.replace(matched, components=0).rows(0, vectors)
    np.testing.assert_allclose(
        bare, means / np.linalg.norm(means, axis=1, keepdims=True), atol=1e-6
    )


def test_sentence_rows_are_the_same_in_blocks(matched, rotated_world, monkeypatch) -> None:
    vectors = rotated_world.source.vectors
    before = fit_normalization(vectors)
    at_once = matched.rows(0, before.apply(vectors))
    monkeypatch.setattr("xling.aligners.sentences._TOKENS", 50)
    np.testing.assert_array_equal(matched.rows(0, vectors, before), at_once)


def test_sentence_rows_make_no_copy_of_a_large_vocabulary() -> None:
    rows = np.random.default_rng(0).standard_normal((60_000, 20), dtype=np.float32)
    vocabulary = Vocabulary(words=tuple(f"word{i}" for i in range(len(rows))))
    wort = Vocabulary(words=tuple(f"Wort{i}" for i in range(60)))
    given = sentence_lexicon(corpus(), (vocabulary, wort))
    before = fit_normalization(rows)
    tracemalloc.start()
    given.rows(0, rows, before)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.5 * rows.nbytes


def test_procrustes_on_sentences_finds_the_rotation(matched, make_rotated_world) -> None:
    world = make_rotated_world(noise=0.001)
    given = sentence_lexicon(corpus(), (world.source.vocabulary, world.target.vocabulary))
    bare = ProcrustesAligner(settings=ProcrustesSettings(normalization=()))
    found = bare.fit(world.source, world.target, given)
    np.testing.assert_allclose(found.source_mapping.matrix, world.rotation, atol=0.01)
    assert found.pairs_used == len(given) == 300
    assert found.coverage is not None
    assert (found.coverage.pairs, found.coverage.covered) == (300, 300)


def test_equal_pairs_count_once_and_unknown_ones_not(rotated_world) -> None:
    world = rotated_world
    vocabularies = (world.source.vocabulary, world.target.vocabulary)
    few = corpus(5)
    more = dataclasses.replace(
        few, source=(*few.source, few.source[0], "zz"), target=(*few.target, few.target[0], "yy")
    )
    given = sentence_lexicon(more, vocabularies)
    assert len(given) == 6
    found = ProcrustesAligner().fit(world.source, world.target, given)
    assert found.coverage is not None
    assert (found.pairs_used, found.coverage.covered, found.coverage.share) == (5, 5, 5 / 6)


def test_the_mined_lexicon_holds_the_translations(matched, rotated_world) -> None:
    vocabularies = (rotated_world.source.vocabulary, rotated_world.target.vocabulary)
    mined = mined_lexicon(matched, vocabularies)
    assert len(mined) > 50
    right = [a.removeprefix("word") == b.removeprefix("wort") for a, b in mined.pairs]
    assert np.mean(right) > 0.95
    assert mined.confidences is not None
    spaces = (rotated_world.source, rotated_world.target)
    assert from_sentences(corpus(), spaces, "lexicon").pairs == mined.pairs
    assert isinstance(from_sentences(corpus(), spaces), SentenceLexicon)


def test_words_of_the_sentences_are_trained_words(matched, rotated_world) -> None:
    vocabularies = (rotated_world.source.vocabulary, rotated_world.target.vocabulary)
    names = trained_words(matched, vocabularies)
    assert names == ({f"word{i}" for i in range(60)}, {f"wort{i}" for i in range(60)})
    assert trained_words(rotated_world.lexicon, vocabularies) == names
    assert trained_words(None, vocabularies) == (frozenset(), frozenset())


def test_pairs_that_share_a_word_count_once(matched, rotated_world) -> None:
    sides = rotated_world.source.vocabulary, rotated_world.target.vocabulary
    pairs = rotated_world.lexicon.pairs
    lexicon = dataclasses.replace(
        rotated_world.lexicon, pairs=tuple((pairs[0][0], b) for _, b in pairs[:9]) + pairs[1:3]
    )
    assert different_pairs(lexicon, sides, 11) == 3
    assert different_pairs(rotated_world.lexicon, sides, 0) == len(pairs)
    assert different_pairs(matched, sides, 300) == 300
    assert different_pairs(None, sides, 7) == 7


def test_refusals(matched: SentenceLexicon, rotated_world) -> None:
    world = rotated_world
    vocabularies = (world.source.vocabulary, world.target.vocabulary)
    foreign = dataclasses.replace(corpus(2), source=("zz", "yy"))
    with pytest.raises(CoverageError, match="no usable pair among 2 en-de sentence pairs"):
        sentence_lexicon(foreign, vocabularies)
    apart = dataclasses.replace(corpus(2), source=("word1", "zz"), target=("yy", "wort1"))
    with pytest.raises(CoverageError, match="none has a known word on both sides"):
        sentence_lexicon(apart, vocabularies)
    with pytest.raises(ConfigError, match="pairs as 'words'; known: sentences, lexicon"):
        check_pairs_as("words")
    with pytest.raises(ConflictError, match="this method needs pairs of words") as caught:
        ContrastiveAligner().fit(world.source, world.target, matched)
    assert "--pairs-as lexicon" in (caught.value.hint or "")
    with pytest.raises(LanguageMismatchError):
        ProcrustesAligner().fit(
            dataclasses.replace(world.source, language="fr"), world.target, matched
        )
