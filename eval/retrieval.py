"""Sentence retrieval on benchmark pairs none of which stand in training.

Usage: ``python eval/retrieval.py eval/runs/retrieval.toml [--data FOLDER] [--models FOLDER]``

Every training line with a sentence of the test, on either side and with the same words after
folding, is taken out and counted; so are those of 1,000 further pairs, the development part, on
which settings are chosen. A model is trained for each task, and judged by ``xling retrieve`` with
each criterion. The result goes to ``eval/results/NAME.json``.
"""

import argparse
import json
import os
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from align import call
from run import commit
from sentence_data import trained_model

from xling.retrieval.criteria import CRITERIA

HERE = Path(__file__).resolve().parent


def judge(model: Path, files: tuple[Path, Path]) -> dict[str, Any]:
    """Score a model by all criteria."""
    scores: dict[str, Any] = {}
    for name in CRITERIA:
        code, found, complaint = call("retrieve", model, *files, "--retrieval", name)
        if code:
            raise SystemExit(complaint)
        scores[name] = {
            key: found[key] for key in ("sentences", "unknown", "accuracy", "confidence_interval")
        }
    return scores


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
        kept = given.models or Path(folder)
        for task in run["task"]:
            model, trained = trained_model(task, given.data, kept)
            test = given.data / task["source"], given.data / task["target"]
            tag = "-".join(task["languages"])
            development = kept / f"{tag}.dev.source", kept / f"{tag}.dev.target"
            rows.append(
                {
                    "languages": task["languages"],
                    "training": trained,
                    "test": judge(model, test),
                    "development": judge(model, development),
                }
            )
            print(tag, rows[-1]["test"]["mutual"]["accuracy"], file=sys.stderr)
    document = {"run": run, "commit": commit(), "results": rows}
    given.output.mkdir(parents=True, exist_ok=True)
    path = given.output / f"{run['name']}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print("| pair | criterion | accuracy there | back | development there | back |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        for name in CRITERIA:
            shown = [*row["test"][name]["accuracy"].values()]
            shown += row["development"][name]["accuracy"].values()
            cells = " | ".join(f"{100 * value:.1f}" for value in shown)
            print(f"| {'-'.join(row['languages'])} | {name} | {cells} |")


if __name__ == "__main__":
    main()
