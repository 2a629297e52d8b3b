"""``xling encode``: sentences or words through a trained encoder."""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.encode_job import EncodeJob, check_job
from xling.cli.encode_words import run_words
from xling.cli.options import Device, Force, Json, Precision, Strict
from xling.cli.progress import progress_bars
from xling.cli.render import facts, warn, write, write_json
from xling.linalg.anisotropy import check_components, check_isotropy
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.encoders.pretrained.checkpoint import Checkpoint

__all__ = ["EXAMPLES", "encode", "run_encode"]

EXAMPLES = (
    "xling encode minilm sentences.en --output x.npy",
    "xling encode bert words.txt --words --text corpus.en.gz --language en --output en.vec",
)

_SAMPLE = 100_000  # rows that isotropy is fitted on


def run_encode(job: EncodeJob, *, progress: Progress = silent) -> dict[str, Any]:
    """Encode a file and write the rows.

    Parameters
    ----------
    job : EncodeJob
        All that can be checked at once is, before anything long begins.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    dict
        The document of ``encode --json``.

    Raises
    ------
    XlingError
        If an input cannot be used; no output stands under its name then.
    """
    check_job(job)
    from xling.linking.verified import open_verified
    from xling.stages import Stages, peak_memory_mib
    from xling.training.device import choose_device

    stages = Stages()
    with stages.time("load"):
        checkpoint = open_verified(job.model, device=str(choose_device(job.device)))
    with stages.time("encode"):
        run = run_words if job.words else _sentences
        found = run(job, checkpoint, progress)
    seconds = {name: round(spent, 3) for name, spent in stages.seconds.items()}
    return {
        "model": job.model,
        "output": str(job.output),
        "language": job.language,
        "unit": "words" if job.words else "sentences",
        "dimensions": found.pop("dimensions"),
        "isotropy": job.isotropy,
        **found,
        "seconds": seconds,
        "per_second": round(found["rows"] / max(stages.seconds["encode"], 1e-9), 1),
        "peak_memory_mib": round(peak_memory_mib(), 1),
    }


def encode(
    model: Annotated[
        str,
        typer.Argument(
            metavar="ENCODER", help="Folder of (sentence-)transformers, or a hub's name."
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Sentences or words, one a line.")],
    output: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Sentences: .npy, a row a line; words: .vec, .npz, ..."),
    ],
    language: Annotated[
        str, typer.Option(metavar="TAG", help="Of the file, BCP-47.", show_default=False)
    ] = "und",
    words: Annotated[bool, typer.Option("--words", help="The lines are words.")] = False,
    text: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Sentences in which the words are looked for."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of words: occurrences (default with --text), isolation (without), input.",
        ),
    ] = None,
    layers: Annotated[
        str, typer.Option(metavar="LIST", help="Of words: averaged, 0 the input, -1 the last.")
    ] = "-1",
    occurrences: Annotated[
        int, typer.Option(metavar="N", help="Of words: most places that are looked at.")
    ] = 20,
    pooling: Annotated[
        str, typer.Option(metavar="NAME", help="Of words: mean, first or last subword.")
    ] = "mean",
    isotropy: Annotated[
        str, typer.Option(metavar="NAME", help="none, centre, all-but-the-top or whiten.")
    ] = "none",
    components: Annotated[
        int | None, typer.Option(metavar="N", help="That all-but-the-top takes out.")
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Stands before each sentence.", show_default="the encoder's own"
        ),
    ] = None,
    batch: Annotated[int, typer.Option(metavar="N", help="Sentences at once.")] = 32,
    device: Device = "auto",
    precision: Precision = "fp32",
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Encode sentences, or words, with a trained encoder.

    A run over many sentences that was stopped goes on where it was when it is called again.
    """
    job = EncodeJob(
        model=model,
        file=file,
        output=output,
        language=language,
        words=words,
        text=text,
        source=source,
        layers=layers,
        occurrences=occurrences,
        pooling=pooling,
        isotropy=isotropy,
        components=components,
        prompt=prompt,
        batch=batch,
        device=device,
        precision=precision,
        strict=strict,
        force=force,
    )
    with progress_bars() as progress:
        document = run_encode(job, progress=progress)
    warn(document["warnings"])
    if json:
        write_json(document)
    else:
        write(facts(_summary(document)))


def _sentences(job: EncodeJob, checkpoint: "Checkpoint", progress: Progress) -> dict[str, Any]:
    """Write a row for each line."""
    from xling.encoders.pretrained.big_files import encode_file
    from xling.encoders.pretrained.precision import choose_precision
    from xling.encoders.pretrained.transformer import TransformerEncoder

    precision = choose_precision(job.precision, str(checkpoint.model.device))
    encoder = TransformerEncoder(
        checkpoint=checkpoint,
        language=job.language,
        batch=job.batch,
        prompt=job.prompt,
        precision=precision,
    )
    says = f"{checkpoint.fingerprint}\n{precision}\n{encoder.before}"
    if job.turned:
        check_components(check_isotropy(job.isotropy), job.components, encoder.dim)
    made_by = hashlib.sha256(says.encode()).hexdigest()
    done = encode_file(
        encoder,
        job.file,
        job.output,
        made_by=made_by,
        force=job.force,
        strict=job.strict,
        finish=partial(_turn, job) if job.turned else None,
        progress=progress,
    )
    counts = done.counts
    return {
        "rows": done.rows,
        "dimensions": done.dim,
        "resumed": done.resumed,
        "truncated": counts.truncated,
        "empty": counts.empty,
        "unknown_token_rate": counts.unknown_share,
        "precision": precision,
        "batch": counts.batch,
        "isotropy_file": str(job.beside) if job.turned else None,
        "warnings": [
            *done.report.describe(),
            *counts.describe(checkpoint.name, job.language),
        ],
    }


def _turn(job: EncodeJob, encoded: Path) -> None:
    """Learn isotropy from some of the rows, and write it and the changed rows."""
    import numpy as np

    from xling.data.npy_rows import write_changed
    from xling.files import atomic_file
    from xling.linalg.anisotropy import fit_isotropy

    rows = np.load(encoded, mmap_mode="r")
    step = max(1, len(rows) // _SAMPLE)
    fitted = fit_isotropy(
        np.asarray(rows[::step]), check_isotropy(job.isotropy), components=job.components
    )
    with (
        atomic_file(job.output, force=job.force) as temporary,
        atomic_file(job.beside, force=job.force) as beside,
    ):
        with beside.open("wb") as stream:
            np.savez(stream, **fitted.to_arrays())  # type: ignore[arg-type]
        write_changed(temporary, rows, fitted.apply, rows.shape[1])


def _summary(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what was made, for people."""
    yield "written", document["output"]
    yield document["unit"], f"{document['rows']:,} of {document['dimensions']} dimensions"
    if document["unit"] == "sentences":
        yield "truncated", f"{document['truncated']:,}"
        yield "unknown tokens", f"{100 * document['unknown_token_rate']:.2f} %"
        if document["resumed"]:
            yield "resumed", f"after {document['resumed']:,} rows of an earlier run"
    else:
        yield "vectors from", document["source"]
    yield "speed", f"{document['per_second']:,.0f} a second"
