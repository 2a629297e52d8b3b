"""A few matched sentences for each held-out word: K of them, chosen by seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from xling.arrays import BoolVector, IntVector
from xling.errors import ConfigError

__all__ = ["Occurrences", "Shots", "choose_shots", "touched"]

_STREAM = 0x5707  # keeps the choice apart from the coins, which the same seed throws


@dataclass(frozen=True, kw_only=True, eq=False)
class Occurrences:
    """Where the held-out words of one language stand.

    Parameters
    ----------
    words : tuple of str
        Folded.
    pairs : sparse array, shape (words, n), bool
        Which sentence of that language holds which word.
    keys : ndarray, shape (n,), int64
        Equal for sentences of the same folded words.
    """

    words: tuple[str, ...]
    pairs: sparse.csr_array = field(repr=False)
    keys: IntVector = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shots:
    """The pairs that stay linked although they hold a held-out word.

    Parameters
    ----------
    pairs : ndarray, shape (m,), int64
        Their numbers, rising.
    short : dict of str to int
        Words that occur, but of which fewer distinct sentences than asked for are kept: how
        many. A word of both languages' lists has the smaller number.
    """

    pairs: IntVector = field(repr=False)
    short: dict[str, int]


def choose_shots(sides: Sequence[Occurrences], *, shots: int, seed: int = 0) -> Shots:
    """Keep matched sentences with a few distinct sentences for every held-out word.

    A kept sentence counts once for each held-out word in it, and none of them may go above
    ``shots``. Of a sentence that stands on several lines one line is kept, with one translation.
    Words are served in rounds, in round ``k`` up to ``k`` sentences, the rarest first, each with
    its sentences in random order: what is kept for fewer shots is kept for more too, and a word
    falls short only where each further sentence of it would take another one above its number.

    Parameters
    ----------
    sides : sequence of Occurrences
        Of each language in which words are held out, over the same pairs. A word is counted by
        the distinct sentences of its own language.
    shots : int
        At least 1.
    seed : int
        Of the order of the sentences.

    Returns
    -------
    Shots
        Empty where no word occurs.

    Raises
    ------
    ConfigError
        If every word that occurs stands in fewer distinct sentences; says how many.
    """
    places = [_sentences_of(side, row) for side in sides for row in range(len(side.words))]
    keys = [side.keys for side in sides for _ in side.words]
    words = [word for side in sides for word in side.words]
    there = [len(np.unique(key[where])) for key, where in zip(keys, places, strict=True)]
    _refuse_too_many(there, shots)
    priority = _priorities(sides, seed)
    order = sorted(
        (i for i, count in enumerate(there) if count), key=lambda i: (there[i], words[i])
    )
    waiting = {i: places[i][np.argsort(priority[places[i]])].tolist() for i in order}
    inside: dict[int, list[int]] = {}  # the words in each pair
    for i in order:
        for pair in waiting[i]:
            inside.setdefault(pair, []).append(i)
    counted: list[set[int]] = [set() for _ in words]  # the sentences kept of each word
    kept: set[int] = set()
    for limit in range(1, shots + 1):
        for i in order:
            for pair in waiting[i]:
                if len(counted[i]) >= limit:
                    break
                new = [j for j in inside[pair] if int(keys[j][pair]) not in counted[j]]
                if i in new and all(len(counted[j]) < limit for j in new):
                    kept.add(pair)
                    for j in new:
                        counted[j].add(int(keys[j][pair]))
    short: dict[str, int] = {}
    for i in sorted(order, key=lambda i: words[i]):
        if len(counted[i]) < shots:
            short[words[i]] = min(len(counted[i]), short.get(words[i], shots))
    return Shots(pairs=np.array(sorted(kept), np.int64), short=short)


def touched(
    removed: IntVector, kept: IntVector, a: IntVector, b: IntVector
) -> tuple[BoolVector, BoolVector]:
    """Mark halves that would stand beside a kept pair that tells of them.

    A removed pair that shares a sentence with a kept one would tell a translation of that
    sentence, or repeat it: neither of its sentences may stay as a half, on whichever line.

    Parameters
    ----------
    removed, kept : ndarray, int64
        Numbers of the pairs removed, and of the pairs kept although they hold a held-out word.
    a, b : ndarray, shape (n,), int64
        Equal for equal sentences, of each side.

    Returns
    -------
    pair of ndarray, shape (removed,), bool
        True where the source half, and where the target half, may not stay.
    """
    near = np.isin(a[removed], a[kept]) | np.isin(b[removed], b[kept])
    return np.isin(a[removed], a[removed][near]), np.isin(b[removed], b[removed][near])


def _sentences_of(side: Occurrences, row: int) -> IntVector:
    """Give the numbers of the sentences that hold a word."""
    start, stop = side.pairs.indptr[row : row + 2]
    return side.pairs.indices[start:stop].astype(np.int64)


def _priorities(sides: Sequence[Occurrences], seed: int) -> IntVector:
    """Put the pairs in random order."""
    count = len(sides[0].keys) if sides else 0
    return np.random.default_rng((seed, _STREAM)).permutation(count)


def _refuse_too_many(there: Sequence[int], shots: int) -> None:
    """Refuse a number of sentences that no word has."""
    most = max(there, default=0)
    if 0 < most < shots:
        lacking = sum(count > 0 for count in there)
        raise ConfigError(
            f"shots is {shots}, but all {lacking} held-out words that occur stand in fewer "
            f"distinct sentences; the most that one of them has is {most}",
            hint=f"ask for {most} shots or fewer",
        )
