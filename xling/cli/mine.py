"""``xling mine``: sentence pairs out of two files that are not aligned."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.evaluate import Evaluated
from xling.cli.options import Force, From, Json, ModelPath, Strict, To
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, warn, write, write_json
from xling.cli.sentences import SourceText, TargetText, sentence_pair, swapped
from xling.errors import ConflictError, InputError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.evaluation.mined_precision import PrecisionCurve
    from xling.retrieval.mining import MinedPairs

__all__ = ["EXAMPLES", "mine", "run_mine"]

EXAMPLES = (
    "xling mine models/en-de news.en news.de --output pairs.tsv",
    "xling mine models/en-de news.en news.de --precision 0.95 --output pairs.tsv",
)


def run_mine(
    model_path: Path,
    source_path: Path,
    target_path: Path,
    output: Path,
    *,
    source: str | None = None,
    target: str | None = None,
    retrieval: str = "margin",
    threshold: float | None = None,
    precision: float | None = None,
    strict: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> Evaluated:
    """Write the sentences of two files that translate each other.

    Parameters
    ----------
    model_path : Path
        Folder of a model.
    source_path, target_path : Path
        One sentence a line, in any order.
    output : Path
        The file to make: source, target and score, the best pair first.
    source, target : str, optional
        Languages of the files; by default the model's own order.
    retrieval : str
        What pairs are scored by.
    threshold, precision : float, optional
        The least score, or the least estimated precision; without both the best estimated F1.
    strict : bool
        Whether the first bad line stops the run.
    force : bool
        Whether the output is replaced.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Evaluated
        The document of ``mine --json`` and the warnings.

    Raises
    ------
    XlingError
        If the model or a file cannot be read, or an option does not fit; nothing is written then.
    """
    from xling.data.formats import read_lines
    from xling.data.formats.lines import write_lines
    from xling.evaluation.mined_precision import choose_threshold, precision_curve
    from xling.retrieval.mining import mine as match
    from xling.retrieval.mining import mining_criterion
    from xling.stages import Stages, peak_memory_mib

    mining_criterion(retrieval)
    if threshold is not None and precision is not None:
        raise ConflictError("--threshold and --precision both say what is kept; give one of them")
    if precision is not None and not 0 < precision <= 1:
        raise InputError(f"precision is {precision}; a number above 0, at most 1, is needed")
    stages = Stages()
    check_output(output, force=force, inputs=(model_path, source_path, target_path))
    with stages.time("load"):
        name, pair = sentence_pair(model_path, source_path, target_path, (source, target))
    with stages.time("read"):
        texts, reports = zip(
            *(read_lines(path, strict=strict) for path in (source_path, target_path)), strict=True
        )
    with stages.time("encode"):
        rows = [encoder.encode(text) for encoder, text in zip(pair, texts, strict=True)]
    with stages.time("search"):
        found = match(rows[0], rows[1], criterion=retrieval, progress=progress)
    curve = precision_curve(found.scores, found.null)
    least = choose_threshold(curve, precision) if threshold is None else threshold
    kept = 0 if least is None else int((found.scores >= least).sum())
    with stages.time("write"):
        write_lines(output, _lines(found, kept, texts), force=force)
    languages = [encoder.language for encoder in pair]
    unknown = [int((~side.any(axis=1)).sum()) for side in rows]
    compared = 2 * (len(rows[0]) - unknown[0]) * (len(rows[1]) - unknown[1])
    document = {
        "model": name,
        "output": str(output),
        "from": languages[0],
        "to": languages[1],
        "retrieval": retrieval,
        "sentences": dict(zip(languages, map(len, texts), strict=True)),
        "unknown": dict(zip(languages, unknown, strict=True)),
        "mutual_pairs": len(found),
        "pairs": kept,
        "threshold": least,
        "estimated": _estimated(curve, kept),
        "comparisons": compared,
        "comparisons_per_second": compared / max(stages.seconds["search"], 1e-9),
        "seconds": stages.seconds | {"total": sum(stages.seconds.values())},
        "peak_memory_mib": peak_memory_mib(),
    }
    warnings = [line for report in reports for line in report.describe()]
    warnings += swapped(pair, (texts[0], texts[1]))
    if not kept:
        warnings.append(f"no pair is good enough: {output} is empty")
    return Evaluated(document=document, warnings=tuple(warnings))


def _lines(found: "MinedPairs", kept: int, texts: tuple[list[str], list[str]]) -> Iterator[bytes]:
    """Give a line for each pair that is kept; blanks stand for TABs inside a sentence."""
    for i in range(kept):
        sides = texts[0][found.source[i]], texts[1][found.target[i]]
        source, target = (" ".join(side.split("\t")) for side in sides)
        yield f"{source}\t{target}\t{found.scores[i]:.4f}".encode()


def _estimated(curve: "PrecisionCurve", kept: int) -> dict[str, float | None]:
    """Give what is estimated of the pairs that are kept."""
    return {
        "precision": float(curve.precision[kept - 1]) if kept else None,
        "f1": float(curve.f1[kept - 1]) if kept else None,
        "wrong_among_mutual": curve.wrong,
    }


def mine(
    model: ModelPath,
    source_file: SourceText,
    target_file: TargetText,
    output: Annotated[
        Path, typer.Option(metavar="PAIRS.tsv", help="File to make; must not exist.")
    ],
    source: From = None,
    target: To = None,
    retrieval: Annotated[
        str,
        typer.Option(metavar="NAME", help="What scores a pair: margin, margin-distance, csls, nn."),
    ] = "margin",
    threshold: Annotated[
        float | None, typer.Option(help="Least score; default: the best estimated F1.")
    ] = None,
    precision: Annotated[
        float | None, typer.Option(help="Least estimated precision, for example 0.9.")
    ] = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Find the sentences of two unaligned files that translate each other."""
    with progress_bars() as progress:
        found = run_mine(
            model,
            source_file,
            target_file,
            output,
            source=source,
            target=target,
            retrieval=retrieval,
            threshold=threshold,
            precision=precision,
            strict=strict,
            force=force,
            progress=progress,
        )
    warn(found.warnings)
    if json:
        write_json(found.document)
    else:
        write(facts(_summary(found.document)))


def _summary(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what was found, for people."""
    yield "output", document["output"]
    counts = document["sentences"].items()
    yield "sentences", ", ".join(f"{language} {count:,}" for language, count in counts)
    lost = ", ".join(f"{language} {count:,}" for language, count in document["unknown"].items())
    yield "unknown", lost
    least = "none" if document["threshold"] is None else f"{document['threshold']:.3f}"
    yield "pairs", f"{document['pairs']:,} of {document['mutual_pairs']:,} mutual ones"
    yield "threshold", f"{document['retrieval']} {least}"
    estimated = document["estimated"]["precision"]
    yield "estimated precision", per_cent(estimated) + " (without gold)"
    speed = document["comparisons_per_second"] / 1e6
    yield "seconds", f"{document['seconds']['total']:.1f}, {speed:,.0f} M comparisons a second"
