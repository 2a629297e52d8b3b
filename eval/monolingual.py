"""Measure what unmatched text adds to zero-shot translation.

Usage: ``python eval/monolingual.py --lexicon FILE [--data FOLDER] [--seeds 0 1]``

Half of the sentence pairs are linked. Pairs that share a sentence, directly or through others,
stay together, so that no sentence of the other half stands in a linked pair. Of the other half
one side, or disjoint halves of both sides, come as monolingual text, never both sides of a pair;
beside it text that is matched with nothing. Every word of the lexicon is held out;
``python eval/make_lexicons.py eval/runs/monolingual.toml --output FOLDER`` makes one. The result
goes to ``eval/results/monolingual.json``; the table of it is printed.
"""

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

import xling
from xling.data.formats import SentenceFiles, read_pairs
from xling.data.text import fold, tokenize
from xling.evaluation.resampling import paired_bootstrap

HERE = Path(__file__).resolve().parent
PAIRS = "tatoeba/eng-deu.tsv.gz"
BIBLE = "bible/English-KJV.tsv.gz"
NEWS = "news/newstest2019-src.eng.txt"
FURTHER = [
    "dated/state_union",
    "dated/inaugural",
    "classification/english-sentiment/films.pos.txt",
    "classification/english-sentiment/films.neg.txt",
]
#: Name, and the files of monolingual text of either language.
CONDITIONS: dict[str, tuple[list[str], list[str]]] = {
    "half of the pairs": ([], []),
    "+ English side of the others": (["rest.en"], []),
    "+ German side of the others": ([], ["rest.de"]),
    "+ disjoint halves of the others": (["one.en"], ["two.de"]),
    "+ news and bible, English": (["news.en", "bible.en"], []),
    "+ all English text": (["rest.en", "news.en", "bible.en", "further.en"], []),
}
REFERENCE = "half of the pairs"


def components(source: tuple[str, ...], target: tuple[str, ...]) -> np.ndarray:
    """Give pairs that share a sentence, directly or through others, the same number."""
    ends = []
    for sentences in (source, target):
        keys = [" ".join(map(fold, words)) for words in tokenize(sentences, "en")]
        ends.append(np.unique(keys, return_inverse=True)[1])
    first, second = ends[0], ends[1] + ends[0].max() + 1
    size = int(second.max()) + 1
    graph = sparse.coo_array((np.ones(len(first)), (first, second)), shape=(size, size))
    return csgraph.connected_components(graph, directed=False)[1][first]


def write(path: Path, lines: Iterable[str]) -> None:
    """Write a text, one sentence a line."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def make_files(data: Path, folder: Path, seed: int) -> dict[str, int]:
    """Cut the corpus, and write the texts; give the number of words of each."""
    corpus, _ = read_pairs(data / PAIRS, ("en", "de"))
    group = components(corpus.source, corpus.target)
    # In a random order of the groups, the first ones with half of the pairs are linked.
    place = np.random.default_rng(seed).permutation(int(group.max()) + 1)[group]
    order = np.sort(place)
    half, three_quarters = order[len(order) // 2], order[3 * len(order) // 4]
    linked, one = place < half, (place >= half) & (place < three_quarters)
    two = place >= three_quarters
    sides = (corpus.source, corpus.target)
    texts: dict[str, list[str]] = {
        "linked.tsv": [f"{a}\t{b}" for a, b, kept in zip(*sides, linked, strict=True) if kept],
        "rest.en": [s for s, kept in zip(corpus.source, linked, strict=True) if not kept],
        "rest.de": [s for s, kept in zip(corpus.target, linked, strict=True) if not kept],
        "one.en": [s for s, kept in zip(corpus.source, one, strict=True) if kept],
        "two.de": [s for s, kept in zip(corpus.target, two, strict=True) if kept],
        "news.en": list(SentenceFiles([data / NEWS])),
    }
    with gzip.open(data / BIBLE, "rt", encoding="utf-8") as verses:
        texts["bible.en"] = [line.rstrip("\n").split("\t")[1] for line in verses if "\t" in line]
    texts["further.en"] = []
    for name in FURTHER:
        files = sorted((data / name).iterdir()) if (data / name).is_dir() else [data / name]
        for file in files:
            whole = file.read_text(encoding="utf-8", errors="replace").replace("\r", "")
            texts["further.en"] += [line for line in whole.split("\n") if line.strip()]
    for name, lines in texts.items():
        write(folder / name, lines)
    counts = {name: sum(map(len, tokenize(lines, "en"))) for name, lines in texts.items()}
    for side, name in enumerate(("linked.en", "linked.de")):
        halves = (line.split("\t")[side] for line in texts["linked.tsv"])
        counts[name] = sum(map(len, tokenize(halves, "en")))
    return counts


def run(lexicon: Path, folder: Path, condition: str, seed: int) -> dict[str, Any]:
    """Train and judge one model."""
    start = time.perf_counter()
    source, target = (
        SentenceFiles([folder / name for name in names]) for names in CONDITIONS[condition]
    )
    model = xling.train(
        folder / "linked.tsv",
        languages=("en", "de"),
        hold_out=lexicon,
        monolingual=(source, target),
        accept_line_aligned=True,  # the halves are disjoint, if by chance of as many lines
        seed=seed,
    )
    seconds = time.perf_counter() - start
    scores = {}
    for channels in ("contexts", "all"):
        result = xling.evaluate(model, lexicon, channels=channels)
        scores[channels] = {**result.to_json(), "ranks": dict(result.ranks)}
        scores[channels].pop("per_query", None)
    return {
        "condition": condition,
        "seed": seed,
        "seconds": round(seconds, 1),
        "recipe": model.card["recipe"],
        "vocabulary": model.card["vocabulary"],
        "unmatched_sentences": model.card["unmatched_sentences"],
        "scores": scores,
    }


def summarize(
    results: list[dict[str, Any]], words: dict[int, dict[str, int]]
) -> list[dict[str, Any]]:
    """Give a row for each condition: its own queries, and those that all conditions share."""
    rows = []
    for channels in ("contexts", "all"):
        # Queries in vocabulary under every condition of a seed.
        common = {
            seed: set.intersection(
                *(
                    {word for word, rank in one["scores"][channels]["ranks"].items() if rank}
                    for one in results
                    if one["seed"] == seed
                )
            )
            for seed in {one["seed"] for one in results}
        }
        for condition in CONDITIONS:
            own = [one for one in results if one["condition"] == condition]
            scores = [one["scores"][channels] for one in own]
            row: dict[str, Any] = {"condition": condition, "channels": channels}
            row["times_the_text"] = _growth(condition, words)
            row["queries"] = float(np.mean([score["queries_in_vocabulary"] for score in scores]))
            row["coverage"] = float(np.mean([score["coverage"] for score in scores]))
            for k in ("1", "5"):
                row[f"precision_{k}"] = float(np.mean([s["precision"][k] for s in scores]))
                row[f"precision_{k}_overall"] = float(
                    np.mean([s["precision_overall"][k] for s in scores])
                )
            row |= _on_common(results, condition, channels, common)
            rows.append(row)
    return rows


def _growth(condition: str, words: dict[int, dict[str, int]]) -> list[float]:
    """Give how many times the words of the linked half there are, for each language."""
    return [
        float(
            np.mean(
                [1 + sum(count[name] for name in names) / count[linked] for count in words.values()]
            )
        )
        for names, linked in zip(CONDITIONS[condition], ("linked.en", "linked.de"), strict=True)
    ]


def _on_common(
    results: list[dict[str, Any]], condition: str, channels: str, common: dict[int, set[str]]
) -> dict[str, Any]:
    """Score a condition on the queries that all have, and compare it with the reference."""
    row: dict[str, Any] = {"common_queries": float(np.mean([len(v) for v in common.values()]))}
    for k in (1, 5):
        hits: dict[str, dict[str, list[float]]] = {condition: {}, REFERENCE: {}}
        for one in results:
            if one["condition"] in hits:
                ranks = one["scores"][channels]["ranks"]
                for word in common[one["seed"]]:
                    hits[one["condition"]].setdefault(word, []).append(float(ranks[word] <= k))
        words = sorted(hits[condition])
        mine, other = (
            np.array([np.mean(hits[name][word]) for word in words])
            for name in (condition, REFERENCE)
        )
        row[f"common_precision_{k}"] = float(mine.mean())
        if condition != REFERENCE:
            found = paired_bootstrap(mine, other)
            row[f"difference_{k}"] = [found.difference, found.low, found.high, found.p_value]
    return row


def table(rows: list[dict[str, Any]]) -> str:
    """Write the rows as a Markdown table."""
    lines = [
        "| text | times the text (en, de) | channels | n (coverage) | P@1 | P@5 "
        "| same queries: P@1 | P@5 | P@1 overall |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        more = ["", ""]
        for place, k in enumerate((1, 5)):
            if f"difference_{k}" in row:
                change, low, high, _ = row[f"difference_{k}"]
                more[place] = f" ({change:+.3f}, {low:+.3f} to {high:+.3f})"
        lines.append(
            "| {} | {:.1f}, {:.1f} ".format(row["condition"], *row["times_the_text"])
            + f"| {row['channels']} "
            f"| {row['queries']:.0f} ({row['coverage']:.1%}) "
            f"| {row['precision_1']:.3f} | {row['precision_5']:.3f} "
            f"| {row['common_precision_1']:.3f}{more[0]} "
            f"| {row['common_precision_5']:.3f}{more[1]} | {row['precision_1_overall']:.3f} |"
        )
    return "\n".join(lines)


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, or of the files of a folder in the order of their names."""
    sha = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        sha.update(file.read_bytes())
    return sha.hexdigest()


def commit() -> str:
    """Name the state of the code, as git does; empty outside a checkout."""
    command = ["git", "-C", str(HERE), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def main() -> None:
    """Run every condition with every seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = os.environ.get("XLING_DATA", HERE.parent.parent / "shared" / "data")
    parser.add_argument("run", type=Path, nargs="?", help="its run file; it adds nothing")
    parser.add_argument("--data", type=Path, default=Path(default), help="folder of the corpora")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--lexicon", type=Path, required=True, help="words to hold out and ask")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    results, words = [], {}
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as folder:
            words[seed] = make_files(given.data, Path(folder), seed)
            for condition in CONDITIONS:
                results.append(run(given.lexicon, Path(folder), condition, seed))
                print(f"seed {seed}: {condition}, {results[-1]['seconds']} s", file=sys.stderr)
    rows = summarize(results, words)
    for one in results:
        for score in one["scores"].values():
            del score["ranks"]
    inputs = {name: digest(given.data / name) for name in [PAIRS, BIBLE, NEWS, *FURTHER]}
    inputs[given.lexicon.name] = digest(given.lexicon)
    document = {
        "commit": commit(),
        "conditions": CONDITIONS,
        "words": words,
        "inputs_sha256": inputs,
        "summary": rows,
        "results": results,
    }
    given.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1) + "\n"
    (given.output / "monolingual.json").write_text(text, encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
