"""``xling student``: one encoder for two languages, from a teacher of one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.assign import parse_settings
from xling.cli.options import (
    Force,
    Json,
    Languages,
    Output,
    Seed,
    Strict,
    check_input,
    parse_languages,
    telling,
)
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, warn, write, write_json
from xling.errors import ConfigError, ConflictError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "StudentJob", "run_student", "student"]

EXAMPLES = (
    "xling student pairs.tsv.gz --languages en,de --teacher minilm --output student",
    "xling student pairs.tsv.gz --languages en,de --teacher minilm --kind static --output table",
    "xling student pairs.tsv --languages en,de --teacher minilm --preset gpu --output student",
)

_KINDS = ("transformer", "static")


@dataclass(frozen=True, kw_only=True, slots=True)
class StudentJob:
    """What to teach, by whom, and where to.

    Parameters
    ----------
    pairs : Path
        Matched sentences.
    languages : pair of str
        Theirs; the teacher knows the first one.
    teacher : str
        Folder or hub's name.
    output : Path
        Folder to make.
    kind : {"transformer", "static"}
        A network for both languages, or a table for each.
    base : str, optional
        What the network starts from; the teacher otherwise.
    preset : str
        ``cpu`` or ``gpu``: settings that ``settings`` then change.
    settings : tuple of str
        Each ``NAME=VALUE``.
    exclude : tuple of Path
        Files of a test set's sentences, one a line or several with TABs between them.
    checkpoint : Path, optional
        Folder to keep checkpoints in.
    resume : bool
        Whether to go on from the last one.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
    seed : int
        Of all that is random.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    pairs: Path
    languages: tuple[str, str]
    teacher: str
    output: Path
    kind: str = "transformer"
    base: str | None = None
    preset: str = "cpu"
    settings: tuple[str, ...] = ()
    exclude: tuple[Path, ...] = ()
    checkpoint: Path | None = None
    resume: bool = False
    device: str = "auto"
    seed: int = 0
    strict: bool = False
    force: bool = False


def run_student(job: StudentJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Train a student and write it.

    Parameters
    ----------
    job : StudentJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``student --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then but checkpoints.
    """
    settings = _check(job)
    from xling.data.formats import read_pairs
    from xling.encoders.pretrained.checkpoint import open_checkpoint
    from xling.stages import Stages, peak_memory_mib
    from xling.students.learn import learn_static, learn_student
    from xling.training.device import choose_device

    stages = Stages()
    with stages.time("total"):
        corpus, report = read_pairs(job.pairs, job.languages, strict=job.strict)
        with telling([report]):
            device = str(choose_device(job.device))
            teacher = open_checkpoint(job.teacher, device=device)
            tested = [line for path in job.exclude for line in _sentences(path)]
            if job.kind == "static":
                made = learn_static(
                    teacher, corpus, settings, tested=tested, seed=job.seed, progress=progress
                )
            else:
                base = None if job.base is None else open_checkpoint(job.base, device=device)
                made = learn_student(
                    teacher,
                    corpus,
                    settings,
                    base=base,
                    tested=tested,
                    checkpoints=job.checkpoint,
                    resume=job.resume,
                    device=device,
                    seed=job.seed,
                    progress=progress,
                )
            made.save(job.output, force=job.force)
    seconds = {**made.seconds, "total": stages.seconds["total"]}
    return {
        "output": str(job.output),
        **made.facts,
        "device": device,
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [*report.describe(), *made.warnings],
    }


def student(
    pairs: Annotated[
        Path, typer.Argument(metavar="PAIRS", help="Matched sentences, source TAB target a line.")
    ],
    languages: Languages,
    teacher: Annotated[
        str,
        typer.Option(metavar="ENCODER", help="Of the first language: its folder, or a hub's name."),
    ],
    output: Output,
    kind: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="transformer: one network; static: a table for each language."
        ),
    ] = "transformer",
    base: Annotated[
        str | None,
        typer.Option(metavar="ENCODER", help="What the network starts from; default: the teacher."),
    ] = None,
    preset: Annotated[
        str, typer.Option(metavar="NAME", help="Settings of a small run, cpu, or of a large, gpu.")
    ] = "cpu",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting; repeatable."),
    ] = None,
    exclude: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A test set's sentences: pairs with one are left out; repeatable."
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where checkpoints are kept.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the last checkpoint.")
    ] = False,
    device: Annotated[
        str, typer.Option(metavar="NAME", help="auto, cpu, cuda or cuda:N.")
    ] = "auto",
    seed: Seed = 0,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Train a sentence encoder of two languages from a teacher of the first one.

    The output is a folder that sentence-transformers loads, and that xling retrieve takes.
    """
    job = StudentJob(
        pairs=pairs,
        languages=parse_languages(languages),
        teacher=teacher,
        output=output,
        kind=kind,
        base=base,
        preset=preset,
        settings=tuple(settings or ()),
        exclude=tuple(exclude or ()),
        checkpoint=checkpoint,
        resume=resume,
        device=device,
        seed=seed,
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        document = run_student(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        write(facts(_summary(document)))


def _check(job: StudentJob) -> Any:
    """Refuse what can be known to be wrong without any work; give the settings."""
    from xling.students.settings import StaticSettings, StudentSettings
    from xling.students.settings import preset as find_preset
    from xling.training.device import check_device_name

    if job.kind not in _KINDS:
        raise UnknownNameError("kind of student", job.kind, _KINDS)
    static = job.kind == "static"
    if static and (job.base is not None or job.checkpoint is not None or job.resume):
        raise ConflictError("a static student is solved for: no --base, --checkpoint or --resume")
    if job.resume and job.checkpoint is None:
        raise ConflictError("--resume goes on from a checkpoint; say where with --checkpoint DIR")
    check_device_name(job.device)
    if job.seed < 0:
        raise ConfigError(f"seed is {job.seed}; at least 0 is needed")
    kind = StaticSettings if static else StudentSettings
    start = StaticSettings() if static else find_preset(job.preset)
    settings = replace(start, **parse_settings(f"a {job.kind} student", kind, job.settings))
    given = [Path(one) for one in (job.teacher, job.base) if one is not None]
    inputs = [job.pairs, *job.exclude, *(path for path in given if path.exists())]
    check_output(job.output, force=job.force, inputs=inputs, directory=True)
    check_input(job.pairs, *job.exclude)
    return settings


def _sentences(path: Path) -> Iterator[str]:
    """Give the sentences of a test set's file."""
    from xling.data.formats import ProblemLog
    from xling.data.formats.lines import decoded_lines

    for _, line in decoded_lines(path, ProblemLog(path, strict=False)):
        yield from (part for part in (line or "").split("\t") if part.strip())


def _summary(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what was made, for people."""
    yield "student", document["output"]
    yield "teacher", document["teacher"]
    yield "learned from", f"{document['pairs']:,} sentence pairs"
    if document["test_pairs_removed"]:
        yield "left out", f"{document['test_pairs_removed']:,} pairs with a sentence of the test"
    for name, share in document["accuracy"].items():
        before = document["accuracy_before"].get(name)
        was = "" if before is None else f", {per_cent(before)} before"
        yield name, f"{per_cent(share)} of {document['held_out']:,} held-out sentences{was}"
    yield "time", f"{document['seconds']['total']:.1f} s"
