"""Fit the ranker on words whose matched sentences are left out, never on a test lexicon.

From the linked pairs an inner experiment is cut, by the rules of the outer one:

- *unlinked words*: a sample of source words, and another one of target words, is held out by the
  half-pair rule; with all words of their stems, if the outer hold-out does so. Their right
  answers are what all linked pairs say.
- *linked words*: every fourth group of pairs with one source sentence is left out. What a word
  was linked with there are its right answers; the table and the space are learned without them.

Everything is learned again on what is left, and the weights of the ranker are those that put the
right answers first.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from xling.arrays import IntVector, blocks
from xling.counting.halves import kept_halves, sentence_keys
from xling.counting.hold_out import HeldOut, Match, hold_out, stem, unrelated
from xling.counting.phrases import split_phrases
from xling.counting.translation_table import TranslationTable, mine_table
from xling.data.text import fold
from xling.data.vocabulary import Vocabulary
from xling.errors import DegenerateInputError
from xling.evidence.channels import start_ranker
from xling.evidence.ranker import Judged, Ranker, fit_judge
from xling.model.way import Way
from xling.progress import Progress, silent
from xling.training.material import Material

__all__ = ["InnerSplit", "fit_ranker", "inner_split"]

_MAX_WORDS = 1000  # unlinked words of each language
_MAX_QUERIES = 1300  # linked words of each language
_SHARE = 0.07  # of the pairs that the held-out words of one language may take away
_SHARE_OF_FEW = 0.15  # the same where the pairs are few, to take away
_WANTED = 2000  # pairs at least
_SHARE_OF_ONE = 0.005  # of that, one word: a frequent word would take the place of many
_ALWAYS = 50  # sentences that a word may take away all the same
_FEWEST = 50  # words that the share should do for: if it can, by taking rarer ones
_ATTESTED = 10  # sentences from which the mined translation of an unlinked word is believed
_HARDLY = 5  # the same where pairs are few
_ENOUGH = 200  # unlinked words, below which less attested ones are taken as well
_LEFT_OUT = 4  # one of so many groups is left out
_GOLD = 0.2  # symmetrised probability from which a translation of an unlinked word is right
_FRESH = 0.1  # the same for a linked word, by the pairs left out
_BLOCK = 256  # queries whose evidence is gathered at once


@dataclass(frozen=True, kw_only=True, eq=False)
class InnerSplit:
    """The inner experiment: what is left to learn from, and the right answers.

    Parameters
    ----------
    held : HeldOut
        Its numbers are those of the material's sentences; linked are the pairs to learn from,
        removed both those with a held-out word and the groups that are left out.
    unmatched : pair of ndarray, int64
        Numbers of the sentences of each language that are kept without their match.
    unlinked, linked : pair of dict
        For each direction, folded query word to its right answers, folded.
    """

    held: HeldOut
    unmatched: tuple[IntVector, IntVector] = field(repr=False)
    unlinked: tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]] = field(repr=False)
    linked: tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]] = field(repr=False)


def inner_split(
    material: Material, *, seed: int = 0, match: Match = "form", progress: Progress = silent
) -> InnerSplit | None:
    """Cut the inner experiment out of the linked pairs.

    Parameters
    ----------
    material : Material
        What the outer model is learned from.
    seed : int
        Of the samples and coins.
    match : {"form", "family"}
        Whether words of the stem of a held-out one take pairs away, too: as in the outer
        hold-out, so that the ranker learns from words as badly linked as those it will be asked.
    progress : callable
        Called as the table of the pairs left out converges.

    Returns
    -------
    InnerSplit or None
        ``None`` where the pairs are too few to leave any out.
    """
    count = len(material.linked[0])
    # Word by word, so that a unit does not hide a held-out word.
    source, target = (split_phrases(text.select(np.arange(count))) for text in material.texts)
    strong = material.table.symmetric(_GOLD)
    rng = np.random.default_rng(seed)
    # Whatever has a firm translation, not mutually best pairs alone: the right answer of an
    # inflected word is often the best one of another word, too, and then easier to find.
    rows, columns = (np.flatnonzero(np.bincount(ends)) for ends in strong.nonzero())
    words = [_sample(material, 0, rng.permutation(rows), match)]
    taken = material.vocabularies[0].find_all(words[0])
    answers = np.unique(strong[taken].indices)
    words.append(_sample(material, 1, rng.permutation(np.setdiff1d(columns, answers)), match))
    held = hold_out(
        source, target, source_words=words[0], target_words=words[1], match=match, seed=seed
    )
    groups = sentence_keys(source), sentence_keys(target)
    away = rng.integers(0, _LEFT_OUT, int(groups[0].max()) + 1) == 0
    left_out = held.linked[away[groups[0][held.linked]]]
    kept = held.linked[~away[groups[0][held.linked]]]
    if not len(left_out) or not len(kept):
        return None
    try:
        fresh = mine_table(
            material.linked[0].select(left_out),
            material.linked[1].select(left_out),
            progress=progress,
        )
    except DegenerateInputError:
        return None
    vocabularies = material.vocabularies
    halves = kept_halves(*groups, kept, seed=seed)
    removed = count - len(kept)
    held = replace(
        held,
        linked=kept,
        source_halves=halves[0],
        target_halves=halves[1],
        pairs_removed=removed,
        halves_dropped=removed - len(halves[0]) - len(halves[1]),
    )
    return InnerSplit(
        held=held,
        unmatched=(
            np.concatenate([halves[0], unrelated(material.texts[0], held, count)]),
            np.concatenate([halves[1], unrelated(material.texts[1], held, count)]),
        ),
        unlinked=(
            _answers(strong, vocabularies, set(words[0])),
            _answers(sparse.csr_array(strong.T), vocabularies[::-1], set(words[1])),
        ),
        linked=_fresh_answers(fresh, vocabularies, held, rng),
    )


def fit_ranker(way: Way, split: InnerSplit, side: int, *, seed: int = 0) -> Ranker:
    """Fit the judges of one direction.

    Parameters
    ----------
    way : Way
        The direction, with all evidence, of a model that was learned from what the inner split
        left.
    split : InnerSplit
        The right answers.
    side : int
        0 for queries in the source language, 1 for the target language.
    seed : int
        Of the fits.

    Returns
    -------
    Ranker
        Start values where there are too few words.
    """
    assert way.evidence is not None  # a model that was learned from sentence pairs has all
    start, groups = start_ranker(tuple(way.evidence.channels)), way.evidence.groups
    # Words that were held out as queries of the other direction are no answers here: a new word
    # meets few other new ones, and these would be too many.
    others = split.held.target_words if side == 0 else split.held.source_words
    linked = _judged(way, split.linked[side], linked=True, without=others)
    unlinked = _judged(way, split.unlinked[side], linked=False, without=others)
    return Ranker(
        linked=fit_judge(linked, start.linked, groups, seed=seed),
        unlinked=fit_judge(unlinked, start.unlinked, groups, seed=seed),
        queries=(len(linked), len(unlinked)),
    )


def _sample(material: Material, side: int, places: IntVector, match: Match = "form") -> list[str]:
    """Choose words to hold out, as many as take away no more than their share of the pairs."""
    sentences = material.linked[side]
    counts = np.bincount(sentences.rows, minlength=sentences.size)
    taken = counts if match == "form" else _of_stems(counts, material, side)
    budget = np.clip(_WANTED, _SHARE * len(sentences), _SHARE_OF_FEW * len(sentences))
    most = _most(counts[places], taken[places], budget)
    attested = counts[places] >= np.clip(most / 2, _HARDLY, _ATTESTED)
    chosen: list[str] = []
    for size, rows in ((_MAX_WORDS, places[attested]), (_ENOUGH, places[~attested])):
        for row in rows:
            if len(chosen) >= size:
                break
            if taken[row] <= min(budget, most):
                budget -= taken[row]
                chosen.append(fold(material.vocabularies[side].words[row]))
    return chosen


def _of_stems(counts: IntVector, material: Material, side: int) -> IntVector:
    """Give each word the counts of all words of its stem."""
    words = map(fold, material.vocabularies[side])
    _, stems = np.unique(stem(words, material.texts[side].language), return_inverse=True)
    summed: IntVector = np.bincount(stems, weights=counts).astype(np.int64)[stems]
    return summed


def _most(counts: IntVector, taken: IntVector, budget: float) -> float:
    """Give how many sentences one held-out word may take away."""
    few = min(_ALWAYS, budget / _FEWEST)
    does = ((counts >= _HARDLY) & (taken <= few)).sum() >= _FEWEST
    return max(_SHARE_OF_ONE * budget, few if does else _ALWAYS)


def _answers(
    table: sparse.csr_array, words: tuple[Vocabulary, ...], wanted: set[str]
) -> dict[str, frozenset[str]]:
    """Read the right answers of some words off a thresholded table."""
    found: dict[str, set[str]] = {}
    cells = table.tocoo()
    for row, column in zip(*cells.coords, strict=True):
        query = fold(words[0].words[row])
        if query in wanted:
            found.setdefault(query, set()).add(fold(words[1].words[column]))
    return {query: frozenset(answers) for query, answers in found.items()}


def _fresh_answers(
    fresh: TranslationTable,
    words: tuple[Vocabulary, Vocabulary],
    held: HeldOut,
    rng: np.random.Generator,
) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Choose linked words, and read their right answers off the pairs that were left out."""
    table = fresh.symmetric(_FRESH)
    made = []
    for side, matrix in enumerate((table, sparse.csr_array(table.T))):
        never = held.source_words if side == 0 else held.target_words
        rows = np.flatnonzero(np.diff(matrix.indptr))
        chosen = rng.permutation(rows)[:_MAX_QUERIES]
        wanted = {fold(words[side].words[row]) for row in chosen} - never
        made.append(_answers(matrix, (words[side], words[1 - side]), wanted))
    return made[0], made[1]


def _judged(
    way: Way,
    gold: dict[str, frozenset[str]],
    *,
    linked: bool,
    without: frozenset[str] = frozenset(),
) -> Judged:
    """Gather the candidates of the query words of one kind, and mark the right ones.

    Words ``without`` which the queries shall do are no candidates where they are wrong.
    """
    assert way.evidence is not None  # as in `fit_ranker`
    asked, answers = way.asked.vocabulary, way.answers.vocabulary
    words = sorted(gold)
    rows = asked.find_all(words)
    usable = rows >= 0
    if way.table is not None:
        usable[usable] = way.table.linked(rows[usable]) == linked
    right = [answers.find_all(sorted(gold[word])) for word in words]
    # Of a removed pair one half is kept at most, so that many a right answer is no longer in the
    # vocabulary; that says nothing of a new word, and is what coverage is reported for.
    usable &= np.array([(found >= 0).any() for found in right], dtype=bool)
    rows, right = rows[usable], [right[i] for i in np.flatnonzero(usable)]
    dropped = np.zeros(len(answers), dtype=bool)
    found_others = answers.find_all(sorted(without))
    dropped[found_others[found_others >= 0]] = True
    parts: list[Judged] = []
    for block in blocks(len(rows), _BLOCK):
        candidates, features = way.gather(way.known(rows[block]))
        size = len(answers)
        keys = [number * size + columns for number, columns in enumerate(right[block])]
        wanted = np.concatenate([key[key >= number * size] for number, key in enumerate(keys)])
        found = np.isin(candidates.owner * size + candidates.columns, wanted)
        stay = found | ~dropped[candidates.columns]
        counted = np.bincount(candidates.owner[stay], minlength=len(rows[block]))
        judged = Judged(
            features=features[stay],
            ends=np.concatenate([[0], np.cumsum(counted)]),
            gold=found[stay],
            log_counts=asked.log_counts(rows[block]),
        )
        parts.append(judged.select(np.flatnonzero(counted)))
    return _joined(parts, len(way.evidence.groups))


def _joined(parts: list[Judged], width: int) -> Judged:
    """Put blocks of queries end to end."""
    lengths = [np.diff(part.ends) for part in parts]
    return Judged(
        features=np.vstack([np.zeros((0, width), np.float32), *(p.features for p in parts)]),
        ends=np.concatenate([[0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]))]),
        gold=np.concatenate([np.zeros(0, bool), *(part.gold for part in parts)]),
        log_counts=np.concatenate([np.zeros(0), *(part.log_counts for part in parts)]),
    )
