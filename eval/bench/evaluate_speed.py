"""Time the evaluation of a large model against FAISS's flat search of the same product.

Usage: ``python eval/bench/evaluate_speed.py [--queries 5000] [--targets 200000] [--dim 300]``

A planted world: target rows are drawn, each query is a noisy copy of one of them, and has one to
three gold words. CSLS; the evaluation gives all its scores, every breakdown, the clean part and
all bootstrap intervals, and (second line) also lists the ten best answers of each query. FAISS
only finds the ten nearest rows of each query among the same rows. The last line is the page of
``xling report`` without a lexicon: hubness by two criteria, the map, neighbours. Each runs in a
process of its own, with the same number of threads. Seconds are of the clock and of the processor,
which differ where other work runs beside; the growth of memory is what was added to the model. The
result goes to ``eval/results/evaluate_speed.json``.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
WAYS = ("faiss", "evaluate", "evaluate with answers", "report")


def world(queries: int, targets: int, dim: int) -> tuple[Any, Any]:
    """Plant a model and its test lexicon."""
    from xling.data.lexicon import Lexicon
    from xling.data.space import EmbeddingSpace
    from xling.data.vocabulary import Vocabulary
    from xling.mapping.linear import LinearMap
    from xling.model.model import Model
    from xling.model.side import make_sides

    random = np.random.default_rng(0)
    scales = (np.arange(1, dim + 1) ** -0.35).astype(np.float32)
    rows = random.standard_normal((targets, dim), dtype=np.float32) * scales
    chosen = np.sort(random.choice(targets, queries, replace=False))
    noise = random.standard_normal((queries, dim), dtype=np.float32) * scales
    names = [f"{'W' if i % 9 == 0 else 'w'}ord{i}" for i in range(queries)]
    foreign = [f"wort{i}" for i in range(targets)]
    for place in range(0, queries, 7):  # some are spelled alike
        foreign[chosen[place]] = names[place]
    spaces = [
        EmbeddingSpace(
            language=language,
            vocabulary=Vocabulary(words=tuple(words), counts=np.arange(len(words), 0, -1)),
            vectors=vectors,
        )
        for language, words, vectors in (("en", names, rows[chosen] + noise), ("de", foreign, rows))
    ]
    plain = LinearMap(dim_in=dim)
    trained = frozenset(names[: queries // 3])
    sides = make_sides((spaces[0], spaces[1]), (plain, plain), trained=(trained, frozenset()))
    pairs = [(word, foreign[at]) for word, at in zip(names, chosen.tolist(), strict=True)]
    more = random.integers(0, targets, (queries, 2)).tolist()
    pairs += [(word, foreign[a]) for word, (a, _) in zip(names[::2], more[::2], strict=True)]
    pairs += [(word, foreign[b]) for word, (_, b) in zip(names[::4], more[::4], strict=True)]
    lexicon = Lexicon(source_language="en", target_language="de", pairs=tuple(dict.fromkeys(pairs)))
    return Model(sides=sides, name="planted"), lexicon


def make(folder: Path, queries: int, targets: int, dim: int) -> None:
    """Plant the world, and store it."""
    from xling.data.formats import write_lexicon

    model, lexicon = world(queries, targets, dim)
    model.save(folder / "planted")
    write_lexicon(folder / "test.tsv", lexicon)


class Clock:
    """Measures seconds of the clock and of the processor."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Give both."""
        return {
            "seconds": time.perf_counter() - self._start[0],
            "cpu_seconds": time.process_time() - self._start[1],
        }


def measure(way: str, folder: Path) -> dict[str, Any]:
    """Run one way in this process."""
    import xling
    from xling.data.formats import read_lexicon
    from xling.model.open import load_model
    from xling.stages import peak_memory_mib

    model = load_model(folder / "planted")
    lexicon, _ = read_lexicon(folder / "test.tsv", ("en", "de"))
    asked, answers = model.sides
    found: dict[str, Any] = {"way": way}
    before = peak_memory_mib()
    if way == "faiss":
        import faiss

        index = faiss.IndexFlatIP(answers.index.rows.shape[1])
        index.add(answers.index.rows)
        rows = np.hstack([2 * asked.vectors, -np.ones((len(asked.vectors), 1), np.float32)])
        clock = Clock()
        _, ids = index.search(np.ascontiguousarray(rows), 10)
        found |= clock.read()
        gold = set(lexicon.pairs)
        words = answers.vocabulary.words
        hits = [
            (asked.vocabulary.words[n], words[i]) in gold for n, i in enumerate(ids[:, 0].tolist())
        ]
        found["precision_1"] = float(np.mean(hits))
    elif way == "report":
        from xling.report.make import ReportSettings, make_report

        clock = Clock()
        made = make_report(model, ReportSettings(path=folder / "report.html"))
        found |= clock.read() | {"bytes": made["bytes"]}
    else:
        clock = Clock()
        result = xling.evaluate(model, lexicon, top=10 if way.endswith("answers") else 0)
        found |= clock.read()
        found["precision_1"] = result.precision["1"]
        found["groups"] = {kind: len(rows) for kind, rows in result.groups.items()}
    peak = peak_memory_mib()
    return found | {"peak_memory_mib": round(peak, 1), "growth_mib": round(peak - before, 1)}


def main() -> None:
    """Measure every way, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--queries", type=int, default=5000)
    parser.add_argument("--targets", type=int, default=200_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", help=f"one of {', '.join(WAYS)}, or make; in this process")
    parser.add_argument("--folder", type=Path, help="where the planted world is")
    parser.add_argument(
        "--output", type=Path, default=HERE.parent / "results" / "evaluate_speed.json"
    )
    given = parser.parse_args()
    size = given.queries, given.targets, given.dim
    if given.only == "make":
        make(given.folder, *size)
        return
    if given.only:
        print(json.dumps(measure(given.only, given.folder)))
        return
    environment = {**os.environ, "OMP_NUM_THREADS": str(given.threads)}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--folder", folder]
        for name, value in zip(("queries", "targets", "dim"), size, strict=True):
            command += [f"--{name}", str(value)]
        for way in ("make", *WAYS):
            done = subprocess.run(
                [*command, "--only", way],
                stdout=subprocess.PIPE, text=True, check=True, env=environment,
            )  # fmt: skip
            if way == "make":
                continue
            rows.append(json.loads(done.stdout))
            for name in ("seconds", "cpu_seconds"):
                rows[-1][f"{name}_times_faiss"] = round(rows[-1][name] / rows[0][name], 2)
            print(rows[-1], file=sys.stderr)
    document = {
        "queries": given.queries, "targets": given.targets, "dim": given.dim,
        "threads": given.threads, "load": os.getloadavg(), "results": rows,
    }  # fmt: skip
    given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print("| | seconds | of the processor | times FAISS | memory added, MiB |")
    print("|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['way']} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | "
            f"{row['cpu_seconds_times_faiss']:.1f} | {row['growth_mib']:.0f} |"
        )


if __name__ == "__main__":
    main()
