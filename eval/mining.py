"""Mine mixtures of sentence pairs and distractors, and count what was found.

Usage: ``python eval/mining.py eval/runs/mining.toml [--data FOLDER] [--models FOLDER]``

*Planted*: of line-aligned news, a quarter of the pairs loses its target sentence and another its
source sentence (drawn by the seed): half of all pairs can be found then, and a third of each side's
sentences has no partner. *Mixed*: all pairs of the news among other texts of both languages, which
have nothing to do with each other. Both sides are shuffled and given to ``xling mine``; gold is
looked at only afterwards, for precision, recall and F1, whose 95 % interval is a bootstrap over
source sentences. The threshold is the command's own choice; beside it stand that of
``--precision 0.9``, all pairs, and the best F1 in hindsight. The result goes to
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


def mixed(
    pairs: list[tuple[str, str]], others: tuple[list[str], list[str]], seed: int
) -> tuple[list[str], list[str]]:
    """Shuffle all pairs among other texts; a text that stands there twice is taken once."""
    drawn = random.Random(seed)
    sides = [dict.fromkeys([*(pair[i] for pair in pairs), *others[i]]) for i in (0, 1)]
    return drawn.sample(list(sides[0]), len(sides[0])), drawn.sample(list(sides[1]), len(sides[1]))


def column(data: Path, name: str, number: int) -> list[str]:
    """Read a column of a file; lines without it, and its header if it is a table, are left out."""
    lines = (data / name).read_text("utf-8").split("\n")
    rows = [line.split("\t") for line in lines[number > 1 :]]
    return [
        row[number - 1].strip() for row in rows if len(row) >= number and row[number - 1].strip()
    ]


def judge(mined: list[tuple[str, str]], gold: set[tuple[str, str]]) -> dict[str, Any]:
    """Give precision, recall and F1 of mined pairs, and the interval of F1."""
    right = len(set(mined) & gold)
    precision, recall = right / max(len(mined), 1), right / len(gold)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {
        "pairs": len(mined), "precision": precision, "recall": recall, "f1": f1,
        "confidence_interval": interval(mined, gold),
    }  # fmt: skip


def interval(mined: list[tuple[str, str]], gold: set[tuple[str, str]]) -> list[float]:
    """Give the 95 % bootstrap interval of F1 over source sentences."""
    counts: dict[str, list[int]] = {}
    for pairs, place in ((mined, 0), (gold, 1), (set(mined) & gold, 2)):
        for source, _ in pairs:
            counts.setdefault(source, [0, 0, 0])[place] += 1
    each = np.array(list(counts.values()), dtype=np.float64)
    generator = np.random.default_rng(0)
    times = generator.multinomial(len(each), np.full(len(each), 1 / len(each)), 2000)
    found, wanted, right = (times @ each).T
    low, high = np.quantile(2 * right / np.maximum(found + wanted, 1), [0.025, 0.975])
    return [float(low), float(high)]


def best_in_hindsight(mined: list[tuple[str, str]], gold: set[tuple[str, str]]) -> float:
    """Give the best F1 of any threshold."""
    right = np.cumsum([pair in gold for pair in mined])
    return float((2 * right / (np.arange(1, len(mined) + 1) + len(gold))).max())


def mine(run: dict[str, Any], task: dict[str, Any], model: Path, data: Path) -> dict[str, Any]:
    """Make one mixture, mine it, and score what came out."""
    texts = [(data / task[side]).read_text("utf-8").splitlines() for side in ("source", "target")]
    pairs = [(a.strip(), b.strip()) for a, b in zip(*texts, strict=True)]
    if "distractors" in task:
        first, second = (
            [
                text
                for name, number in task["distractors"][tag]
                for text in column(data, name, number)
            ]
            for tag in task["languages"]
        )
        source, target = mixed(pairs, (first, second), run["seed"])
        gold = set(pairs)
    else:
        source, target, left = planted(pairs, run["seed"])
        gold = {pairs[number] for number in left}
    row: dict[str, Any] = {
        "name": task["name"], "languages": task["languages"], "gold": len(gold),
    }  # fmt: skip
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
            print(task["name"], task["languages"], shown, file=sys.stderr)
    document = {"run": run, "commit": commit(), "results": rows}
    given.output.mkdir(parents=True, exist_ok=True)
    path = given.output / f"{run['name']}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        for name in ("chosen", "precision_0.9", "all"):
            one = row[name]
            print(
                f"{row['name']}, {'-'.join(row['languages'])}, {name}: "
                f"precision {one['precision']:.3f} (estimated "
                f"{one['estimated']['precision'] or 0:.3f}), recall {one['recall']:.3f}, "
                f"F1 {one['f1']:.3f} of {row['best_f1_in_hindsight']:.3f}"
            )


if __name__ == "__main__":
    main()
