"""Time our joint recipe against skip-gram by gensim with Procrustes, and score both.

Usage: ``python eval/bench/joint_vs_skipgram.py PAIRS LEXICON --languages en,de [--rounds 2]``

The two run in turn, each in a process of its own with all cores, from the same file: A B A B.
Both learn a space for each language and are scored by the same code (CSLS over the whole
vocabulary, the space alone). The skip-gram spaces are linked by Procrustes on the seed lexicon
that the joint run mined, read from a file, so that mining costs them nothing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np


def joint(pairs: str, languages: tuple[str, str], lexicon: str, seeds: Path) -> dict[str, float]:
    """Train the joint recipe; leave its mined seed lexicon for the other."""
    start = time.perf_counter()
    from xling.data.formats.pairs_tsv import read_pairs
    from xling.recipes import train_corpus
    from xling.training.learn import TrainSettings

    corpus, _ = read_pairs(pairs, languages)
    trained = train_corpus(corpus, settings=TrainSettings())
    seconds = time.perf_counter() - start
    model = trained.model
    rows, found = [], model.look_up(model.vocabulary(languages[0]).words, top=1, channels="table")
    for answer in found:
        if answer.translations:
            rows.append(f"{answer.word}\t{answer.translations[0].word}\n")
    seeds.write_text("".join(rows), encoding="utf-8")
    from xling.evaluation.bli import evaluate

    return {
        "seconds": seconds,
        "space": evaluate(model, lexicon, channels="contexts").precision["1"],
        "all": evaluate(model, lexicon).precision["1"],
    }


def skipgram(pairs: str, languages: tuple[str, str], lexicon: str, seeds: Path) -> dict[str, float]:
    """Train gensim's skip-gram on each side, and link the spaces by Procrustes."""
    start = time.perf_counter()
    from gensim.models import Word2Vec

    from xling.data.formats.lexicon_tsv import read_lexicon
    from xling.data.formats.pairs_tsv import read_pairs
    from xling.data.space import EmbeddingSpace
    from xling.data.text import tokenize
    from xling.data.vocabulary import Vocabulary
    from xling.recipes import align_spaces

    corpus, _ = read_pairs(pairs, languages)
    spaces = []
    for side, language in zip((corpus.source, corpus.target), languages, strict=True):
        text = [[word.casefold() for word in words] for words in tokenize(side, language)]
        trained = Word2Vec(
            text, sg=1, vector_size=200, window=5, epochs=15, min_count=3, seed=0,
            workers=len(os.sched_getaffinity(0)),
        )  # fmt: skip
        spaces.append(
            EmbeddingSpace(
                language=language,
                vocabulary=Vocabulary(words=tuple(trained.wv.index_to_key)),
                vectors=np.asarray(trained.wv.vectors),
            )
        )
    seed_lexicon, _ = read_lexicon(seeds, languages)
    model = align_spaces(spaces[0], spaces[1], seed_lexicon).model
    seconds = time.perf_counter() - start
    from xling.evaluation.bli import evaluate

    return {"seconds": seconds, "space": evaluate(model, lexicon).precision["1"]}


PARTS = {"joint": joint, "skipgram": skipgram}


def main() -> None:
    """Run both in turn and print the ratio, or one of them in a child process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs")
    parser.add_argument("lexicon")
    parser.add_argument("--languages", default="en,de")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--output", type=Path, help="where to write the figures as JSON")
    parser.add_argument("--part", choices=sorted(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--seeds", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    source, _, target = given.languages.partition(",")
    if given.part:
        done = PARTS[given.part](given.pairs, (source, target), given.lexicon, given.seeds)
        from xling.stages import peak_memory_mib

        print(json.dumps({**done, "peak_memory_mib": peak_memory_mib()}))
        return
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in PARTS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.rounds):
            for name in PARTS:
                command = [sys.executable, __file__, *sys.argv[1:], "--part", name]
                command += ["--seeds", str(Path(folder) / "seeds.tsv")]
                child = subprocess.run(command, capture_output=True, text=True, check=True)
                found[name].append(json.loads(child.stdout))
    for name, rounds in found.items():
        scores = "  ".join(f"{key} {value:.4g}" for key, value in rounds[-1].items())
        print(f"{name:9s} {scores}")
    ratios = [
        b["seconds"] / a["seconds"] for a, b in zip(found["joint"], found["skipgram"], strict=True)
    ]
    print(f"time of skip-gram + Procrustes over joint: {statistics.median(ratios):.2f}")
    if given.output:
        inputs = {"pairs": Path(given.pairs).name, "lexicon": Path(given.lexicon).name}
        document = {**inputs, "languages": given.languages, "rounds": found, "ratios": ratios}
        given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
