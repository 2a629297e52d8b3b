"""Gold lexica: which word forms of two languages translate one another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice, zip_longest
from typing import TypeAlias

import numpy as np

from xling.demo.corpus import LANGUAGES, check_language, derivations
from xling.demo.english import linearise
from xling.demo.lexicon import Adjective, Adverb, Noun, Verb, lexicon
from xling.demo.spanish_verbs import spanish_participle
from xling.errors import InputError

__all__ = [
    "Cell",
    "concepts",
    "gold_lexicon",
    "hold_out_concepts",
    "hold_out_lexicon",
]

#: Forms that translate one another: English, German, Spanish.
Cell: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
_ENDINGS = ("e", "en", "er", "es", "em")
#: Sample that tells how often a concept occurs; fixed, so that seeds do not change who is eligible.
_SAMPLE_SEED, _SAMPLE_SIZE = 20_000, 3_000
_LEAST, _MOST = 6, 60
#: Shares (fractions) of nouns, verbs and adjectives among the held-out words.
_SHARES = {"noun": 0.5, "verb": 0.25, "adjective": 0.25}


def gold_lexicon(source: str, target: str, *, forms: bool = True) -> list[tuple[str, str]]:
    """List the content words of two languages that translate one another.

    Parameters
    ----------
    source, target : {"en", "de", "es"}
    forms : bool
        With True all inflected forms that correspond in some sentence; with False lemmas only.

    Returns
    -------
    list of (str, str)
        Source and target word, sorted, each pair once; many-to-many. German nouns are
        capitalised, all other words are not.

    Raises
    ------
    UnknownNameError
        If a language is not one of `LANGUAGES`.

    Examples
    --------
    >>> ("dog", "perro") in gold_lexicon("en", "es", forms=False)
    True
    """
    check_language(source)
    check_language(target)
    chosen = [cells if forms else cells[:1] for _, _, cells in concepts()]
    return _pairs(source, target, (cell for cells in chosen for cell in cells))


def hold_out_lexicon(
    source: str, target: str, *, words: int = 60, seed: int = 0
) -> list[tuple[str, str]]:
    """Draw test words for zero-shot translation: all forms of some well-attested concepts.

    A concept qualifies when it is neither rare nor very frequent, when no other concept shares a
    form with it in any language, and when its German verb does not come apart.

    Parameters
    ----------
    source, target : {"en", "de", "es"}
    words : int
        Number of concepts: half of them nouns, a quarter verbs, a quarter adjectives.
    seed : int
        Chooses among the concepts that qualify, spread over their classes.

    Returns
    -------
    list of (str, str)
        Source and target form, sorted, each pair once; many-to-many.

    Raises
    ------
    UnknownNameError
        If a language is not one of `LANGUAGES`.
    InputError
        If `words` is negative or more than the concepts that qualify.
    """
    check_language(source)
    check_language(target)
    keys = hold_out_concepts(words=words, seed=seed)
    cells = [cell for kind, key, cells in concepts() if (kind, key) in keys for cell in cells]
    return _pairs(source, target, cells)


def hold_out_concepts(*, words: int = 60, seed: int = 0) -> frozenset[tuple[str, str]]:
    """Draw concepts as `hold_out_lexicon` does; each is a category and an English lemma."""
    generator = np.random.default_rng([seed, len(LANGUAGES) + 1])
    eligible = _eligible()
    verbs, adjectives = round(words * _SHARES["verb"]), round(words * _SHARES["adjective"])
    wanted = {"noun": words - verbs - adjectives, "verb": verbs, "adjective": adjectives}
    chosen: set[tuple[str, str]] = set()
    for kind, number in wanted.items():
        groups = [list(group) for group in eligible[kind]]
        available = sum(map(len, groups))
        if not 0 <= number <= available:
            raise InputError(
                f"words={words} asks for {number} {kind}s, but {available} qualify; ask for fewer"
            )
        for group in groups:
            generator.shuffle(group)
        generator.shuffle(groups)
        # One from each class in turn, until there are enough.
        rounds = chain.from_iterable(zip_longest(*groups))
        chosen.update((kind, key) for key in islice(filter(None, rounds), number))
    return frozenset(chosen)


@cache
def concepts() -> tuple[tuple[str, str, tuple[Cell, ...]], ...]:
    """Give category, English lemma and form cells of each concept; the lemma cell comes first.

    Rows of one verb that only differ in their partners make one concept.
    """
    found: list[tuple[str, str, tuple[Cell, ...]]] = []
    entries = lexicon()
    found.extend(("noun", noun.key, tuple(_noun(noun))) for noun in entries.nouns.values())
    found.extend(
        ("verb", verb.key, tuple(_verb(verb)))
        for verb in entries.verbs.values()
        if "#" not in verb.key
    )
    found.extend(
        ("adjective", adjective.key, tuple(_adjective(adjective)))
        for adjective in entries.adjectives.values()
    )
    found.extend(
        ("adverb", adverb.key, tuple(_adverb(adverb))) for adverb in entries.adverbs.values()
    )
    return tuple(found)


def _pairs(source: str, target: str, cells: Iterable[Cell]) -> list[tuple[str, str]]:
    first, second = LANGUAGES.index(source), LANGUAGES.index(target)
    found = {(one, other) for cell in cells for one in cell[first] for other in cell[second]}
    return sorted(found)


def _noun(noun: Noun) -> Iterator[Cell]:
    yield (noun.english[0],), (noun.german[0][0],), (noun.spanish[0],)
    yield (noun.english[0],), noun.german[0], (noun.spanish[0],)
    if noun.countable:
        yield (noun.english[1],), noun.german[1], (noun.spanish[1],)


def _adjective(adjective: Adjective) -> Iterator[Cell]:
    yield (adjective.english,), (adjective.german,), (adjective.spanish[0],)
    inflected = tuple(adjective.german_stem + ending for ending in _ENDINGS)
    yield (adjective.english,), (adjective.german, *inflected), adjective.spanish
    if adjective.english_comparative:
        long = adjective.english_comparative == "more"
        word = adjective.english if long else adjective.english_comparative
        yield (word,), (adjective.german_comparative,), adjective.spanish


def _adverb(adverb: Adverb) -> Iterator[Cell]:
    yield (adverb.key,), (adverb.german,), (adverb.spanish,)


def _verb(verb: Verb) -> Iterator[Cell]:
    english, german, spanish = verb.english, verb.german, verb.spanish
    yield (english.base,), (german.infinitive,), (spanish.infinitive,)
    if verb.pattern == "like":
        # The one who likes something is the object of the German and Spanish verbs.
        for third in (1, 3):
            yield (english.third, english.base), (german.present[third],), (spanish.present[third],)
            yield (english.past,), (german.past[third],), (spanish.past[third],)
        return
    for person in (1,) if verb.pattern == "weather" else range(4):
        present = (german.present[person], german.prefix + german.present[person])
        past = (german.past[person], german.prefix + german.past[person])
        now, then = spanish.present[person], (spanish.past[person], spanish.imperfect[person])
        finite = english.third if person == 1 else english.base
        yield (finite, english.base), present, (now,)
        yield (english.past, english.base), past, then
        yield (english.gerund,), present, (spanish.gerund,)
        yield (english.base,), (german.infinitive,), (spanish.future[person],)
    agreeing = tuple(spanish_participle(spanish.participle, column) for column in range(4))
    yield (english.participle,), (german.participle,), agreeing
    yield (english.base,), (german.polite,), (spanish.polite,)


@cache
def _eligible() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Keys of the concepts that may be held out, by category and then by class."""
    owners: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
    for kind, key, cells in concepts():
        for cell in cells:
            for language, words in enumerate(cell):
                for word in words:
                    owners[language, word.lower()].add((kind, key))
    counts: Counter[str] = Counter()
    for sentence in islice(derivations(_SAMPLE_SEED), _SAMPLE_SIZE):
        counts.update(word for word, _ in linearise(sentence))
    groups: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in _SHARES}
    for kind, key, cells in concepts():
        if kind not in groups:
            continue
        english = {word for cell in cells for word in cell[0]}
        alone = all(
            len(owners[language, word.lower()]) == 1
            for cell in cells
            for language, words in enumerate(cell)
            for word in words
        )
        if not alone or not _LEAST <= sum(counts[word] for word in english) <= _MOST:
            continue
        if kind == "verb" and lexicon().verbs[key].german.prefix:
            continue
        groups[kind][_group(kind, key)].append(key)
    return {kind: tuple(tuple(keys) for keys in found.values()) for kind, found in groups.items()}


def _group(kind: str, key: str) -> str:
    if kind == "noun":
        return min(lexicon().nouns[key].classes - {"thing", "mass", "place"} or {"thing"})
    return key[0] if kind == "adjective" else lexicon().verbs[key].pattern
