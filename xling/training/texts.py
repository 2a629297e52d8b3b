"""The text of one language that is learned from: linked sentences, halves, further text."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import IntVector
from xling.counting.halves import unlike
from xling.counting.phrases import join_phrases
from xling.data.indexed import IndexedText, index_text

__all__ = ["KeptText", "kept_text"]


@dataclass(frozen=True, kw_only=True, eq=False)
class KeptText:
    """One language's text after the hold-out.

    Parameters
    ----------
    text : IndexedText
        The linked sentences first, then the unmatched halves, then the further sentences.
    fingerprint : str
        SHA-256 of all that was given: words and sentences, also those that are not kept.
    further : int
        How many further sentences were given, also those that are not kept.
    """

    text: IndexedText = field(repr=False)
    fingerprint: str
    further: int


def kept_text(
    pairs: IndexedText,
    linked: IntVector,
    halves: IntVector,
    further: Iterable[str] = (),
    *,
    phrases: bool = False,
) -> KeptText:
    """Put together what is kept of one side of the pairs, and further text.

    Parameters
    ----------
    pairs : IndexedText
        One side of all sentence pairs.
    linked : ndarray, shape (n,), int64
        Numbers of the pairs that are linked.
    halves : ndarray, shape (m,), int64
        Numbers of the removed pairs of which this side is kept, unmatched.
    further : iterable of str
        More sentences, matched with nothing; read once, a chunk at a time. Those that equal this
        side of a removed pair are left out: its other half may be kept.
    phrases : bool
        Whether words that belong together are joined into units: last of all, so that they are
        found in what is kept, and what the pairs were removed for was still single words.

    Returns
    -------
    KeptText
        Memory: 4 bytes a token, that is 400 MB for 100 million tokens, and as much again for a
        while if a further sentence is left out; 8 bytes a sentence; some 250 bytes for each
        distinct written form, however rare.
    """
    kept = pairs.select(np.concatenate([linked, halves]))
    whole = index_text(further, pairs.language, extend=kept)
    digest = hashlib.sha256("\n".join(whole.written).encode())
    given = [pairs.written_ids, pairs.offsets]
    if len(whole) > len(kept):
        given += [whole.written_ids[len(kept.written_ids) :], whole.offsets[len(kept) :]]
    for array in given:
        digest.update(array.data)
    removed = pairs.select(np.setdiff1d(np.arange(len(pairs)), linked))
    usable = unlike(whole, len(kept), removed)
    text = whole.select(np.concatenate([np.arange(len(kept)), usable]))
    return KeptText(
        text=join_phrases(text) if phrases else text,
        fingerprint=digest.hexdigest(),
        further=len(whole) - len(kept),
    )
