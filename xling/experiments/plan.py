"""What an experiment runs on: its input, checked before anything long begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from xling.data.formats.lexicon_tsv import read_lexicon
from xling.data.formats.pair_sources import read_pair_sources
from xling.data.formats.sentence_files import check_unmatched
from xling.data.indexed import index_text
from xling.data.lexicon import Lexicon
from xling.errors import ConfigError, DegenerateInputError, InputError, UnknownNameError
from xling.evidence.channels import CHANNELS, EXTRA, chosen_channels
from xling.experiments.frequencies import query_frequencies
from xling.experiments.inputs import file_names, file_sums
from xling.experiments.runs import Run
from xling.retrieval.criteria import criterion
from xling.training.device import choose_device
from xling.training.learn import TrainSettings
from xling.training.registry import RECIPES, STEPWISE
from xling.training.run import RunOptions
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
    seed_lexicon : Path, optional
        Seed pairs, instead of mined ones; those with a held-out word are left out of each run.
    monolingual : pair of tuple of Path
        Files with more text of the source and of the target language.
    accept_line_aligned : bool
        Whether two of these with the same number of lines are taken as unmatched.
    device : str
        Of the recipes that are trained step by step.
    recipe_settings : mapping of str to mapping
        Settings of each recipe, where they differ from its own.

    Raises
    ------
    UnknownNameError
        If there is no such recipe, channel or criterion.
    UnknownKeyError
        If a recipe has no such setting.
    ConfigError
        If a number lies outside its range, a list is empty or holds something twice, a setting
        is of a recipe that is not compared, or a device is chosen and no recipe takes one.
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
    seed_lexicon: Path | None = None
    monolingual: tuple[tuple[Path, ...], tuple[Path, ...]] = ((), ())
    accept_line_aligned: bool = False
    device: str = "auto"
    recipe_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

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
        for recipe in self.recipe_settings:
            if recipe not in self.recipes:
                raise UnknownNameError("recipe of the plan", recipe, self.recipes)
        if STEPWISE.isdisjoint(self.recipes):  # which then refuse a device
            RunOptions(device=self.device).options(self.recipes[0])
        for recipe in self.recipes:
            self.options(recipe).options(recipe)

    def options(self, recipe: str) -> RunOptions:
        """Give how one of the recipes is run.

        Parameters
        ----------
        recipe : str
            By name.

        Returns
        -------
        RunOptions
            The device only where the recipe takes one.
        """
        return RunOptions(
            device=self.device if recipe in STEPWISE else "auto",
            settings=self.recipe_settings.get(recipe, {}),
        )

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that are read."""
        seeds = () if self.seed_lexicon is None else (self.seed_lexicon,)
        return (self.pairs, self.lexicon, *seeds, *self.monolingual[0], *self.monolingual[1])

    def to_json(self) -> dict[str, Any]:
        """Give the plan as plain values, for the record."""
        settings = {
            name: getattr(self.settings, name)
            for name in self.settings.__dataclass_fields__
            if name not in ("seed", "shots", "threads")
        }
        names = file_names(self.files)
        source, target = ([names[path] for path in paths] for paths in self.monolingual)
        return {
            "pairs": names[self.pairs],
            "lexicon": names[self.lexicon],
            "seed_lexicon": None if self.seed_lexicon is None else names[self.seed_lexicon],
            "monolingual": {"source": source, "target": target},
            "languages": list(self.languages),
            "recipes": list(self.recipes),
            "channels": list(self.channels),
            "seeds": [self.settings.seed + i for i in range(self.seeds)],
            "folds": self.folds,
            "shots": list(self.shots),
            "retrieval": self.retrieval,
            "settings": settings,
            "recipe_settings": {
                recipe: {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in given.items()
                }
                for recipe, given in self.recipe_settings.items()
            },
            "device": self.device,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """What the files of a plan hold.

    Parameters
    ----------
    parts : tuple of Lexicon
        The lexicon, cut into folds by source word.
    frequencies : dict of str to int
        How often each query stands on the source side of all pairs
        (`xling.experiments.frequencies.query_frequencies`).
    gold : dict of str to tuple of str
        Of each query.
    tokens : int
        Words of both sides of all pairs.
    sentence_pairs : int
        All of them, before any is held out.
    share_removed : float
        Largest fraction of the pairs that one fold takes out of the linked ones.
    inputs_sha256 : dict of str to str
        Of all files, by the names that the plan's record gives them.
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
        If there are more folds than words, more shots than any word has sentences, or the device
        is not there.
    XlingError
        If a file cannot be used.
    """
    if plan.device.startswith("cuda"):
        choose_device(plan.device)  # now, not when the first recipe that takes one has its turn
    if not plan.accept_line_aligned:
        check_unmatched(*plan.monolingual)
    lexicon, lexicon_report = read_lexicon(plan.lexicon, plan.languages)
    reports = [lexicon_report]
    if plan.seed_lexicon is not None:
        reports.append(read_lexicon(plan.seed_lexicon, plan.languages)[1])
    read = read_pair_sources([plan.pairs], plan.languages)
    corpus = read.corpus
    source = index_text(corpus.source, plan.languages[0])
    target = index_text(corpus.target, plan.languages[1])
    gold = lexicon.queries()
    frequencies = query_frequencies(list(gold), source)
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
        inputs_sha256=file_sums(plan.files),
        warnings=tuple(line for one in (*reports, *read.reports) for line in one.describe()),
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
            seed_lexicon=None if plan.seed_lexicon is None else str(plan.seed_lexicon),
            monolingual=(_written(plan.monolingual[0]), _written(plan.monolingual[1])),
            device=plan.options(recipe).device,
            recipe_settings=plan.options(recipe).settings,
        )
        for i in range(plan.seeds)
        for fold, part in enumerate(parts)
        for shots in plan.shots
        for recipe in plan.recipes
    ]


def _written(paths: Sequence[Path]) -> tuple[str, ...]:
    """Give paths as text."""
    return tuple(map(str, paths))
