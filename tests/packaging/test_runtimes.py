"""What a process loads: little on import, and FAISS beside torch without a conflict."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

HEAVY = ["torch", "faiss", "gensim", "scipy", "transformers", "sentence_transformers", "datasets"]

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

# Multiplies matrices in torch and searches in FAISS, in turns and each with two threads, large
# enough that both use them; says how far both are from NumPy, and which libraries are loaded.
BOTH = """
import json, os, sys
from time import perf_counter
for name in sys.argv[1:]:
    __import__(name)
import faiss, numpy as np, torch

silenced = os.environ.get("KMP_DUPLICATE_LIB_OK")
torch.set_num_threads(2)
faiss.omp_set_num_threads(2)
random = np.random.default_rng(0)
rows = random.standard_normal((3000, 64), dtype=np.float32)
rows /= np.linalg.norm(rows, axis=1, keepdims=True)
right = rows @ rows.T
index = faiss.IndexFlatIP(64)
index.add(rows)
worst, wrong = 0.0, 0
for _ in range(3):
    product = (torch.from_numpy(rows) @ torch.from_numpy(rows).T).numpy()
    worst = max(worst, float(np.abs(product - right).max()))
    scores, ids = index.search(rows, 5)
    wrong += int((ids[:, 0] != np.arange(len(rows))).sum())
    worst = max(worst, float(np.abs(scores - np.sort(right, axis=1)[:, :-6:-1]).max()))

loaded = set()
if sys.platform.startswith("linux"):
    with open("/proc/self/maps") as maps:
        loaded = {os.path.realpath(line.split()[-1]) for line in maps if ".so" in line}
found = {"worst": worst, "wrong": wrong, "silenced": silenced, "libraries": sorted(loaded)}
print(json.dumps(found))
"""


def run(code: str, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program text in a fresh interpreter of this environment."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KMP_", "OMP_", "MKL_", "PYTHON"))
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def fastest(code: str, tries: int = 5) -> float:
    """Time a program text, in seconds of wall time, best of some tries."""
    times = []
    for _ in range(tries):
        before = perf_counter()
        assert run(code).returncode == 0
        times.append(perf_counter() - before)
    return min(times)


def test_import_is_quick() -> None:
    assert fastest("import xling") - fastest("pass") < 0.3


def test_import_loads_nothing_heavy() -> None:
    done = run("import json, sys, xling; print(json.dumps(sorted(sys.modules)))")
    assert done.returncode == 0, done.stderr
    assert not set(json.loads(done.stdout)) & set(HEAVY)
    assert done.stderr == ""


def test_domain_objects_load_nothing_heavy() -> None:
    names = "EmbeddingSpace, Lexicon, ParallelCorpus, XlingError"
    done = run(f"import json, sys; from xling import {names}; print(json.dumps([*sys.modules]))")
    assert done.returncode == 0, done.stderr
    assert not set(json.loads(done.stdout)) & set(HEAVY)


@pytest.mark.slow
@pytest.mark.parametrize(
    "order",
    [
        ("torch", "faiss"),
        ("faiss", "torch"),
        ("torch", "faiss", "scipy.linalg", "gensim.models", "sklearn.cluster"),
        ("sklearn.cluster", "gensim.models", "scipy.linalg", "faiss", "torch"),
    ],
    ids=" ".join,
)
def test_torch_and_faiss_share_a_process(order: tuple[str, ...]) -> None:
    done = run(BOTH, *order)
    assert done.returncode == 0, done.stderr
    # A conflict of runtimes says "OMP: Error #15" and aborts; nothing at all may be said.
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["wrong"] == 0
    assert found["worst"] < 1e-5
    # The variable that silences the check against a second runtime. scikit-learn, which the
    # sentence encoders and these tests import, sets it itself; nothing else may.
    assert found["silenced"] is None or "sklearn.cluster" in order


# On Linux the wheels of torch and of FAISS each bring a copy of GNU's libgomp, and both copies are
# loaded: they lie in different files. (scikit-learn's has the same name and content as that of
# FAISS, so the loader takes one for both.) Two copies of libgomp are harmless. The crash that
# people know, "OMP: Error #15", is a check in Intel's and LLVM's runtimes (libiomp5, libomp)
# against a second copy of themselves, and the wrong results come from a mix of these with libgomp
# under one set of symbols. Here each wheel's code is bound to its own copy by file name, each
# copy keeps its own pool of threads. Measured on 2 cores with 2 threads each, calls that take
# turns between the two pools cost the sum of both alone, within 10 %: a pool's threads sleep
# soon after their work, so two pools are more threads but no more running ones.
@ON_LINUX
@pytest.mark.slow
def test_no_mix_of_openmp_runtimes() -> None:
    done = run(BOTH, "torch", "faiss", "sklearn.cluster")
    assert done.returncode == 0, done.stderr
    names = {Path(path).name.split("-")[0].split(".")[0] for path in _libraries(done.stdout)}
    assert "libgomp" in names, "no OpenMP runtime at all: this test reads the wrong thing"
    assert not names & {"libiomp5", "libiompstubs5", "libomp", "libomp5"}


def _libraries(output: str) -> list[str]:
    return list(json.loads(output)["libraries"])
