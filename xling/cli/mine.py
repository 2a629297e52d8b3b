"""``xling mine``: sentence pairs out of two files that are not aligned."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.evaluate import Evaluated
from xling.cli.options import Force, From, Json, ModelPath, Strict, To
from xling.cli.progress import progress_bars
from xling.cli.render import facts, per_cent, warn, write, write_json
from xling.cli.sentences import SAMPLE, SourceText, TargetText, sentence_pair, swapped
from xling.errors import ConflictError, InputError
from xling.files import check_output
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.data.formats import SentenceFiles
    from xling.data.spooled_rows import SpooledRows
    from xling.data.spooled_sentences import SpooledSentences
    from xling.encoders.sentence_means import SentenceEncoder
    from xling.evaluation.mined_precision import PrecisionCurve
    from xling.retrieval.mining import MinedPairs
    from xling.stages import Stages

__all__ = ["EXAMPLES", "mine", "run_mine"]

EXAMPLES = (
    "xling mine models/en-de news.en news.de --output pairs.tsv",
    "xling mine models/en-de news.en news.de --precision 0.95 --output pairs.tsv",
)

_BLOCK = 8192  # sentences that are read and encoded at once


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
    block: int | None = None,
    progress: Progress = silent,
) -> Evaluated:
    """Write the sentences of two files that translate each other.

    The files are read once, some sentences at a time. Texts and vectors wait in files without a
    name beside the output, which are gone however the run ends; in memory are the model, about 300
    bytes a sentence, and 256 MiB at most of what is compared at the moment.

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
    block : int, optional
        How many sentences are encoded and searched at once, at least 1; what is found does not
        depend on it.
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
    from xling.data.formats import SentenceFiles
    from xling.data.formats.lines import write_lines
    from xling.data.spooled_rows import SpooledRows
    from xling.data.spooled_sentences import SpooledSentences
    from xling.evaluation.mined_precision import choose_threshold, precision_curve
    from xling.retrieval.mining import mine as match
    from xling.retrieval.mining import mining_criterion
    from xling.stages import Stages, peak_memory_mib

    mining_criterion(retrieval)
    if threshold is not None and precision is not None:
        raise ConflictError("--threshold and --precision both say what is kept; give one of them")
    if threshold is not None and not isfinite(threshold):
        raise InputError(f"threshold is {threshold}; a finite number is needed")
    if precision is not None and not 0 < precision <= 1:
        raise InputError(f"precision is {precision}; a number above 0, at most 1, is needed")
    stages = Stages()
    paths = source_path, target_path
    check_output(output, force=force, inputs=(model_path, *paths))
    with stages.time("load"):
        name, pair = sentence_pair(model_path, *paths, (source, target))
    with ExitStack() as kept_open:
        texts = [kept_open.enter_context(SpooledSentences(output)) for _ in paths]
        rows = [kept_open.enter_context(SpooledRows(output)) for _ in paths]
        sides = [
            _encode(
                SentenceFiles([paths[i]], strict=strict, progress=progress),
                pair[i],
                (texts[i], rows[i]),
                stages,
                block or _BLOCK,
            )
            for i in (0, 1)
        ]
        with stages.time("search"):
            found = match(*rows, criterion=retrieval, block=block, progress=progress)
        curve = precision_curve(found.scores, found.null)
        least = choose_threshold(curve, precision) if threshold is None else threshold
        kept = 0 if least is None else int((found.scores >= least).sum())
        with stages.time("write"):
            write_lines(output, _lines(found, kept, (texts[0], texts[1])), force=force)
    languages = [encoder.language for encoder in pair]
    document = {
        "model": name,
        "output": str(output),
        "from": languages[0],
        "to": languages[1],
        "retrieval": retrieval,
        "sentences": dict(zip(languages, map(len, texts), strict=True)),
        "unknown": dict(zip(languages, (side.unknown for side in sides), strict=True)),
        "mutual_pairs": len(found),
        "pairs": kept,
        "threshold": least,
        "estimated": _estimated(curve, kept),
        "comparisons": found.comparisons,
        "comparisons_per_second": found.comparisons / max(stages.seconds["search"], 1e-9),
        "seconds": stages.seconds | {"total": sum(stages.seconds.values())},
        "peak_memory_mib": peak_memory_mib(),
    }
    warnings = [line for side in sides for line in side.warnings]
    warnings += swapped(pair, (sides[0].sample, sides[1].sample))
    if not kept:
        warnings.append(f"no pair is good enough: {output} is empty")
    return Evaluated(document=document, warnings=tuple(warnings))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """What is known of a file once it is encoded."""

    unknown: int
    sample: list[str]
    warnings: list[str]


def _encode(
    files: "SentenceFiles",
    encoder: "SentenceEncoder",
    kept: "tuple[SpooledSentences, SpooledRows]",
    stages: "Stages",
    block: int,
) -> _Side:
    """Read a file and encode its sentences, some at a time."""
    stream, unknown, sample = iter(files), 0, list[str]()
    while True:
        with stages.time("read"):
            some = list(islice(stream, block))
            kept[0].extend(some)
        if not some:
            return _Side(unknown=unknown, sample=sample, warnings=files.reports[0].describe())
        with stages.time("encode"):
            made = encoder.encode(some)
            unknown += int((~made.any(axis=1)).sum())
            kept[1].extend(made)
        sample += some[: SAMPLE - len(sample)]


def _lines(
    found: "MinedPairs", kept: int, texts: "tuple[SpooledSentences, SpooledSentences]"
) -> Iterator[bytes]:
    """Give a line for each pair that is kept; blanks stand for TABs inside a sentence."""
    for i in range(kept):
        sides = texts[0][int(found.source[i])], texts[1][int(found.target[i])]
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
