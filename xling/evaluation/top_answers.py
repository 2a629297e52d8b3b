"""The best answers to a query, right and wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xling.arrays import IntVector, Matrix

__all__ = ["Answer", "top_answers"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer to a query.

    Parameters
    ----------
    word : str
        As the model writes it.
    score : float
        Larger is better.
    rank : int
        From 1; of equal scores, the more frequent word first.
    right : bool
        Whether it is a gold word.
    """

    word: str
    score: float
    rank: int
    right: bool

    def to_json(self) -> dict[str, Any]:
        """Give the same as plain values.

        Returns
        -------
        dict
            With the attributes as keys.
        """
        return {"word": self.word, "score": self.score, "rank": self.rank, "right": self.right}


def top_answers(
    scores: Matrix, gold: Sequence[IntVector], words: Sequence[str], top: int
) -> list[tuple[tuple[Answer, ...], Answer | None]]:
    """Give the best answers to each query, and the best wrong one.

    Parameters
    ----------
    scores : ndarray, shape (n, v), float32 or float64
        Larger is better; ``-inf`` where nothing speaks for a word: such words are no answers.
    gold : sequence of n ndarrays, each of shape (g,), int64
        Right columns.
    words : sequence of v str
        The word of each column.
    top : int
        How many answers are wanted, at least 1.

    Returns
    -------
    list of (tuple of Answer, Answer or None)
        At most ``top`` answers of each query, the best first, and its best wrong answer, which
        may stand further down; ``None`` where there is none.

    Examples
    --------
    >>> scores = np.array([[0.5, 0.9, 0.7]])
    >>> ((best, _), wrong), = top_answers(scores, [np.array([1])], ["a", "b", "c"], 2)
    >>> best.word, best.right, wrong.word, wrong.rank
    ('b', True, 'c', 2)
    """
    found = []
    for row, columns in zip(scores, gold, strict=True):
        right = set(columns.tolist())
        width = min(len(row), top + len(right))
        cut = np.partition(row, len(row) - width)[len(row) - width]
        near = np.flatnonzero(row >= cut)  # with all that tie at the cut, so that none is lost
        order = near[np.lexsort((near, -row[near]))][:width]
        answers = [
            Answer(word=words[column], score=float(row[column]), rank=rank, right=column in right)
            for rank, column in enumerate(order.tolist(), start=1)
            if np.isfinite(row[column])
        ]
        wrong = next((answer for answer in answers if not answer.right), None)
        found.append((tuple(answers[:top]), wrong))
    return found
