"""What an experiment runs on: its input, checked before anything long begins."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from xling.data.formats.lexicon_tsv import read_lexicon
from xling.data.formats.pair_sources import read_pair_sources
from xling.data.indexed import IndexedText, index_text
from xling.data.lexicon import Lexicon
from xling.data.text import fold, tokenize
from xling.errors import ConfigError, DegenerateInputError, InputError, UnknownNameError
from xling.evidence.channels import CHANNELS, EXTRA, chosen_channels
from xling.experiments.runs import Run
from xling.retrieval.criteria import criterion
from xling.training.learn import TrainSettings
from xling.training.registry import RECIPES
from xling.training.split import split_off

__all__ = ["Input", "Plan", "folds", "read_input", "runs"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is compared, and on what.

    Parameters
    ----------
    pairs, lexicon : Path
        Sentence pairs; words that are held out and then translated.
    languages : pair of str
        Source and target language.
    recipes : tuple of str
        By name; the first one is compared with each other one.
    channels : tuple of str
        Choices of evidence, each as ``evaluate --channels`` takes it.
    seeds : int
        How many seeds, from that of the settings on.
    folds : int
        Into how many parts the lexicon is cut, each held out in its turn.
    shots : tuple of int
        How many sentences of each held-out word stay linked; each number is a run of its own.
    retrieval : str
        Criterion of the space.
    settings : TrainSettings
        Of every training, but for seed and shots.

    Raises
    ------
    UnknownNameError
        If there is no such recipe, channel or criterion.
    ConfigError
        If a number lies outside its range, or a list is empty or holds something twice.
    """

    pairs: Path
    lexicon: Path
    languages: tuple[str, str]
    recipes: tuple[str, ...] = ("joint", "separate")
    channels: tuple[str, ...] = ("contexts", "all")
    seeds: int = 3
    folds: int = 1
    shots: tuple[int, ...] = (0,)
    retrieval: str = "csls"
    settings: TrainSettings = TrainSettings()  # frozen

    def __post_init__(self) -> None:
        for name in ("seeds", "folds"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        for name in ("recipes", "channels", "shots"):
            values: tuple[Any, ...] = getattr(self, name)
            if not values or len(set(values)) != len(values):
                shown = ", ".join(map(str, values)) or "empty"
                raise ConfigError(f"{name}: {shown}; at least one is needed, and none twice")
        for recipe in self.recipes:
            if recipe not in RECIPES:
                raise UnknownNameError("recipe", recipe, RECIPES)
        criterion(self.retrieval)
        for channels in self.channels:
            chosen_channels((*CHANNELS, *(EXTRA if self.settings.two_way else ())), channels)
        if min(self.shots) < 0:
            raise ConfigError(f"shots: {min(self.shots)}; at least 0 is needed")

    def to_json(self) -> dict[str, Any]:
        """Give the plan as plain values, for the record."""
        settings = {
            name: getattr(self.settings, name)
            for name in self.settings.__dataclass_fields__
            if name not in ("seed", "shots", "threads")
        }
        return {
            "pairs": self.pairs.name,
            "lexicon": self.lexicon.name,
            "languages": list(self.languages),
            "recipes": list(self.recipes),
            "channels": list(self.channels),
            "seeds": [self.settings.seed + i for i in range(self.seeds)],
            "folds": self.folds,
            "shots": list(self.shots),
            "retrieval": self.retrieval,
            "settings": settings,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """What the files of a plan hold.

    Parameters
    ----------
    parts : tuple of Lexicon
        The lexicon, cut into folds by source word.
    frequencies : dict of str to int
        How often each query stands on the source side of all pairs, for several words in how
        many sentences all of them do; 0 for one that does not.
    gold : dict of str to tuple of str
        Of each query.
    tokens : int
        Words of both sides of all pairs.
    sentence_pairs : int
        All of them, before any is held out.
    share_removed : float
        Largest fraction of the pairs that one fold takes out of the linked ones.
    inputs_sha256 : dict of str to str
        Of both files.
    warnings : tuple of str
        What was skipped in them.
    """

    parts: tuple[Lexicon, ...]
    frequencies: Mapping[str, int] = field(repr=False)
    gold: Mapping[str, tuple[str, ...]] = field(repr=False)
    tokens: int
    sentence_pairs: int
    share_removed: float
    inputs_sha256: Mapping[str, str]
    warnings: tuple[str, ...]


def read_input(plan: Plan) -> Input:
    """Read the files of a plan, and refuse what no run could use.

    Parameters
    ----------
    plan : Plan
        What is compared.

    Returns
    -------
    Input
        With the lexicon in folds.

    Raises
    ------
    DegenerateInputError
        If no word of the lexicon occurs.
    ConfigError
        If there are more folds than words, or more shots than any word has sentences.
    XlingError
        If a file cannot be used.
    """
    lexicon, lexicon_report = read_lexicon(plan.lexicon, plan.languages)
    read = read_pair_sources([plan.pairs], plan.languages)
    corpus, pairs_report = read.corpus, read.reports[0]
    source = index_text(corpus.source, plan.languages[0])
    target = index_text(corpus.target, plan.languages[1])
    gold = lexicon.queries()
    frequencies = _frequencies(list(gold), source)
    settings = plan.settings

    def removed(part: Lexicon, shots: int) -> int:
        return split_off(
            source,
            target,
            part,
            side=settings.hold_out_side,
            match=settings.hold_out_match,
            shots=shots,
            seed=settings.seed,
        ).pairs_removed

    removed(lexicon, max(plan.shots))
    parts = folds(lexicon, frequencies, plan.folds)
    most = max(removed(part, min(plan.shots)) for part in parts)
    if most == len(corpus):
        raise DegenerateInputError(
            f"{plan.lexicon}: its words stand in all {most} sentence pairs, so that none would "
            "be left to link the languages by",
            hint="give fewer or rarer words, or cut the lexicon into more folds",
        )
    return Input(
        parts=parts,
        frequencies=frequencies,
        gold=gold,
        tokens=len(source.ids) + len(target.ids),
        sentence_pairs=len(corpus),
        share_removed=most / len(corpus),
        inputs_sha256={path.name: _sha256(path) for path in (plan.pairs, plan.lexicon)},
        warnings=(*lexicon_report.describe(), *pairs_report.describe()),
    )


def folds(
    lexicon: Lexicon, frequencies: Mapping[str, int], count: int, *, seed: int = 0
) -> tuple[Lexicon, ...]:
    """Cut a lexicon by source word into parts of about the same number of words.

    Parameters
    ----------
    lexicon : Lexicon
        Many-to-many.
    frequencies : mapping of str to int
        How often each query occurs: each part gets as many of those that do as any other.
    count : int
        How many parts, at least 1.
    seed : int
        Decides which word comes into which part.

    Returns
    -------
    tuple of Lexicon
        No source word stands in two of them; the lexicon itself for one part.

    Raises
    ------
    InputError
        If ``count`` is below 1.
    ConfigError
        If fewer words occur than there are parts.
    """
    if count < 1:
        raise InputError(f"{count} folds; at least 1 is needed")
    if count == 1:
        return (lexicon,)
    words = sorted(frequencies, key=lambda word: (frequencies[word] == 0, word))
    occurring = sum(frequencies[word] > 0 for word in words)
    if occurring < count:
        raise ConfigError(
            f"{count} folds, but only {occurring} words of the lexicon occur in the pairs; at "
            f"most {occurring} folds are possible"
        )
    rng = np.random.default_rng(seed)
    order = [*rng.permutation(occurring), *range(occurring, len(words))]
    part_of = {words[place]: i % count for i, place in enumerate(order)}
    return tuple(
        lexicon.without(word for word, mine in part_of.items() if mine != part)
        for part in range(count)
    )


def runs(plan: Plan, parts: Sequence[Lexicon]) -> list[Run]:
    """List the runs of a plan.

    Parameters
    ----------
    plan : Plan
        What is compared.
    parts : sequence of Lexicon
        The folds.

    Returns
    -------
    list of Run
        Runs that differ in the recipe alone follow each other.
    """
    return [
        Run(
            pairs=str(plan.pairs),
            languages=plan.languages,
            recipe=recipe,
            settings=replace(plan.settings, seed=plan.settings.seed + i, shots=shots),
            hold_out=part.pairs,
            channels=plan.channels,
            retrieval=plan.retrieval,
            fold=fold,
        )
        for i in range(plan.seeds)
        for fold, part in enumerate(parts)
        for shots in plan.shots
        for recipe in plan.recipes
    ]


def _frequencies(queries: Sequence[str], source: IndexedText) -> dict[str, int]:
    """Count each query in a text; of several words, the sentences that hold them all."""
    counts = np.bincount(source.ids, minlength=len(source.types))
    number = {word: i for i, word in enumerate(source.types)}
    found = {word: int(counts[number[word]]) if word in number else 0 for word in queries}
    for query, words in zip(queries, tokenize(queries, source.language), strict=True):
        parts = [number.get(fold(word)) for word in words]
        if len(parts) > 1 and None not in parts:
            tokens = (np.flatnonzero(source.ids == part) for part in parts)
            holding = (np.searchsorted(source.offsets, at, side="right") for at in tokens)
            found[query] = len(reduce(np.intersect1d, holding))
    return found


def _sha256(path: Path) -> str:
    """Give the checksum of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
