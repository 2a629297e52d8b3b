"""Words that stand side by side far more often than chance, joined into units: *New York*."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from xling.arrays import BoolVector, IntVector, Vector, token_blocks
from xling.data.indexed import IndexedText
from xling.data.text import tokenize
from xling.errors import ConfigError

__all__ = ["PhraseSettings", "carrying", "join_phrases", "phrases_in", "split_phrases"]

_BLOCK = 1 << 23  # tokens looked at at once
_PASSES = 2  # two words, then up to four


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseSettings:
    """What counts as a unit.

    Parameters
    ----------
    min_count : int
        How often the words must stand side by side, at least 1.
    threshold : float
        Normalised pointwise mutual information from which they are joined, in (0, 1): 0 for
        words that stand side by side by chance, 1 for words that stand nowhere else.
    longest : int
        Words of a unit, from 2 to 4.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    min_count: int = 5
    threshold: float = 0.7
    longest: int = 3

    def __post_init__(self) -> None:
        if self.min_count < 1:
            raise ConfigError(f"min_count is {self.min_count}; at least 1 is needed")
        if not 0 < self.threshold < 1:
            raise ConfigError(f"threshold is {self.threshold}; a number in (0, 1) is needed")
        if not 2 <= self.longest <= 4:
            raise ConfigError(f"longest is {self.longest}; 2, 3 or 4 is needed")


def join_phrases(text: IndexedText, settings: PhraseSettings = PhraseSettings()) -> IndexedText:
    """Find the units of a text, and join their words into one token each.

    Two different words ``a b`` that stand side by side ``n(ab)`` times among ``N`` tokens become
    a unit if ``log(n(ab) N / (n(a) n(b))) / -log(n(ab) / N)`` reaches the threshold. A second
    pass joins units with words or units beside them, by the same measure. Units never overlap:
    where two could, the left one is joined.

    Parameters
    ----------
    text : IndexedText
        Any text; no word of it holds a blank.
    settings : PhraseSettings
        What counts as a unit.

    Returns
    -------
    IndexedText
        As many sentences, over tables that begin with those of the text; a unit is written with
        blanks. `split_phrases` gives the text back. Memory: 9 bytes a token while words are
        joined; 16 bytes for each distinct pair of neighbours, and some 300 MiB at work.

    References
    ----------
    Bouma (2009), Normalized (pointwise) mutual information in collocation extraction.
    Mikolov, Sutskever, Chen, Corrado and Dean (2013), Distributed representations of words and
    phrases and their compositionality.

    Examples
    --------
    >>> from xling.data.indexed import index_text
    >>> others = ["in Rome", "it snows", "rains in it"] * 9
    >>> text = index_text(["In New York it rains", "in New York", *others], "en")
    >>> joined = join_phrases(text, PhraseSettings(min_count=2, threshold=0.9))
    >>> [joined.types[i] for i in joined.ids[:4]]
    ['in', 'new york', 'it', 'rains']
    """
    for number in range(_PASSES):
        accepted = _accepted(text, settings, units_only=number > 0)
        if not len(accepted):
            break
        text = _joined(text, accepted)
    return text


def split_phrases(text: IndexedText) -> IndexedText:
    """Take the units of a text apart again.

    Parameters
    ----------
    text : IndexedText
        As `join_phrases` gives it, or some sentences of it.

    Returns
    -------
    IndexedText
        The same sentences over the same tables, without units; the text itself if it has none.
    """
    units = _units(text.written)
    if not units:
        return text
    plain = {word: number for number, word in enumerate(text.written) if number not in units}
    sizes = np.ones(len(text.written), np.int64)
    for number, words in units.items():
        sizes[number] = len(words)
    starts = np.cumsum(sizes) - sizes
    parts = np.repeat(np.arange(len(text.written), dtype=np.int32), sizes)
    for number, words in units.items():
        parts[starts[number] : starts[number] + sizes[number]] = [plain[word] for word in words]
    lengths = sizes[text.written_ids]
    before = np.concatenate([[0], np.cumsum(lengths)])
    places = np.arange(before[-1])
    places += np.repeat(starts[text.written_ids] - before[:-1], lengths)
    return replace(text, written_ids=parts[places], offsets=before[text.offsets])


def phrases_in(text: IndexedText) -> frozenset[str]:
    """Find the units that stand in a text, whether its words are joined to them or not.

    *New York* also stands where *New York City* was joined, or *York City* was.

    Parameters
    ----------
    text : IndexedText
        Some sentences of what `join_phrases` gives.

    Returns
    -------
    frozenset of str
        Folded: the units of the text's tables and the parts of several words that these have,
        as far as their words stand side by side in a sentence.
    """
    spans = {span for words in _units(text.types).values() for span in _spans(words)}
    if not spans:
        return frozenset()
    plain = split_phrases(text)
    ids, size = plain.ids.astype(np.int64), len(text.types)
    end = np.repeat(plain.offsets[1:], plain.lengths)
    number = {name: i for i, name in enumerate(text.types)}
    prefix = ids
    prefixes: dict[tuple[str, ...], int] = {(name,): i for name, i in number.items()}
    found: set[str] = set()
    for length in range(2, max(map(len, spans)) + 1):
        known = sorted(span for span in spans if len(span) == length)
        keys = np.array([prefixes[span[:-1]] * size + number[span[-1]] for span in known], np.int64)
        order = np.argsort(keys)
        starts = np.flatnonzero((prefix >= 0) & (np.arange(len(ids)) + length <= end))
        place, hit = _look_up(keys[order], prefix[starts] * size + ids[starts + length - 1])
        prefix = np.full(len(ids), -1)
        prefix[starts[hit]] = order[place[hit]]
        prefixes = {span: i for i, span in enumerate(known)}
        found |= {" ".join(known[i]) for i in np.unique(prefix[starts[hit]])}
    return frozenset(found)


def carrying(words: Iterable[str], entries: Iterable[str], language: str) -> frozenset[str]:
    """Find the units that hold all words of an entry.

    Parameters
    ----------
    words : iterable of str
        Folded; those without a blank are no units.
    entries : iterable of str
        Folded words, or several with blanks.
    language : str
        BCP-47 tag: decides how an entry is cut into words.

    Returns
    -------
    frozenset of str
        Some of the units.

    Examples
    --------
    >>> sorted(carrying(["new york", "york", "ice cream van"], ["york", "cream ice"], "en"))
    ['ice cream van', 'new york']
    """
    wanted = {frozenset(found) for found in tokenize(entries, language) if found}
    units = {word: set(word.split(" ")) for word in words if " " in word}
    return frozenset(
        unit
        for unit, parts in units.items()
        if any(
            frozenset(some) in wanted
            for count in range(1, len(parts) + 1)
            for some in combinations(parts, count)
        )
    )


def _units(names: Iterable[str]) -> dict[int, list[str]]:
    """Give the words of each name that has several, by its number."""
    return {number: name.split(" ") for number, name in enumerate(names) if " " in name}


def _spans(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Give each run of two or more of some words."""
    for start, stop in combinations(range(len(words) + 1), 2):
        if stop - start > 1:
            yield tuple(words[start:stop])


def _accepted(text: IndexedText, settings: PhraseSettings, *, units_only: bool) -> IntVector:
    """Give the sorted keys of the pairs of types that become units: first times types + second."""
    size = len(text.types)
    counts = _type_counts(text)
    keys, together = _neighbours(text, counts >= settings.min_count)
    often = together >= settings.min_count
    keys, together = keys[often], together[often]
    first, second = np.divmod(keys, size)
    words = np.array([1 + name.count(" ") for name in text.types], np.int64)
    lengths = words[first] + words[second]
    fits = (first != second) & (lengths <= settings.longest)
    if units_only:  # two words alone were judged before, by the counts of all of the text
        fits &= lengths > 2
    score = _npmi(together, counts[first], counts[second], int(counts.sum()))
    chosen: IntVector = keys[fits & (score >= settings.threshold)]
    return chosen


def _npmi(together: IntVector, first: IntVector, second: IntVector, total: int) -> Vector:
    """Give the normalised pointwise mutual information of pairs that are not all of the text."""
    share = together / total
    measured: Vector = np.log(share / ((first / total) * (second / total))) / -np.log(
        np.minimum(share, 0.5)  # two different words never take more
    )
    return measured


def _type_counts(text: IndexedText) -> IntVector:
    """Count the tokens of each type."""
    counts = np.zeros(len(text.types), np.int64)
    for ids, _ in _blocks(text):
        counts += np.bincount(ids, minlength=len(counts))
    return counts


def _neighbours(text: IndexedText, eligible: BoolVector) -> tuple[IntVector, IntVector]:
    """Count how often eligible types stand side by side: sorted keys, and their counts."""
    size = len(text.types)
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for ids, ends in _blocks(text):
        usable = eligible[ids[:-1]] & eligible[ids[1:]] & ~ends[:-1]
        found = ids[:-1][usable] * np.int64(size) + ids[1:][usable]
        new, times = np.unique(found, return_counts=True)
        both = np.concatenate([keys, new])
        keys, where = np.unique(both, return_inverse=True)
        # Whole numbers below 2**53 are exact as floats.
        counts = np.bincount(where, np.concatenate([counts, times])).astype(np.int64)
    return keys, counts


def _blocks(text: IndexedText) -> Iterator[tuple[IntVector, BoolVector]]:
    """Give the types of the tokens, block by block, and whether each ends its sentence."""
    for part in token_blocks(text.offsets, _BLOCK):
        cuts = text.offsets[part.start : part.stop + 1]
        ids = text.written_types[text.written_ids[cuts[0] : cuts[-1]]]
        if len(ids):
            ends = np.zeros(len(ids), dtype=bool)
            ends[cuts[1:][np.diff(cuts) > 0] - cuts[0] - 1] = True
            yield ids, ends


def _look_up(sorted_keys: IntVector, keys: IntVector) -> tuple[IntVector, BoolVector]:
    """Find keys among sorted ones: where, and whether at all."""
    place = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return place, sorted_keys[place] == keys


def _chosen(text: IndexedText, accepted: IntVector) -> IntVector:
    """Give the positions of the tokens that are joined with the next one."""
    chosen, start = [], 0
    for ids, ends in _blocks(text):
        _, found = _look_up(accepted, ids[:-1] * np.int64(len(text.types)) + ids[1:])
        found &= ~ends[:-1]
        # In a run of pairs that overlap, the first, the third and so on are joined.
        places = np.arange(len(found))
        begins = found & ~np.concatenate([[False], found[:-1]])[: len(found)]
        run = np.maximum.accumulate(np.where(begins, places, 0))
        chosen.append(start + np.flatnonzero(found & ((places - run) % 2 == 0)))
        start += len(ids)
    return np.concatenate(chosen)


def _joined(text: IndexedText, accepted: IntVector) -> IndexedText:
    """Join the words of accepted pairs."""
    chosen = _chosen(text, accepted)
    pairs = text.written_ids[chosen] * np.int64(len(text.written)) + text.written_ids[chosen + 1]
    distinct, which = np.unique(pairs, return_inverse=True)
    written, types = list(text.written), list(text.types)
    of_form = text.written_types.tolist()
    # The same unit may come about as "a b" + "c" and as "a" + "b c".
    forms = {" ".join(words): number for number, words in _units(written).items()}
    kinds = {" ".join(words): number for number, words in _units(types).items()}
    numbers = []
    for first, second in zip(*np.divmod(distinct, len(text.written)), strict=True):
        form = f"{written[first]} {written[second]}"
        if form not in forms:
            kind = f"{types[of_form[first]]} {types[of_form[second]]}"
            if kind not in kinds:
                kinds[kind] = len(types)
                types.append(kind)
            forms[form] = len(written)
            written.append(form)
            of_form.append(kinds[kind])
        numbers.append(forms[form])
    ids = text.written_ids.copy()
    ids[chosen] = np.array(numbers, np.int32)[which]
    kept = np.ones(len(ids), dtype=bool)
    kept[chosen + 1] = False
    shorter = np.searchsorted(chosen, text.offsets)  # joined before each sentence
    return IndexedText(
        language=text.language,
        types=tuple(types),
        written=tuple(written),
        written_types=np.array(of_form, np.int32),
        written_ids=ids[kept],
        offsets=text.offsets - shorter,
    )
