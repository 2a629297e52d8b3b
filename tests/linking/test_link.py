"""Every aligner links rows of sentences; held-out ones then find each other."""

import numpy as np
import pytest

from xling.aligners.base import Supervision
from xling.aligners.registry import ALIGNERS
from xling.data.corpus import ParallelCorpus
from xling.errors import ConflictError, DegenerateInputError, InputError, ShapeError
from xling.linking.link import link_encoders, matched_rows
from xling.linking.sources import MatrixSource, MeansSource

METHODS = sorted(n for n, m in ALIGNERS.items() if m.supervision is not Supervision.NONE)


def matrices(
    rows: int = 300, dims: tuple[int, int] = (10, 10)
) -> tuple[MatrixSource, MatrixSource]:
    random = np.random.default_rng(0)
    x = random.standard_normal((rows, dims[0]))
    turn, _ = np.linalg.qr(random.standard_normal((max(dims), max(dims))))
    y = x @ turn[: dims[0], : dims[1]] + 0.01 * random.standard_normal((rows, dims[1]))
    return tuple(
        MatrixSource(language=tag, matrix=part.astype(np.float32), name=f"{tag}.npy")
        for tag, part in (("en", x), ("de", y))
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_aligner_links_rows(method):
    found = link_encoders(matrices(), method=method, hold_out=0.1)
    assert (found.pairs, found.held_out) == (270, 30)
    assert min(found.accuracy.values()) > 0.9
    assert found.encoders.card["accuracy"] == found.accuracy


@pytest.mark.parametrize("method", ["cca", "contrastive", "ridge"])
def test_encoders_of_different_widths(method):
    found = link_encoders(matrices(dims=(8, 12)), method=method, hold_out=0.1)
    assert found.alignment.method == method
    assert min(found.accuracy.values()) > 0.9


def test_shuffled_pairs_link_nothing():
    source, target = matrices()
    mixed = np.random.default_rng(1).permutation(target.matrix)
    wrong = MatrixSource(language="de", matrix=mixed, name="de.npy")
    assert max(link_encoders((source, wrong), hold_out=0.1).accuracy.values()) < 0.2


def test_what_cannot_be_linked():
    source, target = matrices()
    short = MatrixSource(language="de", matrix=target.matrix[:-1], name="de.npy")
    with pytest.raises(ShapeError, match="300 and 299 rows"):
        link_encoders((source, short))
    with pytest.raises(ConflictError, match="unsupervised uses no sentence pairs"):
        link_encoders((source, target), method="unsupervised")
    with pytest.raises(InputError, match="hold-out is 1"):
        link_encoders((source, target), hold_out=1)
    corpus = ParallelCorpus(
        source_language="en", target_language="de", source=("a",), target=("b",)
    )
    with pytest.raises(ShapeError, match=r"en\.npy has 300 rows, for 1 sentences"):
        link_encoders((source, target), corpus)


def test_sentences_of_word_vectors(rotated_world):
    from xling.encoders.sentence_means import SentenceMeans

    world = rotated_world
    sides = tuple(
        MeansSource(
            means=SentenceMeans(
                language=space.language, vocabulary=space.vocabulary, vectors=space.vectors
            ),
            name="x.vec",
        )
        for space in (world.source, world.target)
    )
    random = np.random.default_rng(0)
    drawn = [random.choice(60, 4, replace=False) for _ in range(200)]
    corpus = ParallelCorpus(
        source_language="en",
        target_language="de",
        source=tuple(" ".join(f"word{i}" for i in some) for some in drawn),
        target=tuple(" ".join(f"wort{i}" for i in some) for some in drawn),
    )
    assert min(link_encoders(sides, corpus, hold_out=0.1).accuracy.values()) > 0.9
    with pytest.raises(InputError, match="linked from matched sentences"):
        matched_rows(sides, None)
    unknown = ParallelCorpus(
        source_language="en", target_language="de", source=("q", "p"), target=("v", "w")
    )
    with pytest.raises(DegenerateInputError, match="nothing is known about any of the en"):
        matched_rows(sides, unknown)
