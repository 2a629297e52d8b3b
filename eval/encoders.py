"""Figures of trained encoders: student, static table, linking, migration, speed of encoding.

Usage: ``python eval/encoders.py eval/runs/encoders.toml --data FOLDER --models FOLDER PART...``

Parts are ``student``, ``static``, ``link``, ``migrate`` and ``throughput``; each writes its rows
into ``eval/results/NAME-PART.json``. ``link`` and ``migrate`` need the folders that ``student`` and
``static`` leave among the models. No sentence of the test stands in what is learned from.
"""

import argparse
import importlib.util
import json
import os
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from align import call
from run import commit

from xling.data.corpus import ParallelCorpus
from xling.data.formats import read_line_aligned, read_pairs
from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.evaluation.bitext import retrieve
from xling.linking.link import link_encoders
from xling.linking.linked import LinkedEncoders
from xling.linking.sources import MatrixSource, open_source
from xling.migration.migration import fit_migration
from xling.migration.recall import kept_recall
from xling.students.pairs import without_sentences

HERE = Path(__file__).resolve().parent


class Setting:
    """The run file, and where everything lies."""

    def __init__(self, run: dict[str, Any], data: Path, models: Path) -> None:
        self.run, self.models = run, models
        spec = importlib.util.find_spec(run["teacher"])
        if spec is None or spec.origin is None:
            raise SystemExit(f"the package {run['teacher']} is not installed")
        self.teacher = Path(spec.origin).parent / "model"
        self.languages: tuple[str, str] = (run["languages"][0], run["languages"][1])
        self.pairs = data / run["pairs"]
        self.test = (data / run["source"], data / run["target"])

    def corpora(self) -> tuple[ParallelCorpus, ParallelCorpus]:
        """Read what may be learned from, in a seeded order, and the test."""
        test, _ = read_line_aligned(*self.test, self.languages)
        corpus, _ = read_pairs(self.pairs, self.languages)
        corpus, _ = without_sentences(corpus, (*test.source, *test.target))
        order = np.random.default_rng(0).permutation(len(corpus)).tolist()
        mixed = ParallelCorpus(
            source_language=self.languages[0],
            target_language=self.languages[1],
            source=tuple(corpus.source[i] for i in order),
            target=tuple(corpus.target[i] for i in order),
        )
        return mixed, test


def first(corpus: ParallelCorpus, count: int) -> ParallelCorpus:
    """Take the first pairs."""
    return ParallelCorpus(
        source_language=corpus.source_language,
        target_language=corpus.target_language,
        source=corpus.source[:count],
        target=corpus.target[:count],
    )


def run_command(*arguments: object) -> dict[str, Any]:
    """Run xling, and stop where it does."""
    code, found, complaint = call(*arguments)
    if code:
        raise SystemExit(complaint)
    return dict(found)


def learned(setting: Setting, kind: str) -> dict[str, Any]:
    """Train a student, and look the test's sentences up with it and with its teacher."""
    output = setting.models / kind
    settings = [part for one in setting.run[kind] for part in ("--set", one)]
    made = run_command(
        *("student", setting.pairs, "--languages", ",".join(setting.languages)),
        *("--teacher", setting.teacher, "--output", output, "--force", *settings),
        *("--kind", "static" if kind == "static" else "transformer"),
        *("--exclude", setting.test[0], "--exclude", setting.test[1]),
    )
    tags = ("--from", setting.languages[0], "--to", setting.languages[1])
    found = {
        name: run_command("retrieve", folder, *setting.test, *tags)["accuracy"]
        for name, folder in ((kind, output), ("teacher", setting.teacher))
    }
    kept = ("pairs", "test_pairs_removed", "accuracy", "accuracy_before", "seconds", "settings")
    return {"made": {name: made[name] for name in kept}, "test": found}


def link(setting: Setting) -> dict[str, Any]:
    """Link the teacher with the student's German before any training, and with its table."""
    corpus, test = setting.corpora()
    most = first(corpus, max(setting.run["link_pairs"]))
    english = open_source(setting.teacher, setting.languages[0])
    rows = []
    for name in ("teacher", "static"):
        german: Any = (
            open_source(setting.teacher, setting.languages[1])
            if name == "teacher"
            else LinkedEncoders.load(setting.models / "static").sides[1].source
        )
        texts = ((most.source, test.source), (most.target, test.target))
        encoded = [
            [source.rows(part) for part in both]
            for source, both in zip((english, german), texts, strict=True)
        ]
        for method in setting.run["link_methods"]:
            for count in setting.run["link_pairs"]:
                sides = tuple(
                    MatrixSource(language=tag, matrix=side[0][:count], name=tag)
                    for tag, side in zip(setting.languages, encoded, strict=True)
                )
                made = link_encoders(
                    (sides[0], sides[1]), first(most, count), method=method, hold_out=0
                )
                mapped = [
                    side.map_rows(both[1])
                    for side, both in zip(made.encoders.sides, encoded, strict=True)
                ]
                there, back = retrieve(mapped[0], mapped[1], retrieval="nn")
                rows.append(
                    {
                        "german": name,
                        "method": method,
                        "pairs": count,
                        "accuracy": [there.accuracy, back.accuracy],
                        "seconds": made.seconds["align"],
                    }
                )
    return {"rows": rows}


def migrate(setting: Setting) -> dict[str, Any]:
    """Map the teacher's English rows into its table's space and back."""
    corpus, _ = setting.corpora()
    test, most = setting.run["migrate_test"], max(setting.run["migrate_pairs"])
    texts = list(dict.fromkeys(corpus.source))[: test + most]
    table = LinkedEncoders.load(setting.models / "static").sides[0].source
    spaces = {
        "teacher": open_source(setting.teacher, setting.languages[0]).rows(texts),
        "table": table.rows(texts),
    }
    rows = []
    for old, new in (("teacher", "table"), ("table", "teacher")):
        for method in setting.run["migrate_methods"]:
            for count in setting.run["migrate_pairs"]:
                part = slice(test, test + count)
                migration, _ = fit_migration(spaces[old][part], spaces[new][part], method=method)
                kept = kept_recall(migration.apply(spaces[old][:test]), spaces[new][:test])
                found = {"recall": kept.recall, "cosine": kept.cosine, "chance": kept.chance}
                rows.append({"from": old, "to": new, "method": method, "pairs": count, **found})
    return {"searched": test, "rows": rows}


def throughput(setting: Setting) -> dict[str, Any]:
    """Time encoding beside the library's own, turn and turn about."""
    corpus, _ = setting.corpora()
    texts = list(dict.fromkeys(corpus.source))[: setting.run["throughput_sentences"]]
    found: dict[str, Any] = {"sentences": len(texts)}
    models = {"teacher": setting.teacher, "static": setting.models / "static" / "encoders" / "en"}
    for name, folder in models.items():
        if not folder.is_dir():
            continue
        checkpoint = open_checkpoint(folder, device="cpu")
        encoder = TransformerEncoder(checkpoint=checkpoint, language=setting.languages[0])
        encoder.encode(texts[:64])
        own = [timed(lambda e=encoder: e.encode(texts)) for _ in range(3)]  # type: ignore[misc]
        theirs = [timed(lambda c=checkpoint: c.model.encode(texts)) for _ in range(3)]  # type: ignore[misc]
        found[name] = {
            "per_second": len(texts) / min(own),
            "library_per_second": len(texts) / min(theirs),
            "ratio": min(theirs) / min(own),
        }
    return found


def timed(work: Callable[[], object]) -> float:
    """Give the wall time of a call, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Read the run, repeat its parts, and write what came out."""
    parts: dict[str, Callable[[Setting], dict[str, Any]]] = {
        "student": lambda setting: learned(setting, "student"),
        "static": lambda setting: learned(setting, "static"),
        "link": link,
        "migrate": migrate,
        "throughput": throughput,
    }
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("part", nargs="+", choices=parts)
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--models", type=Path, required=True, help="where trained ones are kept")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    setting = Setting(run, Path(given.data), given.models)
    given.models.mkdir(parents=True, exist_ok=True)
    for name in given.part:
        document = {"run": given.run.name, "commit": commit(), "part": name, **parts[name](setting)}
        text = json.dumps(document, ensure_ascii=False, indent=1)
        place = given.output / f"{run['name']}-{name}.json"
        place.write_text(text + "\n", encoding="utf-8")
        print(place)


if __name__ == "__main__":
    main()
