"""``xling align``: from two existing spaces to a model."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.aligners.registry import ALIGNERS, aligner, check_method, configured
from xling.cli import link
from xling.cli.interrupts import stop_if_asked
from xling.cli.options import (
    Force,
    Json,
    Languages,
    Limit,
    MethodSettings,
    Output,
    Seed,
    Strict,
    Threads,
    check_input,
    naming_lexicon,
    parse_languages,
    telling,
)
from xling.cli.pair_options import Columns, check_sources, local_sources, read_sources
from xling.cli.progress import progress_bars
from xling.cli.render import complain, facts, per_cent, warn, write, write_json
from xling.data.formats.pair_columns import parse_columns
from xling.errors import ConfigError, ConflictError, UnknownNameError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.formats import ReadReport
    from xling.data.space import EmbeddingSpace

__all__ = ["EXAMPLES", "AlignJob", "align", "run_align"]

EXAMPLES = (
    "xling align en.vec de.vec --languages en,de --lexicon seed.tsv --output m",
    "xling align en.vec de.vec --languages en,de --lexicon seed.tsv --method rcsls --output m",
    "xling align en.vec de.vec --languages en,de --output m",
    "xling align en.vec de.vec --languages en,de --pairs pairs.tsv.gz --output m",
    "xling align minilm gbert --languages en,de --pairs pairs.tsv.gz --output m",
)

_FROM_CARD = (
    "seed_pairs", "pairs_used", "seed_coverage", "settings", "diagnostics", "history",
    "stop_reason", "verdict", "checks", "suspects",
)  # fmt: skip
_UNTRUSTED = 3
_SHOWN = 5  # suspicious pairs that people see; all are in the JSON


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
        Seed pairs; some methods need none.
    pairs : str, optional
        Matched sentences, instead of a lexicon.
    columns : pair of str, optional
        Of both sides, in them.
    pairs_as : {"sentences", "lexicon"}, optional
        Whether the method is fitted on sentence vectors, the default, or on the lexicon mined from
        the pairs; only with these.
    method : str, optional
        By name; ``procrustes`` by default with a lexicon, ``unsupervised`` without one.
    settings : tuple of str
        Of the method, each ``NAME=VALUE``.
    prompt : str, optional
        Of encoders: before each sentence.
    seed : int
        Of methods with something random.
    threads : int, optional
        ``None``: all processors.
    accept_untrusted : bool
        Whether an alignment that failed its own check is written all the same.
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
    pairs: str | None = None
    columns: tuple[str, str] | None = None
    pairs_as: str | None = None
    method: str | None = None
    settings: tuple[str, ...] = ()
    prompt: str | None = None
    seed: int = 0
    threads: int | None = None
    accept_untrusted: bool = False
    limit: int | None = None
    strict: bool = False
    force: bool = False


def run_align(job: AlignJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Link two spaces and write the model, unless it failed its own check.

    Parameters
    ----------
    job : AlignJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``align --json``; its ``output`` is ``None`` where nothing was written.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    method, settings = _check(job)
    from importlib import import_module

    from threadpoolctl import threadpool_limits

    from xling.aligners.base import Verdict
    from xling.aligners.sentences import check_pairs_as, from_sentences
    from xling.data.formats import ReadReport, read_lexicon
    from xling.data.formats.pair_sources import PairOptions
    from xling.recipes import align_spaces
    from xling.stages import Stages, peak_memory_mib

    stages = Stages()
    reports: list[ReadReport] = []
    with stages.time("total"), telling(reports):
        with stages.time("load"):
            lexicon = None
            if job.lexicon is not None:
                lexicon, report = read_lexicon(job.lexicon, job.languages, strict=job.strict)
                reports.append(report)
            spaces = _read_spaces(job, reports)
            corpus = None
            if job.pairs is not None:
                taken = PairOptions(columns=job.columns)
                read = read_sources([job.pairs], job.languages, options=taken, strict=job.strict)
                corpus = read.corpus
                reports += read.reports
        import_module("faiss")  # a limit holds for the libraries that are loaded when it is set
        with (
            naming_lexicon(job.lexicon or (job.pairs and Path(job.pairs)) or None),
            threadpool_limits(job.threads),
        ):
            if corpus is not None:
                with stages.time("pairs"):
                    lexicon = from_sentences(
                        corpus,
                        (spaces[0], spaces[1]),
                        check_pairs_as(job.pairs_as or "sentences"),
                        progress=progress,
                    )
            aligned = align_spaces(
                spaces.pop(0),  # nothing else holds them: they are let go once they are mapped
                spaces.pop(0),
                lexicon,
                method=method,
                settings=settings,
                seed=job.seed,
                progress=progress,
            )
        stop_if_asked()
        found = aligned.alignment
        kept = found.verdict is not Verdict.FAILED or job.accept_untrusted
        with stages.time("save"):
            if kept:
                aligned.model.save(job.output, force=job.force)
    seconds = {"load": stages.seconds["load"], **aligned.seconds}
    if corpus is not None:
        seconds["pairs"] = stages.seconds["pairs"]
    seconds |= {name: stages.seconds[name] for name in ("save", "total")}
    return {
        "output": str(job.output) if kept else None,
        "method": method,
        "languages": list(job.languages),
        "vocabulary": {side.language: len(side.vocabulary) for side in aligned.model.sides},
        "sentence_pairs": 0 if corpus is None else len(corpus),
        "held_out": dict.fromkeys(link.NOTHING_HELD_OUT, 0),
        **{name: aligned.model.card[name] for name in _FROM_CARD},
        "seed": job.seed,
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [line for report in reports for line in report.describe()]
        + list(aligned.warnings),
    }


def align(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="Source vectors: .vec, .txt, .bin, .npz or .safetensors; or a sentence encoder: "
            "its folder, a hub's name, or its rows as .npy.",
        ),
    ],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="Target vectors, or encoder.")],
    languages: Languages,
    output: Output,
    lexicon: Annotated[
        Path | None,
        typer.Option(metavar="SEED", help="Seed pairs, source TAB target a line."),
    ] = None,
    pairs: Annotated[
        str | None,
        typer.Option(
            metavar="PAIRS",
            help="Matched sentences, of any kind that train reads, instead of SEED.",
        ),
    ] = None,
    columns: Columns = None,
    pairs_as: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="sentences: fit on their vectors (default); lexicon: on words mined from them.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=", ".join(ALIGNERS) + "; default: see above."),
    ] = None,
    settings: MethodSettings = None,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Of encoders: before each sentence; default: their own."),
    ] = None,
    accept_untrusted: Annotated[
        bool,
        typer.Option(
            "--accept-untrusted", help="Write an alignment that failed its own check all the same."
        ),
    ] = False,
    seed: Seed = 0,
    threads: Threads = None,
    limit: Limit = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Link two existing sets of word vectors, or two sentence encoders.

    The method is procrustes by default with a seed lexicon or matched sentences, unsupervised
    without either; encoders are linked from matched sentences.
    """
    job = AlignJob(
        source=source,
        target=target,
        languages=parse_languages(languages),
        output=output,
        lexicon=lexicon,
        pairs=pairs,
        columns=parse_columns(columns),
        pairs_as=pairs_as,
        method=method,
        settings=tuple(settings or ()),
        prompt=prompt,
        seed=seed,
        threads=threads,
        accept_untrusted=accept_untrusted,
        limit=limit,
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        encoders = link.links_encoders(source, target, pairs=pairs is not None)
        if encoders:
            given = {one.name: getattr(job, one.name) for one in fields(link.LinkJob)}
            document = link.run_link(link.LinkJob(**given), progress=progress)
        else:
            document = run_align(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        write(facts(link.summary(document) if encoders else _summary(document)))
    if document["output"] is None:
        from xling.aligners.self_check import fault

        complain(
            f"the {document['method']} alignment failed its own check: "
            f"{fault(document['checks'])}; nothing was written",
            hint="--accept-untrusted writes it all the same; "
            f"{'more seed pairs' if document['seed_pairs'] else 'a seed lexicon'} would help it",
        )
        raise typer.Exit(_UNTRUSTED)


def _read_spaces(job: AlignJob, reports: "list[ReadReport]") -> "list[EmbeddingSpace]":
    """Read both vector files, and add what was left out of them to the reports."""
    from xling.data.formats import read_vectors

    spaces = []
    for path, language in zip((job.source, job.target), job.languages, strict=True):
        space, report = read_vectors(path, language, strict=job.strict, limit=job.limit)
        spaces.append(space)
        reports.append(report)
    return spaces


def _check(job: AlignJob) -> tuple[str, dict[str, Any]]:
    """Refuse what can be known to be wrong without any work; give the method and its settings."""
    from xling.aligners.sentences import check_pairs_as
    from xling.cli.assign import parse_settings
    from xling.data.formats.vectors import VECTOR_READERS

    if job.lexicon is not None and job.pairs is not None:
        raise ConflictError("--lexicon and --pairs were given; one of them is needed")
    if job.columns is not None and job.pairs is None:
        raise ConflictError("--columns are those of --pairs, and --pairs was not given")
    if job.pairs_as is not None and job.pairs is None:
        raise ConflictError(
            "--pairs-as says what --pairs is made into, and --pairs was not given",
            hint="give matched sentences with --pairs FILE, or leave --pairs-as out",
        )
    check_pairs_as(job.pairs_as or "sentences")
    if job.prompt is not None:
        raise ConflictError("--prompt stands before an encoder's sentences; word vectors have none")
    method = check_method(
        job.method,
        given=job.lexicon is not None or job.pairs is not None,
        sentences=job.pairs is not None,
    )
    kind = type(aligner(method)().settings)
    settings = parse_settings(method, kind, job.settings)
    configured(method, settings)
    for name, value, least in (
        ("limit", job.limit, 1),
        ("seed", job.seed, 0),
        ("threads", job.threads, 1),
    ):
        if value is not None and value < least:
            raise ConfigError(f"{name} is {value}; at least {least} is needed")
    matched = [] if job.pairs is None else [job.pairs]
    inputs = [path for path in (job.source, job.target, job.lexicon) if path is not None]
    read = (*inputs, *local_sources(matched))
    check_output(job.output, force=job.force, inputs=read, directory=True)
    check_input(*inputs)
    check_sources(matched)
    for path in (job.source, job.target):
        if not path.name.casefold().endswith(tuple(VECTOR_READERS)):
            raise UnknownNameError(
                f"ending of the vector file {path}:", path.suffix, VECTOR_READERS
            )
    return method, settings


def _summary(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what was made, for people."""
    words = ", ".join(f"{language} {n:,}" for language, n in document["vocabulary"].items())
    coverage = document["seed_coverage"]
    of = "" if coverage is None else f" ({per_cent(coverage)} of the lexicon)"
    used = document["pairs_used"]
    described, rounds = document["diagnostics"], len(document["history"])
    lines = [
        ("model", document["output"] or "not written"),
        ("method", document["method"]),
        ("words", words),
        ("seed pairs", f"{document['seed_pairs']:,} used{of}"),
        *((("fitted on", f"{used:,} pairs"),) if used != document["seed_pairs"] else ()),
        *((("spaces", described["expect"]),) if described is not None else ()),
        ("ended", f"{document['stop_reason']}, {rounds} round{'s' * (rounds != 1)}"),
    ]
    if document["verdict"] is not None:
        shown = ", ".join(f"{name} {value:.3g}" for name, value in document["checks"].items())
        lines.append(("verdict", f"{document['verdict']} ({shown})"))
    if document["suspects"]:
        few = ", ".join(f"{a} – {b}" for a, b, _ in document["suspects"][:_SHOWN])
        lines.append(("suspect pairs", f"{len(document['suspects']):,}: {few}"))
    return [
        *lines,
        ("time", f"{document['seconds']['total']:.1f} s"),
        ("memory", f"{document['peak_memory_mib']:,.0f} MiB at its peak"),
    ]
