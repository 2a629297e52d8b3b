"""Measure two languages that were never linked: German and Spanish through an English hub.

Usage: ``python eval/hub.py [--data FOLDER] [--seeds 0 1 2] [--dim 200]``

Each space is learned by itself: German from the German sides of the English-German pairs, Spanish
from the Spanish sides of the English-Spanish ones, English from the English sides of both. No
matched sentence is used for a link. Seed lexicons are the first 5,000 words of MUSE; those of the
hub lose every pair with a German test word, so that no test word is linked, not even through
English, as none is in the direct lexicon; ``gold words too`` also takes out the Spanish answers.
Scores are of German to Spanish, MUSE 5000-6500, by CSLS over the whole vocabulary. The result goes
to ``eval/results/hub.json``; the table of it is printed.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import xling
from xling.data.formats import read_lexicon, read_pairs
from xling.data.indexed import IndexedText, index_text
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.encoders.registry import encoder
from xling.evaluation.bli import BliResult, evaluate
from xling.evaluation.resampling import paired_bootstrap

HERE = Path(__file__).resolve().parent
PAIRS = {"de": "tatoeba/eng-deu.tsv.gz", "es": "tatoeba/eng-spa.tsv.gz"}
MUSE = "lexicons/muse/{}.0-5000.txt"
TEST = "lexicons/muse/de-es.5000-6500.txt"
REFERENCE = "direct link"


def read_texts(data: Path) -> dict[str, IndexedText]:
    """Cut the text of each language into words; that of English is of both corpora."""
    sides: dict[str, tuple[str, ...]] = {"en": ()}
    for language, name in PAIRS.items():
        corpus, _ = read_pairs(data / name, ("en", language))
        sides["en"] += corpus.source
        sides[language] = corpus.target
    return {language: index_text(sentences, language) for language, sentences in sides.items()}


def read_lexicons(data: Path) -> tuple[Lexicon, dict[str, Lexicon]]:
    """Read the test lexicon, and the seed lexicons without its words."""
    test, _ = read_lexicon(data / TEST, ("de", "es"))
    words, gold = {a for a, _ in test.pairs}, {b for _, b in test.pairs}
    read = {
        f"{a}-{b}": read_lexicon(data / MUSE.format(f"{a}-{b}"), (a, b))[0]
        for a, b in (("en", "de"), ("en", "es"), ("de", "es"))
    }
    return test, {
        "en-de": read["en-de"].without(target=words),
        "en-es": read["en-es"],
        "en-es, gold words too": read["en-es"].without(target=gold),
        "de-es": read["de-es"].without(source=words),
        "de-es, gold words too": read["de-es"].without(source=words, target=gold),
    }


def link(
    condition: str, spaces: dict[str, EmbeddingSpace], seeds: dict[str, Lexicon]
) -> tuple[Any, dict[str, int]]:
    """Link the spaces in one way; give what answers, and the pairs that were used."""
    strict = ", gold words too" if condition.endswith("gold words too") else ""
    if condition.startswith(REFERENCE):
        model = xling.align(spaces["de"], spaces["es"], seeds["de-es" + strict])
        return model, {"de-es": model.card["seed_pairs"]}
    lexicons = {("en", "de"): seeds["en-de"], ("en", "es"): seeds["en-es" + strict]}
    if condition == "hub and direct link":
        lexicons["de", "es"] = seeds["de-es"]
    hub = xling.hub(spaces, lexicons)
    return hub, {f"{one.source}-{one.target}": one.pairs for one in hub.links}


CONDITIONS = (
    REFERENCE,
    "hub",
    "hub and direct link",
    "direct link, gold words too",
    "hub, gold words too",
)


def run(
    name: str,
    seed: int,
    dim: int,
    texts: dict[str, IndexedText],
    seeds: dict[str, Lexicon],
    test: Lexicon,
) -> Iterable[dict[str, Any]]:
    """Learn the spaces with one encoder, link them in every way and judge each."""
    spaces, learned = {}, {}
    for language, text in texts.items():
        start = time.perf_counter()
        spaces[language] = encoder(name)().fit(text, dim=dim, seed=seed, threads=1)
        learned[language] = round(time.perf_counter() - start, 1)
    print(f"{name}, seed {seed}: spaces in {sum(learned.values()):.0f} s", file=sys.stderr)
    for condition in CONDITIONS:
        start = time.perf_counter()
        model, pairs = link(condition, spaces, seeds)
        seconds = round(time.perf_counter() - start, 2)
        result: BliResult = evaluate(model, test, source="de", target="es")
        yield {
            "encoder": name,
            "seed": seed,
            "condition": condition,
            "pairs": pairs,
            "vocabulary": {tag: len(spaces[tag]) for tag in spaces},
            "seconds": {"learn": learned, "link": seconds},
            "scores": result.to_json(),
            "hits": [rank <= 1 for _, rank in result.ranks if rank is not None],
        }


def summarize(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take the mean over seeds, and compare each condition with the direct link."""
    rows = []
    for name in dict.fromkeys(one["encoder"] for one in results):
        mine = [one for one in results if one["encoder"] == name]

        def hits(condition: str, mine: list[dict[str, Any]] = mine) -> np.ndarray:
            kept = [one["hits"] for one in mine if one["condition"] == condition]
            mean: np.ndarray = np.mean(np.array(kept, dtype=np.float64), axis=0)
            return mean

        for condition in CONDITIONS:
            own = [one["scores"] for one in mine if one["condition"] == condition]
            beside = REFERENCE + (", gold words too" if "gold" in condition else "")
            row = {
                "encoder": name,
                "condition": condition,
                "pairs": next(o["pairs"] for o in mine if o["condition"] == condition),
                "queries_in_vocabulary": own[0]["queries_in_vocabulary"],
                "coverage": own[0]["coverage"],
                "precision_1": float(np.mean([o["precision"]["1"] for o in own])),
                "precision_5": float(np.mean([o["precision"]["5"] for o in own])),
                "interval": np.mean([o["confidence_interval"] for o in own], axis=0).tolist(),
                "precision_1_overall": float(np.mean([o["precision_overall"]["1"] for o in own])),
                "mrr": float(np.mean([o["mrr"] for o in own])),
            }
            if condition != beside:
                row["difference"] = compare(hits(condition), hits(beside))
            rows.append(row)
    return rows


def compare(ours: np.ndarray, theirs: np.ndarray) -> dict[str, Any]:
    """Give the difference in P@1 over the queries in vocabulary, with its paired bootstrap."""
    found = paired_bootstrap(ours, theirs)
    return {
        "p_at_1": found.difference,
        "interval": [found.low, found.high],
        "p_value": found.p_value,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Draw the summary in Markdown."""
    lines = [
        "| encoder | link | seed pairs | n (coverage) | P@1 (95 %) | P@5 | MRR | over all queries "
        "| minus direct (p) |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        low, high = row["interval"]
        change = row.get("difference")
        shown = "" if change is None else f"{100 * change['p_at_1']:+.1f} ({change['p_value']:.3f})"
        pairs = ", ".join(f"{name} {count:,}" for name, count in row["pairs"].items())
        lines.append(
            f"| {row['encoder']} | {row['condition']} | {pairs} "
            f"| {row['queries_in_vocabulary']} ({row['coverage']:.1%}) "
            f"| {row['precision_1']:.3f} ({low:.3f}-{high:.3f}) | {row['precision_5']:.3f} "
            f"| {row['mrr']:.3f} | {row['precision_1_overall']:.3f} | {shown} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run both encoders with every seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = os.environ.get("XLING_DATA", HERE.parent.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(default), help="folder of the corpora")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--dim", type=int, default=200)
    parser.add_argument("--encoders", nargs="+", default=["ppmi", "skipgram"])
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    from record import record  # here: only a script has this folder on its path

    made = record()  # before anything is edited beside the run
    texts = read_texts(given.data)
    test, seeds = read_lexicons(given.data)
    results: list[dict[str, Any]] = []
    files = [*PAIRS.values(), TEST, *(MUSE.format(p) for p in ("en-de", "en-es", "de-es"))]
    document: dict[str, Any] = {
        "settings": {"dim": given.dim, "seeds": given.seeds, "encoders": given.encoders},
        **made,
        "inputs": {
            name: hashlib.sha256((given.data / name).read_bytes()).hexdigest() for name in files
        },
    }
    given.output.mkdir(parents=True, exist_ok=True)
    for name in given.encoders:
        for seed in given.seeds if name == "skipgram" else given.seeds[:1]:  # ppmi draws nothing
            results += run(name, seed, given.dim, texts, seeds, test)
            document["summary"] = summarize(results)
            document["results"] = [
                {key: value for key, value in one.items() if key != "hits"} for one in results
            ]
            text = json.dumps(document, indent=1) + "\n"
            (given.output / "hub.json").write_text(text, encoding="utf-8")
    print(table(document["summary"]))


if __name__ == "__main__":
    main()
