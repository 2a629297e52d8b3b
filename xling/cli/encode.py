"""``xling encode``: sentences or words through a trained encoder."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xling.cli.options import Device, Force, Json, Precision, Strict, check_input, telling
from xling.cli.progress import progress_bars
from xling.cli.render import facts, warn, write, write_json
from xling.data.language import check_language
from xling.errors import ConfigError, ConflictError, UnknownNameError
from xling.files import check_output
from xling.linalg.anisotropy import check_isotropy
from xling.progress import Progress, silent

if TYPE_CHECKING:
    from xling.encoders.pretrained.checkpoint import Checkpoint
    from xling.linalg.anisotropy import Isotropy

__all__ = ["EXAMPLES", "EncodeJob", "encode", "run_encode"]

EXAMPLES = (
    "xling encode minilm sentences.en --output x.npy",
    "xling encode bert words.txt --words --text corpus.en.gz --language en --output en.vec",
)

_SAMPLE = 100_000  # rows that isotropy is fitted on
_NAMED = 3  # words named in a warning


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodeJob:
    """What to encode, with what, and where to.

    Parameters
    ----------
    model : str
        Folder of transformers or sentence-transformers, or a hub's name.
    file : Path
        Sentences, or words, one a line.
    output : Path
        ``.npy`` for sentences, a vector file for words.
    language : str
        BCP-47 tag.
    words : bool
        Whether the lines are words.
    text : Path, optional
        Sentences in which words are looked for.
    source : str, optional
        Where a word's vector comes from; by default its occurrences with a text, isolation
        without one.
    layers : str
        Comma list, averaged; of words.
    occurrences : int
        Most places of a word that are looked at.
    pooling : str
        Of a word's subwords.
    isotropy : str
        What is done against a narrow cone of vectors.
    components : int, optional
        That ``all-but-the-top`` takes out.
    prompt : str, optional
        Before each sentence; the encoder's own by default.
    batch : int
        Sentences at once.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
    precision : str
        ``fp32``, ``bf16``, ``fp16``, or ``auto`` for the fastest; of sentences.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    model: str
    file: Path
    output: Path
    language: str = "und"
    words: bool = False
    text: Path | None = None
    source: str | None = None
    layers: str = "-1"
    occurrences: int = 20
    pooling: str = "mean"
    isotropy: str = "none"
    components: int | None = None
    prompt: str | None = None
    batch: int = 32
    device: str = "auto"
    precision: str = "fp32"
    strict: bool = False
    force: bool = False


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
    _check(job)
    from xling.linking.verified import open_verified
    from xling.stages import Stages, peak_memory_mib
    from xling.training.device import choose_device

    stages = Stages()
    with stages.time("load"):
        checkpoint = open_verified(job.model, device=str(choose_device(job.device)))
    with stages.time("encode"):
        run = _words if job.words else _sentences
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


def _check(job: EncodeJob) -> None:
    """Refuse what can be known to be wrong without any work."""
    from xling.data.formats.vectors import VECTOR_WRITERS
    from xling.encoders.pretrained.precision import check_precision
    from xling.training.device import check_device_name

    check_language(job.language)
    check_isotropy(job.isotropy)
    check_device_name(job.device)
    check_precision(job.precision)
    if job.words and job.precision != "fp32":
        raise ConflictError("--precision is of sentences; words are encoded in fp32")
    for name, value in (("batch", job.batch), ("occurrences", job.occurrences)):
        if value < 1:
            raise ConfigError(f"{name} is {value}; at least 1 is needed")
    if not job.words and (job.text is not None or job.source is not None):
        raise ConflictError("--text and --source say how words are encoded; --words is missing")
    endings = tuple(VECTOR_WRITERS) if job.words else (".npy",)
    if not job.output.name.casefold().endswith(endings):
        raise UnknownNameError(f"ending of the output {job.output}:", job.output.suffix, endings)
    check_output(job.output, force=job.force, inputs=(job.file, job.text))
    check_input(job.file, job.text)


def _sentences(job: EncodeJob, checkpoint: "Checkpoint", progress: Progress) -> dict[str, Any]:
    """Write a row for each line."""
    from xling.encoders.pretrained.big_files import apply_in_place, encode_file
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
    made_by = hashlib.sha256(says.encode()).hexdigest()
    done = encode_file(
        encoder,
        job.file,
        job.output,
        made_by=made_by,
        force=job.force,
        strict=job.strict,
        progress=progress,
    )
    beside = None
    if job.isotropy != "none":
        fitted = _fitted(job)
        apply_in_place(job.output, fitted.apply)
        beside = _written(job, fitted)
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
        "isotropy_file": beside,
        "warnings": [
            *done.report.describe(),
            *counts.describe(checkpoint.name, job.language),
        ],
    }


def _fitted(job: EncodeJob) -> "Isotropy":
    """Learn isotropy from some of the rows that were written."""
    import numpy as np

    from xling.linalg.anisotropy import fit_isotropy

    rows = np.load(job.output, mmap_mode="r")
    step = max(1, len(rows) // _SAMPLE)
    return fit_isotropy(
        np.asarray(rows[::step]), check_isotropy(job.isotropy), components=job.components
    )


def _written(job: EncodeJob, fitted: "Isotropy") -> str:
    """Write isotropy beside the rows: later queries need the same."""
    import numpy as np

    from xling.files import atomic_file

    place = job.output.with_suffix(".isotropy.npz")
    with atomic_file(place, force=True) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **fitted.to_arrays())  # type: ignore[arg-type]
    return str(place)


def _words(job: EncodeJob, checkpoint: "Checkpoint", progress: Progress) -> dict[str, Any]:
    """Write a vector for each word."""
    from xling.data.formats import ReadReport, SentenceFiles, read_lines, write_vectors
    from xling.encoders.pretrained.words import WordSettings, encode_words

    reports: list[ReadReport] = []
    source = job.source or ("isolation" if job.text is None else "occurrences")
    settings = WordSettings(
        source=source,  # type: ignore[arg-type]
        layers=_layers(job.layers),
        occurrences=job.occurrences,
        pooling=job.pooling,  # type: ignore[arg-type]
        isotropy=check_isotropy(job.isotropy),
        components=job.components,
        batch=job.batch,
    )
    with telling(reports):
        words, report = read_lines(job.file, strict=job.strict)
        reports.append(report)
        found = encode_words(
            checkpoint,
            words,
            job.language,
            text=None if job.text is None else SentenceFiles([job.text]),
            settings=settings,
            progress=progress,
        )
        write_vectors(job.output, found.space, force=job.force)
    missing = list(found.missing)
    warnings = [line for one in reports for line in one.describe()]
    if missing:
        shown = ", ".join(map(repr, missing[:_NAMED])) + (", ..." if len(missing) > _NAMED else "")
        warnings.append(f"{len(missing)} words got no vector and are left out: {shown}")
    return {
        "rows": len(found.space),
        "dimensions": found.space.dim,
        "source": source,
        "missing": missing,
        "warnings": warnings,
    }


def _layers(text: str) -> tuple[int, ...]:
    """Read the value of ``--layers``."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ConfigError(f"layers {text!r}; a comma list of numbers is needed") from None


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
