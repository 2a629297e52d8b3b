"""Which words a skip-gram model of two languages learns to predict from which."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector, IntVector, Vector
from xling.counting.partners import partners
from xling.training.material import Material

__all__ = ["Predictions", "Stream", "examples", "kept_share", "make_stream"]

_CHUNK = 1 << 15  # tokens whose examples are made at once


@dataclass(frozen=True, kw_only=True, eq=False)
class Stream:
    """The text of both languages as one run of tokens, matched sentences side by side.

    Parameters
    ----------
    rows : ndarray, shape (tokens,), int32
        Row of each token in the joint vocabulary: the source words, then the target words.
    partner : ndarray, shape (tokens,), int32
        How far on its partner in the matched sentence stands, in tokens; 0 where it has none.
    crossing : ndarray, shape (tokens,), int32
        Joint row of what each token is in the other language: its partner, or else the most
        probable translation of its word; -1 where the table has none.
    sentences : ndarray, shape (n + 1,), int64
        Where each sentence begins, in tokens, and the end.
    units : ndarray, shape (m + 1,), int64
        Where each unit begins, in sentences, and the end: two matched sentences, or a single one.
    """

    rows: IntVector = field(repr=False)
    partner: IntVector = field(repr=False)
    crossing: IntVector = field(repr=False)
    sentences: IntVector = field(repr=False)
    units: IntVector = field(repr=False)

    def select(self, units: IntVector) -> "Stream":
        """Choose units.

        Parameters
        ----------
        units : ndarray, shape (k,), int64
            Numbers of the units wanted, in the order wanted.

        Returns
        -------
        Stream
            Partners are still where they were, since both of a pair's sentences move together.
        """
        per_unit = np.diff(self.units)[units]
        chosen = _ranges(self.units[units], per_unit)
        lengths = np.diff(self.sentences)[chosen]
        places = _ranges(self.sentences[chosen], lengths)
        return Stream(
            rows=self.rows[places],
            partner=self.partner[places],
            crossing=self.crossing[places],
            sentences=np.concatenate([[0], np.cumsum(lengths)]),
            units=np.concatenate([[0], np.cumsum(per_unit)]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """Words to learn from, and what each of them is to predict.

    Parameters
    ----------
    centers : ndarray, shape (n,), int32
        Joint row of each token.
    ends : ndarray, shape (n + 1,), int64
        The examples of token ``i`` are ``ends[i]`` to ``ends[i + 1]``.
    contexts : ndarray, shape (m,), int32
        Joint row of the word to predict, for each example.
    kinds : ndarray, shape (m,), int8
        0: a neighbour in the same sentence; 1: a neighbour of the partner, or, without one, what
        a neighbour is in the other language; 2: the partner itself, and the word itself beside it.
    done : float
        Share of the stream that these tokens and those before them make up, in (0, 1].
    """

    centers: IntVector = field(repr=False)
    ends: IntVector = field(repr=False)
    contexts: IntVector = field(repr=False)
    kinds: IntVector = field(repr=False)
    done: float


def make_stream(material: Material, *, threshold: float) -> Stream:
    """Put a material's text into one run of tokens.

    Parameters
    ----------
    material : Material
        Counted.
    threshold : float
        Symmetrised probability from which two words of matched sentences can be partners.

    Returns
    -------
    Stream
        Unit ``i`` is linked pair ``i``; the unmatched source sentences follow, then the target
        ones.
    """
    first, second = material.sentences
    pairs = len(material.linked[0])
    table = material.table.symmetric(threshold)
    forth, back = partners(material.linked[0], material.linked[1], table)
    # Sentences in the order of units: 2 i and 2 i + 1 for a pair, then the unmatched ones.
    order = np.concatenate(
        [
            np.arange(pairs).repeat(2) + np.tile([0, len(first)], pairs),
            np.arange(pairs, len(first)),
            len(first) + np.arange(pairs, len(second)),
        ]
    ).astype(np.int64)
    lengths = np.concatenate([first.lengths, second.lengths])
    starts = np.concatenate([first.offsets[:-1], len(first.rows) + second.offsets[:-1]])
    places = _ranges(starts[order], lengths[order])  # old number of each token, in new order
    now = np.empty(len(places), np.int64)
    now[places] = np.arange(len(places))
    ahead = np.zeros(len(places), np.int64)
    ahead[: len(forth)] = np.where(forth >= 0, now[len(first.rows) + forth], -1)
    ahead[len(first.rows) :][: len(back)] = np.where(back >= 0, now[back], -1)
    linked = np.zeros(len(places), dtype=bool)
    linked[: len(forth)] = forth >= 0
    linked[len(first.rows) :][: len(back)] = back >= 0
    distance = np.where(linked, ahead - now, 0)
    rows = np.concatenate([first.rows, second.rows + first.size])[places].astype(np.int32)
    partnered = distance[places]
    crossing = _translations(table)[rows]
    crossing[partnered != 0] = rows[(np.arange(len(rows)) + partnered)[partnered != 0]]
    per_unit = np.ones(len(order) - pairs, np.int64)
    per_unit[:pairs] = 2
    return Stream(
        rows=rows,
        partner=partnered.astype(np.int32),
        crossing=crossing.astype(np.int32),
        sentences=np.concatenate([[0], np.cumsum(lengths[order])]),
        units=np.concatenate([[0], np.cumsum(per_unit)]),
    )


def kept_share(counts: IntVector, subsample: float) -> Vector:
    """Give the share of its tokens that each word of a language keeps.

    Parameters
    ----------
    counts : ndarray, shape (n,), int64
        How often each word occurs.
    subsample : float
        Words more frequent than about this fraction are thinned out; 0 keeps all.

    Returns
    -------
    ndarray, shape (n,), float64
        ``min(1, sqrt(t / f) + t / f)``, the rule of word2vec's program.

    References
    ----------
    Mikolov, Sutskever, Chen, Corrado and Dean (2013), Distributed representations of words and
    phrases and their compositionality.
    """
    if subsample <= 0:
        return np.ones(len(counts))
    ratio = subsample * max(1, counts.sum()) / np.maximum(counts, 1)
    share: Vector = np.minimum(1.0, np.sqrt(ratio) + ratio)
    return share


def examples(
    stream: Stream,
    kept: Vector,
    *,
    window: int,
    wanted: tuple[bool, bool, bool] = (True, True, True),
    rng: np.random.Generator | None = None,
) -> Iterator[Predictions]:
    """Make the examples of a stream, in its order.

    Words are thinned out first, so that a window reaches over those left out; then each token
    gets a reach of its own, from 1 to the window, as in word2vec.

    Parameters
    ----------
    stream : Stream
        Text.
    kept : ndarray, shape (n + m,), float64
        Share of the tokens of each joint row that are kept.
    window : int
        Largest distance.
    wanted : tuple of bool
        Which kinds of examples.
    rng : numpy.random.Generator, optional
        ``None``: every token is kept, and reaches over the whole window.

    Yields
    ------
    Predictions
        Of about 30,000 tokens.
    """
    size = len(stream.rows)
    stays = np.ones(size, dtype=bool) if rng is None else rng.random(size) < kept[stream.rows]
    before = np.concatenate([[0], np.cumsum(stays)])  # tokens kept before each one
    lengths = np.diff(stream.sentences)
    begin = np.repeat(before[stream.sentences[:-1]], lengths)  # of each token's sentence
    end = np.repeat(before[stream.sentences[1:]], lengths)
    kept_rows, kept_crossing = stream.rows[stays], stream.crossing[stays]
    places = np.flatnonzero(stays)
    reach = np.full(len(places), window)
    if rng is not None:
        reach = rng.integers(1, window + 1, len(places))
    for start in range(0, len(places), _CHUNK):
        own = places[start : start + _CHUNK]
        far = reach[start : start + _CHUNK]
        partner = own + stream.partner[own]
        linked = partner != own
        parts = []
        if wanted[0]:
            parts.append(_around(kept_rows, before, stays, begin, end, own, far))
        if wanted[1]:
            around = _around(kept_rows, before, stays, begin, end, partner, far)
            crossed = _around(kept_crossing, before, stays, begin, end, own, far)
            parts.append(np.where(linked[:, None], around, crossed))
        if wanted[2]:
            both = np.stack([stream.rows[partner], stream.rows[own]], axis=1)
            parts.append(np.where(linked[:, None], both, -1))
        kind = np.repeat(np.flatnonzero(wanted).astype(np.int8), [part.shape[1] for part in parts])
        found = np.concatenate(parts, axis=1)
        there = found >= 0
        yield Predictions(
            centers=stream.rows[own],
            ends=np.concatenate([[0], np.cumsum(there.sum(axis=1))]),
            contexts=found[there],
            kinds=np.broadcast_to(kind, found.shape)[there],
            done=float(own[-1] + 1) / size,
        )


def _around(
    rows: IntVector,
    before: IntVector,
    stays: BoolVector,
    begin: IntVector,
    end: IntVector,
    places: IntVector,
    reach: IntVector,
) -> IntVector:
    """Give the rows of the tokens around some places; -1 beyond the reach or the sentence.

    ``places`` count all tokens, ``rows`` only those that are kept; a place itself may be left out.
    """
    widest = int(reach.max(initial=0))
    steps = np.arange(1, widest + 1, dtype=np.int32)
    here = before[places].astype(np.int32)[:, None]
    left = here - steps
    right = here + steps - ~stays[places][:, None]
    near = steps <= reach[:, None]
    inside_left = near & (left >= begin[places][:, None])
    inside_right = near & (right < end[places][:, None])
    both = np.concatenate([left, right], axis=1)
    inside = np.concatenate([inside_left, inside_right], axis=1)
    around: IntVector = np.where(inside, rows[np.where(inside, both, 0)], -1)
    return around


def _translations(table: sparse.csr_array) -> IntVector:
    """Give the joint row of each word's most probable translation, -1 where it has none."""
    n, m = table.shape
    best = np.full(n + m, -1, np.int64)
    for matrix, start, other in ((table, 0, n), (sparse.csr_array(table.T), n, 0)):
        full = np.flatnonzero(np.diff(matrix.indptr))
        best[start + full] = other + np.asarray(matrix.argmax(axis=1)).ravel()[full]
    return best


def _ranges(starts: IntVector, lengths: IntVector) -> IntVector:
    """Put ranges of whole numbers end to end."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    places: IntVector = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    return places
