"""Make a model of many words to measure the server on: ``python serving_model.py OUTPUT``.

A cloud with a power-law spectrum and its rotation with noise. Words look like ``w000017``, and
``v000017`` is the translation. With ``--exact`` the model is made as a user would: linked by
Procrustes, neighbourhoods and answers searched (some 100 TFLOP at 200,000 words). Without it both
are drawn from a sample of the words: the vectors and the sizes are the same, and a server's speed
does not depend on which answers it reads.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.mapping.linear import LinearMap
from xling.model.answer_table import WIDTH, AnswerTable
from xling.model.indexing import with_answers
from xling.model.model import Model
from xling.model.side import Side
from xling.recipes import align
from xling.retrieval.criteria import augment
from xling.retrieval.index import ExactIndex

_SEEDS = 5000
_SAMPLE = 2000


def spaces(words: int, dim: int) -> list[EmbeddingSpace]:
    """Draw both languages; word ``i`` of one means word ``i`` of the other."""
    random = np.random.default_rng(0)
    scales = (np.arange(1, dim + 1) ** -0.35).astype(np.float32)
    source = random.standard_normal((words, dim), dtype=np.float32) * scales
    target = source + 0.2 * scales.mean() * random.standard_normal(source.shape, dtype=np.float32)
    counts = np.maximum(10**8 / np.arange(1, words + 1), 1).astype(np.int64)
    return [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(
                words=tuple(f"{letter}{i:06}" for i in range(words)), counts=counts
            ),
            vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        )
        for language, letter, vectors in (("en", "w", source), ("de", "v", target))
    ]


def exact(pair: list[EmbeddingSpace]) -> Model:
    """Link both as a user would, and search for all answers."""
    source, target = pair
    words = zip(source.vocabulary.words[:_SEEDS], target.vocabulary.words[:_SEEDS], strict=True)
    lexicon = Lexicon(source_language="en", target_language="de", pairs=tuple(words))
    return with_answers(align(source, target, lexicon))


def sampled(pair: list[EmbeddingSpace]) -> Model:
    """Give each word the planted answer and some drawn ones, by real scores."""
    random = np.random.default_rng(1)
    words, dim = pair[0].vectors.shape
    chosen = random.choice(words, _SAMPLE, replace=False)
    sides, means = [], []
    for i in (0, 1):
        near = pair[i].vectors @ pair[1 - i].vectors[chosen].T
        means.append(np.partition(near, -10, axis=1)[:, -10:].mean(axis=1))
        sides.append(
            Side(
                language=pair[i].language,
                vocabulary=pair[i].vocabulary,
                mapping=LinearMap(dim_in=dim),
                index=ExactIndex(rows=augment(pair[i].vectors, means[i])),
            )
        )
    answers = {}
    for i, key in ((0, "en>de"), (1, "de>en")):
        ids = random.integers(0, words, (words, WIDTH)).astype(np.int32)
        ids[:, 0] = np.arange(words)
        scores = np.empty(ids.shape)
        for place in range(WIDTH):
            cosines = np.einsum("ij,ij->i", pair[i].vectors, pair[1 - i].vectors[ids[:, place]])
            scores[:, place] = 2 * cosines - means[i] - means[1 - i][ids[:, place]]
        order = np.argsort(-scores, axis=1)
        answers[key] = AnswerTable(
            ids=np.take_along_axis(ids, order, axis=1),
            scores=np.take_along_axis(scores, order, axis=1),
        )
    card = {"languages": ["en", "de"], "method": "planted", "vocabulary": [words, words]}
    return Model(sides=(sides[0], sides[1]), card=card, answers=answers)


def main() -> None:
    """Make the model, and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--exact", action="store_true", help="search for all answers")
    given = parser.parse_args()
    start = time.perf_counter()
    pair = spaces(given.words, given.dim)
    model = exact(pair) if given.exact else sampled(pair)
    made = time.perf_counter()
    model.save(given.output, force=True)
    found = {
        "words": given.words,
        "dimensions": given.dim,
        "answers": "searched" if given.exact else "drawn from a sample",
        "seconds": round(made - start, 1),
        "seconds_of_saving": round(time.perf_counter() - made, 1),
        "bytes_of_answers": sum(table.bytes for table in model.answers.values()),
        "bytes": sum(file.stat().st_size for file in given.output.iterdir()),
    }
    given.output.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
