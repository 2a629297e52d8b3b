"""Recipes under equal data, folds and retrieval: what differs, and whether it is chance."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from xling import __version__
from xling.errors import ConfigError
from xling.experiments.plan import Input, Plan, read_input, runs
from xling.experiments.report import ablation_html
from xling.experiments.runs import Runner, RunResult, carry_out, skipped
from xling.experiments.scores import (
    BINS,
    METRICS,
    Pool,
    agreement,
    calibration,
    compare,
    pool,
    score,
)
from xling.experiments.worker import run_apart
from xling.progress import Progress, silent

__all__ = ["POLICY", "ablate", "write_ablation"]

#: How it was counted.
POLICY = (
    "A query is a distinct folded source word of the lexicon; a hit is any of its gold words in "
    "the top k of the whole target vocabulary. A query's hits are averaged over the seeds in "
    "which it was in vocabulary, and folds are pooled, before anything is tested. Intervals are "
    "95 % bootstraps over queries; differences are tested on the queries that both systems have "
    "by a paired permutation test, corrected by Holm over each table. Frequencies are those on "
    "the source side of all pairs, before any is held out."
)

_System = tuple[str, str]  # recipe and choice of evidence


def ablate(
    plan: Plan, *, runner: Runner = run_apart, progress: Progress = silent
) -> dict[str, Any]:
    """Train the recipes of a plan, and compare them.

    Parameters
    ----------
    plan : Plan
        What is compared; one number of shots.
    runner : callable
        Carries out one run; by default in a process of its own.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``ablate --json``.

    Raises
    ------
    ConfigError
        If the plan has several numbers of shots.
    XlingError
        If an input cannot be used.
    """
    if len(plan.shots) > 1:
        raise ConfigError(f"shots: {', '.join(map(str, plan.shots))}; one number is needed here")
    given = read_input(plan)
    results = carry_out(runs(plan, given.parts), runner, progress)
    systems = {
        (recipe, channels): pool((one for one in results if one.recipe == recipe), channels)
        for recipe in plan.recipes
        for channels in plan.channels
    }
    everyone = list(given.gold)
    found: set[str] = set().union(*(system.values for system in systems.values()))
    groups = _groups(given, found)
    return {
        **plan.to_json(),
        "queries": len(everyone),
        "queries_in_vocabulary": len(found),
        "coverage": len(found) / len(everyone),
        "sentence_pairs": given.sentence_pairs,
        "largest_share_removed": given.share_removed,
        "overlap_with_training": sum(one.overlap for one in results),
        "scores": [
            _labels(system)
            | score(found_by, [q for q in everyone if q in found_by.values], among=len(everyone))
            for system, found_by in systems.items()
        ],
        "comparisons": compare(_rivals(plan, systems, {"all": lambda _: True}, METRICS, everyone)),
        "channel_comparisons": compare(_steps(plan, systems, everyone)),
        "groups": [
            _labels(system)
            | {"group": group}
            | score(found_by, [q for q in everyone if q in found_by.values and belongs(q)])
            for system, found_by in systems.items()
            for group, belongs in groups.items()
        ],
        "group_comparisons": compare(_rivals(plan, systems, groups, METRICS[:1], everyone)),
        "calibration": [
            _labels(system) | judged
            for system, found_by in systems.items()
            if (judged := calibration(found_by)) is not None
        ],
        "two_way": [
            _labels(system) | agreed
            for system, found_by in systems.items()
            if (agreed := agreement(found_by)) is not None
        ],
        "cost": [_cost(recipe, results, given) for recipe in plan.recipes],
        "runs": [
            {"recipe": one.recipe, "seed": one.seed, "fold": one.fold, **one.trained}
            for one in results
        ],
        "inputs_sha256": dict(given.inputs_sha256),
        "policy": POLICY,
        "versions": {"xling": __version__, "numpy": np.__version__},
        "warnings": [*given.warnings, *skipped(results)],
    }


def write_ablation(document: Mapping[str, Any], folder: Path) -> None:
    """Write ``ablation.json`` and ``ablation.html``.

    Parameters
    ----------
    document : mapping
        What `ablate` gave.
    folder : Path
        Exists.
    """
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "ablation.json").write_text(text + "\n", encoding="utf-8")
    (folder / "ablation.html").write_text(ablation_html(document), encoding="utf-8")


def _labels(system: _System) -> dict[str, Any]:
    """Name a system in a row."""
    return {"recipe": system[0], "channels": system[1]}


def _groups(given: Input, found: set[str]) -> dict[str, Callable[[str], bool]]:
    """Give the groups of queries that are looked at apart, those with a query in vocabulary."""
    groups: dict[str, Callable[[str], bool]] = {
        "not identical": lambda query: query not in given.gold[query]
    }
    for first, last in BINS:

        def inside(query: str, first: int = first, last: float = last or np.inf) -> bool:
            return first <= given.frequencies[query] <= last

        groups[f"{first}+" if last is None else f"{first}-{last}"] = inside
    return {name: belongs for name, belongs in groups.items() if any(map(belongs, found))}


def _rivals(
    plan: Plan,
    systems: Mapping[_System, Pool],
    groups: Mapping[str, Callable[[str], bool]],
    metrics: Sequence[str],
    queries: Sequence[str],
) -> list[tuple[dict[str, Any], Pool, Pool, list[str]]]:
    """List what is compared: each recipe with each one after it, by the same evidence."""
    rows = []
    for channels in plan.channels:
        for one, other in combinations(plan.recipes, 2):
            first, second = systems[one, channels], systems[other, channels]
            both = [query for query in queries if query in first.values and query in second.values]
            for group, belongs in groups.items():
                chosen = list(filter(belongs, both))
                for metric in metrics:
                    labels = {"recipe": one, "against": other, "channels": channels}
                    labels |= {"group": group, "metric": metric}
                    rows.append((labels, first, second, chosen))
    return rows


def _steps(
    plan: Plan, systems: Mapping[_System, Pool], queries: Sequence[str]
) -> list[tuple[dict[str, Any], Pool, Pool, list[str]]]:
    """List what else is compared: each choice of evidence with the one before it, by a recipe."""
    rows = []
    for recipe in plan.recipes:
        for before, after in pairwise(plan.channels):
            first, second = systems[recipe, after], systems[recipe, before]
            both = [query for query in queries if query in first.values and query in second.values]
            labels = {"recipe": recipe, "channels": after, "against": before, "metric": "1"}
            rows.append((labels, first, second, both))
    return rows


def _cost(recipe: str, results: Sequence[RunResult], given: Input) -> dict[str, Any]:
    """Give what a training of a recipe costs."""
    trained = [one.trained for one in results if one.recipe == recipe]
    stages = {stage for one in trained for stage in one["seconds"]}
    ordered = [stage for stage in trained[0]["seconds"] if stage in stages]
    seconds = {
        stage: float(np.mean([one["seconds"].get(stage, 0.0) for one in trained]))
        for stage in ordered
    }
    return {
        "recipe": recipe,
        "runs": len(trained),
        "seconds": {stage: round(spent, 3) for stage, spent in seconds.items()},
        "words_per_second": round(given.tokens / max(seconds["total"], 1e-9)),
        "peak_memory_mib": max(one["peak_memory_mib"] for one in trained),
    }
