import dataclasses
import signal
import threading
import time

import numpy as np
import pytest

from xling.data.indexed import index_text
from xling.encoders.base import encoder_input
from xling.encoders.skipgram import (
    SkipgramEncoder,
    SkipgramSettings,
    _Sentences,
    gensim_settings,
    train,
)
from xling.errors import ConfigError

SENTENCES = ["a b c d", "b a", "", "c d a b", "d e c", "e a"] * 30


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("window", 0, 1),
        ("epochs", 0, 1),
        ("negative", 0, 1),
        ("subsample", 1.0, 0.0),
        ("subsample", -0.1, 0.999),
        ("learning_rate", 0.0, 1.0),
        ("learning_rate", 1.5, 1e-9),
    ],
)
def test_settings_at_their_limits(name: str, wrong: float, right: float) -> None:
    SkipgramSettings(**{name: right})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=f"{name} is {wrong}"):
        SkipgramSettings(**{name: wrong})  # type: ignore[arg-type]


def test_sentences_are_fed_as_folded_words_again_and_again() -> None:
    text = index_text(["Die Katze", "", "die KATZE selten die"], "de")
    given = encoder_input(text, dim=2, min_count=2, threads=1)
    fed = _Sentences(given.sentences, given.folded)
    for _ in range(2):
        assert list(fed) == [["die", "katze"], ["die", "katze", "die"]]
    fed.stopped = True
    assert list(fed) == []


def test_chunks_and_long_sentences(monkeypatch) -> None:
    given = encoder_input(index_text(SENTENCES, "en"), dim=2, min_count=1, threads=1)
    expected = [s.split() for s in SENTENCES if s]
    monkeypatch.setattr("xling.encoders.skipgram._CHUNK", 7)
    assert list(_Sentences(given.sentences, given.folded)) == expected
    monkeypatch.setattr("xling.encoders.skipgram._LONGEST", 3)
    cut = [words[i : i + 3] for words in expected for i in range(0, len(words), 3)]
    assert list(_Sentences(given.sentences, given.folded)) == cut


def test_vectors_are_those_of_gensim() -> None:
    from gensim.models import Word2Vec

    settings = SkipgramSettings(epochs=3, subsample=0.01)
    text = index_text(SENTENCES, "en")
    space = SkipgramEncoder(settings=settings).fit(text, dim=5, seed=7, threads=1)
    words = [s.split() for s in SENTENCES if s]
    model = Word2Vec(vector_size=5, **gensim_settings(settings, 7, 1))
    model.build_vocab_from_freq(
        dict(zip(space.words, space.vocabulary.counts.tolist(), strict=True)),
        corpus_count=len(words),
    )
    start = model.wv.vectors.copy()
    model.train(words, total_words=sum(map(len, words)), epochs=3)
    assert model.wv.index_to_key == list(space.words)
    assert not np.array_equal(start, space.vectors)
    np.testing.assert_array_equal(space.vectors, model.wv.vectors)


def test_seeds_differ_and_may_be_any_number() -> None:
    text = index_text(SENTENCES, "en")
    spaces = [
        SkipgramEncoder().fit(text, dim=4, seed=seed, threads=1) for seed in (0, 1, -1, 2**40)
    ]
    assert len({space.vectors[0].tobytes() for space in spaces[:3]}) == 3


def test_progress_is_heard_once_an_epoch_in_the_callers_thread() -> None:
    calls = []

    def report(*call: object) -> None:
        calls.append((*call, threading.current_thread() is threading.main_thread()))

    encoder = SkipgramEncoder(settings=SkipgramSettings(epochs=3))
    encoder.fit(index_text(SENTENCES, "en"), dim=4, threads=1, progress=report)
    assert calls == [("skip-gram", done, 3, True) for done in (1, 2, 3)]


def test_an_interrupt_ends_training_and_leaves_no_thread() -> None:
    before = threading.active_count()

    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    encoder = SkipgramEncoder(settings=SkipgramSettings(epochs=100_000))
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        encoder.fit(index_text(SENTENCES, "en"), dim=4, threads=2, progress=interrupt)
    assert threading.active_count() == before
    assert time.monotonic() - started < 10


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signal to a thread")
def test_ctrl_c_is_raised_in_the_middle_of_an_epoch() -> None:
    before = threading.active_count()
    # Much text, so that the signal falls within an epoch; all of them would take minutes.
    text = index_text(SENTENCES, "en")
    text = text.select(np.tile(np.arange(len(text)), 10_000))
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(1.0, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    started = time.monotonic()
    encoder = SkipgramEncoder(settings=SkipgramSettings(epochs=200))
    with pytest.raises(KeyboardInterrupt):
        encoder.fit(text, dim=4, threads=2)
    timer.join()
    assert threading.active_count() == before
    assert time.monotonic() - started < 20


def test_an_error_of_gensim_is_raised() -> None:
    class Broken:
        epochs = 2

        def build_vocab_from_freq(self, *given: object, **settings: object) -> None: ...

        def train(self, *given: object, **settings: object) -> None:
            raise RuntimeError("broken")

    given = encoder_input(index_text(SENTENCES, "en"), dim=2, min_count=1, threads=1)
    with pytest.raises(RuntimeError, match="broken"):
        train(Broken(), given, stage="x", progress=lambda *_: None)


def test_settings_are_handed_over_under_gensims_names() -> None:
    settings = SkipgramSettings(window=2, epochs=3, negative=4, subsample=0.1, learning_rate=0.5)
    named = gensim_settings(settings, 9, 6)
    expected = {"window": 2, "epochs": 3, "negative": 4, "sample": 0.1, "alpha": 0.5}
    assert {name: named[name] for name in expected} == expected
    assert (named["seed"], named["workers"], named["min_alpha"]) == (9, 6, 0.002)
    assert gensim_settings(settings, 9, None)["workers"] >= 1
    assert len(dataclasses.fields(settings)) == len(expected)
