"""One direction of a model, ready to be asked, with the answers that it gave already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from xling.arrays import IntVector, blocks
from xling.data.text import fold
from xling.model.answer_table import BLOCK, AnswerTable, links_of
from xling.model.answers import Lookup
from xling.model.document import lookup_document
from xling.model.lookup import look_up
from xling.model.way import Way
from xling.server.top_table import WIDTH, TopTable

__all__ = ["Ready"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """What answers look-ups in one direction, by some of the evidence.

    Parameters
    ----------
    way : Way
        From one language to the other.
    table : TopTable
        Of this way alone.
    """

    way: Way = field(repr=False)
    table: TopTable = field(repr=False)

    @cached_property
    def ranked_by(self) -> str:
        """What orders the answers."""
        return self.way.ranked_by

    @classmethod
    def of(cls, way: Way, stored: AnswerTable | None = None) -> "Ready":
        """Start with the answers that are stored with the model, or with none.

        Parameters
        ----------
        way : Way
            From one language to the other.
        stored : AnswerTable, optional
            Of this way.

        Returns
        -------
        Ready
            With a whole table, or an empty one.
        """
        table = TopTable(len(way.asked.vocabulary), way.answers.vocabulary, stored)
        return cls(way=way, table=table)

    def known(self, words: Sequence[str], top: int) -> list[Lookup] | None:
        """Answer without any work, if all words were answered before.

        Parameters
        ----------
        words : sequence of str
            In any casing.
        top : int
            How many answers for each.

        Returns
        -------
        list of Lookup or None
            ``None`` if there is anything to compute.
        """
        if top > WIDTH:
            return None
        found = []
        for word in words:
            row = self.way.asked.vocabulary.find(word)
            answers = None if row is None else self.table.get(row, top)
            if answers is None:
                return None
            found.append(Lookup(word=word, status="ok", translations=answers))
        return found

    def answer(self, words: Sequence[str], top: int) -> list[Lookup]:
        """Answer any words, and keep what was computed.

        Parameters
        ----------
        words : sequence of str
            In any casing.
        top : int
            How many answers for each.

        Returns
        -------
        list of Lookup
            One for each word, in order: those of `xling.model.lookup.look_up`.
        """
        if top > WIDTH:
            return look_up(self.way, words, top)
        rows = self.way.asked.vocabulary.find_all(words)
        self.fill(rows[rows >= 0])
        others = [word for word, row in zip(words, rows, strict=True) if row < 0]
        composed = iter(look_up(self.way, others, top))
        return [
            Lookup(word=word, status="ok", translations=self.table.get(row, top) or ())
            if row >= 0
            else next(composed)
            for word, row in zip(words, rows.tolist(), strict=True)
        ]

    def fill(self, rows: IntVector) -> None:
        """Compute the best answers of some words, if they are not there.

        Parameters
        ----------
        rows : ndarray, shape (n,), int64
            Of words of the vocabulary.
        """
        missing = self.table.missing(rows)
        for part in blocks(len(missing), BLOCK):
            rows = missing[part]
            best = self.way.best(self.way.known(rows), WIDTH)
            self.table.put(rows, best, links_of(self.way, rows, best))

    def document(
        self,
        name: str,
        found: Sequence[Lookup],
        *,
        retrieval: str,
        channels: str,
        evidence: bool = False,
        min_confidence: float | None = None,
    ) -> dict[str, Any]:
        """Write down what was found.

        Parameters
        ----------
        name : str
            Of the model.
        found : sequence of Lookup
            Answers of this way.
        retrieval, channels : str
            As they were asked for.
        evidence : bool
            Whether it is told what speaks for each answer.
        min_confidence : float, optional
            Answers that are less sure are left out, and it is told whether none is left.

        Returns
        -------
        dict
            The document of ``translate --json``.
        """
        document = lookup_document(name, self.way, found, retrieval=retrieval, channels=channels)
        for result in document["results"]:
            if min_confidence is not None:
                kept = [one for one in result["translations"] if _sure(one, min_confidence)]
                result["abstained"] = bool(result["translations"]) and not kept
                result["translations"] = kept
            if evidence:
                self._explain(result)
        return document

    def plain(
        self, words: Sequence[str], top: int, *, most: int, evidence: bool = False
    ) -> list[dict[str, Any]] | None:
        """Write down the answers of some words, if that needs nothing but reading.

        Parameters
        ----------
        words : sequence of str
            In any casing.
        top : int
            How many answers for each.
        most : int
            The longest word that may be asked for.
        evidence : bool
            As for `document`.

        Returns
        -------
        list of dict or None
            The results of the document of ``translate --json``; ``None`` if there is anything to
            compute or to refuse.
        """
        find, kept = self.way.asked.vocabulary.find, self.table.plain
        results = []
        for word in words:
            row = find(word)
            found = None if row is None or len(word) > most else kept(row, top)
            if found is None or row is None:
                return None
            result = {"word": word, "status": "ok", "translations": found}
            if evidence:
                self._add_evidence(result, row)
            results.append(result)
        return results

    def _add_evidence(self, result: dict[str, Any], row: int) -> None:
        """Do what `_explain` does, for a word whose answers were kept."""
        folded = fold(result["word"])
        result["trained"] = folded in self.way.asked.trained
        result["held_out"] = folded in self.way.asked.held_out
        found = result["translations"]
        if self.way.table is None:
            for one in found:
                one["evidence"] = "space"
            return
        for one, linked in zip(found, self.table.links(row, len(found)), strict=True):
            one["evidence"] = "linked" if linked else "guessed"

    def _explain(self, result: dict[str, Any]) -> None:
        """Say of a word whether matched sentences held it, and of each answer what links it."""
        folded = fold(result["word"])
        row = self.way.asked.vocabulary.find(result["word"])
        result["trained"] = folded in self.way.asked.trained
        result["held_out"] = folded in self.way.asked.held_out
        table = self.way.table
        linked: set[int] = set()
        if table is not None and row is not None:
            linked = set(table.cells(np.array([row], np.int64)).columns.tolist())
        for one in result["translations"]:
            column = self.way.answers.vocabulary.find(one["word"])
            seen = "linked" if column in linked else "guessed"
            one["evidence"] = "space" if table is None else seen


def _sure(translation: dict[str, Any], least: float) -> bool:
    """Tell whether an answer is sure enough; of one that was not calibrated nobody knows."""
    return translation["confidence"] is not None and translation["confidence"] >= least
