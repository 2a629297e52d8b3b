"""Time aligners on planted worlds of growing size, against one product of the same size.

Usage: ``python eval/bench/align_growth.py [--sizes 10000,50000] [--methods procrustes,cca]``

A world is a cloud with a power-law spectrum and its rotation with noise; 5,000 frequent words are
the seed lexicon. Each fit runs in a process of its own, which reports the seconds of the fit, of
making the model ready for look-up (the neighbourhoods of CSLS, both directions), and its peak
memory beside that of the two spaces. The unit is the float32 product of both spaces, one block of
it measured and scaled up: what any exact method must spend at least.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

_SEEDS = 5000
_BLOCK = 2048


def world(words: int, dim: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a cloud, its noisy rotation, and which source row each target row renders."""
    random = np.random.default_rng(0)
    scales = (np.arange(1, dim + 1) ** -0.35).astype(np.float32)
    source = random.standard_normal((words, dim), dtype=np.float32) * scales
    turn = np.linalg.qr(random.standard_normal((dim, dim)))[0].astype(np.float32)
    target = source @ turn
    target += 0.2 * scales.mean() * random.standard_normal(target.shape, dtype=np.float32)
    return source, target, np.arange(words)


def unit(words: int, dim: int) -> float:
    """Give the seconds of one product of both spaces."""
    random = np.random.default_rng(0)
    rows = random.standard_normal((_BLOCK, dim), dtype=np.float32)
    others = random.standard_normal((dim, min(words, 20_000)), dtype=np.float32)
    rows @ others
    start = time.perf_counter()
    for _ in range(3):
        rows @ others
    spent = (time.perf_counter() - start) / 3
    return float(spent * words / _BLOCK * words / others.shape[1])


def run(method: str, words: int, dim: int) -> dict[str, float]:
    """Fit one method on one world, and say what it cost."""
    from xling.aligners.registry import ALIGNERS, aligner
    from xling.data.lexicon import Lexicon
    from xling.data.space import EmbeddingSpace
    from xling.data.vocabulary import Vocabulary
    from xling.model.side import make_sides
    from xling.stages import peak_memory_mib

    x, y, _ = world(words, dim)
    spaces = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(f"{language}{i}" for i in range(words))),
            vectors=vectors,
        )
        for language, vectors in (("en", x), ("de", y))
    ]
    del x, y
    pairs = tuple((f"en{i}", f"de{i}") for i in range(_SEEDS))
    lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
    given = None if ALIGNERS[method].supervision == "none" else lexicon
    before = peak_memory_mib()
    start = time.perf_counter()
    found = aligner(method)().fit(spaces[0], spaces[1], given)
    fitted = time.perf_counter()
    after_fit = peak_memory_mib()
    make_sides(
        (spaces[0], spaces[1]),
        (found.source_mapping, found.target_mapping),
        trained=(frozenset(), frozenset()),
    )
    ready, after_all = time.perf_counter(), peak_memory_mib()
    sample = np.random.default_rng(1).choice(words, 500, replace=False)
    asked = found.source_mapping.apply(spaces[0].vectors[sample])
    answers = found.target_mapping.apply(spaces[1].vectors)
    right = (asked @ answers.T).argmax(axis=1) == sample
    return {
        "fit_seconds": fitted - start,
        "index_seconds": ready - fitted,
        "spaces_mib": 2 * words * dim * 4 / 2**20,
        "before_mib": before,
        "fit_peak_mib": after_fit,
        "peak_mib": after_all,
        "precision_nn": float(right.mean()),
        "rounds": len(found.history),
    }


def main() -> None:
    """Run each method on each size in a child, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="10000,50000")
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--methods", default="procrustes,cca")
    parser.add_argument("--output", type=Path, help="where to write the figures as JSON")
    parser.add_argument("--part", nargs=2, metavar=("METHOD", "WORDS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print(json.dumps(run(given.part[0], int(given.part[1]), given.dim)))
        return
    rows = []
    print(
        "| method | words | fit, s | ready, s | one product, s | spaces, MiB | peak, MiB | nn P@1 |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for words in map(int, given.sizes.split(",")):
        product = unit(words, given.dim)
        for method in given.methods.split(","):
            command = [sys.executable, __file__, "--dim", str(given.dim)]
            command += ["--part", method, str(words)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(done.stderr)
            row = {"method": method, "words": words, "product_seconds": product}
            rows.append({**row, **json.loads(done.stdout)})
            one = rows[-1]
            print(
                f"| {method} | {words:,} | {one['fit_seconds']:.1f} | {one['index_seconds']:.1f} "
                f"| {product:.1f} | {one['spaces_mib']:.0f} | {one['peak_mib']:.0f} "
                f"| {one['precision_nn']:.3f} |",
                flush=True,
            )
    if given.output:
        document = {"dim": given.dim, "seeds": _SEEDS, "rows": rows}
        given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
