"""How translation grows with the number of matched sentences of a word."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xling import __version__
from xling.errors import ConfigError
from xling.experiments.figures import draw_shots
from xling.experiments.plan import Plan, read_input, runs
from xling.experiments.runs import Runner, RunResult, carry_out, skipped
from xling.experiments.scores import pool, score
from xling.experiments.worker import run_apart
from xling.progress import Progress, silent

__all__ = ["POLICY", "shots", "write_shots"]

#: How it was counted.
POLICY = (
    "Every point is over the same queries: the distinct folded source words of the lexicon that "
    "were in vocabulary, with one of their gold words, in every run. A query's hits are averaged "
    "over seeds; intervals are 95 % bootstraps over queries. A word with fewer matched sentences "
    "than asked for keeps those that it can; short counts such words, on average over seeds."
)


def shots(plan: Plan, *, runner: Runner = run_apart, progress: Progress = silent) -> dict[str, Any]:
    """Train each recipe of a plan for each number of shots, and score the held-out words.

    Parameters
    ----------
    plan : Plan
        What is compared; one fold.
    runner : callable
        Carries out one run; by default in a process of its own.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``shots --json``.

    Raises
    ------
    ConfigError
        If the plan has folds, or more shots than any held-out word has sentences.
    XlingError
        If an input cannot be used.
    """
    if plan.folds != 1:
        raise ConfigError(f"folds is {plan.folds}; the words are held out at once here: 1")
    given = read_input(plan)
    results = carry_out(runs(plan, given.parts), runner, progress)
    queries = [
        query
        for query in given.gold
        if all(query in answers for one in results for answers in one.answers.values())
    ]
    return {
        **plan.to_json(),
        "queries": len(given.gold),
        "queries_compared": len(queries),
        "coverage": len(queries) / len(given.gold),
        "points": [
            _point(recipe, channels, count, results, queries)
            for recipe in plan.recipes
            for channels in plan.channels
            for count in sorted(plan.shots)
        ],
        "runs": [
            {"recipe": one.recipe, "seed": one.seed, "shots": one.shots, **one.trained}
            for one in results
        ],
        "inputs_sha256": dict(given.inputs_sha256),
        "policy": POLICY,
        "versions": {"xling": __version__, "numpy": np.__version__},
        "warnings": [*given.warnings, *skipped(results)],
    }


def write_shots(document: Mapping[str, Any], folder: Path) -> None:
    """Write ``shots.json``, and the curves as ``shots.png`` and ``shots.svg``.

    Parameters
    ----------
    document : mapping
        What `shots` gave.
    folder : Path
        Exists.

    Raises
    ------
    MissingExtraError
        If the package that draws is not installed.
    """
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "shots.json").write_text(text + "\n", encoding="utf-8")
    draw_shots(document, (folder / "shots.png", folder / "shots.svg"))


def _point(
    recipe: str, channels: str, count: int, results: list[RunResult], queries: list[str]
) -> dict[str, Any]:
    """Score one recipe with one number of shots by one choice of evidence."""
    mine = [one for one in results if one.recipe == recipe and one.shots == count]
    short = [len(one.trained["held_out"].get("short", ())) for one in mine]
    return {
        "recipe": recipe,
        "channels": channels,
        "shots": count,
        **score(pool(mine, channels), queries),
        "short": float(np.mean(short)),
        "overlap_with_training": float(np.mean([one.overlap for one in mine])),
    }
