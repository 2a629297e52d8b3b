"""``xling align``: from two existing spaces to a model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.interrupts import stop_if_asked
from xling.cli.options import (
    Force,
    Json,
    Languages,
    Output,
    Seed,
    Strict,
    check_input,
    naming_lexicon,
    parse_languages,
    telling,
)
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, warn, write, write_json
from xling.errors import ConfigError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

__all__ = ["EXAMPLES", "AlignJob", "align", "run_align"]

EXAMPLES = ("xling align en.vec de.vec --languages en,de --lexicon seed.tsv --output m",)

_NOTHING_HELD_OUT = (
    "words",
    "pairs_removed",
    "source_halves_kept",
    "target_halves_kept",
    "halves_dropped",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignJob:
    """What to link, how, and where to.

    Parameters
    ----------
    source, target : Path
        Vector files.
    languages : pair of str
        Theirs.
    output : Path
        Folder to make.
    lexicon : Path, optional
        Seed pairs; every method of this release needs them.
    method : str
        By name.
    seed : int
        Of methods with something random.
    limit : int, optional
        Read this many words of each file at most.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    source: Path
    target: Path
    languages: tuple[str, str]
    output: Path
    lexicon: Path | None = None
    method: str = "procrustes"
    seed: int = 0
    limit: int | None = None
    strict: bool = False
    force: bool = False


def run_align(job: AlignJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Link two spaces and write the model.

    Parameters
    ----------
    job : AlignJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``align --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    lexicon_path = _check(job)
    from xling.data.formats import ReadReport, read_lexicon, read_vectors
    from xling.recipes import align_spaces
    from xling.stages import Stages, peak_memory_mib

    stages = Stages()
    reports: list[ReadReport] = []
    with stages.time("total"), telling(reports):
        with stages.time("load"):
            lexicon, report = read_lexicon(lexicon_path, job.languages, strict=job.strict)
            reports.append(report)
            spaces = []
            for path, language in zip((job.source, job.target), job.languages, strict=True):
                space, report = read_vectors(path, language, strict=job.strict, limit=job.limit)
                spaces.append(space)
                reports.append(report)
        with naming_lexicon(lexicon_path):
            aligned = align_spaces(
                spaces[0], spaces[1], lexicon, method=job.method, seed=job.seed, progress=progress
            )
        stop_if_asked()
        with stages.time("save"):
            aligned.model.save(job.output, force=job.force)
    seconds = {"load": stages.seconds["load"], **aligned.seconds}
    seconds |= {name: stages.seconds[name] for name in ("save", "total")}
    return {
        "output": str(job.output),
        "method": job.method,
        "languages": list(job.languages),
        "vocabulary": {side.language: len(side.vocabulary) for side in aligned.model.sides},
        "sentence_pairs": 0,
        "held_out": dict.fromkeys(_NOTHING_HELD_OUT, 0),
        "seed_pairs": aligned.alignment.pairs_used,
        "seed_coverage": aligned.model.card["seed_coverage"],
        "seed": job.seed,
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [line for report in reports for line in report.describe()],
    }


def align(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE", help="Source vectors: .vec, .txt, .bin, .npz or .safetensors."
        ),
    ],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="Target vectors.")],
    languages: Languages,
    output: Output,
    lexicon: Annotated[
        Path | None,
        typer.Option(metavar="SEED", help="Seed pairs, source TAB target a line."),
    ] = None,
    method: Annotated[str, typer.Option(metavar="NAME", help="procrustes.")] = "procrustes",
    seed: Seed = 0,
    limit: Annotated[
        int | None,
        typer.Option(metavar="WORDS", help="Read only the first words of each file."),
    ] = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Link two existing sets of word vectors with a seed lexicon."""
    job = AlignJob(
        source=source,
        target=target,
        languages=parse_languages(languages),
        output=output,
        lexicon=lexicon,
        method=method,
        seed=seed,
        limit=limit,
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        document = run_align(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        write(facts(_summary(document)))


def _check(job: AlignJob) -> Path:
    """Refuse what can be known to be wrong without any work; give the seed lexicon's file."""
    from xling.aligners.registry import ALIGNERS
    from xling.data.formats.vectors import VECTOR_READERS

    if job.method not in ALIGNERS:
        raise UnknownNameError("method", job.method, ALIGNERS)
    if job.lexicon is None:
        raise ConfigError(
            f"method {job.method} needs a seed lexicon",
            hint="--lexicon FILE gives it, source TAB target a line",
        )
    for name, value, least in (("limit", job.limit, 1), ("seed", job.seed, 0)):
        if value is not None and value < least:
            raise ConfigError(f"{name} is {value}; at least {least} is needed")
    inputs = job.source, job.target, job.lexicon
    check_output(job.output, force=job.force, inputs=inputs, directory=True)
    check_input(*inputs)
    for path in (job.source, job.target):
        if not path.name.casefold().endswith(tuple(VECTOR_READERS)):
            raise UnknownNameError(
                f"ending of the vector file {path}:", path.suffix, VECTOR_READERS
            )
    return job.lexicon


def _summary(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what was made, for people."""
    words = ", ".join(f"{language} {n:,}" for language, n in document["vocabulary"].items())
    coverage = per_cent(document["seed_coverage"])
    return [
        ("model", document["output"]),
        ("method", document["method"]),
        ("words", words),
        ("seed pairs", f"{document['seed_pairs']:,} used ({coverage} of the lexicon)"),
        ("time", f"{document['seconds']['total']:.1f} s"),
        ("memory", f"{document['peak_memory_mib']:,.0f} MiB at its peak"),
    ]
