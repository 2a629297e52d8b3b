"""Sentence pairs for a student: none of a test set's, and some kept apart."""

from collections.abc import Iterable

import numpy as np

from xling.data.corpus import ParallelCorpus
from xling.data.text import same_words
from xling.errors import DegenerateInputError

__all__ = ["hold_out_pairs", "sample_pairs", "without_sentences"]


def without_sentences(
    corpus: ParallelCorpus, sentences: Iterable[str]
) -> tuple[ParallelCorpus, int]:
    """Take out every pair with a sentence of a test set on either side.

    Parameters
    ----------
    corpus : ParallelCorpus
        Matched sentences.
    sentences : iterable of str
        Of the test set, of any language; letters and digits alone are compared, after folding.

    Returns
    -------
    corpus : ParallelCorpus
        What is left.
    removed : int
        Pairs taken out.

    Raises
    ------
    DegenerateInputError
        If nothing is left.
    """
    tested = set(map(same_words, sentences))
    kept = [
        (one, other)
        for one, other in zip(corpus.source, corpus.target, strict=True)
        if same_words(one) not in tested and same_words(other) not in tested
    ]
    if not kept:
        raise DegenerateInputError(f"all {len(corpus)} pairs hold a sentence of the test set")
    return _corpus(corpus, kept), len(corpus) - len(kept)


def hold_out_pairs(
    corpus: ParallelCorpus, count: int, seed: int = 0
) -> tuple[ParallelCorpus, ParallelCorpus | None]:
    """Keep pairs apart; a sentence of theirs stands in no pair that is learned from.

    Parameters
    ----------
    corpus : ParallelCorpus
        Matched sentences.
    count : int
        How many are wanted; at most a tenth of the pairs is kept apart.
    seed : int
        Decides which.

    Returns
    -------
    learned : ParallelCorpus
        The others.
    held : ParallelCorpus or None
        No sentence twice, compared as by `without_sentences`; ``None`` where none can be kept
        apart.
    """
    pairs = list(zip(corpus.source, corpus.target, strict=True))
    wanted = min(count, len(pairs) // 10)
    seen: tuple[set[str], set[str]] = (set(), set())
    held: list[tuple[str, str]] = []
    for number in np.random.default_rng([seed, 5]).permutation(len(pairs)).tolist():
        if len(held) >= wanted:
            break
        one, other = map(same_words, pairs[number])
        if one not in seen[0] and other not in seen[1]:
            held.append(pairs[number])
            seen[0].add(one)
            seen[1].add(other)
    learned = [
        (one, other)
        for one, other in pairs
        if same_words(one) not in seen[0] and same_words(other) not in seen[1]
    ]
    if not held or not learned:
        return corpus, None
    return _corpus(corpus, learned), _corpus(corpus, held)


def sample_pairs(corpus: ParallelCorpus, count: int, seed: int = 0) -> ParallelCorpus:
    """Draw as many pairs as will be learned from.

    Parameters
    ----------
    corpus : ParallelCorpus
        Matched sentences.
    count : int
        How many are wanted; 0 for all.
    seed : int
        Decides which.

    Returns
    -------
    ParallelCorpus
        In the order that they had; all where there are not more.
    """
    if not 0 < count < len(corpus):
        return corpus
    rng = np.random.default_rng([seed, 7])
    chosen = np.sort(rng.choice(len(corpus), count, replace=False))
    return _corpus(corpus, [(corpus.source[at], corpus.target[at]) for at in chosen.tolist()])


def _corpus(like: ParallelCorpus, pairs: list[tuple[str, str]]) -> ParallelCorpus:
    """Make a corpus of some pairs."""
    return ParallelCorpus(
        source_language=like.source_language,
        target_language=like.target_language,
        source=tuple(one for one, _ in pairs),
        target=tuple(other for _, other in pairs),
    )
