"""What `joint-layers` reads of a word: its contexts, whole and in halves, and its n-grams."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from xling.arrays import IntVector, Matrix
from xling.counting.sentences import RowSentences
from xling.data.text import fold
from xling.encoders.ppmi import PpmiSettings, associations
from xling.errors import DegenerateInputError
from xling.linalg.sparse_product import multiply
from xling.linalg.svd import truncated_svd
from xling.progress import Progress, silent
from xling.training.joint import crossed_products, row_stochastic
from xling.training.material import Material

__all__ = ["NgramLists", "context_features", "ngram_lists", "pair_groups", "unit_rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class NgramLists:
    """The character n-grams of each word of a vocabulary.

    Parameters
    ----------
    ids : ndarray, shape (total,), int64
        N-grams of all words, end to end.
    offsets : ndarray, shape (n + 1,), int64
        Word ``i`` has ``ids[offsets[i]:offsets[i + 1]]``; it may have none.
    size : int
        Number of different n-grams.
    """

    ids: IntVector = field(repr=False)
    offsets: IntVector = field(repr=False)
    size: int


def ngram_lists(
    words: Sequence[str], *, lengths: tuple[int, int] = (3, 5), min_words: int = 2
) -> NgramLists:
    """List the character n-grams of words, folded and with ``<`` and ``>`` at their ends.

    Parameters
    ----------
    words : sequence of str
        A vocabulary.
    lengths : pair of int
        Shortest and longest n-gram, in characters.
    min_words : int
        An n-gram of fewer words is left out: nothing can be learned from it for another word.

    Returns
    -------
    NgramLists
        N-grams are numbered in the order in which they are met.

    Examples
    --------
    >>> found = ngram_lists(["an", "man"], lengths=(3, 3))
    >>> found.ids.tolist(), found.offsets.tolist(), found.size
    ([0, 0], [0, 1, 2], 1)
    """
    listed = []
    for word in words:
        marked = f"<{fold(word)}>"
        listed.append(
            dict.fromkeys(
                marked[start : start + length]
                for length in range(lengths[0], lengths[1] + 1)
                for start in range(len(marked) - length + 1)
            )
        )
    counts = Counter(gram for grams in listed for gram in grams)
    numbers: dict[str, int] = {}
    ids, offsets = [], [0]
    for grams in listed:
        for gram in grams:
            if counts[gram] >= min_words:
                ids.append(numbers.setdefault(gram, len(numbers)))
        offsets.append(len(ids))
    return NgramLists(
        ids=np.array(ids, dtype=np.int64),
        offsets=np.array(offsets, dtype=np.int64),
        size=len(numbers),
    )


def pair_groups(keys: tuple[IntVector, IntVector]) -> IntVector:
    """Find the groups of linked pairs that share a source or a target sentence.

    Parameters
    ----------
    keys : pair of ndarray, shape (n,), int64
        For each pair a number of its source and of its target sentence, from 0 and below ``n``,
        equal for equal sentences.

    Returns
    -------
    ndarray, shape (n,), int64
        Equal for pairs that share a sentence, directly or through others.
    """
    count = len(keys[0])
    edges = sparse.coo_array(
        (np.ones(count), (keys[0], keys[1] + count)), shape=(2 * count, 2 * count)
    )
    label = connected_components(edges.tocsr(), directed=False)[1]
    groups: IntVector = label[keys[0]].astype(np.int64)
    return groups


def context_features(
    material: Material,
    dim: int,
    *,
    ppmi: PpmiSettings,
    crossing: bool,
    threshold: float = 0.05,
    halves: tuple[IntVector, IntVector] | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = silent,
) -> tuple[list[Matrix], list[Matrix]]:
    """Give each word its contexts as a row: from all text, and from each half of it.

    The rows are those of ``U S**power`` of the truncated SVD of the positive PMI matrix ``G``,
    that is ``G V S**(power - 1)``: of each language alone, or (``crossing``) of
    ``[Ga, Ga T; Gb Tb, Gb]``, as in `xling.training.joint`. The rows of a half are the PPMI rows
    of its sentences, projected by the same ``V S**(power - 1)``.

    Parameters
    ----------
    material : Material
        Counted.
    dim : int
        Number of columns, at most the size of the smaller vocabulary.
    ppmi : PpmiSettings
        Counting and decomposition.
    crossing : bool
        Whether contexts are carried over into the other language by the table.
    threshold : float
        Cells of the symmetrised table below it carry nothing over.
    halves : pair of ndarray, int64, optional
        For each language, 0 or 1 for each of its sentences.
    seed : int
        Of the truncated SVD.
    threads : int, optional
        ``None``: all processors. The result does not depend on it.
    progress : callable
        Called as the decomposition goes on.

    Returns
    -------
    pair of list of ndarray, shape (n, dim), float32
        For each language its rows from all text and, with ``halves``, from half 0 and half 1.
        Rows have length 1; those of words with no context there are zero.
    """
    own = [associations(sentences, ppmi) for sentences in material.sentences]
    cut = own[0].shape[0]
    size = cut + own[1].shape[0]
    if crossing:
        table = material.table.symmetric(threshold)
        forward, backward = crossed_products((own[0], own[1]), table, threads=threads)
        vectors, values = truncated_svd(
            forward, backward, (size, size), dim, seed=seed, passes=ppmi.passes, progress=progress
        )
        inner = backward(_scaled(vectors, values, ppmi.power - 2))
        forth, back = row_stochastic(table), row_stochastic(sparse.csr_array(table.T))
        bases: list[Matrix] = [
            inner[:cut] + multiply([forth], inner[cut:], threads=threads),
            inner[cut:] + multiply([back], inner[:cut], threads=threads),
        ]
        whole = _scaled(vectors, values, ppmi.power)
        wholes: list[Matrix] = [whole[:cut], whole[cut:]]
    else:
        alone = [_alone(matrix, dim, ppmi, seed, threads, progress) for matrix in own]
        wholes, bases = [pair[0] for pair in alone], [pair[1] for pair in alone]
    made: tuple[list[Matrix], list[Matrix]] = ([], [])
    for side, views in enumerate(made):
        views.append(unit_rows(wholes[side]))
        if halves is None:
            continue
        for number in (0, 1):
            part = material.sentences[side].select(np.flatnonzero(halves[side] == number))
            views.append(unit_rows(_projected(part, ppmi, bases[side], threads)))
    return made


def unit_rows(rows: Matrix) -> Matrix:
    """Scale rows to length 1, leaving zero rows alone.

    Parameters
    ----------
    rows : ndarray, shape (n, d), float32
        Not changed.

    Returns
    -------
    ndarray, shape (n, d), float32
        Of length 1, or zero.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    made: Matrix = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return made


def _alone(
    matrix: sparse.csr_array,
    dim: int,
    ppmi: PpmiSettings,
    seed: int,
    threads: int | None,
    progress: Progress,
) -> tuple[Matrix, Matrix]:
    """Decompose one language: its rows, and what projects further PPMI rows."""
    turned = sparse.csr_array(matrix.T)
    vectors, values = truncated_svd(
        lambda block: multiply([matrix], block, threads=threads),
        lambda block: multiply([turned], block, threads=threads),
        (matrix.shape[0], matrix.shape[1]),
        dim,
        seed=seed,
        passes=ppmi.passes,
        progress=progress,
    )
    basis = multiply([turned], _scaled(vectors, values, ppmi.power - 2), threads=threads)
    return _scaled(vectors, values, ppmi.power), basis


def _scaled(vectors: Matrix, values: Matrix, power: float) -> Matrix:
    """Give ``U S**power``, zero where a singular value is zero."""
    factors = np.zeros(len(values))
    factors[values > 0] = values[values > 0] ** power
    made: Matrix = vectors * factors.astype(np.float32)
    return made


def _projected(
    sentences: RowSentences, ppmi: PpmiSettings, basis: Matrix, threads: int | None
) -> Matrix:
    """Give the rows that some sentences alone would give their words."""
    try:
        matrix = associations(sentences, ppmi)
    except DegenerateInputError:  # no two words stand together there
        return np.zeros((sentences.size, basis.shape[1]), dtype=np.float32)
    return multiply([matrix], basis, threads=threads)
