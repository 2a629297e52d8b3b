"""What the tests of experiments share: a small corpus on disk, and runs whose answers are known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xling.experiments.plan import Plan
from xling.experiments.runs import Answer, Run, RunResult
from xling.progress import Progress, silent
from xling.training.learn import TrainSettings

WORDS = 40


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with ``pairs.tsv`` about topics and ``held.tsv``; ``w7`` is ``V7``."""
    folder = tmp_path_factory.mktemp("corpus")
    random = np.random.default_rng(2)
    topics = np.array_split(random.permutation(WORDS), 8)
    lines = []
    for _ in range(400):
        topic = random.choice(len(topics), p=np.arange(1, 9) / 36)
        chosen = random.choice(topics[topic], 3, replace=False)
        source, target = (" ".join(f"{a}{word}" for word in chosen) for a in "wV")
        lines.append(f"{source}\t{target}\n")
    (folder / "pairs.tsv").write_text("".join(lines), encoding="utf-8")
    held = [*(f"w{i}\tV{i}\n" for i in range(6)), "w1\tV39\n", "absent\tfehlt\n", "w39\tw39\n"]
    (folder / "held.tsv").write_text("".join([*held, "w39\tV39\n"]), encoding="utf-8")
    return folder


@pytest.fixture
def plan(corpus: Path) -> Callable[..., Plan]:
    """Give the function that makes plans on the corpus."""

    def make(**changes) -> Plan:
        settings = {"dim": 8, "calibrate": False, "threads": 1} | changes.pop("settings", {})
        given = {
            "pairs": corpus / "pairs.tsv",
            "lexicon": corpus / "held.tsv",
            "languages": ("en", "de"),
            "seeds": 1,
            "settings": TrainSettings(**settings),
        }
        return Plan(**(given | changes))

    return make


@pytest.fixture
def told() -> Callable[[Run, Progress], RunResult]:
    """Give a runner that trains nothing: with more shots ranks get better, joint is the better.

    ``w0`` is in vocabulary with an even seed only, words of odd numbers are answered right by
    ``joint``, and one in four of them by ``separate``.
    """

    def run(asked: Run, progress: Progress = silent) -> RunResult:
        progress("link", 1, 1)
        answers = {}
        for channels in asked.channels:
            answers[channels] = {}
            for query in asked.lexicon.queries():
                if query == "absent" or (query == "w0" and asked.settings.seed % 2):
                    continue
                number = int(query[1:])
                right = bool(number % 2) if asked.recipe == "joint" else number % 4 == 3
                rank = 1.0 if right else max(2.0, 8.0 - asked.settings.shots)
                sure = None if channels == "contexts" else 0.9 if right else 0.3
                answers[channels][query] = Answer(
                    rank=rank, right=right, confidence=sure, returns=number % 4 == 3
                )
        held_out = {"words": 6, "short": {"w1": 0}} if asked.settings.shots else {"words": 6}
        return RunResult(
            recipe=asked.recipe,
            seed=asked.settings.seed,
            fold=asked.fold,
            shots=asked.settings.shots,
            answers=answers,
            queries=tuple(asked.lexicon.queries()),
            overlap=asked.settings.shots,
            trained={
                "sentence_pairs": 300,
                "held_out": held_out,
                "seconds": {"link": 2.0 + asked.fold, "total": 4.0},
                "peak_memory_mib": 100.0 + asked.fold,
            },
        )

    return run
