"""A translation table mined from sentence pairs: IBM model 1, in both directions."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse, special

from xling.arrays import IntVector, Vector
from xling.counting.sentences import RowSentences
from xling.errors import DegenerateInputError, InputError, ShapeError
from xling.progress import Progress, silent

__all__ = ["TranslationTable", "mine_table"]

_RUN_CELLS = 1 << 21  # cells, that is pairs of token positions, that are expanded at once


@dataclass(frozen=True, kw_only=True, eq=False)
class TranslationTable:
    """Probabilities of word translations, for each pair of words that matched sentences hold.

    Parameters
    ----------
    forward : sparse array, shape (n, m), float64
        ``p(target | source)``; each row sums to at most 1 (exactly, without a prior).
    backward : sparse array, shape (n, m), float64
        ``p(source | target)`` over the same cells; each column sums to at most 1.
    links : sparse array, shape (n, m), float64
        Expected number of links, the mean of both directions, over the same cells.
    perplexities : tuple of (float, float)
        Perplexity per token of the target given the source, and of the source given the
        target, before each iteration from the second on.
    converged : bool
        Whether the last iteration changed both perplexities by less than the tolerance.
    """

    forward: sparse.csr_array = field(repr=False)
    backward: sparse.csr_array = field(repr=False)
    links: sparse.csr_array = field(repr=False)
    perplexities: tuple[tuple[float, float], ...]
    converged: bool

    def symmetric(self, threshold: float = 0.0) -> sparse.csr_array:
        """Take the geometric mean of both directions.

        Parameters
        ----------
        threshold : float
            Cells below it are left out.

        Returns
        -------
        sparse array, shape (n, m), float64
            ``sqrt(p(f | e) * p(e | f))``, in (0, 1].
        """
        mean = self.forward.copy()
        mean.data = np.sqrt(self.forward.data * self.backward.data)
        mean.data[mean.data < threshold] = 0
        mean.eliminate_zeros()
        return mean

    def pruned(self, threshold: float) -> "TranslationTable":
        """Leave out the cells that neither direction gives weight to.

        Parameters
        ----------
        threshold : float
            A cell stays if one of its two probabilities reaches it.

        Returns
        -------
        TranslationTable
            The same probabilities on fewer cells.
        """
        kept = np.maximum(self.forward.data, self.backward.data) >= threshold
        return TranslationTable(
            forward=_keep(self.forward, kept),
            backward=_keep(self.backward, kept),
            links=_keep(self.links, kept),
            perplexities=self.perplexities,
            converged=self.converged,
        )


def mine_table(
    source: RowSentences,
    target: RowSentences,
    *,
    iterations: int = 10,
    tolerance: float = 0.01,
    prior: float = 0.01,
    progress: Progress = silent,
) -> TranslationTable:
    """Estimate word translation probabilities from sentence pairs by expectation maximisation.

    IBM model 1 (Brown et al. 1993): each target word of a pair comes from one source word of the
    pair, any position being as likely as any other, so a cell ``(e, f)`` of a sentence pair gets
    the posterior ``p(f|e) / sum_e' p(f|e')``; their sums are the expected counts ``c`` that give
    the next ``p(f|e)``. Both directions are estimated apart, over the same cells.

    Plain maximum likelihood lets a rare word take whatever stands beside it. With a Dirichlet
    prior ``a`` on each ``p(. | e)``, variational Bayes (Riley and Gildea 2012, Improving the IBM
    alignment models using variational Bayes) gives
    ``p(f|e) = exp(digamma(c + a) - digamma(sum_f (c + a)))``, which discounts small counts.

    Parameters
    ----------
    source, target : RowSentences
        Sentence ``i`` of one matches sentence ``i`` of the other.
    iterations : int
        Most iterations, at least 1.
    tolerance : float
        Relative change of both perplexities below which it stops.
    prior : float
        The Dirichlet prior ``a``, at least 0; 0 for maximum likelihood.
    progress : callable
        Called after each iteration.

    Returns
    -------
    TranslationTable
        Over all pairs of words that stand in one sentence pair. Memory: 8 bytes for each pair of
        token positions, 60 for each pair of words, and some 150 MiB for the run at work.

    Raises
    ------
    ShapeError
        If the sides differ in length.
    InputError
        If the prior is negative or there is no iteration.
    DegenerateInputError
        If no sentence pair has a word on both sides.
    """
    if prior < 0 or iterations < 1:
        raise InputError(f"prior {prior}, {iterations} iterations; from 0 and from 1 are needed")
    if len(source) != len(target):
        raise ShapeError(f"{len(source)} source sentences, {len(target)} target sentences")
    keys, runs = _runs(source, target)
    if not len(keys):
        raise DegenerateInputError("no sentence pair has a known word on both sides")
    rows, columns = np.divmod(keys, target.size)
    forward: Vector = np.ones(len(keys))
    backward = forward
    links = forward
    history: list[tuple[float, float]] = []
    converged = False
    for number in range(iterations):
        expected_f, perplexity_f = _expect(runs, forward, forward=True)
        expected_b, perplexity_b = _expect(runs, backward, forward=False)
        forward = _normalized(expected_f, rows, prior)
        backward = _normalized(expected_b, columns, prior)
        links = (expected_f + expected_b) / 2
        progress("table", number + 1, iterations)
        if number:  # the first value belongs to the start, which is no distribution
            history.append((perplexity_f, perplexity_b))
        converged = len(history) > 1 and all(
            abs(now - then) <= tolerance * then
            for now, then in zip(history[-1], history[-2], strict=True)
        )
        if converged:
            progress("table", iterations, iterations)
            break
    shape = (source.size, target.size)
    ends = np.searchsorted(rows, np.arange(source.size + 1))
    return TranslationTable(
        forward=sparse.csr_array((forward, columns, ends), shape=shape),
        backward=sparse.csr_array((backward, columns, ends), shape=shape),
        links=sparse.csr_array((links, columns, ends), shape=shape),
        perplexities=tuple(history),
        converged=converged,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Run:
    """A run of sentence pairs: which pair of words each of its cells is, ordered both ways.

    ``by_target`` is a sparse matrix of ones, shape (target tokens, pairs of words in the run):
    its row of a token holds the cells of that token. ``by_source`` is the same for source
    tokens. ``pairs`` gives the number of each of the run's pairs of words among all.
    """

    pairs: IntVector
    by_target: sparse.csr_array
    by_source: sparse.csr_array
    target_choices: IntVector
    source_choices: IntVector


def _spans(source: RowSentences, target: RowSentences) -> Iterator[slice]:
    """Cut the sentence pairs into runs of a bounded number of cells."""
    total = np.cumsum(source.lengths * target.lengths)
    start = 0
    while start < len(total):
        before = total[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(total, before + _RUN_CELLS, side="right")))
        yield slice(start, stop)
        start = stop


def _runs(source: RowSentences, target: RowSentences) -> tuple[IntVector, list[_Run]]:
    """Give the sorted keys of the pairs of words that sentence pairs hold, and the runs."""
    found = []
    for span in _spans(source, target):
        la, lb = source.lengths[span], target.lengths[span]
        cells = la * lb
        sentence = np.repeat(np.arange(len(cells)), cells)
        start = np.cumsum(cells) - cells
        within = np.arange(len(sentence)) - start[sentence]
        i, j = np.divmod(within, lb[sentence])
        a = source.rows[source.offsets[span.start : span.stop][sentence] + i]
        b = target.rows[target.offsets[span.start : span.stop][sentence] + j]
        keys, number = _numbered(a.astype(np.int64) * target.size + b)
        j, i = np.divmod(within, la[sentence])
        turned = number[start[sentence] + i * lb[sentence] + j]
        of_source, of_target = np.repeat(lb, la), np.repeat(la, lb)
        found.append((keys, (turned, of_target), (number, of_source)))
    if not found:
        return np.zeros(0, np.int64), []
    union, _ = _numbered(np.concatenate([keys for keys, _, _ in found]))
    ones = np.ones(max(len(number) for _, _, (number, _) in found))
    runs = [
        _Run(
            pairs=np.asarray(np.searchsorted(union, keys)),
            by_target=_incidence(turned, of_target, len(keys), ones),
            by_source=_incidence(number, of_source, len(keys), ones),
            target_choices=of_target,
            source_choices=of_source,
        )
        for keys, (turned, of_target), (number, of_source) in found
    ]
    return union, runs


def _numbered(keys: IntVector) -> tuple[IntVector, IntVector]:
    """Give the distinct keys, sorted, and the number of each key among them.

    What ``numpy.unique`` does with an inverse, but half the time: 32-bit numbers, one sort.
    """
    order = np.argsort(keys)
    ordered = keys[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(keys)]
    numbers = np.empty(len(keys), np.int32)
    numbers[order] = np.cumsum(new, dtype=np.int32) - 1
    return ordered[new], numbers


def _incidence(number: IntVector, lengths: IntVector, size: int, ones: Vector) -> sparse.csr_array:
    """Make the matrix of ones that sums the cells of each token."""
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    parts = (ones[: len(number)], number, ends)  # the ones are shared by all runs
    return sparse.csr_array(parts, shape=(len(lengths), size), copy=False)


def _expect(runs: list[_Run], chances: Vector, *, forward: bool) -> tuple[Vector, float]:
    """Sum the posteriors of each pair of words, and give the perplexity per token.

    The posterior of a cell is its pair's chance over the sum of its token's chances, so a pair's
    sum is its chance times the sum of the inverses, over the tokens it is a cell of.
    """
    expected, log, tokens = np.zeros(len(chances)), 0.0, 0
    for run in runs:
        matrix = run.by_target if forward else run.by_source
        choices = run.target_choices if forward else run.source_choices
        mine = chances[run.pairs]
        total = matrix @ mine
        linked = total > 0
        inverse = np.zeros(len(total))
        inverse[linked] = 1 / total[linked]
        expected[run.pairs] += mine * (matrix.T @ inverse)
        log += float(np.log(total[linked] / choices[linked]).sum())
        tokens += int(linked.sum())
    return expected, float(np.exp(-log / tokens))


def _normalized(expected: Vector, owner: IntVector, prior: float) -> Vector:
    """Turn expected counts into the probabilities of each owner's cells."""
    total = np.bincount(owner, expected + prior)[owner]
    if not prior:
        plain: Vector = expected / total
        return plain
    discounted: Vector = np.exp(special.digamma(expected + prior) - special.digamma(total))
    return discounted


def _keep(matrix: sparse.csr_array, kept: IntVector) -> sparse.csr_array:
    """Keep some of the stored cells of a matrix."""
    ends = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    parts = (matrix.data[kept], matrix.indices[kept], ends)
    return sparse.csr_array(parts, shape=matrix.shape)
