"""The best answers of every word of one direction, computed once and stored with a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xling.arrays import BoolVector, IntVector, Matrix, blocks
from xling.errors import ShapeError
from xling.mapping.base import Tensors
from xling.model.answers import Best
from xling.model.way import Way
from xling.progress import Progress, silent

__all__ = ["BLOCK", "WIDTH", "AnswerTable", "answer_table", "links_of"]

#: Answers that are kept for each word.
WIDTH = 10
#: Words that are answered at once: part of what the last digits of a score depend on.
BLOCK = 256


@dataclass(frozen=True, kw_only=True, eq=False)
class AnswerTable:
    """What a look-up with all evidence answers for each word of a vocabulary.

    Parameters
    ----------
    ids : ndarray, shape (n, k), int32
        Rows of the answers' vocabulary, best first.
    scores : ndarray, shape (n, k), float32 or float64
        ``-inf`` where there is no further answer; in single precision where that holds them.
    confidences : ndarray, shape (n, k), float64, optional
        NaN where it was not calibrated; ``None`` where that is so of every word.
    linked : ndarray, shape (n, k), bool, optional
        Whether matched sentences link the answer; ``None`` for a model of a space alone.

    Raises
    ------
    ShapeError
        If they do not have one shape.
    """

    ids: IntVector = field(repr=False)
    scores: Matrix = field(repr=False)
    confidences: Matrix | None = field(default=None, repr=False)
    linked: NDArray[np.bool_] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for part in (self.scores, self.confidences, self.linked):
            if part is not None and part.shape != self.ids.shape:
                raise ShapeError(f"a table of answers with {self.ids.shape} and {part.shape}")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        parts = (self.ids, self.scores, self.confidences, self.linked)
        return sum(part.nbytes for part in parts if part is not None)

    def to_tensors(self) -> Tensors:
        """Give what is stored.

        Returns
        -------
        dict of str to ndarray
            By the names of the fields.
        """
        parts = {
            "ids": self.ids,
            "scores": self.scores,
            "confidences": self.confidences,
            "linked": None if self.linked is None else self.linked.astype(np.uint8),
        }
        return {name: part for name, part in parts.items() if part is not None}

    @classmethod
    def from_tensors(cls, parts: Mapping[str, NDArray[Any]]) -> "AnswerTable":
        """Put a table together again; nothing is copied.

        Parameters
        ----------
        parts : mapping of str to ndarray
            Of `to_tensors`.

        Returns
        -------
        AnswerTable
            The same one.

        Raises
        ------
        KeyError, ShapeError
            If something is missing or does not fit.
        """
        linked = parts.get("linked")
        return cls(
            ids=parts["ids"],
            scores=parts["scores"],
            confidences=parts.get("confidences"),
            linked=None if linked is None else linked.view(np.bool_),
        )


def answer_table(way: Way, *, progress: Progress = silent) -> AnswerTable:
    """Compute the best answers of every word, in blocks of `BLOCK` words.

    Parameters
    ----------
    way : Way
        From one language to the other, by all evidence.
    progress : callable
        Called after each block.

    Returns
    -------
    AnswerTable
        Of ``min(WIDTH, m)`` answers for each word.
    """
    count, width = len(way.asked.vocabulary), min(WIDTH, len(way.answers.vocabulary))
    ids = np.zeros((count, width), np.int32)
    scores = np.zeros((count, width))
    confidences = np.zeros((count, width))
    linked = np.zeros((count, width), dtype=bool)
    stage = f"answers {way.asked.language}-{way.answers.language}"
    for part in blocks(count, BLOCK):
        rows = np.arange(part.start, part.stop)
        best = way.best(way.known(rows), WIDTH)
        ids[part], scores[part], confidences[part] = best.ids, best.scores, best.confidences
        linked[part] = links_of(way, rows, best)
        progress(stage, part.stop, count)
    single = scores.astype(np.float32)
    return AnswerTable(
        ids=ids,
        scores=single if (single == scores).all() else scores,
        confidences=None if np.isnan(confidences).all() else confidences,
        linked=None if way.table is None else linked,
    )


def links_of(way: Way, rows: IntVector, best: Best) -> BoolVector:
    """Tell which answers matched sentences link to their words.

    Parameters
    ----------
    way : Way
        That gave the answers.
    rows : ndarray, shape (n,), int64
        The words.
    best : Best
        Their answers.

    Returns
    -------
    ndarray, shape (n, k), bool
        False throughout for a model without a table.
    """
    found = np.zeros(best.ids.shape, dtype=bool)
    if way.table is None or not len(rows):
        return found
    cells = way.table.cells(np.asarray(rows, np.int64))
    for place in range(len(rows)):
        own = cells.columns[cells.ends[place] : cells.ends[place + 1]]
        found[place] = np.isin(best.ids[place], own)
    return found
