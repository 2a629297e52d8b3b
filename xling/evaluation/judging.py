"""Ranks and answers of many queries, a block of scores at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector, Matrix, Vector, blocks, check_matrix
from xling.data.vocabulary import Vocabulary
from xling.evaluation.average_precision import average_precisions
from xling.evaluation.metrics import chance_precision_at
from xling.evaluation.queries import Query
from xling.evaluation.ranks import best_gold_ranks
from xling.evaluation.top_answers import Answer, top_answers

__all__ = ["Judged", "judge"]

# A block of scores is at most this large (bytes), and never has more rows than need be.
_BLOCK_BYTES = 128 << 20
_BLOCK_ROWS = 1024


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Judged:
    """What was found for each query in vocabulary.

    Parameters
    ----------
    ranks, average_precisions : ndarray, shape (n,), float64
        Of the best gold word, and over all gold words.
    tolerant_ranks : ndarray, shape (n,), float64, or None
        Of the best form of a gold word.
    answers : list of (tuple of Answer, Answer or None)
        The best answers, and the best wrong one; empty if none were kept.
    candidates : int
        Words that were ranked.
    chance : float
        P@1 of a random ranking; 0 for no query.
    """

    ranks: Vector = field(repr=False)
    average_precisions: Vector = field(repr=False)
    tolerant_ranks: Vector | None = field(repr=False)
    answers: list[tuple[tuple[Answer, ...], Answer | None]] = field(repr=False)
    candidates: int
    chance: float


def judge(
    scores_of: Callable[[IntVector], Matrix],
    queries: Sequence[Query],
    candidates: Vocabulary,
    *,
    kept: IntVector | None = None,
    tolerant: Sequence[IntVector] | None = None,
    top: int = 0,
    block: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judged:
    """Score queries, and rank their gold words.

    Parameters
    ----------
    scores_of : callable
        From rows of the source vocabulary to their scores, shape (n, v).
    queries : sequence of Query
        All in vocabulary.
    candidates : Vocabulary
        Of the target language: ``v`` words.
    kept : ndarray, shape (c,), int64, optional
        The only rows of it that are ranked, in order; they hold all gold columns.
    tolerant : sequence of n ndarrays, optional
        Columns of each query that are right up to inflection.
    top : int
        How many answers are kept.
    block : int, optional
        Queries scored at a time.
    progress : callable, optional
        Called after each block.

    Returns
    -------
    Judged
        In the order of the queries.

    Raises
    ------
    ShapeError, NonFiniteError
        If there is not one score, not NaN, for each target word.
    """
    rows = np.array([query.row for query in queries], dtype=np.int64)
    gold = [_columns(query.columns, kept) for query in queries]
    near = None if tolerant is None else [_columns(columns, kept) for columns in tolerant]
    names = candidates.words if kept is None else [candidates.words[row] for row in kept]
    ranks, precisions, forgiving = (np.empty(len(queries)) for _ in range(3))
    answers: list[tuple[tuple[Answer, ...], Answer | None]] = []
    if not len(rows):  # the names are to be checked all the same
        scores_of(rows)
    for part in blocks(len(rows), block or _block_rows(len(candidates))):
        scores = scores_of(rows[part])
        check_matrix(scores, "scores", columns=len(candidates))
        if kept is not None:
            scores = scores[:, kept]
        ranks[part] = best_gold_ranks(scores, gold[part])
        precisions[part] = average_precisions(scores, gold[part])
        if near is not None:
            forgiving[part] = best_gold_ranks(scores, near[part])
        if top:
            answers += top_answers(scores, gold[part], names, top)
        if progress is not None:
            progress(part.stop, len(rows))
    chances = [chance_precision_at(1, len(names), len(columns)) for columns in gold]
    return Judged(
        ranks=ranks,
        average_precisions=precisions,
        tolerant_ranks=None if near is None else forgiving,
        answers=answers,
        candidates=len(names),
        chance=float(np.mean(chances)) if chances else 0.0,
    )


def _columns(columns: IntVector, kept: IntVector | None) -> IntVector:
    """Give the places of some columns among those that are ranked."""
    if kept is None:
        return columns
    places = np.searchsorted(kept, columns)
    inside = places < len(kept)
    inside[inside] = kept[places[inside]] == columns[inside]
    return np.asarray(places[inside], np.int64)


def _block_rows(width: int) -> int:
    """Give the number of float32 rows that make a block."""
    return max(1, min(_BLOCK_ROWS, _BLOCK_BYTES // (4 * max(width, 1))))
