"""Measure whether aligners without a dictionary, or with 25 pairs, know if they found the link.

Usage: ``python eval/real_spaces.py [--data FOLDER] [--only CASE ...]
[--methods METHOD ...] [--resume]``

The spaces are real ones. Web-scale vectors of a dialogue's words, which share a space already, are
turned apart by a random rotation with noise, and must be brought together again; vectors of
Tatoeba sentences are linked as they are, or after the German side was made unlinkable: its
coordinates shuffled, replaced by noise of the same mean and covariance, or its words exchanged;
and spaces of corpora that have nothing in common are tried. Scores are P@1 by CSLS, over the
words of MUSE's dictionaries that both spaces hold, without the seed pairs. A run has failed where
its P@1 is below half of what a map fitted on the other half of the dictionary reaches, or where
the case has no link. The result goes to ``eval/results/real_spaces.json``, written anew after each
run; the table of it is printed.
"""

import argparse
import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from hub import PAIRS, read_texts
from run import commit

import xling
from xling.aligners.registry import ALIGNERS
from xling.data.formats import read_lexicon, read_vectors
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.encoders.registry import encoder
from xling.evaluation.bli import evaluate
from xling.recipes import align_spaces

HERE = Path(__file__).resolve().parent
DIALOGUE = ("vectors/dialogue/woz.en.vec", "vectors/dialogue/woz.de.vec")
SENTENCES = ("vectors/en-de/en.vec.gz", "vectors/en-de/de.vec.gz")
MUSE = ("lexicons/muse/{}.0-5000.txt", "lexicons/muse/{}.5000-6500.txt")
NOISES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
SEEDS = 25
METHODS = ("unsupervised", "self-learning", "wasserstein")
FROM_NOTHING = ("unsupervised", "wasserstein")
Pair = tuple[EmbeddingSpace, EmbeddingSpace]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Two spaces, and whether anything links them."""

    name: str
    linked: bool
    make: Callable[[Path], Pair]
    same_words: bool = False


def read(data: Path, names: tuple[str, str]) -> Pair:
    """Read two files of English and German vectors."""
    english, german = (data / name for name in names)
    return read_vectors(english, "en")[0], read_vectors(german, "de")[0]


def turned(space: EmbeddingSpace, noise: float) -> EmbeddingSpace:
    """Rotate a space, with noise of so many times each vector's length."""
    random = np.random.default_rng([7, round(100 * noise)])
    rotation, _ = np.linalg.qr(random.standard_normal((space.dim, space.dim)))
    rows = space.vectors.astype(np.float64)
    drawn = random.standard_normal(rows.shape) / np.sqrt(space.dim)
    rows = rows + noise * np.linalg.norm(rows, axis=1, keepdims=True) * drawn
    return replace(space, vectors=(rows @ rotation).astype(np.float32))


def dialogue(noise: float) -> Callable[[Path], Pair]:
    """Turn the German side of the dialogue's vectors."""

    def make(data: Path) -> Pair:
        english, german = read(data, DIALOGUE)
        return english, turned(german, noise)

    return make


def copied(noise: float) -> Callable[[Path], Pair]:
    """Take the English side of the dialogue's vectors, and itself, turned."""

    def make(data: Path) -> Pair:
        english, _ = read(data, DIALOGUE)
        return english, replace(turned(english, noise), language="de")

    return make


def broken(names: tuple[str, str], how: str) -> Callable[[Path], Pair]:
    """Make the German side unlinkable."""

    def make(data: Path) -> Pair:
        english, german = read(data, names)
        random = np.random.default_rng(11)
        rows = german.vectors
        if how == "shuffled":
            rows = np.stack([random.permutation(column) for column in rows.T], axis=1)
        elif how == "noise":
            rows = random.multivariate_normal(rows.mean(axis=0), np.cov(rows.T), len(rows))
        else:
            rows = rows[random.permutation(len(rows))]
        return english, replace(german, vectors=rows.astype(np.float32))

    return make


def mixed(data: Path) -> Pair:
    """Take English of the dialogue's vectors and German of the sentences'."""
    return read(data, (DIALOGUE[0], SENTENCES[1]))


def counted(source: str, target: str) -> Callable[[Path], Pair]:
    """Learn two spaces from sentences, by counts, each by itself."""

    def make(data: Path) -> Pair:
        texts = read_texts(data)
        made = [encoder("ppmi")().fit(texts[tag], dim=200, seed=0) for tag in (source, target)]
        return made[0], made[1]

    return make


CASES = (
    *(Case(name=f"dialogue, {n}", linked=True, make=dialogue(n)) for n in NOISES),
    *(
        Case(name=f"dialogue English and itself, {n}", linked=True, make=copied(n), same_words=True)
        for n in NOISES
    ),
    Case(name="sentences", linked=True, make=lambda data: read(data, SENTENCES)),
    *(
        Case(name=f"{what}, {how}", linked=False, make=broken(names, how))
        for how in ("shuffled", "noise", "exchanged")
        for what, names in (("dialogue", DIALOGUE), ("sentences", SENTENCES))
    ),
    Case(name="counted en-de", linked=True, make=counted("en", "de")),
    Case(name="counted en-es", linked=True, make=counted("en", "es")),
    Case(name="counted de-es", linked=True, make=counted("de", "es")),
    Case(name="dialogue and sentences", linked=True, make=mixed),
)


def dictionary(data: Path, spaces: Pair, *, same_words: bool) -> Lexicon:
    """Give the pairs of which both words are known, the most frequent first."""
    tags = (spaces[0].language, spaces[1].language)
    known = [space.vocabulary for space in spaces]
    if same_words:
        pairs = [(word, word) for word in known[0].words]
    else:
        read_pairs = [
            pair
            for name in MUSE
            if (data / name.format("-".join(tags))).exists()
            for pair in read_lexicon(data / name.format("-".join(tags)), tags)[0].pairs
        ]
        pairs = [(a, b) for a, b in read_pairs if a in known[0] and b in known[1]]
    return Lexicon(source_language=tags[0], target_language=tags[1], pairs=tuple(pairs))


def parts(whole: Lexicon) -> tuple[Lexicon, Lexicon, Lexicon]:
    """Split by source word: seeds of self-learning, what the judge's map is fitted on, test."""
    words = list(dict.fromkeys(a for a, _ in whole.pairs))
    seeds = set(words[:SEEDS])
    others = np.random.default_rng(3).permutation(words[SEEDS:]).tolist()
    fitted = set(others[: len(others) // 2]) | seeds
    everything = set(words)
    return (
        whole.without(source=everything - seeds),
        whole.without(source=everything - fitted),
        whole.without(source=fitted),
    )


def run(case: Case, data: Path, methods: Sequence[str]) -> list[dict[str, Any]]:
    """Link a case's spaces by some methods, and compare verdict and truth."""
    spaces = case.make(data)
    whole = dictionary(data, spaces, same_words=case.same_words)
    seeds, fitted, test = parts(whole)
    supervised = align_spaces(*spaces, fitted, method="multi-step")
    source, target = (space.language for space in spaces)
    best = evaluate(supervised.model, test, source=source, target=target).to_json()
    rows = []
    for method in methods:
        if not ALIGNERS[method].any_width and spaces[0].dim != spaces[1].dim:
            continue
        start = time.perf_counter()
        made = align_spaces(*spaces, None if method in FROM_NOTHING else seeds, method=method)
        seconds = time.perf_counter() - start
        found = evaluate(made.model, test, source=source, target=target).to_json()
        p1, p1_best = found["precision"]["1"], best["precision"]["1"]
        good = case.linked and p1 >= p1_best / 2
        verdict = str(made.alignment.verdict)
        rows.append(
            {
                "case": case.name,
                "method": method,
                "linked": case.linked,
                "words": [len(space) for space in spaces],
                "queries": found["queries_in_vocabulary"],
                "p1": p1,
                "interval": found["confidence_interval"],
                "p1_supervised": p1_best,
                "succeeded": good,
                "verdict": verdict,
                "named_rightly": (verdict == "trusted") == good,
                "checks": dict(made.alignment.checks),
                "seconds": round(seconds, 1),
            }
        )
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Draw the results in Markdown."""
    lines = [
        "| spaces | method | queries | P@1 | supervised | verdict | right | s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['case']} | {row['method']} | {row['queries']} | {row['p1']:.3f} "
        f"| {row['p1_supervised']:.3f} | {row['verdict']} "
        f"| {'yes' if row['named_rightly'] else 'no'} | {row['seconds']:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Run all cases, and write down what came of each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--only", nargs="*", help="names of cases; default: all")
    parser.add_argument("--methods", nargs="+", default=METHODS, choices=METHODS)
    parser.add_argument("--resume", action="store_true", help="go on with what is there")
    parser.add_argument("--output", type=Path, default=HERE / "results" / "real_spaces.json")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    rows: list[dict[str, Any]] = []
    if given.resume and given.output.exists():
        rows = json.loads(given.output.read_text(encoding="utf-8"))["results"]
    lexicons = [name.format(tags) for name in MUSE for tags in ("en-de", "en-es", "de-es")]
    files = [*DIALOGUE, *SENTENCES, *PAIRS.values()]
    files += [name for name in lexicons if (given.data / name).exists()]
    for case in CASES:
        held = {row["method"] for row in rows if row["case"] == case.name}
        wanted = [method for method in given.methods if method not in held]
        if (given.only and case.name not in given.only) or not wanted:
            continue
        rows += run(case, given.data, wanted)
        document = {
            "xling": xling.__version__,
            "commit": commit(),
            "inputs_sha256": {
                name: hashlib.sha256((given.data / name).read_bytes()).hexdigest() for name in files
            },
            "named_rightly": sum(row["named_rightly"] for row in rows) / len(rows),
            "results": rows,
        }
        given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
