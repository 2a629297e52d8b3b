"""Time the evaluation of a large model against FAISS's flat search of the same product.

Usage: ``python eval/bench/evaluate_speed.py [--queries 5000] [--targets 200000] [--dim 300]``

A planted world: target rows are drawn, each query is a noisy copy of one of them, and has one to
three gold words. CSLS; the evaluation gives all its scores, every breakdown, the clean part and
all bootstrap intervals, and (second line) also lists the ten best answers of each query. FAISS
only finds the ten nearest rows of each query among the same rows. Everything runs in one process
of its own on one and the same number of threads; peak memory is that of the process, and the
growth is what was added to the model in memory. The result goes to
``eval/results/evaluate_speed.json``.
"""

import argparse
import json
import os
import subprocess
import sys
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


def measure(way: str, queries: int, targets: int, dim: int) -> dict[str, Any]:
    """Run one way in this process."""
    from xling.evaluation.bli import evaluate
    from xling.stages import peak_memory_mib

    model, lexicon = world(queries, targets, dim)
    asked, answers = model.sides
    found: dict[str, Any] = {"way": way}
    before = peak_memory_mib()
    if way == "faiss":
        import faiss

        index = faiss.IndexFlatIP(dim + 1)
        index.add(answers.index.rows)
        rows = np.hstack([2 * asked.vectors, -np.ones((queries, 1), np.float32)])
        start = time.perf_counter()
        _, ids = index.search(np.ascontiguousarray(rows), 10)
        found["seconds"] = time.perf_counter() - start
        gold = set(lexicon.pairs)
        words = answers.vocabulary.words
        hits = [
            (asked.vocabulary.words[n], words[i]) in gold for n, i in enumerate(ids[:, 0].tolist())
        ]
        found["precision_1"] = float(np.mean(hits))
    elif way == "report":
        import tempfile

        from xling.report.make import ReportSettings, make_report

        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            made = make_report(model, ReportSettings(path=Path(folder) / "report.html"))
            found["seconds"] = time.perf_counter() - start
        found["bytes"] = made["bytes"]
    else:
        start = time.perf_counter()
        result = evaluate(model, lexicon, top=10 if way.endswith("answers") else 0)
        found["seconds"] = time.perf_counter() - start
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
    parser.add_argument("--only", help=f"one of {', '.join(WAYS)}, in this process")
    parser.add_argument(
        "--output", type=Path, default=HERE.parent / "results" / "evaluate_speed.json"
    )
    given = parser.parse_args()
    size = given.queries, given.targets, given.dim
    if given.only:
        print(json.dumps(measure(given.only, *size)))
        return
    environment = {**os.environ, "OMP_NUM_THREADS": str(given.threads)}
    rows = []
    for way in WAYS:
        command = [sys.executable, __file__, "--only", way]
        for name, value in zip(("queries", "targets", "dim"), size, strict=True):
            command += [f"--{name}", str(value)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        rows.append(json.loads(done.stdout))
        rows[-1]["times_faiss"] = round(rows[-1]["seconds"] / rows[0]["seconds"], 2)
        print(rows[-1], file=sys.stderr)
    document = {
        "queries": given.queries, "targets": given.targets, "dim": given.dim,
        "threads": given.threads, "load": os.getloadavg(), "results": rows,
    }  # fmt: skip
    given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print("| | seconds | times FAISS | memory added, MiB |")
    print("|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['way']} | {row['seconds']:.1f} | {row['times_faiss']:.1f} | "
            f"{row['growth_mib']:.0f} |"
        )


if __name__ == "__main__":
    main()
