"""Score every method of ``xling align`` on the same vectors, and store what it cost.

Usage: ``python eval/align.py eval/runs/align.toml [--data FOLDER] [--only METHOD ...] [--resume]
[--docs]``

Each method is run by ``xling align`` in a process of its own, on one thread, with its default
settings and seed, and
judged by ``xling evaluate``; time and memory are those that the command itself reports. Where a
seed lexicon has fewer pairs than a method needs, or a method does not trust its own result, the
table says so. Methods are compared with Procrustes on the same seed lexicon by a paired bootstrap
over queries. The result goes to ``eval/results/NAME.json``; the table of it is printed. What was
measured so far lies in ``NAME.partial.json`` beside it until the last run is over; ``--resume``
goes on from there, or adds to the stored result what it lacks; a stored row keeps its comparison,
and a new one is compared with Procrustes that is run again. ``--docs`` writes the figures of
the stored result into ``docs/methods`` and measures nothing. (``--pages`` names another folder of
pages.)
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from record import one_thread, record
from run import commit

from xling.aligners.base import Supervision
from xling.aligners.registry import ALIGNERS
from xling.data.formats import read_lexicon, read_vectors
from xling.evaluation.resampling import paired_bootstrap

HERE = Path(__file__).resolve().parent
_BEGIN, _END = "<!-- figures of eval/align.py -->", "<!-- end of figures -->"


def call(*arguments: object) -> tuple[int, dict[str, Any], str]:
    """Run a command with ``--json``: its exit code, its document, and what it complained of."""
    command = [sys.executable, "-m", "xling.cli.main", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    document: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
    return done.returncode, document, done.stderr.strip()


def lexicon(run: dict[str, Any], seeds: str, data: Path, folder: Path) -> Path:
    """Give the file of a seed lexicon; of ``NAME:25`` the first 25 pairs that both spaces hold."""
    name, _, count = seeds.partition(":")
    if not count:
        return data / name
    tags = (run["languages"][0], run["languages"][1])
    known = [read_vectors(data / path, tag)[0].vocabulary
             for path, tag in zip(run["vectors"], tags, strict=True)]  # fmt: skip
    pairs = read_lexicon(data / name, tags)[0].pairs
    few = [pair for pair in pairs if pair[0] in known[0] and pair[1] in known[1]][: int(count)]
    place = folder / f"{count}.tsv"
    place.write_text("".join(f"{a}\t{b}\n" for a, b in few), encoding="utf-8")
    return place


def judge(run: dict[str, Any], method: str, seeds: str, data: Path) -> dict[str, Any]:
    """Align by one method from one seed lexicon (none for an empty name), and score it."""
    source, target = (data / path for path in run["vectors"])
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        given = ["--lexicon", lexicon(run, seeds, data, Path(folder))] if seeds else []
        options = ["--languages", ",".join(run["languages"]), "--method", method, *given]
        code, made, complaint = call(
            "align", source, target, *options, "--output", model, "--accept-untrusted"
        )
        row: dict[str, Any] = {"commit": commit(), "method": method, "seeds": seeds}
        if code:
            return {**row, "error": complaint.splitlines()[0] if complaint else str(code)}
        test = data / run["test"]
        scores = {name: call("evaluate", model, test, "--retrieval", name, "--per-query")[1]
                  for name in ("csls", "nn")}  # fmt: skip
    kept = ("seed", "seed_pairs", "pairs_used", "stop_reason", "verdict", "checks", "settings",
            "seconds")  # fmt: skip
    best = scores["csls"]
    return {
        **row,
        **{name: made[name] for name in kept},
        "rounds": len(made["history"]),
        "peak_memory_mib": made["peak_memory_mib"],
        "queries_in_vocabulary": best["queries_in_vocabulary"],
        "coverage": best["coverage"],
        "precision": best["precision"],
        "confidence_interval": best["confidence_interval"],
        "precision_overall": best["precision_overall"],
        "precision_nn": scores["nn"]["precision"],
        "hits": {one["query"]: float(one["rank"] <= 1) for one in best["per_query"]
                 if one["rank"] is not None},
    }  # fmt: skip


def compare(rows: list[dict[str, Any]]) -> None:
    """Add to each new row its difference from Procrustes with the same seed lexicon."""
    base = {row["seeds"]: row.get("hits") for row in rows if row["method"] == "procrustes"}
    for row in rows:
        other = base.get(row["seeds"])
        if other is None or "hits" not in row or row["method"] == "procrustes":
            continue
        both = sorted(set(row["hits"]) & set(other))
        found = paired_bootstrap(
            np.array([row["hits"][query] for query in both]),
            np.array([other[query] for query in both]),
        )
        row["against_procrustes"] = {"difference": found.difference, "p_value": found.p_value}
    for row in rows:
        row.pop("hits", None)


def table(rows: list[dict[str, Any]]) -> str:
    """Write the scores as a Markdown table."""
    lines = [
        "| seed lexicon | method | P@1 (CSLS) | 95 % | P@5 | P@1 (nn) | against procrustes (p) "
        "| s | MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        start = f"| {name_of(row['seeds']) or 'none'} | {row['method']} "
        if "error" in row:
            lines.append(f"{start}| {row['error']} | | | | | | |")
            continue
        low, high = row["confidence_interval"]
        verdict = f" ({row['verdict']})" if row["verdict"] else ""
        beside = row.get("against_procrustes")
        shown = f"{100 * beside['difference']:+.1f} ({beside['p_value']:.3f})" if beside else ""
        lines.append(
            f"{start}| {row['precision']['1']:.3f}{verdict} | {low:.3f}-{high:.3f} "
            f"| {row['precision']['5']:.3f} | {row['precision_nn']['1']:.3f} | {shown} "
            f"| {row['seconds']['total']:.1f} | {row['peak_memory_mib']:.0f} |"
        )
    return "\n".join(lines)


def name_of(seeds: str) -> str:
    """Name a seed lexicon as the tables do."""
    name, _, count = seeds.partition(":")
    return f"{count} pairs" if count else Path(name).stem


def figure(row: dict[str, Any]) -> str:
    """Write one score with its interval, in per cent."""
    if "error" in row:
        return "-"
    low, high = row["confidence_interval"]
    failed = ", not trusted" if row["verdict"] == "failed" else ""
    return f"{100 * row['precision']['1']:.1f} ({100 * low:.1f}-{100 * high:.1f}){failed}"


def figures(rows: list[dict[str, Any]]) -> str:
    """Write the figures that a reader of the methods' pages wants: one line a method."""
    names = dict.fromkeys(row["seeds"] for row in rows)
    lines = [
        "| method |" + "".join(f" {name_of(n) or 'no lexicon'} | s | MiB |" for n in names),
        "|---|" + "---|---|---|" * len(names),
    ]
    for method in dict.fromkeys(row["method"] for row in rows):
        line = f"| [`{method}`]({method}.md) |"
        for name in names:
            row = next((r for r in rows if (r["method"], r["seeds"]) == (method, name)), None)
            if row is None or "error" in row:
                line += " - | | |"
                continue
            cost = f"{row['seconds']['total']:.1f} | {row['peak_memory_mib']:.0f}"
            line += f" {figure(row)} | {cost} |"
        lines.append(line)
    return "\n".join(lines)


def write_docs(rows: list[dict[str, Any]], pages: Path) -> None:
    """Put the figures into the table of all methods and into each method's page."""
    table_page = pages / "README.md"
    before, start, rest = table_page.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        sys.exit(f"{table_page} has no {_BEGIN} and {_END}")
    table_page.write_text(f"{before}{start}\n{figures(rows)}\n{end}{after}", encoding="utf-8")
    for method in dict.fromkeys(row["method"] for row in rows):
        page = pages / f"{method}.md"
        told = ", ".join(
            f"{figure(row)} {'from ' + name_of(row['seeds']) if row['seeds'] else 'from nothing'}"
            for row in rows
            if row["method"] == method and "error" not in row
        )
        line = f"Figure in our table: P@1 {told} ([all methods](README.md#figures))"
        text, count = re.subn(
            "^Figure in our table: .*$", line, page.read_text(encoding="utf-8"), flags=re.M
        )
        if count != 1:
            sys.exit(f"{page} has {count} lines 'Figure in our table'; one is needed")
        page.write_text(text, encoding="utf-8")


def main() -> None:
    """Read the run, repeat it, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--only", nargs="*", help="methods; default: all")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    parser.add_argument("--resume", action="store_true", help="go on with what was measured")
    parser.add_argument("--docs", action="store_true", help="write stored figures into the docs")
    parser.add_argument("--pages", type=Path, default=HERE.parent / "docs" / "methods")
    given = parser.parse_args()
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    path = given.output / f"{run['name']}.json"
    if given.docs:
        stored = json.loads(path.read_text(encoding="utf-8"))["results"]
        write_docs(stored, given.pages)
        return
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    given.output.mkdir(parents=True, exist_ok=True)
    one_thread()
    made = record()  # before anything is edited beside the run
    partial = path.with_suffix(".partial.json")
    rows: list[dict[str, Any]] = []
    if given.resume and partial.exists():
        rows = json.loads(partial.read_text(encoding="utf-8"))
    elif given.resume and path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
        rows = [{"commit": stored["commit"], **row} for row in stored["results"]]
    held = {(row["method"], row["seeds"]) for row in rows}
    few = f"{run['seeds'][-1]}:{run['few']}" if "few" in run else ""
    for seeds in dict.fromkeys((*run["seeds"], few, "")):
        for method, about in ALIGNERS.items():
            unfit = {Supervision.NONE if seeds else Supervision.LEXICON}
            if few and seeds == few:
                unfit |= {Supervision.NONE, Supervision.LEXICON}
            if about.supervision in unfit or (given.only and method not in given.only):
                continue
            if (method, seeds) in held:
                continue
            base = next((r for r in rows if (r["method"], r["seeds"]) == ("procrustes", seeds)), {})
            if "precision" in base and "hits" not in base:
                base["hits"] = judge(run, "procrustes", seeds, given.data)["hits"]
            rows.append(judge(run, method, seeds, given.data))
            partial.write_text(json.dumps(rows) + "\n", encoding="utf-8")
            print(f"{seeds or 'no lexicon'}: {method}", file=sys.stderr)
    order = [*run["seeds"], few, ""]
    rows.sort(key=lambda row: (order.index(row["seeds"]), list(ALIGNERS).index(row["method"])))
    compare(rows)
    inputs = sorted({*run["vectors"], *run["seeds"], run["test"]})
    document = {
        "run": run,
        **made,
        "inputs_sha256": {
            name: hashlib.sha256((given.data / name).read_bytes()).hexdigest() for name in inputs
        },
        "results": rows,
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    partial.unlink(missing_ok=True)
    print(table(rows))


if __name__ == "__main__":
    main()
