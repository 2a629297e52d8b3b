"""How often the queries of an experiment stand in a text."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from xling.arrays import BoolVector
from xling.data.indexed import IndexedText
from xling.data.text import apostrophe_parts, fold, tokenize

__all__ = ["query_frequencies"]


def query_frequencies(queries: Sequence[str], text: IndexedText) -> dict[str, int]:
    """Count each query in a text, by the rule that holds words out.

    A query that is a word of the text counts as often as that word. One that is not, since it is
    cut into words otherwise (*dogs'*) or stands there with an apostrophe only (*pupil* in
    *pupil's*), counts as often as any word that holds it. One of several words (*New York*;
    *l'eau*, which is two where articles are elided) counts the sentences that hold them all.

    Parameters
    ----------
    queries : sequence of str
        Folded.
    text : IndexedText
        Any text in their language.

    Returns
    -------
    dict of str to int
        In the order of the queries; 0 for one that does not occur.

    Examples
    --------
    >>> from xling.data.indexed import index_text
    >>> query_frequencies(["eau", "l'eau", "thé"], index_text(["L'eau !", "De l’eau, eau."], "fr"))
    {'eau': 3, "l'eau": 2, 'thé': 0}
    """
    counts = np.bincount(text.ids, minlength=len(text.types))
    number = {word: i for i, word in enumerate(text.types)}
    holders: dict[str, list[int]] = {}
    for i, word in enumerate(text.types):
        for part in apostrophe_parts(word):
            holders.setdefault(part, []).append(i)
    found = {}
    for query, words in zip(queries, tokenize(queries, text.language), strict=True):
        parts = [holders.get(fold(word), []) for word in words]
        if query in number:
            found[query] = int(counts[number[query]])
        elif len(parts) == 1 and fold(words[0]) in number:
            found[query] = int(counts[number[fold(words[0])]])
        elif len(parts) == 1:
            found[query] = int(counts[parts[0]].sum())
        else:
            found[query] = int(_holding_all(text, parts).sum())
    return found


def _holding_all(text: IndexedText, choices: Sequence[Sequence[int]]) -> BoolVector:
    """Mark the sentences that hold a word of each choice; none where there is no choice."""
    if not choices or not all(choices):
        return np.zeros(len(text), dtype=bool)
    marks = []
    for types in choices:
        tokens = np.flatnonzero(np.isin(text.ids, types))
        mark = np.zeros(len(text), dtype=bool)
        mark[np.searchsorted(text.offsets, tokens, side="right") - 1] = True
        marks.append(mark)
    return reduce(np.logical_and, marks)
