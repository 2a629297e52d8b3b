"""The zero-shot protocol: no matched pair holds a held-out word, and no two halves leak it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import snowballstemmer
from scipy import sparse
from scipy.sparse import csgraph

from xling.arrays import BoolVector, IntVector
from xling.counting.sentences import equal_sentences
from xling.data.indexed import IndexedText
from xling.data.language import primary_subtag
from xling.data.text import fold, tokenize
from xling.errors import InputError, ShapeError

__all__ = ["HeldOut", "Match", "Side", "hold_out", "sentence_keys", "stem", "unrelated"]

Side = Literal["source", "both"]
Match = Literal["form", "family"]

# Snowball's stemmers by primary language subtag.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldOut:
    """Which sentences stay linked, and which halves of the others stay as unmatched text.

    Parameters
    ----------
    linked : ndarray, shape (n,), int64
        Numbers of the pairs that stay linked.
    source_halves, target_halves : ndarray, int64
        Numbers of the pairs of which the source or the target sentence is kept, unmatched.
    source_words, target_words : frozenset of str
        Folded words that no linked pair holds on that side.
    words : int
        Held-out entries of the lexicon that occur in the text.
    pairs_removed, halves_dropped : int
        Pairs that are no longer linked; those of them of which nothing is kept.
    """

    linked: IntVector = field(repr=False)
    source_halves: IntVector = field(repr=False)
    target_halves: IntVector = field(repr=False)
    source_words: frozenset[str] = field(repr=False)
    target_words: frozenset[str] = field(repr=False)
    words: int
    pairs_removed: int
    halves_dropped: int

    def counts(self) -> dict[str, int]:
        """Give the numbers that a report of the hold-out shows."""
        return {
            "words": self.words,
            "pairs_removed": self.pairs_removed,
            "source_halves_kept": len(self.source_halves),
            "target_halves_kept": len(self.target_halves),
            "halves_dropped": self.halves_dropped,
        }


def hold_out(
    source: IndexedText,
    target: IndexedText,
    *,
    source_words: Iterable[str] = (),
    target_words: Iterable[str] = (),
    match: Match = "form",
    seed: int = 0,
) -> HeldOut:
    """Take every pair with a held-out word out of the linked data; keep at most one half of it.

    A pair is removed if its source sentence holds one of the source words or its target sentence
    one of the target words. Removed pairs that share a source or a target sentence (the same
    folded words), directly or through others, form a group; one fair coin for each group says
    which side of all its pairs is kept. A half is dropped instead if its other half still stands
    in a linked pair.

    Parameters
    ----------
    source, target : IndexedText
        Sentence ``i`` of one matches sentence ``i`` of the other.
    source_words, target_words : iterable of str
        Held-out words of either side, in any casing; of several words, a sentence must hold all.
    match : {"form", "family"}
        ``"family"`` also removes pairs with another word of the same stem.
    seed : int
        Of the coins.

    Returns
    -------
    HeldOut
        The parts.

    Raises
    ------
    ShapeError
        If the sides differ in length.
    InputError
        If ``match`` is neither of the two.
    """
    if len(source) != len(target):
        raise ShapeError(f"{len(source)} source sentences, {len(target)} target sentences")
    held_source, entries_source, found_source = _holding(source, source_words, match)
    held_target, entries_target, found_target = _holding(target, target_words, match)
    removed_mask = held_source | held_target
    removed, linked = np.flatnonzero(removed_mask), np.flatnonzero(~removed_mask)
    a, b = sentence_keys(source), sentence_keys(target)
    keeps_source = _coins(a[removed], b[removed], seed)
    orphan = ~np.where(keeps_source, np.isin(b[removed], b[linked]), np.isin(a[removed], a[linked]))
    return HeldOut(
        linked=linked,
        source_halves=removed[keeps_source & orphan],
        target_halves=removed[~keeps_source & orphan],
        source_words=entries_source,
        target_words=entries_target,
        words=found_source + found_target,
        pairs_removed=len(removed),
        halves_dropped=int((~orphan).sum()),
    )


def sentence_keys(text: IndexedText) -> IntVector:
    """Give equal sentences of a text equal numbers.

    Parameters
    ----------
    text : IndexedText
        Any text.

    Returns
    -------
    ndarray, shape (n,), int64
        Equal for sentences of the same folded words.
    """
    return equal_sentences(text.ids, text.offsets)


def unrelated(text: IndexedText, held: HeldOut, pairs: int) -> IntVector:
    """Find the further sentences of a text that tell nothing of the pairs removed.

    Parameters
    ----------
    text : IndexedText
        One side of the pairs, then further sentences, matched with nothing.
    held : HeldOut
        What was removed from the pairs.
    pairs : int
        How many pairs there were.

    Returns
    -------
    ndarray, shape (n,), int64
        Numbers of the further sentences, without those that are also a half of a removed pair:
        its other half may be kept.
    """
    keys = sentence_keys(text)
    removed = np.setdiff1d(np.arange(pairs), held.linked)
    return pairs + np.flatnonzero(~np.isin(keys[pairs:], keys[removed]))


def stem(words: Iterable[str], language: str) -> list[str]:
    """Cut words to their stems.

    Parameters
    ----------
    words : iterable of str
        Folded words.
    language : str
        BCP-47 tag. Where no stemmer for it is known, the last two letters of a word of five or
        more are cut off, or the last one of a word of four.

    Returns
    -------
    list of str
        A stem for each word.

    Examples
    --------
    >>> stem(["desires", "desired"], "en")
    ['desir', 'desir']
    """
    name = _STEMMERS.get(primary_subtag(language))
    if name in snowballstemmer.algorithms():
        stems: list[str] = snowballstemmer.stemmer(name).stemWords(list(words))
        return stems
    return [word[: max(3, len(word) - 2)] for word in words]


def _holding(
    text: IndexedText, words: Iterable[str], match: Match
) -> tuple[BoolVector, frozenset[str], int]:
    """Mark the sentences that hold a word; give all words held out, and how many were found."""
    if match not in ("form", "family"):
        raise InputError(f"unknown match {match!r}; known: family, form")
    distinct = list(dict.fromkeys(fold(word) for word in words))
    entries = [tuple(map(fold, found)) for found in tokenize(distinct, text.language)]
    number = {word: i for i, word in enumerate(text.types)}
    members = _members(text, entries, match, number)
    marked = np.zeros(len(text), dtype=bool)
    single = np.zeros(len(text.types), dtype=bool)
    occurring = 0
    for entry in entries:
        if entry and all(members[word] for word in entry):
            if len(entry) == 1:
                single[members[entry[0]]] = True
                occurring += entry[0] in number
            else:
                together = _sentences_with_all(text, [members[word] for word in entry])
                marked |= together
                occurring += bool(together.any())
    marked |= _any_token(text, single)
    held = {text.types[i] for i in np.flatnonzero(single)} | set(distinct)
    return marked, frozenset(held), occurring


def _members(
    text: IndexedText, entries: list[tuple[str, ...]], match: Match, number: dict[str, int]
) -> dict[str, list[int]]:
    """Give the types that count as each word: itself, or all of its stem."""
    wanted = {word for entry in entries for word in entry}
    if match == "form":
        return {word: [number[word]] if word in number else [] for word in wanted}
    families: dict[str, list[int]] = {}
    for i, root in enumerate(stem(text.types, text.language)):
        families.setdefault(root, []).append(i)
    ordered = sorted(wanted)
    roots = stem(ordered, text.language)
    return {word: families.get(root, []) for word, root in zip(ordered, roots, strict=True)}


def _any_token(text: IndexedText, wanted: BoolVector) -> BoolVector:
    """Mark the sentences that hold a token of one of the wanted types."""
    before = np.concatenate([[0], np.cumsum(wanted[text.ids])])
    marked: BoolVector = np.diff(before[text.offsets]) > 0
    return marked


def _sentences_with_all(text: IndexedText, choices: list[list[int]]) -> BoolVector:
    """Mark the sentences that hold one type of each choice."""
    marked = np.ones(len(text), dtype=bool)
    for types in choices:
        wanted = np.zeros(len(text.types), dtype=bool)
        wanted[types] = True
        marked &= _any_token(text, wanted)
    return marked


def _coins(a: IntVector, b: IntVector, seed: int) -> BoolVector:
    """Throw one coin for each group of pairs that share a sentence: True keeps the source."""
    if not len(a):
        return np.zeros(0, dtype=bool)
    _, first = np.unique(a, return_inverse=True)
    _, second = np.unique(b, return_inverse=True)
    size = int(first.max() + second.max()) + 2
    ends = first, first.max() + 1 + second
    graph = sparse.coo_array((np.ones(len(a), np.int8), ends), shape=(size, size))
    groups, label = csgraph.connected_components(graph, directed=False)
    coins = np.random.default_rng(seed).integers(0, 2, groups, dtype=np.int8)
    heads: BoolVector = coins[label[first]] == 1
    return heads
