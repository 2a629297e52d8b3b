"""Words answered along one way: known ones, composed ones, and those of which nothing is known."""

from collections.abc import Sequence

import numpy as np

from xling.arrays import IntVector, blocks
from xling.evidence.base import Asked
from xling.model.answers import Lookup, Status, named
from xling.model.way import Way

__all__ = ["look_up"]

_BLOCK = 1024  # queries answered at once


def look_up(way: Way, words: Sequence[str], top: int) -> list[Lookup]:
    """Translate many words.

    Parameters
    ----------
    way : Way
        From their language to the answers'.
    words : sequence of str
        In any casing.
    top : int
        How many answers for each word, at least 1.

    Returns
    -------
    list of Lookup
        One for each word, in order.
    """
    rows = way.asked.vocabulary.find_all(words)
    known, unknown = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
    composed, which = way.asked.compose([words[place] for place in unknown.tolist()])
    found = [Lookup(word=word, status="out_of_vocabulary", translations=()) for word in words]

    def answer(places: IntVector, status: Status, asking: Asked) -> None:
        best = way.best(asking, top)
        for place, translations in zip(
            places.tolist(), named(best, way.answers.vocabulary), strict=True
        ):
            found[place] = Lookup(word=words[place], status=status, translations=translations)

    for part in blocks(len(known), _BLOCK):
        answer(known[part], "ok", way.known(rows[known[part]]))
    for part in blocks(len(which), _BLOCK):
        answer(unknown[which[part]], "subword", way.composed(composed[part]))
    return found
