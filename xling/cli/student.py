"""``xling student``: encoders of two languages, from a teacher of one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.assign import parse_settings
from xling.cli.options import (
    Device,
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
from xling.cli.pair_options import (
    Columns,
    Deduplicate,
    LengthRatio,
    MaxPairs,
    Pairs,
    SourceFile,
    TargetFile,
    Where,
    WrongLanguage,
    both_files,
    check_given,
    check_sources,
    local_sources,
    pair_options,
    read_given,
)
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, warn, write, write_json
from xling.errors import ConfigError, ConflictError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.formats.pair_sources import PairOptions

__all__ = ["EXAMPLES", "StudentJob", "run_student", "student"]

EXAMPLES = (
    "xling student pairs.tsv.gz --languages en,de --teacher minilm --output student",
    "xling student pairs.tsv.gz --languages en,de --teacher minilm --kind static --output table",
    "xling student pairs.tsv --languages en,de --teacher minilm --kind encoders --output two",
    "xling student pairs.tsv --languages en,de --teacher minilm --preset gpu --output student",
)

_KINDS = ("transformer", "encoders", "static")


@dataclass(frozen=True, kw_only=True, slots=True)
class StudentJob:
    """What to teach, by whom, and where to.

    Parameters
    ----------
    languages : pair of str
        Of the sentences; the teacher knows the first one.
    teacher : str
        Folder or hub's name.
    output : Path
        Folder to make.
    pairs : tuple of str
        Files, folders and data sets on the hub.
    taken : PairOptions, optional
        What is taken of them.
    line_aligned : pair of Path, optional
        Two line-aligned files, instead of ``pairs``.
    kind : {"transformer", "encoders", "static"}
        A network for both languages, one for each, or a table for each.
    base : str, optional
        What the network starts from; the teacher otherwise.
    target_base : str, optional
        Of ``encoders``: what the second language's starts from; as the first one's otherwise.
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

    languages: tuple[str, str]
    teacher: str
    output: Path
    pairs: tuple[str, ...] = ()
    taken: "PairOptions | None" = None
    line_aligned: tuple[Path, Path] | None = None
    kind: str = "transformer"
    base: str | None = None
    target_base: str | None = None
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
    from xling.linking.verified import open_verified
    from xling.stages import Stages, peak_memory_mib
    from xling.students.learn import learn_static, learn_student
    from xling.training.device import choose_device

    stages = Stages()
    with stages.time("total"):
        read = read_given(
            job.pairs, job.line_aligned, job.languages, options=job.taken, strict=job.strict
        )
        corpus = read.corpus
        with telling(read.reports):
            device = str(choose_device(job.device))
            teacher = open_verified(job.teacher, device=device).route(job.languages[0])
            tested = [line for path in job.exclude for line in _sentences(path)]
            if job.kind == "static":
                made = learn_static(
                    teacher, corpus, settings, tested=tested, seed=job.seed, progress=progress
                )
            else:
                base, target_base = (
                    None if name is None else open_verified(name, device=device).route(language)
                    for name, language in zip(
                        (job.base, job.target_base), job.languages, strict=True
                    )
                )
                made = learn_student(
                    teacher,
                    corpus,
                    settings,
                    base=base,
                    two=job.kind == "encoders",
                    target_base=target_base,
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
        "dropped": read.dropped,
        "device": device,
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [
            *(line for report in read.reports for line in report.describe()),
            *made.warnings,
        ],
    }


def student(
    languages: Languages,
    teacher: Annotated[
        str,
        typer.Option(metavar="ENCODER", help="Of the first language: its folder, or a hub's name."),
    ],
    output: Output,
    pairs: Pairs = None,
    source_file: SourceFile = None,
    target_file: TargetFile = None,
    columns: Columns = None,
    where: Where = None,
    max_pairs: MaxPairs = None,
    deduplicate: Deduplicate = None,
    length_ratio: LengthRatio = None,
    filter_language: WrongLanguage = False,
    kind: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="transformer: a network for both languages; encoders: one for each, together; "
            "static: a table for each.",
        ),
    ] = "transformer",
    base: Annotated[
        str | None,
        typer.Option(metavar="ENCODER", help="What the network starts from; default: the teacher."),
    ] = None,
    target_base: Annotated[
        str | None,
        typer.Option(
            metavar="ENCODER", help="Of encoders: what the second language's one starts from."
        ),
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
    device: Device = "auto",
    seed: Seed = 0,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Train a sentence encoder of two languages, or one for each, from a teacher of the first.

    The output is a folder that sentence-transformers loads, or holds one for each language, and
    that xling retrieve takes.
    """
    job = StudentJob(
        pairs=tuple(pairs or ()),
        taken=pair_options(
            columns=columns,
            where=where,
            limit=max_pairs,
            deduplicate=deduplicate,
            length_ratio=length_ratio,
            language=filter_language,
        ),
        line_aligned=both_files(source_file, target_file),
        languages=parse_languages(languages),
        teacher=teacher,
        output=output,
        kind=kind,
        base=base,
        target_base=target_base,
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
    if job.checkpoint is not None:
        output, checkpoint = job.output.resolve(), job.checkpoint.resolve()
        if output in (checkpoint, *checkpoint.parents):
            raise ConflictError(
                f"--output {job.output} is where checkpoints are kept; give two folders, "
                "neither of them for both"
            )
    if job.target_base is not None and job.kind != "encoders":
        raise ConflictError(
            "--target-base is of --kind encoders; the other kinds have one base, or none"
        )
    check_given(job.pairs, job.line_aligned, job.taken)
    check_device_name(job.device)
    if job.seed < 0:
        raise ConfigError(f"seed is {job.seed}; at least 0 is needed")
    kind = StaticSettings if static else StudentSettings
    start = StaticSettings() if static else find_preset(job.preset)
    settings = replace(start, **parse_settings(f"a {job.kind} student", kind, job.settings))
    given = [Path(one) for one in (job.teacher, job.base, job.target_base) if one is not None]
    files = [*(job.line_aligned or ()), *job.exclude]
    inputs = [*local_sources(job.pairs), *files, *(path for path in given if path.exists())]
    check_output(job.output, force=job.force, inputs=inputs, directory=True)
    check_sources(job.pairs)
    check_input(*files)
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
    if document["dropped"]:
        told = ", ".join(f"{name} {count:,}" for name, count in document["dropped"].items())
        yield "filters left out", told
    if document["test_pairs_removed"]:
        yield "left out", f"{document['test_pairs_removed']:,} pairs with a sentence of the test"
    for name, share in document["accuracy"].items():
        before = document["accuracy_before"].get(name)
        was = "" if before is None else f", {per_cent(before)} before"
        yield name, f"{per_cent(share)} of {document['held_out']:,} held-out sentences{was}"
    yield "time", f"{document['seconds']['total']:.1f} s"
