"""Measure how often unsupervised alignment succeeds, and how often its own check is right.

Usage: ``python eval/unsupervised_worlds.py [--size 10000x300 ...] [--seeds 10] [--first 100]
[--method wasserstein] [--coupled 500] [--solvable] [--resume]``

Worlds are pairs of made spaces. In the solvable ones the target is a hidden rotation of the
source with noise; in the others no map links the two, or each word has another one's vector. The
spaces look like real ones: variance falls with a power of the dimension, words lie in topics
within topics, a direction follows frequency, a common mean makes hubs, ranks differ between the
two languages, and some words have no counterpart; further unsolvable ones are skewed, heavy-tailed
or in clusters (of the tight ones, words are all near each other and follow frequency). A run has
failed where its P@1 is below half of that of a rotation fitted on all
true pairs, or where there is no true pair. ``--coupled`` lets `wasserstein` couple fewer words
than it does by default, so that small worlds too have words beyond these; ``--solvable`` leaves
the others out; ``--others`` leaves the solvable ones out. The result goes to
``eval/results/unsupervised_worlds.json``, written anew after each world; ``--resume`` keeps the
worlds that it already holds, and goes on with the others. Each run names the commit of its code.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from run import commit

import xling
from xling.aligners.base import Aligner
from xling.aligners.procrustes import ProcrustesAligner
from xling.aligners.unsupervised import UnsupervisedAligner
from xling.aligners.wasserstein import WassersteinAligner, WassersteinSettings
from xling.data.lexicon import Lexicon
from xling.data.space import EmbeddingSpace
from xling.data.vocabulary import Vocabulary
from xling.retrieval.mutual import best_neighbors

HERE = Path(__file__).resolve().parent
NOISES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
UNSOLVABLE = (
    "noise", "shuffled", "unrelated", "relabelled", "skewed", "heavy-tailed", "clusters",
    "tight clusters",
)  # fmt: skip
METHODS = ("unsupervised", "wasserstein")
SHARED = 0.85  # of the concepts have a word in both languages


@dataclass(frozen=True, kw_only=True)
class World:
    """Two spaces; ``truth[i]`` is the target row of source row ``i``, or -1."""

    name: str
    noise: float | None
    x: np.ndarray
    y: np.ndarray
    truth: np.ndarray


def concepts(random: np.random.Generator, count: int, dim: int) -> np.ndarray:
    """Draw concepts, most frequent first."""
    topics = random.standard_normal((max(8, count // 200), dim))
    inner = random.standard_normal((max(32, count // 15), dim))
    inner = 0.7 * topics[random.integers(len(topics), size=len(inner))] + 0.7 * inner
    own = random.standard_normal((count, dim))
    made = 0.7 * inner[random.integers(len(inner), size=count)] + 0.7 * own
    made *= np.arange(1, dim + 1) ** -0.4
    ranks = np.log(np.arange(1, count + 1)) - np.log(count)
    made[:, 0] += 0.4 * (ranks - ranks.mean())
    made[:, 1] += 0.5  # a common mean
    scaled: np.ndarray = made / np.linalg.norm(made, axis=1, keepdims=True)
    return scaled


def solvable(seed: int, count: int, dim: int, noise: float) -> World:
    """Make a target that is the source, turned, with noise of the same spectrum."""
    random = np.random.default_rng([seed, count, dim])
    everything = concepts(random, round(count * (2 - SHARED)), dim)
    sides = []
    for _ in (0, 1):
        jitter = np.log(np.arange(1, len(everything) + 1)) + 0.2 * random.standard_normal(
            len(everything)
        )
        own = random.permutation(len(everything))[: round(len(everything) * (1 - SHARED) / 2)]
        jitter[own] = np.inf  # the other language alone has these
        sides.append(np.argsort(jitter, kind="stable")[:count])
    spread = concepts(random, len(everything), dim)
    spread -= spread.mean(axis=0)
    spread /= np.linalg.norm(spread, axis=1, keepdims=True)
    turn, _ = np.linalg.qr(random.standard_normal((dim, dim)))
    target = (everything + noise * spread) @ turn
    place = np.full(len(everything), -1)
    place[sides[1]] = np.arange(count)
    return World(
        name="hidden map",
        noise=noise,
        x=everything[sides[0]].astype(np.float32),
        y=target[sides[1]].astype(np.float32),
        truth=place[sides[0]],
    )


def clusters(random: np.random.Generator, count: int, dim: int) -> np.ndarray:
    """Draw few tight clusters, larger and smaller ones."""
    middles = random.standard_normal((12, dim))
    sizes = random.dirichlet(np.ones(len(middles)))
    own = random.standard_normal((count, dim))
    made: np.ndarray = middles[random.choice(len(middles), count, p=sizes)] + 0.4 * own
    return made


def tight_clusters(random: np.random.Generator, count: int, dim: int) -> np.ndarray:
    """Draw five very tight clusters, and a direction that follows frequency, as in `concepts`."""
    middles = random.standard_normal((5, dim))
    chosen = random.choice(len(middles), count, p=random.dirichlet(np.ones(len(middles))))
    made: np.ndarray = middles[chosen] + 0.1 * random.standard_normal((count, dim))
    ranks = np.log(np.arange(1, count + 1))
    size = np.sqrt((made**2).mean())
    made[:, 0] += size * (ranks - ranks.mean())
    made[:, 1] += size / 2
    return made


#: Spaces drawn apart from each other, none of them Gaussian.
SHAPES: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "skewed": lambda random, count, dim: random.random((count, dim)) ** 6,
    "heavy-tailed": lambda random, count, dim: random.standard_t(2, (count, dim)),
    "clusters": clusters,
    "tight clusters": tight_clusters,
}


def unsolvable(seed: int, count: int, dim: int, kind: str) -> World:
    """Make two spaces that no map links."""
    base = solvable(seed, count, dim, 0.3)
    random = np.random.default_rng([seed, 1])
    x, y = base.x, base.y
    if kind == "noise":  # the target's mean and covariance, and nothing else of it
        centre = base.y.mean(axis=0)
        _, sizes, turn = np.linalg.svd(base.y - centre, full_matrices=False)
        y = random.standard_normal((count, dim)) * sizes / np.sqrt(count) @ turn + centre
    elif kind == "shuffled":  # each coordinate goes to another word
        y = np.stack([random.permutation(column) for column in base.y.T], axis=1)
    elif kind == "relabelled":  # each word has the vector of another one
        y = base.y[random.permutation(count)]
    elif kind in SHAPES:
        x, y = (SHAPES[kind](random, count, dim) for _ in (0, 1))
    else:
        y = solvable(seed + 1000, count, dim, 0.3).y
    return World(
        name=kind,
        noise=None,
        x=np.asarray(x, dtype=np.float32),
        y=np.asarray(y, dtype=np.float32),
        truth=np.full(count, -1),
    )


def space(rows: np.ndarray, language: str) -> EmbeddingSpace:
    """Name the words of a made space by their rows."""
    words = tuple(f"{language}{number}" for number in range(len(rows)))
    counts = np.arange(len(rows), 0, -1)
    vocabulary = Vocabulary(words=words, counts=counts)
    return EmbeddingSpace(language=language, vocabulary=vocabulary, vectors=rows)


def precision(
    found: Any, spaces: tuple[EmbeddingSpace, EmbeddingSpace], truth: np.ndarray
) -> float:
    """Give P@1 by CSLS over all words that have a counterpart."""
    sides = []
    for mapping, one in zip((found.source_mapping, found.target_mapping), spaces, strict=True):
        rows = mapping.apply(one.vectors)
        sides.append(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    known = np.flatnonzero(truth >= 0)
    best = best_neighbors(sides[0], sides[1]).forward
    return float(np.mean(best[known] == truth[known]))


def aligner(method: str, coupled: int | None) -> Aligner:
    """Make the aligner, with fewer coupled words where that is asked for."""
    if method == "unsupervised":
        return UnsupervisedAligner()
    default = WassersteinSettings()
    words = default.words if coupled is None else coupled
    settings = replace(default, words=words, init_words=min(default.init_words, words))
    return WassersteinAligner(settings=settings)


def judged(world: World, seed: int, method: str, coupled: int | None) -> dict[str, Any]:
    """Align a world without a word pair, and compare the verdict with the truth."""
    spaces = space(world.x, "en"), space(world.y, "de")
    begun = time.perf_counter()
    found = aligner(method, coupled).fit(*spaces, seed=seed)
    seconds = time.perf_counter() - begun
    known = np.flatnonzero(world.truth >= 0)
    scores: dict[str, float | None] = {"p1": None, "p1_supervised": None}
    good = False
    if len(known):
        pairs = tuple((f"en{i}", f"de{world.truth[i]}") for i in known)
        lexicon = Lexicon(source_language="en", target_language="de", pairs=pairs)
        linked = ProcrustesAligner().fit(*spaces, lexicon)
        mine, supervised = (precision(one, spaces, world.truth) for one in (found, linked))
        scores = {"p1": mine, "p1_supervised": supervised}
        good = mine >= 0.5 * supervised
    return {
        "kind": world.name,
        "noise": world.noise,
        "words": len(world.x),
        "dim": world.x.shape[1],
        "seed": seed,
        "method": method,
        "coupled": coupled,
        **scores,
        "succeeded": good,
        "verdict": str(found.verdict),
        "named_rightly": (found.verdict == "trusted") == good,
        "checks": dict(found.checks),
        "rounds": len(found.history),
        "seconds": round(seconds, 2),
    }


def world(words: int, dim: int, first: int, turn: int) -> World:
    """Give one of a series of worlds: solvable ones and others take turns.

    Every twelve of them share a seed and hold each noise once.
    """
    number = turn // 2
    seed, noise = divmod(number, len(NOISES))
    if turn % 2 == 0:
        return solvable(first + seed, words, dim, NOISES[noise])
    return unsolvable(100 * first + number, words, dim, UNSOLVABLE[number % len(UNSOLVABLE)])


def table(runs: list[dict[str, Any]]) -> str:
    """Say for each kind of world how often it was solved and rightly named."""
    lines = [
        "| world | runs | solved | named rightly | failed but trusted |",
        "|---|---|---|---|---|",
    ]
    kinds = sorted({(run["kind"], run["noise"] or 0.0) for run in runs})
    for kind, noise in kinds:
        some = [run for run in runs if (run["kind"], run["noise"] or 0.0) == (kind, noise)]
        wrong = sum(run["verdict"] == "trusted" and not run["succeeded"] for run in some)
        name = f"{kind}, {noise}" if noise else kind
        lines.append(
            f"| {name} | {len(some)} | {sum(run['succeeded'] for run in some)} "
            f"| {sum(run['named_rightly'] for run in some)} | {wrong} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run all worlds, and write down what came of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", nargs="+", default=["10000x300"], help="words x dimensions")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=100, help="seed of the first worlds")
    parser.add_argument("--method", choices=METHODS, default="unsupervised")
    parser.add_argument("--coupled", type=int, help="words that wasserstein couples at most")
    parser.add_argument("--solvable", action="store_true", help="only worlds that a map links")
    parser.add_argument("--others", action="store_true", help="only worlds that nothing links")
    parser.add_argument(
        "--output", type=Path, default=HERE / "results" / "unsupervised_worlds.json"
    )
    parser.add_argument("--resume", action="store_true", help="go on with what is there")
    given = parser.parse_args()
    sizes = [(int(words), int(dim)) for words, _, dim in (s.partition("x") for s in given.size)]
    runs: list[dict[str, Any]] = []
    if given.resume and given.output.exists():
        runs = json.loads(given.output.read_text(encoding="utf-8"))["runs"]
    if given.coupled is not None and given.method != "wasserstein":
        parser.error("--coupled is of --method wasserstein")
    code = commit()
    held = {(run["method"], run.get("coupled"), *run["world"]) for run in runs}
    for words, dim in sizes:
        turns = range(2 * len(NOISES) * given.seeds)
        if given.solvable != given.others:
            turns = turns[int(given.others) :: 2]
        for turn in turns:
            key = (words, dim, given.first, turn)
            if (given.method, given.coupled, *key) in held:
                continue
            made, seed = world(*key), turn // (2 * len(NOISES))
            judgement = judged(made, seed, given.method, given.coupled)
            runs.append({"world": key, "commit": code, **judgement})
            document = {
                "xling": xling.__version__,
                "named_rightly": sum(run["named_rightly"] for run in runs) / len(runs),
                "runs": runs,
            }
            given.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(table(runs))


if __name__ == "__main__":
    main()
