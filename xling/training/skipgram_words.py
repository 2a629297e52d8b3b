"""From what a skip-gram model has learned to the vectors that stand for words."""

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector, Matrix
from xling.counting.ppmi import positive_pmi
from xling.training.skipgram_pairs import Stream, examples

__all__ = ["context_counts", "word_vectors"]


def context_counts(
    stream: Stream, size: int, *, window: int, wanted: tuple[bool, bool]
) -> sparse.csr_array:
    """Count what each word is to predict, over the whole window and every token.

    Parameters
    ----------
    stream : Stream
        Text.
    size : int
        Number of joint rows.
    window : int
        Largest distance.
    wanted : pair of bool
        Whether contexts in the word's own sentence, and in the other language, are counted.

    Returns
    -------
    sparse array, shape (size, size), float64
        Joint rows of words against joint rows of contexts.
    """
    total = sparse.csr_array((size, size), dtype=np.float64)
    for part in examples(stream, np.ones(size), window=window, wanted=(*wanted, False)):
        centers = np.repeat(part.centers, np.diff(part.ends))
        ones = np.ones(len(centers))
        total = total + sparse.csr_array((ones, (centers, part.contexts)), shape=(size, size))
    return total


def word_vectors(
    inputs: Matrix,
    outputs: Matrix,
    *,
    contexts: sparse.csr_array,
    partnered: BoolVector,
    cut: int,
    weights: tuple[float, float],
    dim: int,
) -> Matrix:
    """Join input vectors, output vectors and composed ones, and keep the principal axes.

    Each part is scaled to length 1, centred in each language and scaled again. The composed
    vector of a word is ``sum_c PMI(w, c) y_c`` over its contexts ``c``, with their output vectors
    ``y`` and positive pointwise mutual information, counted for each language of the contexts
    apart. It averages over few contexts as well as it can, where training on them has hardly
    moved the input vector. The output vector of a word that was never a partner says nothing of
    the other language, and is left out.

    Parameters
    ----------
    inputs, outputs : ndarray, shape (n + m, d), float32
        As they were trained.
    contexts : sparse array, shape (n + m, n + m), float64
        Counts of the contexts of each word.
    partnered : ndarray, shape (n + m,), bool
        Which words were some word's partner.
    cut : int
        ``n``, the number of source words.
    weights : pair of float
        Of the output vectors and of the composed ones; 1 for the input vectors.
    dim : int
        Most dimensions wanted.

    Returns
    -------
    ndarray, shape (n + m, min(dim, 3 d)), float32
        Rows of the three parts side by side, turned onto their principal axes; fewer parts where
        a weight is 0.

    References
    ----------
    Khodak, Saunshi, Liang, Ma, Stewart and Arora (2018), A la carte embedding: cheap but
    effective induction of semantic feature vectors.
    """
    parts = [_centered(inputs.astype(np.float64), cut)]
    if weights[0] > 0:
        parts.append(weights[0] * _centered(outputs * partnered[:, None].astype(np.float64), cut))
    if weights[1] > 0:
        known = _centered(outputs.astype(np.float64), cut)
        composed = sum(
            positive_pmi(contexts[:, own]) @ known[own]
            for own in (slice(0, cut), slice(cut, None))
            if contexts[:, own].sum() > 0
        )
        if not isinstance(composed, int):  # there are contexts
            parts.append(weights[1] * _centered(composed, cut))
    joined = np.concatenate(parts, axis=1)
    _, axes = np.linalg.eigh(joined.T @ joined)
    chosen = axes[:, ::-1][:, :dim]
    strongest = np.abs(chosen).argmax(axis=0)
    signs = np.sign(chosen[strongest, np.arange(chosen.shape[1])])
    turned: Matrix = (joined @ (chosen * signs)).astype(np.float32)
    return turned


def _centered(vectors: Matrix, cut: int) -> Matrix:
    """Scale rows to length 1, centre each language, and scale again; zero rows stay zero."""
    scaled = _unit(vectors)
    for own in (slice(0, cut), slice(cut, None)):
        filled = np.flatnonzero(scaled[own].any(axis=1))
        mean = scaled[own][filled].mean(axis=0) if len(filled) else 0.0
        scaled[own][filled] -= mean
    return _unit(scaled)


def _unit(vectors: Matrix) -> Matrix:
    """Scale rows to length 1; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return scaled
