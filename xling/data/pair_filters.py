"""Leave out sentence pairs: repeated ones, of unequal lengths, in the wrong language."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from statistics import median
from typing import TypeAlias

from xling.data.text import fold
from xling.data.two_languages import TwoLanguages
from xling.errors import InputError, UnknownNameError

__all__ = ["DEDUPLICATE", "Pair", "PairFilters", "filtered"]

#: What may be repeated only once: the pair as a whole, a sentence of one side, or of either.
DEDUPLICATE = ("pair", "source", "target", "either")

#: A sentence and the one that matches it.
Pair: TypeAlias = tuple[str, str]

_SAMPLE = 5000  # pairs at the beginning from which lengths and languages are learned
_SHORT = 10  # characters added to each length, since short sentences vary more
_MARGIN = 0.5  # nats a trigram by which a sentence must read like the other language


@dataclass(frozen=True, kw_only=True, slots=True)
class PairFilters:
    """Which pairs are left out. By default none is.

    Parameters
    ----------
    deduplicate : {"pair", "source", "target", "either"}, optional
        What stands only once; the first pair with it is kept. Casing and blanks do not count.
    length_ratio : float, optional
        Most times by which one side may be longer than the other, above 1. Lengths are characters
        plus 10, in proportion to what is usual: to the median over the first 5,000 pairs.
    language : bool
        Whether to leave out pairs with a side that reads like the other side's language, or both
        swapped, by trigrams of letters of the first 5,000 pairs.

    Raises
    ------
    UnknownNameError
        If there is no such kind of deduplication.
    InputError
        If the ratio is not above 1.
    """

    deduplicate: str | None = None
    length_ratio: float | None = None
    language: bool = False

    def __post_init__(self) -> None:
        if self.deduplicate is not None and self.deduplicate not in DEDUPLICATE:
            raise UnknownNameError("kind of deduplication", self.deduplicate, DEDUPLICATE)
        if self.length_ratio is not None and not self.length_ratio > 1:
            raise InputError(
                f"length ratio is {self.length_ratio}; a number above 1 is needed, for example 3"
            )

    def __bool__(self) -> bool:
        return self != PairFilters()


def filtered(pairs: Iterable[Pair], filters: PairFilters, dropped: Counter[str]) -> Iterator[Pair]:
    """Pass on the pairs that no filter leaves out.

    Each pair is judged by the filters in the order of the settings and counted by the first that
    leaves it out. Only the first 5,000 pairs and a digest of each sentence are kept in memory.

    Parameters
    ----------
    pairs : iterable of pair of str
        Source and target sentence.
    filters : PairFilters
        What is left out.
    dropped : Counter
        Counts what is left out, under ``"repeated"``, ``"unequal lengths"`` and ``"language"``.

    Yields
    ------
    pair of str
        In order.
    """
    stream = iter(pairs)
    checks: list[tuple[str, Callable[[str, str], bool]]] = []
    if filters.deduplicate is not None:
        checks.append(("repeated", _Repeated(filters.deduplicate)))
    if filters.length_ratio is not None or filters.language:
        sample = list(islice(stream, _SAMPLE))
        stream = chain(sample, stream)
        if filters.length_ratio is not None and sample:
            checks.append(("unequal lengths", _unequal(sample, filters.length_ratio)))
        if filters.language and sample:
            checks.append(("language", _misread(sample)))
    for source, target in stream:
        for name, leaves_out in checks:
            if leaves_out(source, target):
                dropped[name] += 1
                break
        else:
            yield source, target


class _Repeated:
    """Tells whether a pair repeats what it met before."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._met: tuple[set[bytes], set[bytes]] = (set(), set())

    def __call__(self, source: str, target: str) -> bool:
        """Judge a pair, and remember it if it is new."""
        texts = [" ".join(fold(side).split()) for side in (source, target)]
        if self._kind == "pair":
            keys = ["\t".join(texts), None]
        else:
            keys = [
                texts[0] if self._kind != "target" else None,
                texts[1] if self._kind != "source" else None,
            ]
        digests = [
            None if key is None else blake2b(key.encode(), digest_size=16).digest() for key in keys
        ]
        if any(one in met for one, met in zip(digests, self._met, strict=True)):
            return True
        for one, met in zip(digests, self._met, strict=True):
            if one is not None:
                met.add(one)
        return False


def _unequal(sample: list[Pair], most: float) -> Callable[[str, str], bool]:
    """Make the check of lengths."""

    def ratio(source: str, target: str) -> float:
        return (len(source) + _SHORT) / (len(target) + _SHORT)

    usual = median(ratio(*pair) for pair in sample)

    def check(source: str, target: str) -> bool:
        found = ratio(source, target) / usual
        return max(found, 1 / found) > most

    return check


def _misread(sample: list[Pair]) -> Callable[[str, str], bool]:
    """Make the check of languages."""
    guess = TwoLanguages.learned((a for a, _ in sample), (b for _, b in sample))

    def check(source: str, target: str) -> bool:
        return guess.score(source) < -_MARGIN or guess.score(target) > _MARGIN

    return check
