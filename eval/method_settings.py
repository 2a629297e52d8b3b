"""Compare settings of methods on pairs that are left out, and robust fits with plain ones.

Usage: ``python eval/method_settings.py eval/runs/method_settings.toml [--data FOLDER] [--jobs N]
[--only METHOD ...]``

The pairs of a lexicon that both spaces hold are cut into parts by source word. With each part left
out, every setting is fitted on the others and on a few pairs drawn from these, and P@1 by CSLS of
the part's words is taken; the table shows the mean over parts. The result goes to
``eval/results/NAME.json``; ``--only`` keeps what it holds of other methods.
"""

import argparse
import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from record import one_thread, record

from xling.aligners.base import Alignment
from xling.aligners.registry import configured
from xling.arrays import unit_rows
from xling.data.formats import read_lexicon, read_vectors
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.text import fold
from xling.retrieval.criteria import NEIGHBORHOOD, mean_similarity

HERE = Path(__file__).resolve().parent
Job = dict[str, Any]


@cache
def inputs(path: Path, data: Path) -> tuple[EmbeddingSpace, EmbeddingSpace, Lexicon]:
    """Read the run's spaces, and the pairs that both hold."""
    run = tomllib.loads(path.read_text(encoding="utf-8"))
    source, target = (
        read_vectors(data / name, tag)[0]
        for name, tag in zip(run["vectors"], run["languages"], strict=True)
    )
    whole, _ = read_lexicon(data / run["lexicon"], run["languages"])
    return source, target, chosen(whole, [p for p in whole.pairs if both(p, source, target)])


def both(pair: tuple[str, str], source: EmbeddingSpace, target: EmbeddingSpace) -> bool:
    """Tell whether both words of a pair are known."""
    return pair[0] in source.vocabulary and pair[1] in target.vocabulary


def chosen(whole: Lexicon, pairs: list[tuple[str, str]]) -> Lexicon:
    """Make a lexicon of some pairs."""
    tags = (whole.source_language, whole.target_language)
    return Lexicon(source_language=tags[0], target_language=tags[1], pairs=tuple(pairs))


def drawn(whole: Lexicon, count: int, seed: int) -> Lexicon:
    """Draw some pairs."""
    rows = np.random.default_rng(seed).permutation(len(whole))[:count]
    return chosen(whole, [whole.pairs[row] for row in rows])


def score(job: Job) -> Job:
    """Fit one setting without one part, and look the part's words up."""
    source, target, whole = inputs(job["path"], job["data"])
    words = list(dict.fromkeys(a for a, _ in whole.pairs))
    order = np.random.default_rng(0).permutation(len(words))
    out = {words[place] for place in order[job["part"] :: job["parts"]]}
    given = whole.without(source=out)
    given = drawn(given, job["few"], job["part"]) if job["few"] else given
    found = configured(job["method"], job["settings"]).fit(source, target, given)
    hits = looked_up(found, (source, target), whole.without(source=set(words) - out))
    kept = {name: job[name] for name in ("commit", "method", "settings", "part")}
    p1 = float(np.mean(hits))
    return {**kept, "pairs": len(given), "few": bool(job["few"]), "queries": len(hits), "p1": p1}


def looked_up(
    found: Alignment, spaces: tuple[EmbeddingSpace, EmbeddingSpace], test: Lexicon
) -> list[bool]:
    """Look each source word up by CSLS among all target words; tell whether it is found."""
    x = unit_rows(found.source_mapping.apply(spaces[0].vectors))
    y = unit_rows(found.target_mapping.apply(spaces[1].vectors))
    pairs = test.resolve(spaces[0].vocabulary, spaces[1].vocabulary)
    asked = np.unique(pairs.source_rows)
    best = (2 * x[asked] @ y.T - mean_similarity(y, x, k=NEIGHBORHOOD)).argmax(axis=1)
    gold = set(zip(pairs.source_rows.tolist(), pairs.target_rows.tolist(), strict=True))
    return [answer in gold for answer in zip(asked.tolist(), best.tolist(), strict=True)]


def cosine(found: Alignment, spaces: tuple[EmbeddingSpace, EmbeddingSpace], on: Lexicon) -> float:
    """Give the mean cosine of pairs after the maps."""
    pairs = on.resolve(spaces[0].vocabulary, spaces[1].vocabulary)
    x = unit_rows(found.source_mapping.apply(spaces[0].vectors[pairs.source_rows]))
    y = unit_rows(found.target_mapping.apply(spaces[1].vectors[pairs.target_rows]))
    return float(np.einsum("ij,ij->i", x, y, dtype=np.float64).mean())


def dirty(lexicon: Lexicon, share: float, seed: int) -> tuple[Lexicon, set[tuple[str, str]]]:
    """Exchange the targets of some pairs among these; give the wrong pairs apart, too."""
    rows = np.random.default_rng([seed, 1]).permutation(len(lexicon))[: round(share * len(lexicon))]
    pairs = list(lexicon.pairs)
    for row, other in zip(rows, np.roll(rows, 1), strict=True):
        pairs[row] = (lexicon.pairs[row][0], lexicon.pairs[other][1])
    wrong = set(pairs) - set(lexicon.pairs)
    return chosen(lexicon, list(dict.fromkeys(pairs))), wrong


def score_robust(job: Job) -> Job:
    """Fit one method to a lexicon, clean or dirty; look at the pairs that it has not seen."""
    source, target, whole = inputs(job["path"], job["data"])
    some = drawn(whole, job["pairs"], job["draw"])
    rest = chosen(whole, [pair for pair in whole.pairs if pair not in set(some.pairs)])
    given, wrong = dirty(some, job["exchanged"], job["draw"])
    found = configured(job["method"], job["settings"]).fit(source, target, given)
    suspects = {(fold(one.source), fold(one.target)) for one in found.suspects}
    wrong = {(fold(a), fold(b)) for a, b in wrong}
    kept = {name: job[name] for name in ("commit", "method", "settings", "draw", "exchanged")}
    named = {"suspects": len(suspects), "exchanged_named": len(suspects & wrong)}
    return {**kept, "wrong": len(wrong), **named, "cosine": cosine(found, (source, target), rest)}


def jobs(run: dict[str, Any], given: dict[str, Any]) -> Iterator[Job]:
    """List the fits whose words are looked up."""
    for method, variants in run["settings"].items():
        for settings in variants:
            for part in run["left_out"]:
                for few in (run["few"], 0):
                    place = {"part": part, "parts": run["parts"], "few": few}
                    yield {**given, **place, "method": method, "settings": settings}


def robust_jobs(about: dict[str, Any], given: dict[str, Any]) -> Iterator[Job]:
    """List the fits to clean and to dirty lexicons."""
    for method, settings in about["methods"].items():
        for exchanged in (0.0, about["exchanged"]):
            for robust in (False, True):
                for draw in about["draws"]:
                    made = {"settings": {**settings, "robust": robust}, "exchanged": exchanged}
                    more = {"draw": draw, "pairs": about["pairs"], "method": method}
                    yield {**given, **made, **more}


def tables(rows: list[Job], robust: list[Job]) -> str:
    """Draw means over parts, and over draws, in Markdown."""
    lines = ["| method | settings | P@1, few pairs | P@1, all others |", "|---|---|---|---|"]
    for name in dict.fromkeys((row["method"], json.dumps(row["settings"])) for row in rows):
        mine = [row for row in rows if (row["method"], json.dumps(row["settings"])) == name]
        means = []
        for few in (True, False):
            parts = [row for row in mine if row["few"] == few]
            asked = [row["queries"] for row in parts]
            means.append(100 * np.average([row["p1"] for row in parts], weights=asked))
        lines.append(f"| {name[0]} | {name[1]} | {means[0]:.1f} | {means[1]:.1f} |")
    lines += ["", "| method | settings | exchanged | cosine | exchanged of the named | named |"]
    lines += ["|---|---|---|---|---|---|"]
    keys = [(row["method"], json.dumps(row["settings"]), row["exchanged"]) for row in robust]
    for key in dict.fromkeys(keys):
        mine = [row for row, own in zip(robust, keys, strict=True) if own == key]
        cosines = float(np.mean([row["cosine"] for row in mine]))
        right, named, wrong = (
            sum(row[name] for row in mine) for name in ("exchanged_named", "suspects", "wrong")
        )
        shown = f"{right / max(named, 1):.2f} | {right / max(wrong, 1):.2f}"
        lines.append(f"| {key[0]} | {key[1]} | {key[2]} | {cosines:.3f} | {shown} |")
    return "\n".join(lines)


def main() -> None:
    """Read the run, repeat it, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="methods, or robust; default: all")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    path = given.output / f"{run['name']}.json"
    one_thread()
    made = record()  # before anything is edited beside the run
    where = {"path": given.run, "data": Path(given.data), "commit": made["commit"]}
    kept: dict[str, list[Job]] = {"results": [], "robust": []}
    if given.only and path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
        kept["results"] = [r for r in stored["results"] if r["method"] not in given.only]
        kept["robust"] = [] if "robust" in given.only else stored["robust"]
    wanted = [job for job in jobs(run, where) if not given.only or job["method"] in given.only]
    robust = list(robust_jobs(run["robust"], where))
    if given.only and "robust" not in given.only:
        robust = []
    with ProcessPoolExecutor(given.jobs) as pool:
        kept["results"] += pool.map(score, wanted)
        kept["robust"] += pool.map(score_robust, robust)
    files = [*run["vectors"], run["lexicon"]]
    document = {
        "run": run,
        **made,
        "inputs_sha256": {
            name: hashlib.sha256((given.data / name).read_bytes()).hexdigest() for name in files
        },
        **kept,
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(tables(kept["results"], kept["robust"]))


if __name__ == "__main__":
    main()
