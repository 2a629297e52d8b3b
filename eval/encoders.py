"""Figures of trained encoders: student, static table, topics, linking, migration, speed.

Usage: ``python eval/encoders.py eval/runs/encoders.toml [PART...] --data FOLDER --models FOLDER``

Parts are ``student``, ``static``, ``retrieval``, ``topics``, ``methods``, ``link``, ``migrate``
and ``throughput``, all by default. Each writes its entry into ``eval/results/NAME.json``, so that
they can be run one at a time; one that stands there with the same settings is not run again
without ``--again``. A student that was stopped goes on from its last checkpoint. The other parts
need the folders that ``student`` and ``static`` leave among the models. No sentence of the test
stands in what is learned from.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from encoder_setting import Setting, first, run_command
from encoder_tables import encoder_tables
from encoder_topics import topics
from run import commit

from xling.arrays import Matrix
from xling.data.corpus import ParallelCorpus
from xling.encoders.pretrained.big_files import encode_file
from xling.encoders.pretrained.checkpoint import open_checkpoint
from xling.encoders.pretrained.precision import choose_precision, computing
from xling.encoders.pretrained.transformer import TransformerEncoder
from xling.errors import XlingError
from xling.evaluation.bitext import Retrieved, retrieve
from xling.linking.link import link_encoders
from xling.linking.sources import MatrixSource
from xling.migration.migration import fit_migration
from xling.migration.recall import kept_recall
from xling.model.open import load_pair

HERE = Path(__file__).resolve().parent


def learned(setting: Setting, kind: str) -> dict[str, Any]:
    """Train a student without the test's sentences."""
    _, pairs, counts = setting.words()
    output = setting.models / kind
    settings = [part for one in setting.run[kind]["settings"] for part in ("--set", one)]
    resume = ("--checkpoint", setting.models / "checkpoints", "--resume")
    made = run_command(
        *("student", pairs, "--languages", ",".join(setting.languages), "--force", *settings),
        *("--teacher", setting.teacher, "--output", output),
        *(("--kind", "static") if kind == "static" else resume),
        *("--exclude", setting.test[0], "--exclude", setting.test[1]),
    )
    kept = ("pairs", "held_out", "accuracy", "accuracy_before", "seconds", "settings", "device",
            "peak_memory_mib", "losses", "precision", "resumed")  # fmt: skip
    return {
        "training": counts,
        "made": {name: made[name] for name in kept if name in made},
    }


def retrieval(setting: Setting) -> dict[str, Any]:
    """Look the test's sentences up both ways with every encoder, by the same criteria."""
    _, test = setting.corpora()
    setting.untrained()
    folders = {
        "student": setting.made("student"),
        "static": setting.made("static"),
        "words": setting.words()[0],
        "untrained": setting.models / "untrained",
        "teacher": setting.teacher,
    }
    found: dict[str, Any] = {}
    for name, folder in folders.items():
        rows = [setting.rows(folder, i, part) for i, part in enumerate((test.source, test.target))]
        found[name] = {
            how: scores_of(*retrieve(rows[0], rows[1], retrieval=how)) for how in ("nn", "mutual")
        }
    return {"sentences": len(test), "encoders": found}


def link(setting: Setting) -> dict[str, Any]:
    """Link the teacher with two encoders of German, by number of pairs; look the test up.

    One is the student before any training: a network that has read no German, with a tokenizer of
    both languages. The other one are word vectors of the German sentences.
    """
    return linked_by_pairs(setting, setting.run["link"], setting.corpora()[1])


def methods(setting: Setting) -> dict[str, Any]:
    """Link them in the same way and look development sentences up: what a default stands on."""
    return linked_by_pairs(setting, setting.run["link"] | setting.run["methods"], setting.kept())


def linked_by_pairs(
    setting: Setting, given: dict[str, Any], test: ParallelCorpus
) -> dict[str, Any]:
    """Fit links on more and more pairs, and look other sentences up with each."""
    corpus, _ = setting.corpora()
    most = first(corpus, max(given["pairs"]))
    setting.untrained()
    english = [setting.rows(setting.teacher, 0, part) for part in (most.source, test.source)]
    rows = []
    folders = {"untrained": setting.models / "untrained", "words alone": setting.words_alone()}
    for name, folder in folders.items():
        german = [setting.rows(folder, 1, part) for part in (most.target, test.target)]
        if german[1].shape == english[1].shape:
            before = scores_of(*retrieve(english[1], german[1], retrieval="nn"))
            rows.append({"german": name, "method": None, "pairs": 0, **before})
        for method in given["methods"]:
            for count in given["pairs"]:
                if count <= min(len(most), given["most"].get(method, len(most))):
                    with refusals(row := {"german": name, "method": method, "pairs": count}):
                        row |= linked(setting.languages, (english, german), count, method)
                    rows.append(row)
    return {"rows": rows}


def linked(
    languages: tuple[str, str],
    encoded: tuple[list[Matrix], list[Matrix]],
    count: int,
    method: str,
) -> dict[str, Any]:
    """Fit a link on the first pairs, and look the test's sentences up with it."""
    sides = [
        MatrixSource(language=tag, matrix=side[0][:count], name=tag)
        for tag, side in zip(languages, encoded, strict=True)
    ]
    made = link_encoders((sides[0], sides[1]), method=method, hold_out=0)
    mapped = [
        side.map_rows(both[1]) for side, both in zip(made.encoders.sides, encoded, strict=True)
    ]
    there, back = retrieve(mapped[0], mapped[1], retrieval="nn")
    return {**scores_of(there, back), "seconds": round(made.seconds["align"], 2)}


def scores_of(there: Retrieved, back: Retrieved) -> dict[str, Any]:
    """Give accuracies both ways with their intervals."""
    return {
        "accuracy": [there.accuracy, back.accuracy],
        "confidence_interval": [list(there.interval()), list(back.interval())],
    }


def migrate(setting: Setting) -> dict[str, Any]:
    """Map rows of an old model into a new one's space: how much of a search is kept.

    The sentences are such that the table was not learned from, as a user's are.
    """
    given = setting.run["migrate"]
    texts = setting.unseen(given["searched"] + max(given["pairs"]))
    table = setting.made("static")
    spaces = {
        "teacher": setting.rows(setting.teacher, 0, texts),
        "table": setting.rows(table, 0, texts),
        **words_of(setting),
    }
    rows = []
    for old, new in (
        *(("teacher", "table"), ("table", "teacher")),
        *(("joint words", "separate words"), ("separate words", "joint words")),
    ):
        words = "words" in old
        counts = given["words"] if words else given["pairs"]
        searched = min(given["searched"], len(spaces[old]) // 3)
        for method in given["word_methods" if words else "methods"]:
            for count in counts:
                part = slice(searched, searched + count)
                if part.stop > len(spaces[old]):
                    continue
                row: dict[str, Any] = {"from": old, "to": new, "method": method, "pairs": count}
                with refusals(row):
                    row |= migrated(spaces[old], spaces[new], part, searched, method)
                rows.append(row)
    return {"rows": rows}


def migrated(old: Matrix, new: Matrix, part: slice, searched: int, method: str) -> dict[str, Any]:
    """Fit a map on a part of the rows, and search among the first ones with it."""
    begun = time.perf_counter()
    made, _ = fit_migration(old[part], new[part], method=method)
    spent = time.perf_counter() - begun
    kept = kept_recall(made.apply(old[:searched]), new[:searched])
    return {
        "searched": searched,
        "recall": kept.recall,
        "confidence_interval": list(kept.interval()),
        "cosine": kept.cosine,
        "own_first": kept.own_first,
        "chance": kept.chance,
        "seconds": round(spent, 2),
    }


@contextmanager
def refusals(row: dict[str, Any]) -> Iterator[None]:
    """Note in a row what a method refuses, such as spaces of different widths, and show the row."""
    try:
        yield
    except XlingError as error:
        row["error"] = str(error)
    print(json.dumps(row), flush=True)


def words_of(setting: Setting) -> dict[str, Matrix]:
    """Give the vectors of the English words that two models share, in a random order."""
    tag = setting.languages[0]
    sides = [load_pair(place).side(tag) for place in (setting.words()[0], setting.separate())]
    shared = sorted(set(sides[0].vocabulary.words) & set(sides[1].vocabulary.words))
    order = np.random.default_rng(0).permutation(len(shared)).tolist()
    found = {}
    for name, side in zip(("joint words", "separate words"), sides, strict=True):
        places = {word: row for row, word in enumerate(side.vocabulary.words)}
        found[name] = side.vectors[[places[shared[at]] for at in order]]
    return found


def throughput(setting: Setting) -> dict[str, Any]:
    """Time what ``xling encode`` does beside the library's own, turn and turn about.

    Both compute in the same precision, and take as many sentences at once.
    """
    given = setting.run["throughput"]
    corpus, _ = setting.corpora()
    texts = list(dict.fromkeys(corpus.source))[: given["sentences"]]
    models = {
        "teacher": (setting.teacher, "fp32"),
        "teacher, auto": (setting.teacher, "auto"),
        "student": (setting.made("student"), "fp32"),
        "static": (setting.made("static") / "encoders" / setting.languages[0], "fp32"),
    }
    found = {
        name: raced(folder, precision, texts * (20 if name == "static" else 1), setting, given)
        for name, (folder, precision) in models.items()
    }
    return {"sentences": len(texts), "encoders": found}


def raced(
    folder: Path, precision: Any, texts: list[str], setting: Setting, given: dict[str, Any]
) -> dict[str, Any]:
    """Encode a file into another one, by xling and by the library, several times each."""
    checkpoint = open_checkpoint(folder, device="cpu")
    encoder = TransformerEncoder(
        checkpoint=checkpoint, language=setting.languages[0], precision=precision
    )
    size = 2048 if checkpoint.is_static else encoder.batch  # as xling takes them
    numbers = choose_precision(precision, "cpu")
    spent: dict[str, list[float]] = {"xling": [], "library": []}
    with tempfile.TemporaryDirectory() as place:
        file, output = Path(place) / "texts.txt", Path(place) / "rows.npy"
        file.write_text("\n".join(texts) + "\n", encoding="utf-8")

        def theirs() -> None:
            lines = file.read_text(encoding="utf-8").splitlines()
            with computing(numbers, "cpu"):
                rows = checkpoint.model.encode(lines, batch_size=size, normalize_embeddings=True)
            np.save(output, rows)

        work: dict[str, Callable[[], object]] = {
            "xling": lambda: encode_file(encoder, file, output, made_by="", force=True),
            "library": theirs,
        }
        encoder.encode(texts[:64])
        for turn in range(given["rounds"]):
            for name in sorted(work, reverse=bool(turn % 2)):
                begun = time.perf_counter()
                work[name]()
                spent[name].append(time.perf_counter() - begun)
    best = {name: len(texts) / min(times) for name, times in spent.items()}
    return {
        "precision": numbers,
        "batch": size,
        "per_second": round(best["xling"], 1),
        "library_per_second": round(best["library"], 1),
        "ratio": round(best["xling"] / best["library"], 3),
    }


PARTS: dict[str, Callable[[Setting], dict[str, Any]]] = {
    "student": lambda setting: learned(setting, "student"),
    "static": lambda setting: learned(setting, "static"),
    "retrieval": retrieval,
    "topics": topics,
    "methods": methods,
    "link": link,
    "migrate": migrate,
    "throughput": throughput,
}


def main() -> None:
    """Read the run, repeat its parts, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("part", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--data", type=Path, default=os.environ.get("XLING_DATA"))
    parser.add_argument("--models", type=Path, help="where trained ones and rows are kept")
    parser.add_argument("--again", action="store_true", help="run parts that are there already")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data FOLDER, or the variable XLING_DATA, says where the corpora are")
    if unknown := set(given.part) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    run = tomllib.loads(given.run.read_text(encoding="utf-8"))
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(run, Path(given.data), given.models or Path(folder))
        setting.models.mkdir(parents=True, exist_ok=True)
        for name in given.part or PARTS:
            run_part(name, setting, given.output / f"{run['name']}.json", again=given.again)
    document = json.loads((given.output / f"{run['name']}.json").read_text(encoding="utf-8"))
    print(encoder_tables(document["parts"]))


def run_part(name: str, setting: Setting, place: Path, *, again: bool) -> None:
    """Run a part, and write its entry beside those of the others."""
    document = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
    parts = document.setdefault("parts", {})
    wanted = {k: v for k, v in setting.run.items() if k not in PARTS or k == name}
    if name in parts and parts[name]["run"] == wanted and not again:
        print(f"{name}: stands in {place} already; --again repeats it")
        return
    if again and name == "student":
        shutil.rmtree(setting.models / "checkpoints", ignore_errors=True)
    begun = time.perf_counter()
    found = PARTS[name](setting)
    minutes = round((time.perf_counter() - begun) / 60, 2)
    load = [round(one, 2) for one in os.getloadavg()]
    parts[name] = {"run": wanted, "commit": commit(), "minutes": minutes, "load": load, **found}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    place.write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {minutes} minutes, in {place}")


if __name__ == "__main__":
    main()
