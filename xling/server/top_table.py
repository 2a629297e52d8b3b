"""The best answers of known words, kept so that the same question is not computed twice."""

from typing import Any

import numpy as np

from xling.arrays import BoolVector, IntVector
from xling.data.vocabulary import Vocabulary
from xling.model.answer_table import WIDTH, AnswerTable
from xling.model.answers import Best, Translation

__all__ = ["WIDTH", "TopTable"]


class TopTable:
    """The best answers of each word: as stored with the model, or filled bit by bit.

    Memory that was never written to is not taken, and no more than the whole table ever is: 21
    bytes for each answer. A stored table is only mapped.

    Parameters
    ----------
    words : int
        How many words can be asked for.
    answers : Vocabulary
        Of the other language.
    stored : AnswerTable, optional
        All of it.
    """

    def __init__(self, words: int, answers: Vocabulary, stored: AnswerTable | None = None) -> None:
        shape = words, min(WIDTH, len(answers))
        self._words = answers.words
        self._ids: Any = np.zeros(shape, np.int32) if stored is None else stored.ids
        self._scores: Any = np.zeros(shape) if stored is None else stored.scores
        self._linked: Any = None if stored is None else stored.linked
        self._confidences: Any = None if stored is None else stored.confidences
        if stored is None:
            self._confidences, self._linked = np.zeros(shape), np.zeros(shape, dtype=bool)
        #: Whether every word has its answers, once and for all.
        self.whole = stored is not None
        self._filled = np.full(words, self.whole)

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

    def put(self, rows: IntVector, best: Best, linked: BoolVector) -> None:
        """Keep the best answers of some words.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Of the words.
        best : Best
            ``WIDTH`` answers for each, or all that there are.
        linked : ndarray, shape (n, k), bool
            Whether matched sentences link them.
        """
        self._ids[rows] = best.ids
        self._scores[rows] = best.scores
        self._confidences[rows] = best.confidences
        self._linked[rows] = linked
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
        found = self.plain(row, top)
        return None if found is None else tuple(Translation(**one) for one in found)

    def plain(self, row: int, top: int) -> list[dict[str, Any]] | None:
        """Give the best answers of a word as JSON holds them.

        Parameters
        ----------
        row : int
            Of the word.
        top : int
            How many answers, at most ``WIDTH``.

        Returns
        -------
        list of dict or None
            As of `get`, with the fields' names.
        """
        if not self._filled[row]:
            return None
        words = self._words
        ids, scores = self._ids[row, :top].tolist(), self._scores[row, :top].tolist()
        if self._confidences is None:
            sure = [None] * len(ids)
        else:
            sure = [one if one == one else None for one in self._confidences[row, :top].tolist()]
        return [
            {"word": words[i], "score": score, "confidence": chance}
            for i, score, chance in zip(ids, scores, sure, strict=True)
            if score > -np.inf
        ]

    def links(self, row: int, top: int) -> list[bool]:
        """Tell which of the best answers of a word matched sentences link to it.

        Parameters
        ----------
        row : int
            Of a word whose answers are there.
        top : int
            How many answers, at most ``WIDTH``.

        Returns
        -------
        list of bool
            None where the model has a space alone.
        """
        found: list[bool] = [] if self._linked is None else self._linked[row, :top].tolist()
        return found
