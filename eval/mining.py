"""Mine a planted mixture of sentence pairs and distractors, and count what was found.

Usage: ``python eval/mining.py eval/runs/mining.toml [--data FOLDER] [--models FOLDER]``

Of line-aligned news, a quarter of the pairs loses its target sentence and another its source
sentence (drawn by the seed): half of all pairs can be found then, and a third of each side's
sentences has no partner. Both sides are shuffled and given to ``xling mine``; gold is looked at
only afterwards, for precision, recall and F1. The threshold is the command's own choice; beside it
stand that of ``--precision 0.9``, all pairs, and the best F1 in hindsight. The result goes to
``eval/results/NAME.json``.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from align import call
from run import commit
from sentence_data import trained_model

HERE = Path(__file__).resolve().parent


def planted(pairs: list[tuple[str, str]], seed: int) -> tuple[list[str], list[str], set[int]]:
    """Take the partners of half of the pairs away, and shuffle; give the pairs that are left."""
    drawn = random.Random(seed)
    order = drawn.sample(range(len(pairs)), len(pairs))
    quarter = len(pairs) // 4
    left = set(order[2 * quarter :])
    sides = []
    for side, lost in enumerate((set(order[:quarter]), set(order[quarter : 2 * quarter]))):
        kept = [pair[side] for number, pair in enumerate(pairs) if number not in lost]
        sides.append(drawn.sample(kept, len(kept)))
    return sides[0], sides[1], left


def judge(mined: list[tuple[str, str]], gold: set[tuple[str, str]]) -> dict[str, float]:
    """Give precision, recall and F1 of mined pairs."""
    right = len(set(mined) & gold)
    precision, recall = right / max(len(mined), 1), right / len(gold)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"pairs": len(mined), "precision": precision, "recall": recall, "f1": f1}


def best_in_hindsight(mined: list[tuple[str, str]], gold: set[tuple[str, str]]) -> float:
    """Give the best F1 of any threshold."""
    right = np.cumsum([pair in gold for pair in mined])
    return float((2 * right / (np.arange(1, len(mined) + 1) + len(gold))).max())


def mine(run: dict[str, Any], task: dict[str, Any], model: Path, data: Path) -> dict[str, Any]:
    """Plant one mixture, mine it, and score what came out."""
    texts = [(data / task[side]).read_text("utf-8").splitlines() for side in ("source", "target")]
    pairs = [(a.strip(), b.strip()) for a, b in zip(*texts, strict=True)]
    source, target, left = planted(pairs, run["seed"])
    gold = {pairs[number] for number in left}
    row: dict[str, Any] = {"languages": task["languages"], "gold": len(gold)}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("source.txt", "target.txt")]
        for file, text in zip(files, (source, target), strict=True):
            file.write_text("".join(f"{line}\n" for line in text), encoding="utf-8")
        for name, options in (
            ("chosen", ()), ("precision_0.9", ("--precision", 0.9)), ("all", ("--threshold", -99)),
        ):  # fmt: skip
            output = Path(folder) / f"{name}.tsv"
            code, made, complaint = call("mine", model, *files, "--output", output, *options)
            if code:
                raise SystemExit(complaint)
            lines = output.read_text("utf-8").splitlines()
            mined = [(one[0], one[1]) for one in (line.split("\t") for line in lines)]
            row[name] = judge(mined, gold) | {
                "threshold": made["threshold"], "estimated": made["estimated"],
                "comparisons_per_second": made["comparisons_per_second"],
                "seconds": made["seconds"],
            }  # fmt: skip
            row["sentences"] = made["sentences"]
        row["best_f1_in_hindsight"] = best_in_hindsight(mined, gold)
    return row


def main() -> None:
    """Read the run, repeat it, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--models", type=Path, help="folder where trained models are kept")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for task in run["task"]:
            model, trained = trained_model(task, given.data, given.models or Path(folder))
            rows.append(mine(run, task, model, given.data) | {"training": trained})
            shown = {name: round(rows[-1][name]["f1"], 3) for name in ("chosen", "precision_0.9")}
            print(task["languages"], shown, file=sys.stderr)
    document = {"run": run, "commit": commit(), "results": rows}
    given.output.mkdir(parents=True, exist_ok=True)
    path = given.output / f"{run['name']}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        for name in ("chosen", "precision_0.9", "all"):
            one = row[name]
            print(
                f"{'-'.join(row['languages'])} {name}: precision {one['precision']:.3f} (estimated "
                f"{one['estimated']['precision'] or 0:.3f}), recall {one['recall']:.3f}, "
                f"F1 {one['f1']:.3f} of {row['best_f1_in_hindsight']:.3f}"
            )


if __name__ == "__main__":
    main()
