"""The best answers of known words, kept so that the same question is not computed twice."""

import numpy as np

from xling.arrays import IntVector
from xling.data.vocabulary import Vocabulary
from xling.model.answers import Best, Translation

__all__ = ["WIDTH", "TopTable"]

#: Answers that are kept for each word.
WIDTH = 10


class TopTable:
    """A place for the best answers of each word of a vocabulary, filled bit by bit.

    Memory that was never written to is not taken, and no more than the whole table ever is: 20
    bytes for each answer.

    Parameters
    ----------
    words : int
        How many words can be asked for.
    answers : Vocabulary
        Of the other language.
    """

    def __init__(self, words: int, answers: Vocabulary) -> None:
        width = min(WIDTH, len(answers))
        self._answers = answers
        self._ids = np.zeros((words, width), np.int32)
        self._scores = np.zeros((words, width))
        self._confidences = np.zeros((words, width))
        self._filled = np.zeros(words, dtype=bool)

    @property
    def filled(self) -> int:
        """How many words have their answers."""
        return int(self._filled.sum())

    def missing(self, rows: IntVector) -> IntVector:
        """Find the words whose answers are not there.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Of words.

        Returns
        -------
        ndarray, shape (m,), int64
            Each once, in order.
        """
        found: IntVector = np.unique(rows[~self._filled[rows]])
        return found

    def put(self, rows: IntVector, best: Best) -> None:
        """Keep the best answers of some words.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Of the words.
        best : Best
            ``WIDTH`` answers for each, or all that there are.
        """
        self._ids[rows] = best.ids
        self._scores[rows] = best.scores
        self._confidences[rows] = best.confidences
        self._filled[rows] = True  # last: another thread reads while this one writes

    def get(self, row: int, top: int) -> tuple[Translation, ...] | None:
        """Give the best answers of a word.

        Parameters
        ----------
        row : int
            Of the word.
        top : int
            How many answers, at most ``WIDTH``.

        Returns
        -------
        tuple of Translation or None
            The same as a look-up gives; ``None`` if it is not there.
        """
        if not self._filled[row]:
            return None
        words = self._answers.words
        return tuple(
            Translation(word=words[i], score=score, confidence=None if sure != sure else sure)
            for i, score, sure in zip(
                self._ids[row, :top].tolist(),
                self._scores[row, :top].tolist(),
                self._confidences[row, :top].tolist(),
                strict=True,
            )
            if score > -np.inf
        )
