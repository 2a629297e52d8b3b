"""What the tests of training share: a toy language pair whose translations are known."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from xling.counting.hold_out import hold_out
from xling.data.corpus import ParallelCorpus
from xling.data.indexed import index_text
from xling.training.material import Material, gather


@cache
def make_corpus(seed: int = 0, *, pairs: int = 600, words: int = 60) -> ParallelCorpus:
    """Write sentences of five words about topics; ``w7`` is ``V7``, in another order."""
    random = np.random.default_rng(seed)
    topics = np.array_split(random.permutation(words), max(4, words // 10))
    source, target = [], []
    for _ in range(pairs):
        topic = topics[random.integers(len(topics))]
        chosen = [*random.choice(topic, 4, replace=False), random.integers(words)]
        source.append(" ".join(f"w{word}" for word in chosen))
        target.append(" ".join(f"V{word}" for word in chosen[::-1]))
    return ParallelCorpus(
        source_language="en", target_language="de", source=tuple(source), target=tuple(target)
    )


@cache
def make_material(seed: int = 0, *, pairs: int = 600, words: int = 60) -> Material:
    """Count a toy corpus, the words 0 and 1 held out."""
    corpus = make_corpus(seed, pairs=pairs, words=words)
    texts = index_text(corpus.source, "en"), index_text(corpus.target, "de")
    held = hold_out(*texts, source_words=["w0", "w1"], seed=seed)
    return gather(
        texts,
        held.linked,
        (held.source_halves, held.target_halves),
        withheld=(held.source_words, held.target_words),
    )


@pytest.fixture(scope="session")
def toy_corpus() -> Callable[..., ParallelCorpus]:
    """Give the function that writes a corpus: ``seed, pairs, words``."""
    return make_corpus


@pytest.fixture(scope="session")
def toy_material() -> Callable[..., Material]:
    """Give the function that counts one with two words held out: ``seed, pairs, words``."""
    return make_material
