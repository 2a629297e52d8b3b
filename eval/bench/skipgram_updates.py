"""Count (word, context) updates per second: our joint skip-gram beside gensim's Word2Vec.

Usage: ``python eval/bench/skipgram_updates.py PAIRS --languages en,de [--dim 200] [--rounds 3]``

Both read the same text of both languages once, with the same window, subsampling, number of
negatives, dimension and number of threads; building the vocabulary is timed for neither. An
update is one word that is learned to be predicted from another one, against its negatives. Both
count them by the same rule: subsampling, then a reach drawn for each word. They run in turn
(A B A B), and the median ratio is printed: once for the examples that gensim has, too (contexts
in a word's own sentence), and once for all of ours.
"""

import argparse
import os
import statistics
import time
from itertools import pairwise

import numpy as np
import torch

from xling.data.corpus import ParallelCorpus
from xling.data.formats.pairs_tsv import read_pairs
from xling.data.indexed import index_text
from xling.training.joint_skipgram import JointSkipgramSettings
from xling.training.material import Material, gather
from xling.training.skipgram_batches import Draws, slices
from xling.training.skipgram_pairs import Stream, examples, kept_share, make_stream
from xling.training.skipgram_steps import Vectors, single_threaded

WINDOW, SUBSAMPLE, NEGATIVE = 5, 1e-3, 5  # gensim's defaults
DEFAULT = JointSkipgramSettings()


def load(path: str, languages: tuple[str, str], limit: int | None) -> Material:
    """Count sentence pairs."""
    corpus, _ = read_pairs(path, languages)
    corpus = ParallelCorpus(
        source_language=languages[0],
        target_language=languages[1],
        source=corpus.source[:limit],
        target=corpus.target[:limit],
    )
    texts = index_text(corpus.source, languages[0]), index_text(corpus.target, languages[1])
    none = np.zeros(0, np.int64)
    return gather(texts, np.arange(len(corpus.source)), (none, none))


def ours(
    stream: Stream, cut: int, size: int, dim: int, threads: int, wanted: tuple[bool, bool, bool]
) -> tuple[int, float]:
    """Give the number of updates and the seconds of one epoch."""
    counts = np.bincount(stream.rows, minlength=size)
    kept = np.concatenate([kept_share(part, SUBSAMPLE) for part in (counts[:cut], counts[cut:])])
    draws = Draws(counts, cut, 0.75)
    vectors = Vectors(size=size, cut=cut, dim=dim, seed=0, device=torch.device("cpu"))
    weights, rng, updates = np.ones(3, np.float32), np.random.default_rng(0), 0
    start = time.perf_counter()
    text = stream.select(rng.permutation(len(stream.units) - 1))
    with single_threaded(), vectors.workers(threads):
        for found in examples(text, kept, window=WINDOW, wanted=wanted, rng=rng):
            updates += len(found.contexts)
            parts = slices(found, weights, draws, rng, tokens=DEFAULT.tokens, each=DEFAULT.draws)
            vectors.step(parts, rate=0.05, negative=NEGATIVE)
    return updates, time.perf_counter() - start


def gensims(sentences: list[list[str]], dim: int, threads: int) -> float:
    """Give the seconds of one epoch of gensim's."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        vector_size=dim, sg=1, window=WINDOW, negative=NEGATIVE, sample=SUBSAMPLE, min_count=1,
        workers=threads, seed=0,
    )  # fmt: skip
    model.build_vocab(sentences)
    start = time.perf_counter()
    model.train(sentences, total_examples=len(sentences), epochs=1)
    return time.perf_counter() - start


def gensim_updates(stream: Stream, size: int) -> int:
    """Count the updates of one epoch of gensim's: one vocabulary, own sentences only."""
    kept = kept_share(np.bincount(stream.rows, minlength=size), SUBSAMPLE)
    rng = np.random.default_rng(0)
    made = examples(stream, kept, window=WINDOW, wanted=(True, False, False), rng=rng)
    return sum(len(found.contexts) for found in made)


def main() -> None:
    """Run both in turn and print the rates and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs")
    parser.add_argument("--languages", default="en,de")
    parser.add_argument("--dim", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, help="read only the first pairs")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    source, _, target = given.languages.partition(",")
    material = load(given.pairs, (source, target), given.limit)
    stream = make_stream(material, threshold=0.1)
    cut = len(material.vocabularies[0])
    size = cut + len(material.vocabularies[1])
    cuts, rows = stream.sentences.tolist(), [str(row) for row in stream.rows.tolist()]
    sentences = [rows[a:b] for a, b in pairwise(cuts)]
    theirs_updates = gensim_updates(stream, size)
    kinds = {"own contexts": (True, False, False), "all objectives": (True, True, True)}
    ratios: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(given.rounds):
        theirs = theirs_updates / gensims(sentences, given.dim, given.threads)
        print(f"round {number + 1}  {'gensim':15s} {theirs / 1e6:6.3f} million updates a second")
        for name, wanted in kinds.items():
            updates, seconds = ours(stream, cut, size, given.dim, given.threads, wanted)
            rate = updates / seconds
            ratios[name].append(rate / theirs)
            print(f"round {number + 1}  {name:15s} {rate / 1e6:6.3f} million updates a second")
    for name, found in ratios.items():
        print(
            f"ours over gensim, {name}: {statistics.median(found):.2f} "
            f"(dim {given.dim}, {given.threads} threads, median of {given.rounds})"
        )


if __name__ == "__main__":
    main()
