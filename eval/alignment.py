"""Align the embedded corpus by the table mined from it, and compare with its gold links.

Usage: ``python eval/alignment.py eval/runs/alignment.toml``

``xling demo --text`` writes the sentences and their gold word alignments, which are known from the
grammar's derivations; ``xling train`` sees the sentences only, and ``xling aer`` compares. A second
text, of another seed, is aligned by the same table. The result goes to ``eval/results/NAME.json``.
"""

import argparse
import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from run import commit, xling

HERE = Path(__file__).resolve().parent


def judge(run: dict[str, Any], languages: list[str], folder: Path) -> list[dict[str, Any]]:
    """Train on one pair of languages, and score both texts."""
    pair = ",".join(languages)
    texts = {"same sentences": run["seed"], "other sentences": run["other_seed"]}
    for name, seed in texts.items():
        options = ("--languages", pair, "--pairs", run["pairs"], "--seed", seed)
        xling("demo", *options, "--text", folder / name)
    model = folder / "model"
    pairs = folder / "same sentences" / "pairs.tsv"
    xling("train", pairs, "--languages", pair, "--no-calibrate", "--seed", 0, "--output", model)
    rows = []
    for name in texts:
        found = xling("aer", model, folder / name / "alignments.tsv")
        counted = ("sentences", "sure_links", "links_left_out", "symmetrizations")
        rows.append({"languages": languages, "name": name} | {key: found[key] for key in counted})
    return rows


def main() -> None:
    """Repeat the run, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", type=Path, help="not needed: the corpus is embedded")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    rows = []
    for languages in run["languages"]:
        with tempfile.TemporaryDirectory() as folder:
            rows += judge(run, languages, Path(folder))
    document = {"run": run, "commit": commit(), "results": rows}
    given.output.mkdir(parents=True, exist_ok=True)
    path = given.output / f"{run['name']}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print("| pair | sentences | links | precision | recall | AER (95 %) |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        for name, one in row["symmetrizations"].items():
            low, high = one["confidence_interval"]
            print(
                f"| {'-'.join(row['languages'])} | {row['name']} | {name} | "
                f"{100 * one['precision']:.1f} | {100 * one['recall']:.1f} | "
                f"{100 * one['aer']:.1f} ({100 * low:.1f}-{100 * high:.1f}) |"
            )


if __name__ == "__main__":
    main()
