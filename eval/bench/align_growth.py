"""Time aligners on planted worlds of growing size, against one product of the same size.

Usage: ``python eval/bench/align_growth.py [--sizes 10000,50000,200000]
[--methods procrustes,self-learning] [--fit-only]``

A world is a cloud with a power-law spectrum and its rotation with noise; 5,000 frequent words are
the seed lexicon, or 25 for methods that need none. Each fit runs in a process of its own, which
reports the seconds of the fit, of making the model ready for look-up (the neighbourhoods of CSLS,
both directions), and its peak memory (on Linux), the two spaces included, in units of their own
size; what Python, its libraries and the words take before is not counted. The spaces are handed
over as ``xling align`` does it. The unit of time is the float32 product of both spaces, one block
of it measured and scaled up: what any exact method must spend at least. ``--fit-only`` leaves the
neighbourhoods out. The result goes to ``eval/results/align_growth.json``, written anew after each
run; the table of it is printed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from xling.aligners.base import Alignment
from xling.aligners.registry import ALIGNERS, aligner
from xling.arrays import blocks, unit_rows
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.model.side import make_sides

HERE = Path(__file__).resolve().parent
_SEEDS = 5000
_FEW = 25
_BLOCK = 2048


def write_world(words: int, dim: int, folder: str) -> None:
    """Draw a cloud and its noisy rotation, row by row the same words, into two files."""
    random = np.random.default_rng(0)
    scales = (np.arange(1, dim + 1) ** -0.35).astype(np.float32)
    source = random.standard_normal((words, dim), dtype=np.float32) * scales
    turn = np.linalg.qr(random.standard_normal((dim, dim)))[0].astype(np.float32)
    target = source @ turn
    target += 0.2 * scales.mean() * random.standard_normal(target.shape, dtype=np.float32)
    for language, rows in (("en", source), ("de", target)):
        np.save(Path(folder) / f"{language}.npy", rows)


def read_space(folder: str, language: str) -> EmbeddingSpace:
    """Read one side of a world, without a second copy of it."""
    stored = np.load(Path(folder) / f"{language}.npy", mmap_mode="r")
    vectors = np.empty(stored.shape, dtype=np.float32)  # as readers of vector files make it
    for part in blocks(len(stored), _BLOCK):
        vectors[part] = stored[part]
    vectors.flags.writeable = False
    words = tuple(f"{language}{number}" for number in range(len(vectors)))
    return EmbeddingSpace(language=language, vocabulary=Vocabulary(words=words), vectors=vectors)


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


def memory(name: str) -> float:
    """Give a size from what Linux says about this process, in MiB."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in text.splitlines() if line.startswith(name)).split()[1]) / 1024


def peak() -> float:
    """Give the most memory since `reset_peak`, in MiB."""
    return memory("VmHWM:")


def reset_peak() -> float:
    """Forget the peak so far, which reading the spaces made; give what is in use."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return memory("VmRSS:")


def one_by_one(held: list[EmbeddingSpace]) -> Iterator[EmbeddingSpace]:
    """Hand spaces over, and keep none."""
    while held:
        yield held.pop(0)


def warm_up(method: str) -> None:
    """Go the same way with few words, so that no library is loaded while costs are measured."""
    random = np.random.default_rng(0)
    rows = random.standard_normal((200, 10)).astype(np.float32)
    spaces = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(f"{language}{number}" for number in range(200))),
            vectors=rows,
        )
        for language in ("en", "de")
    ]
    pairs = tuple((f"en{i}", f"de{i}") for i in range(100))
    lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
    given = None if ALIGNERS[method].supervision == "none" else lexicon
    found = aligner(method)().fit(spaces[0], spaces[1], given)
    maps = (found.source_mapping, found.target_mapping)
    make_sides(one_by_one(spaces), maps, trained=(frozenset(), frozenset()))


def right(found: Alignment, folder: str) -> float:
    """Look 500 words up by cosine, in blocks; give the share that is found."""
    asked, answers = (np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in ("en", "de"))
    sample = np.random.default_rng(1).choice(len(asked), min(500, len(asked)), replace=False)
    rows = unit_rows(found.source_mapping.apply(asked[sample]))
    best = np.full(len(sample), -np.inf, dtype=np.float32)
    chosen = np.zeros(len(sample), dtype=np.int64)
    for part in blocks(len(answers), _BLOCK):
        cosines = rows @ unit_rows(found.target_mapping.apply(answers[part])).T
        better = cosines.max(axis=1) > best
        chosen[better] = part.start + cosines.argmax(axis=1)[better]
        best = np.maximum(best, cosines.max(axis=1))
    return float(np.mean(chosen == sample))


def run(method: str, folder: str, *, fit_only: bool) -> dict[str, float]:
    """Fit one method on one world, and say what it cost."""
    spaces = [read_space(folder, language) for language in ("en", "de")]
    words, dim = spaces[0].vectors.shape
    needed = ALIGNERS[method].supervision
    count = _SEEDS if needed == "lexicon" else _FEW
    pairs = tuple((f"en{i}", f"de{i}") for i in range(count))
    lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
    given = None if needed == "none" else lexicon
    warm_up(method)
    size = 2 * words * dim * 4 / 2**20
    before = reset_peak() - size
    start = time.perf_counter()
    found = aligner(method)().fit(spaces[0], spaces[1], given)
    fitted = time.perf_counter()
    after_fit = peak()
    if not fit_only:
        sides = make_sides(
            one_by_one(spaces),
            (found.source_mapping, found.target_mapping),
            trained=(frozenset(), frozenset()),
        )
        assert len(sides[0].vocabulary) == words
    ready, after_all = time.perf_counter(), peak()
    return {
        "fit_seconds": fitted - start,
        "index_seconds": ready - fitted,
        "spaces_mib": size,
        "before_mib": before,
        "fit_peak_mib": after_fit - before,
        "peak_mib": after_all - before,
        "precision_nn": right(found, folder),
        "rounds": len(found.history),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Draw the costs in Markdown; memory in units of the two spaces, which are part of it."""
    lines = [
        "| method | words | fit, s | ready, s | one product, s | spaces, MiB | fit, spaces "
        "| all, spaces | nn P@1 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['method']} | {row['words']:,} | {row['fit_seconds']:.1f} "
        f"| {row['index_seconds']:.1f} | {row['product_seconds']:.1f} | {row['spaces_mib']:.0f} "
        f"| {row['fit_peak_mib'] / row['spaces_mib']:.2f} "
        f"| {row['peak_mib'] / row['spaces_mib']:.2f} | {row['precision_nn']:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Run each method on each size in a child, and write down what it cost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="10000,50000,200000")
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--methods", default="procrustes,self-learning")
    parser.add_argument("--fit-only", action="store_true")
    parser.add_argument(
        "--output", type=Path, default=HERE.parent / "results" / "align_growth.json"
    )
    parser.add_argument("--part", nargs=2, metavar=("METHOD", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        part = run(*given.part, fit_only=given.fit_only)
        print(json.dumps(part))
        return
    sys.path.insert(0, str(HERE.parent))  # no part of what a child takes
    from record import record

    made = record()
    rows: list[dict[str, Any]] = []
    for words in map(int, given.sizes.split(",")):
        product = unit(words, given.dim)
        with tempfile.TemporaryDirectory() as folder:
            write_world(words, given.dim, folder)
            for method in given.methods.split(","):
                command = [sys.executable, __file__, *["--fit-only"] * given.fit_only]
                command += ["--part", method, folder]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    sys.exit(done.stderr)
                found = json.loads(done.stdout)
                row = {"method": method, "words": words, "product_seconds": product, **found}
                rows.append(row)
                document = {
                    **made,
                    "dim": given.dim,
                    "pairs": [_SEEDS, _FEW],
                    "rows": rows,
                }
                given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
