"""Sentence pairs for training from which the sentences of a test, and some more, are gone."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align import call

from xling.data.corpus import ParallelCorpus
from xling.data.formats import read_line_aligned, read_pairs, write_line_aligned, write_pairs
from xling.data.text import fold, tokenize

__all__ = ["Parts", "part", "trained_model"]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A corpus in two parts, and what was taken out of both."""

    training: ParallelCorpus
    development: ParallelCorpus
    removed: int  # lines with a sentence of the test on either side
    set_aside: int  # lines with a sentence of the development part on either side
    test_seen: tuple[int, int]  # how many of the test's sentences of either side the corpus held


def keys(sentences: Iterable[str], language: str) -> list[str]:
    """Write sentences so that those of the same words are equal, whatever their punctuation."""
    return [fold(" ".join(words)) for words in tokenize(sentences, language)]


def part(
    corpus: ParallelCorpus, test: ParallelCorpus, *, development: int = 1000, seed: int = 0
) -> Parts:
    """Take the test's sentences out of a corpus, then set pairs aside for choosing settings.

    A line goes if either of its sentences stands in the test (or, later, in the development
    part) on that side, with the same words after folding.
    """
    tags = corpus.source_language, corpus.target_language
    sides = keys(corpus.source, tags[0]), keys(corpus.target, tags[1])
    tested = set(keys(test.source, tags[0])), set(keys(test.target, tags[1]))
    seen = tuple(len(tested[i] & set(sides[i])) for i in (0, 1))
    lines = list(zip(*sides, strict=True))
    left = [n for n, line in enumerate(lines) if line[0] not in tested[0] | {""}
            and line[1] not in tested[1] | {""}]  # fmt: skip
    order = random.Random(seed).sample(left, len(left))
    chosen: list[int] = []
    held: tuple[set[str], set[str]] = set(), set()
    for n in order:
        if len(chosen) < development and not any(lines[n][i] in held[i] for i in (0, 1)):
            chosen.append(n)
            for i in (0, 1):
                held[i].add(lines[n][i])
    kept = [n for n in left if not any(lines[n][i] in held[i] for i in (0, 1))]

    def taken(numbers: list[int]) -> ParallelCorpus:
        return ParallelCorpus(
            source_language=tags[0],
            target_language=tags[1],
            source=tuple(corpus.source[n] for n in numbers),
            target=tuple(corpus.target[n] for n in numbers),
        )

    return Parts(
        training=taken(kept),
        development=taken(chosen),
        removed=len(lines) - len(left),
        set_aside=len(left) - len(kept),
        test_seen=(seen[0], seen[1]),
    )


def trained_model(task: dict[str, Any], data: Path, kept: Path) -> tuple[Path, dict[str, Any]]:
    """Train a model on a task's pairs without those of its test, unless one is kept already.

    The test's files are ``test`` of the task, or else its ``source`` and ``target``. Beside the
    model lie the development part, line-aligned, and what was counted.
    """
    languages = task["languages"][0], task["languages"][1]
    tag = "-".join(languages)
    model, counts = kept / tag, kept / f"{tag}.json"
    if counts.exists():
        return model, json.loads(counts.read_text(encoding="utf-8"))
    corpus, _ = read_pairs(data / task["pairs"], languages)
    names = task.get("test") or [task["source"], task["target"]]
    test, _ = read_line_aligned(data / names[0], data / names[1], languages)
    parts = part(corpus, test)
    kept.mkdir(parents=True, exist_ok=True)
    write_line_aligned(
        kept / f"{tag}.dev.source", kept / f"{tag}.dev.target", parts.development, force=True
    )
    pairs = kept / f"{tag}.training.tsv"
    write_pairs(pairs, parts.training, force=True)
    options = ("--languages", ",".join(languages), "--output", model, "--seed", 0, "--force")
    code, _, complaint = call("train", pairs, *options)
    if code:
        raise SystemExit(complaint)
    found: dict[str, Any] = {
        "pairs": len(parts.training),
        "lines_removed": parts.removed,
        "lines_set_aside": parts.set_aside,
        "test_sentences_seen": list(parts.test_seen),
    }
    counts.write_text(json.dumps(found) + "\n", encoding="utf-8")
    return model, found
