"""Time the search of `xling mine`, and measure what it holds in memory.

Usage: ``python eval/bench/mining_speed.py [--rows 10000 50000] [--dim 500] [--threads 1]``

Random rows of length 1 in two files, half of them noisy copies of each other, as `xling mine`
keeps sentences: everything from vectors to pairs is timed. Each size runs in a process of its own.
Comparisons are counted both ways. Seconds are of the clock and of the processor, which differ where
other work runs beside; the growth of memory is what was added to a process that has loaded all
libraries. The result goes to ``eval/results/mining_speed.json``.
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
BLOCK = 10_000  # rows drawn at once


def measure(rows: int, dim: int) -> dict[str, Any]:
    """Mine two sides of as many rows."""
    from xling.arrays import unit_rows
    from xling.data.spooled_rows import SpooledRows
    from xling.retrieval.mining import mine
    from xling.stages import peak_memory_mib

    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder) / "out"
        with SpooledRows(beside) as one, SpooledRows(beside) as other:
            for start in range(0, rows, BLOCK):
                drawn = random.standard_normal((min(BLOCK, rows - start), dim), dtype=np.float32)
                noise = random.standard_normal(drawn.shape, dtype=np.float32)
                one.extend(unit_rows(drawn))
                other.extend(
                    unit_rows(np.where(np.arange(len(drawn))[:, None] % 2, drawn, 0) + noise)
                )
            mine(np.eye(64, dtype=np.float32), np.eye(64, dtype=np.float32))  # loads the libraries
            before, clock, spent = peak_memory_mib(), time.perf_counter(), time.process_time()
            found = mine(one, other)
            clock, spent = time.perf_counter() - clock, time.process_time() - spent
    return {
        "rows": rows, "dim": dim, "pairs": len(found), "comparisons": found.comparisons,
        "seconds": clock, "cpu_seconds": spent,
        "comparisons_per_cpu_second": found.comparisons / spent,
        "growth_mib": peak_memory_mib() - before, "vectors_mib": 2 * rows * dim * 4 / (1 << 20),
    }  # fmt: skip


def main() -> None:
    """Measure each size, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--dim", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, default=HERE.parent / "results/mining_speed.json")
    parser.add_argument("--only", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measure(given.rows[0], given.dim)))
        return
    environment = {**os.environ, "OMP_NUM_THREADS": str(given.threads)}
    results = []
    for rows in given.rows:
        command = [sys.executable, __file__, "--only", "--rows", str(rows), "--dim", str(given.dim)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, env=environment
        )
        results.append(json.loads(done.stdout))
        print(results[-1], file=sys.stderr)
    document = {"threads": given.threads, "load": os.getloadavg(), "results": results}
    given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print("| rows of each side | seconds | million comparisons a second | memory added, MiB |")
    print("|---|---|---|---|")
    for row in results:
        print(
            f"| {row['rows']:,} | {row['cpu_seconds']:.1f} | "
            f"{row['comparisons_per_cpu_second'] / 1e6:.0f} | {row['growth_mib']:.0f} |"
        )


if __name__ == "__main__":
    main()
