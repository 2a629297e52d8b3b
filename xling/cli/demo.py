"""``xling demo``: the main job on the embedded corpus, from sentence pairs to scores."""

import json as json_text
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.demo_world import DemoJob, check_languages, generate, write_text
from xling.cli.interrupts import stop_if_asked
from xling.cli.options import Force, Json, Seed, parse_languages
from xling.cli.progress import progress_bars
from xling.cli.render import per_cent, table, warn, write, write_json
from xling.errors import InputError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.lexicon import Lexicon
    from xling.evaluation.results import BliResult
    from xling.model.model import Model
    from xling.training.learn import Trained

__all__ = ["EXAMPLES", "demo", "run_demo"]

EXAMPLES = ("xling demo", "xling demo --languages en,es --pairs 10000 --output models/try")

_RECIPES = ("joint", "separate")
_CHANNELS = ("all", "contexts")
_EXAMPLES = 5
_EXAMPLE_ANSWERS = 3


def run_demo(job: DemoJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Generate text, learn both recipes without some words, and translate these words.

    Parameters
    ----------
    job : DemoJob
        What to demonstrate.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``demo --json``; all its scores are of synthetic text.

    Raises
    ------
    XlingError
        If the grammar does not speak a language, or the output cannot be written.
    """
    from xling.evaluation.bli import evaluate
    from xling.recipes import train_corpus
    from xling.stages import Stages, peak_memory_mib
    from xling.training.learn import TrainSettings

    settings = TrainSettings(dim=job.dim, seed=job.seed)
    if job.pairs < 1:
        raise InputError(f"pairs is {job.pairs}; at least 1 is needed")
    check_languages(job.languages)
    force = job.force or _is_old_demo(job)
    check_output(job.place, force=force, directory=True)
    if job.report is not None:
        check_output(job.report, force=job.force or _is_old_page(job.report))
    stages = Stages()
    trained: dict[str, Trained] = {}
    scores: list[dict[str, Any]] = []

    def score(recipe: str, words: str, lexicon: "Lexicon", channels: str) -> None:
        with stages.time("evaluate"):
            result = evaluate(trained[recipe].model, lexicon, channels=channels)
        scores.append(_score(recipe, words, result))

    with stages.time("total"):
        with stages.time("generate"):
            world = generate(job)
        for recipe in _RECIPES:
            with stages.time(f"train {recipe}"):
                trained[recipe] = train_corpus(
                    world.corpus,
                    recipe=recipe,
                    hold_out=world.held_out,
                    further=world.further,
                    settings=settings,
                    progress=progress,
                )
            for channels in _CHANNELS:
                score(recipe, "held out", world.held_out, channels)
        score("joint", "linked", world.rest, "all")
        stop_if_asked()
        joint = trained["joint"]
        marked = {**joint.model.card, "demo": {"synthetic": True, "scores": scores}}
        with stages.time("save"):
            replace(joint.model, card=marked).save(job.place, force=force)
        if job.report is not None:
            with stages.time("report"):
                _write_report(job, job.report, world.held_out, progress)
    return {
        "synthetic": True,
        "output": str(job.place),
        "report": None if job.report is None else str(job.report),
        "languages": list(job.languages),
        "vocabulary": {side.language: len(side.vocabulary) for side in joint.model.sides},
        "sentence_pairs": joint.pairs,
        "unmatched_sentences": dict(
            zip(job.languages, joint.model.card["unmatched_sentences"], strict=True)
        ),
        "held_out": joint.held_out,
        "seed_pairs": joint.seed_pairs,
        "seed": job.seed,
        "scores": scores,
        "examples": _examples(joint.model, world.held_out),
        "seconds": {name: round(spent, 3) for name, spent in stages.seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [
            f"{recipe}: {line}" for recipe, done in trained.items() for line in done.warnings
        ],
    }


def demo(
    languages: Annotated[
        str, typer.Option(metavar="SOURCE,TARGET", help="Two of en, de, es.")
    ] = "en,de",
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder to make; default: models/demo-SOURCE-TARGET, where a demo is replaced.",
        ),
    ] = None,
    pairs: Annotated[int, typer.Option(help="Sentence pairs to generate.")] = 30_000,
    seed: Seed = 0,
    force: Force = False,
    text: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Only write the generated text, as files to train on."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Also write one page that shows it all."),
    ] = None,
    json: Json = False,
) -> None:
    """Learn from the embedded corpus, and translate words never seen in a matched pair."""
    job = DemoJob(
        languages=parse_languages(languages),
        output=output,
        pairs=pairs,
        seed=seed,
        force=force,
        report=report,
    )
    if text is not None:
        written = write_text(job, text)
        if json:
            write_json(written)
        else:
            write(*(f"{name}: {lines:,} lines" for name, lines in written["files"].items()))
        return
    with progress_bars() as progress:
        document = run_demo(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        _show(document)


def _is_old_demo(job: DemoJob) -> bool:
    """Tell whether the default place holds an earlier demo, which may be replaced."""
    if job.output is None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            stored = json_text.loads((job.place / "model.json").read_text(encoding="utf-8"))
            return bool(stored["card"]["demo"]["synthetic"])
    return False


def _is_old_page(path: Path) -> bool:
    """Tell whether a file is the page of an earlier demo, which may be replaced."""
    with suppress(OSError, UnicodeDecodeError):
        return "demo-" in path.read_text(encoding="utf-8")[:20_000].partition("<title>")[2][:200]
    return False


def _write_report(job: DemoJob, page: Path, held_out: "Lexicon", progress: Progress) -> None:
    """Judge the saved model by the held-out words, and write a page of it."""
    from xling.cli.evaluate import run_evaluate
    from xling.data.formats import write_lexicon
    from xling.report.make import ReportSettings

    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "held-out.tsv"
        write_lexicon(words, held_out)
        run_evaluate(
            job.place, words, page=ReportSettings(path=page, force=True), progress=progress
        )


def _score(recipe: str, words: str, result: "BliResult") -> dict[str, Any]:
    """Give one line of the table of scores."""
    keys = ("channels", "queries", "coverage", "precision", "confidence_interval")
    document = result.to_json()
    return {"recipe": recipe, "words": words, **{key: document[key] for key in keys}}


def _examples(model: "Model", lexicon: "Lexicon") -> list[dict[str, Any]]:
    """Translate some of the test words, spread over the lexicon, and mark what is right."""
    from xling.data.text import fold

    queries = lexicon.queries()
    written = {fold(word): word for word, _ in lexicon.pairs}
    known = [word for word in queries if word in model.sides[0].vocabulary]
    chosen = known[:: max(1, len(known) // _EXAMPLES)][:_EXAMPLES]
    return [
        {
            "word": written[word],
            "gold": sorted({b for a, b in lexicon.pairs if fold(a) == word}),
            "translations": [
                {
                    "word": one.word,
                    "score": one.score,
                    "confidence": one.confidence,
                    "right": fold(one.word) in queries[word],
                }
                for one in model.translate(word, top=_EXAMPLE_ANSWERS)
            ],
        }
        for word in chosen
    ]


def _show(document: dict[str, Any]) -> None:
    """Print the scores, the examples, the times and what to do next."""
    source, target = document["languages"]
    held = document["held_out"]
    scores = [
        (
            score["recipe"],
            score["words"],
            score["channels"],
            per_cent(score["precision"]["1"]),
            " to ".join(per_cent(end) for end in score["confidence_interval"]),
            per_cent(score["precision"]["5"]),
            per_cent(score["coverage"]),
        )
        for score in document["scores"]
    ]
    heads = ("recipe", "words", "channels", "P@1", "95 % interval", "P@5", "coverage")
    write(
        f"Learned {source} and {target} from {document['sentence_pairs']:,} generated sentence "
        f"pairs; {held['words']} words were held out of every pair "
        f"({held['pairs_removed']:,} pairs removed).",
        "",
        table(heads, scores, title="joint vs separate, synthetic text", right=(3, 4, 5, 6)),
        "",
        table(
            (source, "rank", target, "confidence", ""),
            _example_rows(document["examples"]),
            title="Held-out words, joint, synthetic text",
            right=(1, 3),
        ),
        "",
        "Time: "
        + ", ".join(f"{name} {spent:.1f} s" for name, spent in document["seconds"].items())
        + f"; memory at its peak {document['peak_memory_mib']:,.0f} MiB.",
        "All text and all scores above are synthetic: they say nothing about real text.",
        *([f"Report: {document['report']}"] if document["report"] is not None else []),
        "",
        "Next:",
        *(f"  {line}" for line in _next_commands(document)),
    )


def _example_rows(examples: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Give a line for each translation."""
    for example in examples:
        for rank, one in enumerate(example["translations"], start=1):
            yield (
                example["word"] if rank == 1 else "",
                str(rank),
                one["word"],
                per_cent(one["confidence"]),
                "right" if one["right"] else "",
            )
        if not any(one["right"] for one in example["translations"]):
            yield "", "", f"(right: {', '.join(example['gold'])})", "", ""


def _next_commands(document: dict[str, Any]) -> list[str]:
    """Give the three commands that a person would type next."""
    program = "xling" if shutil.which("xling") else sys.argv[0]
    source, target = document["languages"]
    words = [example["word"] for example in document["examples"][:2]] or ["dog"]
    calls = (
        [program, "translate", document["output"], *words],
        [program, "evaluate", document["output"], "my-lexicon.tsv"],
        [
            *(program, "train", "my-pairs.tsv", "--languages", f"{source},{target}"),
            *("--output", f"models/my-{source}-{target}"),
        ],
    )
    return [shlex.join(call) for call in calls]
