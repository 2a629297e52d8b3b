"""The zero-shot protocol: no matched pair holds a held-out word, and no two halves leak it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Literal

import numpy as np
import snowballstemmer
from scipy import sparse

from xling.arrays import BoolVector, IntVector
from xling.counting.halves import kept_halves, sentence_keys, unlike
from xling.counting.shots import Occurrences, choose_shots
from xling.data.indexed import IndexedText
from xling.data.language import primary_subtag
from xling.data.text import apostrophe_parts, fold, tokenize
from xling.errors import ConfigError, InputError, ShapeError

__all__ = [
    "HeldOut",
    "Match",
    "Side",
    "hold_out",
    "stem",
    "unrelated",
]

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
        Folded words that no linked pair holds on that side, but for the shots.
    words : int
        Held-out entries of the lexicon that occur in the text.
    pairs_removed, halves_dropped : int
        Pairs that are no longer linked; those of them of which nothing is kept.
    shots : int
        How many distinct sentences of each held-out word were to stay linked.
    short : mapping of str to int
        Words that occur but fall short of it, and how many sentences of each are linked.
    """

    linked: IntVector = field(repr=False)
    source_halves: IntVector = field(repr=False)
    target_halves: IntVector = field(repr=False)
    source_words: frozenset[str] = field(repr=False)
    target_words: frozenset[str] = field(repr=False)
    words: int
    pairs_removed: int
    halves_dropped: int
    shots: int = 0
    short: Mapping[str, int] = field(default_factory=dict, repr=False)

    def counts(self) -> dict[str, Any]:
        """Give what a report of the hold-out shows: ``short`` only where there are shots."""
        return {
            "words": self.words,
            "pairs_removed": self.pairs_removed,
            "source_halves_kept": len(self.source_halves),
            "target_halves_kept": len(self.target_halves),
            "halves_dropped": self.halves_dropped,
        } | ({"short": dict(self.short)} if self.shots else {})


def hold_out(
    source: IndexedText,
    target: IndexedText,
    *,
    source_words: Iterable[str] = (),
    target_words: Iterable[str] = (),
    match: Match = "form",
    shots: int = 0,
    seed: int = 0,
) -> HeldOut:
    """Take every pair with a held-out word out of the linked data; keep at most one half of it.

    A pair is removed if its source sentence holds one of the source words or its target sentence
    one of the target words; with an apostrophe behind it or before it a word is still held
    (*pupil's* holds *pupil*). Removed pairs that share a source or a target sentence (the same
    folded words), directly or through others, form a group; one fair coin for each group says
    which side of all its pairs is kept. A half is dropped instead if its other half still stands
    in a linked pair. With ``shots``, so many distinct sentences of each word stay linked
    (`xling.counting.shots.choose_shots`), and no half stays that stands in one of their pairs or
    is, on any line, the other half of such a sentence.

    Parameters
    ----------
    source, target : IndexedText
        Sentence ``i`` of one matches sentence ``i`` of the other.
    source_words, target_words : iterable of str
        Held-out words of either side, in any casing; of several words, a sentence must hold all.
    match : {"form", "family"}
        ``"family"`` also removes pairs with another word of the same stem; these count for the
        shots of the word too.
    shots : int
        Distinct sentences of each held-out word that stay linked; 0: none, zero-shot.
    seed : int
        Of the coins, and of the choice of the shots.

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
    ConfigError
        If ``shots`` is negative, or more than any of the words that occur has sentences.
    """
    if shots < 0:
        raise ConfigError(f"shots is {shots}; at least 0 is needed")
    if len(source) != len(target):
        raise ShapeError(f"{len(source)} source sentences, {len(target)} target sentences")
    source_words, target_words = list(source_words), list(target_words)
    held_source, entries_source, found_source = _holding(source, source_words, match)
    held_target, entries_target, found_target = _holding(target, target_words, match)
    removed_mask = held_source | held_target
    a, b = sentence_keys(source), sentence_keys(target)
    stay: IntVector = np.zeros(0, np.int64)
    short: dict[str, int] = {}
    if shots:
        sides = [
            _occurrences(text, words, match, keys)
            for text, words, keys in ((source, source_words, a), (target, target_words, b))
        ]
        chosen = choose_shots(sides, shots=shots, seed=seed)
        stay, short = chosen.pairs, chosen.short
        removed_mask[stay] = False
    removed, linked = np.flatnonzero(removed_mask), np.flatnonzero(~removed_mask)
    halves = kept_halves(a, b, linked, stay=stay, seed=seed)
    return HeldOut(
        linked=linked,
        source_halves=halves[0],
        target_halves=halves[1],
        source_words=entries_source,
        target_words=entries_target,
        words=found_source + found_target,
        pairs_removed=len(removed),
        halves_dropped=len(removed) - len(halves[0]) - len(halves[1]),
        shots=shots,
        short=short,
    )


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
    return unlike(text, pairs, text.select(np.setdiff1d(np.arange(pairs), held.linked)))


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
    distinct, entries = _entries(words, text.language)
    occurs = set(text.types)
    members = _members(text, entries, match)
    marked = np.zeros(len(text), dtype=bool)
    single = np.zeros(len(text.types), dtype=bool)
    occurring = 0
    for entry in entries:
        if entry and all(members[word] for word in entry):
            if len(entry) == 1:
                single[members[entry[0]]] = True
                occurring += entry[0] in occurs
            else:
                together = _sentences_with_all(text, [members[word] for word in entry])
                marked |= together
                occurring += bool(together.any())
    marked |= _any_token(text, single)
    held = {text.types[i] for i in np.flatnonzero(single)} | set(distinct)
    return marked, frozenset(held), occurring


def _entries(words: Iterable[str], language: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Fold held-out words, and cut each of them into the words of a text."""
    distinct = list(dict.fromkeys(fold(word) for word in words))
    return distinct, [tuple(map(fold, found)) for found in tokenize(distinct, language)]


def _occurrences(
    text: IndexedText, words: Iterable[str], match: Match, keys: IntVector
) -> Occurrences:
    """Find the sentences that hold each held-out word."""
    distinct, entries = _entries(words, text.language)
    members = _members(text, entries, match)
    wanted = np.zeros(len(text.types), dtype=bool)
    wanted[[row for rows in members.values() for row in rows]] = True
    tokens = np.flatnonzero(wanted[text.ids])
    sentence = np.searchsorted(text.offsets, tokens, side="right") - 1
    shape = (len(text.types), len(text))
    ones = np.ones(len(tokens), dtype=bool)
    holds = sparse.coo_array((ones, (text.ids[tokens], sentence)), shape=shape).tocsr()
    rows = []
    for entry in entries:
        each = [np.unique(holds[members[word]].indices) for word in entry]
        rows.append(reduce(np.intersect1d, each) if each else np.zeros(0, np.int64))
    ends = np.cumsum([0, *map(len, rows)])
    parts = (np.ones(ends[-1], dtype=bool), np.concatenate([np.zeros(0, np.int64), *rows]), ends)
    pairs = sparse.csr_array(parts, shape=(len(rows), len(text)))
    return Occurrences(words=tuple(distinct), pairs=pairs, keys=keys)


def _members(
    text: IndexedText, entries: list[tuple[str, ...]], match: Match
) -> dict[str, list[int]]:
    """Give the types that count as each word: those that hold it, or a word of its stem."""
    wanted = sorted({word for entry in entries for word in entry})
    parts = [(part, i) for i, word in enumerate(text.types) for part in apostrophe_parts(word)]
    names, keys = [part for part, _ in parts], wanted
    if match == "family":
        names, keys = stem(names, text.language), stem(wanted, text.language)
    found: dict[str, list[int]] = {key: [] for key in keys}
    for name, (_, i) in zip(names, parts, strict=True):
        if name in found and (not found[name] or found[name][-1] != i):
            found[name].append(i)
    return {word: found[key] for word, key in zip(wanted, keys, strict=True)}


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
