"""``xling train``: from sentence pairs to a model."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.assign import recipe_settings
from xling.cli.interrupts import stop_if_asked
from xling.cli.options import (
    Force,
    Json,
    Languages,
    Output,
    Seed,
    Settings,
    Strict,
    check_input,
    naming_lexicon,
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
from xling.cli.render import facts, warn, write, write_json
from xling.cli.train_options import (
    AcceptLineAligned,
    Device,
    Dim,
    HoldOutMatch,
    HoldOutSide,
    MinCount,
    MonolingualSource,
    MonolingualTarget,
    Phrases,
    SeedLexicon,
    Threads,
    TwoWay,
)
from xling.cli.train_view import summary
from xling.errors import ConflictError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.corpus import ParallelCorpus
    from xling.data.formats import ReadReport
    from xling.data.formats.pair_sources import PairOptions
    from xling.data.lexicon import Lexicon
    from xling.training.learn import TrainSettings
    from xling.training.run import RunOptions

__all__ = ["EXAMPLES", "TrainJob", "run_train", "train"]

EXAMPLES = (
    "xling train pairs.tsv.gz --languages en,de --output models/en-de",
    "xling train pairs.tsv --languages en,de --output m --hold-out test.tsv",
    "xling train --source-file a.en --target-file a.de --languages en,de --output m",
    "xling train a.csv b.jsonl --columns en,de --deduplicate pair --languages en,de --output m",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainJob:
    """What to train on, how, and where to.

    Parameters
    ----------
    languages : pair of str
        Source and target language.
    output : Path
        Folder to make.
    settings : TrainSettings
        What is the same for every recipe.
    pairs : tuple of str
        Files, folders and data sets on the hub.
    taken : PairOptions, optional
        What is taken of them.
    line_aligned : pair of Path, optional
        Two line-aligned files, instead of ``pairs``.
    recipe, encoder : str
        By name.
    hold_out, lexicon : Path, optional
        Test words that no matched pair may hold; seed pairs.
    monolingual : pair of tuple of Path
        Files with more text of each language.
    accept_line_aligned : bool
        Whether monolingual files of the same number of lines are taken as unmatched.
    run : RunOptions, optional
        Checkpoints and device, of a recipe that is trained step by step.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    languages: tuple[str, str]
    output: Path
    settings: "TrainSettings"
    pairs: tuple[str, ...] = ()
    taken: "PairOptions | None" = None
    line_aligned: tuple[Path, Path] | None = None
    recipe: str = "joint"
    encoder: str = "ppmi"
    hold_out: Path | None = None
    lexicon: Path | None = None
    monolingual: tuple[tuple[Path, ...], tuple[Path, ...]] = ((), ())
    accept_line_aligned: bool = False
    run: "RunOptions | None" = None
    strict: bool = False
    force: bool = False


def run_train(job: TrainJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Train a model and write it.

    Parameters
    ----------
    job : TrainJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``train --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; nothing is written then.
    """
    _check(job)
    from xling.data.formats import SentenceFiles, check_unmatched
    from xling.recipes import train_corpus
    from xling.stages import Stages, peak_memory_mib

    stages = Stages()
    reports: list[ReadReport] = []
    with stages.time("total"), telling(reports):
        with stages.time("load"):
            hold_out = _read_lexicon(job.hold_out, job, reports)
            lexicon = _read_lexicon(job.lexicon, job, reports)
            if not job.accept_line_aligned:
                check_unmatched(*job.monolingual)
            corpus, dropped = _read_corpus(job, reports)
        source, target = (
            SentenceFiles(paths, strict=job.strict, progress=progress) for paths in job.monolingual
        )
        try:
            with naming_lexicon(job.lexicon):
                trained = train_corpus(
                    corpus,
                    recipe=job.recipe,
                    encoder=job.encoder,
                    lexicon=lexicon,
                    hold_out=hold_out,
                    further=(source, target),
                    run=job.run,
                    settings=job.settings,
                    progress=progress,
                )
        finally:
            reports += [*source.reports, *target.reports]
        stop_if_asked()
        with stages.time("save"):
            trained.model.save(job.output, force=job.force)
    seconds = {"load": stages.seconds["load"], **trained.seconds}
    seconds |= {name: stages.seconds[name] for name in ("save", "total")}
    return {
        "output": str(job.output),
        "recipe": job.recipe,
        "languages": list(job.languages),
        "vocabulary": {side.language: len(side.vocabulary) for side in trained.model.sides},
        "sentence_pairs": trained.pairs,
        "dropped": dropped,
        "held_out": trained.held_out,
        "seed_pairs": trained.seed_pairs,
        "seed": job.settings.seed,
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "peak_memory_mib": round(peak_memory_mib(), 1),
        "warnings": [
            *(line for report in reports for line in report.describe()),
            *trained.warnings,
        ],
    }


def train(
    languages: Languages,
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
    recipe: Annotated[
        str,
        typer.Option(metavar="NAME", help="joint, separate, joint-skipgram or joint-layers."),
    ] = "joint",
    encoder: Annotated[
        str,
        typer.Option(metavar="NAME", help="Of recipe separate: ppmi, skipgram or fasttext."),
    ] = "ppmi",
    hold_out: Annotated[
        Path | None,
        typer.Option(metavar="LEXICON", help="Test words that no matched pair may hold."),
    ] = None,
    hold_out_side: HoldOutSide = "source",
    hold_out_match: HoldOutMatch = "form",
    shots: Annotated[
        int,
        typer.Option(metavar="K", help="Matched sentences kept of each held-out word."),
    ] = 0,
    lexicon: SeedLexicon = None,
    monolingual_source: MonolingualSource = None,
    monolingual_target: MonolingualTarget = None,
    accept_line_aligned: AcceptLineAligned = False,
    dim: Dim = 500,
    min_count: MinCount = 3,
    phrases: Phrases = False,
    two_way: TwoWay = False,
    seed: Seed = 0,
    threads: Threads = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Of joint-skipgram and joint-layers: where to keep the run."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoints of the same call.")
    ] = False,
    device: Device = "auto",
    no_calibrate: Annotated[
        bool, typer.Option("--no-calibrate", help="Fit no confidences: twice as fast.")
    ] = False,
    settings: Settings = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Learn both languages' word representations and their link from sentence pairs."""
    from xling.training.learn import TrainSettings
    from xling.training.run import RunOptions

    given = recipe_settings(recipe, settings)
    job = TrainJob(
        languages=parse_languages(languages),
        output=output,
        settings=TrainSettings(
            dim=dim,
            min_count=min_count,
            seed=seed,
            threads=threads,
            hold_out_side=hold_out_side,  # type: ignore[arg-type]  # checked there
            hold_out_match=hold_out_match,  # type: ignore[arg-type]
            shots=shots,
            calibrate=not no_calibrate,
            phrases=phrases,
            two_way=two_way,
        ),
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
        recipe=recipe,
        encoder=encoder,
        hold_out=hold_out,
        lexicon=lexicon,
        monolingual=(tuple(monolingual_source or ()), tuple(monolingual_target or ())),
        accept_line_aligned=accept_line_aligned,
        run=RunOptions(checkpoint=checkpoint, resume=resume, device=device, settings=given),
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        document = run_train(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        write(facts(summary(document)))


def _check(job: TrainJob) -> None:
    """Refuse what can be known to be wrong without any work."""
    from xling.encoders.registry import ENCODERS
    from xling.errors import UnknownNameError
    from xling.training.registry import RECIPES

    check_given(job.pairs, job.line_aligned, job.taken)
    if job.recipe not in RECIPES:
        raise UnknownNameError("recipe", job.recipe, RECIPES)
    if job.encoder not in ENCODERS:
        raise UnknownNameError("encoder", job.encoder, ENCODERS)
    if job.encoder != "ppmi" and job.recipe != "separate":
        raise ConflictError(
            f"--encoder {job.encoder} needs --recipe separate; {job.recipe!r} has its own"
        )
    if job.settings.shots and job.hold_out is None:
        raise ConflictError(f"--shots {job.settings.shots} needs --hold-out LEXICON")
    if job.run is not None:
        job.run.options(job.recipe)
    inputs = (
        *(*(job.line_aligned or ()), job.hold_out, job.lexicon),
        *(*job.monolingual[0], *job.monolingual[1]),
    )
    kept = None if job.run is None else job.run.checkpoint
    read = (*local_sources(job.pairs), *inputs, kept)
    check_output(job.output, force=job.force, inputs=read, directory=True)
    check_sources(job.pairs)
    check_input(*inputs)


def _read_corpus(
    job: TrainJob, reports: "list[ReadReport]"
) -> "tuple[ParallelCorpus, dict[str, int]]":
    """Read the sentence pairs, and count those that filters left out."""
    found = read_given(
        job.pairs, job.line_aligned, job.languages, options=job.taken, strict=job.strict
    )
    reports += found.reports
    return found.corpus, found.dropped


def _read_lexicon(
    path: Path | None, job: TrainJob, reports: "list[ReadReport]"
) -> "Lexicon | None":
    """Read a lexicon where one is given."""
    from xling.data.formats import read_lexicon

    if path is None:
        return None
    lexicon, report = read_lexicon(path, job.languages, strict=job.strict)
    reports.append(report)
    return lexicon
