"""Repeat a run that a TOML file describes, through the command line, and store its scores.

Usage: ``python eval/run.py eval/runs/linked.toml [--data FOLDER]``

Every model is trained by ``xling train`` in a process of its own, so that its time and peak
memory are those of a user, and judged by ``xling evaluate``. Scores of different evidence on the
same queries are compared by a paired bootstrap over queries, a query's hits averaged over seeds.
An ablation keeps each run's answers under ``--keep FOLDER``: started again with the same code, it
goes on where it was, and seeds or recipes that are added cost only themselves.
The result goes to ``eval/results/NAME.json``; the table of it is printed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from keeping import keeping
from tables import ablation_tables, calibration_table, shots_table, table

from xling.evaluation.confidence import confidence_figures
from xling.evaluation.resampling import paired_bootstrap
from xling.experiments.ablation import ablate
from xling.experiments.figures import check_drawing, draw_shots
from xling.experiments.plan import Plan
from xling.experiments.runs import Runner
from xling.experiments.shots import shots
from xling.experiments.worker import run_apart
from xling.training.learn import TrainSettings

HERE = Path(__file__).resolve().parent


def xling(*arguments: object) -> dict[str, Any]:
    """Run a command with ``--json`` and give its document."""
    command = [sys.executable, "-m", "xling.cli.main", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def commit() -> str:
    """Name the state of the code, as git does; empty outside a checkout."""
    command = ["git", "-C", str(HERE), "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def train_and_judge(
    run: dict[str, Any], corpus: dict[str, Any], recipe: str, seed: int, held: str, data: Path
) -> dict[str, Any]:
    """Train one model, and judge it on the lexicons by each choice of evidence."""
    lexicons = [held] if held else corpus["lexicons"]
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        options = ["--recipe", recipe, "--seed", seed, "--output", model]
        options += ["--hold-out", data / held] if held else []
        languages = ",".join(corpus["languages"])
        trained = xling("train", data / corpus["pairs"], "--languages", languages, *options)
        scores = {
            lexicon: {
                channels: {
                    **xling(
                        *("evaluate", model, data / lexicon, "--channels", channels),
                        "--per-query",
                        *(["--two-way", "--calibration"] if channels == "all" else []),
                    ),
                    "lexicon": lexicon,  # without the folder that holds it here
                }
                for channels in run["channels"]
            }
            for lexicon in lexicons
        }
    kept = ("vocabulary", "sentence_pairs", "held_out", "seed_pairs", "seconds", "peak_memory_mib")
    return {
        "pairs": corpus["pairs"],
        "recipe": recipe,
        "seed": seed,
        "train": {key: trained[key] for key in kept},
        "scores": scores,
    }


def _mean(values: Iterable[float | None]) -> float | None:
    """Average what there is; ``None`` where there is nothing."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def summarize(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Average over seeds: one row for each corpus, lexicon, recipe and choice of evidence."""
    cells: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for result in results:
        for lexicon, by_channels in result["scores"].items():
            for channels, score in by_channels.items():
                key = (result["pairs"], lexicon, result["recipe"], channels)
                cells.setdefault(key, []).append(score)
    hits = {key: _mean_hits(scores, 1) for key, scores in cells.items()}
    rows = []
    for key, scores in cells.items():
        pairs, lexicon, recipe, channels = key
        first = np.array([score["precision"]["1"] for score in scores])
        fifth = np.array([score["precision"]["5"] for score in scores])
        row = {
            "pairs": pairs,
            "lexicon": lexicon,
            "recipe": recipe,
            "channels": channels,
            "queries": scores[0]["queries"],
            "queries_in_vocabulary": [score["queries_in_vocabulary"] for score in scores],
            "coverage": float(np.mean([score["coverage"] for score in scores])),
            "precision_1": float(first.mean()),
            "precision_1_seeds": first.tolist(),
            "precision_5": float(fifth.mean()),
            "precision_1_overall": float(
                np.mean([score["precision_overall"]["1"] for score in scores])
            ),
            "precision_1_non_identical": float(
                np.mean([score["precision_non_identical"]["1"] for score in scores])
            ),
            "interval": _interval(scores),
        }
        if channels == "all":
            row["calibration"] = _calibration(scores)
            row["two_way"] = {
                name: _mean(score["two_way"][name] for score in scores)
                for name in scores[0]["two_way"]
            }
        for name, other in _rivals(key):
            if other in hits:
                row[name] = _compare(hits[key], hits[other])
        rows.append(row)
    return rows


def _interval(scores: list[dict[str, Any]], samples: int = 2000) -> list[float]:
    """Give the 95 % bootstrap interval of P@1, all seeds pooled, queries drawn with their seeds.

    A query in vocabulary under some seeds only counts as often as it was.
    """
    found: dict[str, list[float]] = {}
    for score in scores:
        for row in score["per_query"]:
            if row["rank"] is not None:
                found.setdefault(row["query"], []).append(float(row["rank"] <= 1))
    if not found:
        return [0.0, 0.0]
    hits = np.array([sum(values) for values in found.values()])
    counts = np.array([len(values) for values in found.values()])
    drawn = np.random.default_rng(0).integers(0, len(hits), (samples, len(hits)))
    low, high = np.quantile(hits[drawn].sum(1) / counts[drawn].sum(1), [0.025, 0.975])
    return [float(low), float(high)]


def _calibration(scores: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Judge the probabilities of first answers of all seeds; intervals are over queries."""
    answers = [
        (row["confidence"], row["right"], row["query"], seed)
        for seed, score in enumerate(scores)
        for row in score["per_query"]
        if row.get("confidence") is not None
    ]
    if not answers:
        return None
    sure, right, queries, seeds = zip(*answers, strict=True)
    return confidence_figures(
        np.array(sure),
        np.array(right, dtype=bool),
        queries=np.unique(queries, return_inverse=True)[1],
        runs=np.array(seeds),
    )


def _rivals(key: tuple[str, str, str, str]) -> list[tuple[str, tuple[str, str, str, str]]]:
    """Name what a row is compared with."""
    pairs, lexicon, recipe, channels = key
    rivals = []
    if recipe == "joint":
        rivals.append(("against_separate", (pairs, lexicon, "separate", channels)))
    if channels == "all":
        rivals.append(("against_table", (pairs, lexicon, recipe, "table")))
    return rivals


def _mean_hits(scores: list[dict[str, Any]], k: int) -> dict[str, float]:
    """Average each query's hits over the seeds in which it was in vocabulary."""
    hits: dict[str, list[float]] = {}
    for score in scores:
        for row in score["per_query"]:
            if row["rank"] is not None:
                hits.setdefault(row["query"], []).append(float(row["rank"] <= k))
    return {query: float(np.mean(values)) for query, values in sorted(hits.items())}


def _compare(mine: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Compare two systems on the queries that both have."""
    both = sorted(set(mine) & set(other))
    found = paired_bootstrap(
        np.array([mine[query] for query in both]), np.array([other[query] for query in both])
    )
    return {
        "queries": len(both),
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }


def plan_of(run: dict[str, Any], corpus: dict[str, Any], data: Path, lexicons: Path) -> Plan:
    """Make the plan of one corpus of an ablation."""
    made = lexicons / f"{corpus['name']}.pairs.tsv"
    settings = {**run.get("settings", {}), **corpus.get("settings", {})}
    return Plan(
        pairs=data / corpus["pairs"] if "pairs" in corpus else made,
        lexicon=lexicons / f"{corpus['name']}.lexicon.tsv",
        languages=(corpus["languages"][0], corpus["languages"][1]),
        recipes=tuple(run["recipes"]),
        channels=tuple(run["channels"]),
        seeds=run["seeds"],
        folds=corpus.get("folds", 1),
        shots=tuple(run.get("shots", [0])),
        settings=TrainSettings(**settings),
    )


def gold_of(corpus: dict[str, Any]) -> str:
    """Name where the right answers of a corpus come from."""
    return "silver" if "silver" in corpus.get("lexicon", {}) else "dictionary"


def compare(
    run: dict[str, Any],
    data: Path,
    lexicons: Path,
    place: Path,
    only: str | None,
    runner: Runner,
) -> dict[str, Any]:
    """Carry out an ablation on each corpus; what is done is stored at once."""
    document: dict[str, Any] = {"run": run, "commit": commit(), "corpora": {}}
    if only is not None and place.exists():
        document["corpora"] = json.loads(place.read_text(encoding="utf-8"))["corpora"]
    for corpus in run["corpora"]:
        if only in (None, corpus["name"]):

            def tell(stage: str, done: int, total: int, name: str = corpus["name"]) -> None:
                if stage == "runs":
                    print(f"{name}: {done} of {total} runs", file=sys.stderr)

            found = ablate(plan_of(run, corpus, data, lexicons), runner=runner, progress=tell)
            made = {"commit": document["commit"], "gold": gold_of(corpus)}
            document["corpora"][corpus["name"]] = {**made, **found}
            place.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return document


def trace(
    run: dict[str, Any], data: Path, lexicons: Path, output: Path, runner: Runner
) -> dict[str, Any]:
    """Draw the k-shot curves of each corpus; words that fall short are counted, not named."""
    document: dict[str, Any] = {"run": run, "commit": commit(), "corpora": {}}
    for corpus in run["corpora"]:

        def tell(stage: str, done: int, total: int, name: str = corpus["name"]) -> None:
            if stage == "runs":
                print(f"{name}: {done} of {total} runs", file=sys.stderr)

        found = shots(plan_of(run, corpus, data, lexicons), runner=runner, progress=tell)
        for one in found["runs"]:
            one["held_out"]["short"] = len(one["held_out"].get("short", ()))
        document["corpora"][corpus["name"]] = found
        draw_shots(found, [output / f"{corpus['name']}.{kind}" for kind in ("png", "svg")])
    (output / f"{run['name']}.json").write_text(
        json.dumps(document, indent=1) + "\n", encoding="utf-8"
    )
    return document


def main() -> None:
    """Run what the TOML file describes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="a file of eval/runs")
    default = os.environ.get("XLING_DATA", HERE.parent.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(default), help="folder of the corpora")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    parser.add_argument("--lexicons", type=Path, help="folder that eval/make_lexicons.py made")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep every answer of an ablation here, outside the repository, and go on from there",
    )
    parser.add_argument("--only", metavar="NAME", help="one corpus of an ablation")
    given = parser.parse_args()
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    given.output.mkdir(parents=True, exist_ok=True)
    place = given.output / f"{run['name']}.json"
    if run["protocol"] in ("ablation", "shots"):
        if given.lexicons is None:
            parser.error("--lexicons FOLDER is needed: python eval/make_lexicons.py makes it")
        if given.keep is not None and given.keep.resolve().is_relative_to(HERE.parent):
            parser.error(f"--keep {given.keep} lies inside the repository; choose another folder")
        names = [corpus["name"] for corpus in run["corpora"]]
        if given.only not in (None, *names):
            parser.error(f"unknown corpus {given.only!r}; known: {', '.join(names)}")
        keep = run_apart if given.keep is None else keeping(given.keep)
        if run["protocol"] == "shots":
            check_drawing()
            print(shots_table(trace(run, given.data, given.lexicons, given.output, keep)))
            return
        found = compare(run, given.data, given.lexicons, place, given.only, keep)
        print(ablation_tables(found))
        return
    results = []
    for corpus in run["corpora"]:
        for recipe in run["recipes"]:
            for held in corpus["lexicons"] if run["protocol"] == "zero-shot" else [""]:
                for seed in run["seeds"]:
                    print(f"{corpus['pairs']} {recipe} seed {seed} {held}", file=sys.stderr)
                    results.append(train_and_judge(run, corpus, recipe, seed, held, given.data))
    rows = summarize(results)
    for result in results:
        for by_channels in result["scores"].values():
            for score in by_channels.values():
                del score["per_query"]
    files = {c["pairs"] for c in run["corpora"]} | {
        x for c in run["corpora"] for x in c["lexicons"]
    }
    inputs = {
        name: hashlib.sha256((given.data / name).read_bytes()).hexdigest() for name in sorted(files)
    }
    document = {
        "run": run,
        "commit": commit(),
        "inputs_sha256": inputs,
        "summary": rows,
        "results": results,
    }
    place.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    judged = (
        (f"{Path(row['lexicon']).stem}, {row['recipe']}, {row['channels']}", row["calibration"])
        for row in rows
        if row.get("calibration")
    )
    print(f"\n{calibration_table(judged)}")


if __name__ == "__main__":
    main()
