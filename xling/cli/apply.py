"""``xling apply``: new vectors through the stored map of a model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from xling.cli.options import Force, Json, ModelPath, Strict, check_input, telling
from xling.cli.render import facts, warn, write, write_json
from xling.errors import UnknownNameError
from xling.files import check_output

__all__ = ["EXAMPLES", "ApplyJob", "apply", "run_apply"]

EXAMPLES = (
    "xling apply models/en-de new.vec --language en --output mapped.vec",
    "xling apply models/en-de cc.de.bin --language de --words words.txt --output mapped.vec --json",
    "xling apply models/en-de mapped.vec --language en --inverse --output back.vec",
)

_NAMED = 3  # words named in a warning


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyJob:
    """What to map, and where to.

    Parameters
    ----------
    model, vectors : Path
        Folder of a model or hub; vector file.
    language : str
        One of the model's, which the vectors are in.
    output : Path
        Vector file to make.
    words : Path, optional
        Only these, one a line; what the vectors do not hold is composed from subwords.
    inverse : bool
        Whether to go from the shared space to the language's own.
    limit : int, optional
        Read this many words of the vectors at most.
    strict, force : bool
        Whether a bad line stops; whether the output is replaced.
    """

    model: Path
    vectors: Path
    language: str
    output: Path
    words: Path | None = None
    inverse: bool = False
    limit: int | None = None
    strict: bool = False
    force: bool = False


def run_apply(job: ApplyJob) -> dict[str, Any]:
    """Map vectors and write them.

    Parameters
    ----------
    job : ApplyJob
        All that can be checked at once is, before anything long begins.

    Returns
    -------
    dict
        The document of ``apply --json``.

    Raises
    ------
    XlingError
        If an input cannot be used, or the map cannot be undone; nothing is written then.
    """
    _check(job)
    from xling.data.formats import ReadReport, read_lines, read_vectors, write_vectors
    from xling.model.apply import Chosen, apply_map, choose_words
    from xling.model.open import load_side

    side = load_side(job.model, job.language)
    reports: list[ReadReport] = []
    with telling(reports):
        space, report = read_vectors(job.vectors, side.language, strict=job.strict, limit=job.limit)
        reports.append(report)
        chosen = Chosen(space=space)
        if job.words is not None:
            words, report = read_lines(job.words, strict=job.strict)
            reports.append(report)
            chosen = choose_words(space, words)
        mapped = apply_map(side, chosen.space, inverse=job.inverse)
        write_vectors(job.output, mapped, force=job.force)
    return {
        "model": job.model.absolute().name,
        "language": side.language,
        "inverse": job.inverse,
        "output": str(job.output),
        "words": len(mapped),
        "dimensions": mapped.dim,
        "composed": len(chosen.composed),
        "missing": list(chosen.missing),
        "warnings": [
            *(line for one in reports for line in one.describe()),
            *_missing(chosen.missing),
        ],
    }


def apply(
    model: ModelPath,
    vectors: Annotated[
        Path,
        typer.Argument(metavar="NEW", help="Vectors: .vec, .txt, .bin, .npz or .safetensors."),
    ],
    language: Annotated[
        str, typer.Option(metavar="TAG", help="Language of the vectors, one of the model's.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Vectors to write: .vec, .txt, .bin, .npz, .safetensors."
        ),
    ],
    words: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Only these words, one a line; others than the file's are composed of subwords.",
        ),
    ] = None,
    inverse: Annotated[
        bool, typer.Option("--inverse", help="Back from the shared space to the language's own.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="WORDS", help="Read only the first words of the vectors.")
    ] = None,
    strict: Strict = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Map new vectors of one of a model's languages into its shared space, or back."""
    document = run_apply(
        ApplyJob(
            model=model,
            vectors=vectors,
            language=language,
            output=output,
            words=words,
            inverse=inverse,
            limit=limit,
            strict=strict,
            force=force,
        )
    )
    warn(document["warnings"])
    if json:
        write_json(document)
        return
    way = "own space" if document["inverse"] else "shared space"
    write(
        facts(
            [
                ("written", document["output"]),
                ("vectors", f"{document['words']:,} of {document['dimensions']} dimensions"),
                ("space", f"{document['language']}, {way}"),
                ("composed", f"{document['composed']:,} words"),
            ]
        )
    )


def _check(job: ApplyJob) -> None:
    """Refuse what can be known to be wrong without any work."""
    from xling.data.formats.vectors import VECTOR_READERS, VECTOR_WRITERS

    for path, known in ((job.vectors, VECTOR_READERS), (job.output, VECTOR_WRITERS)):
        if not path.name.casefold().endswith(tuple(known)):
            raise UnknownNameError(f"ending of the vector file {path}:", path.suffix, known)
    check_output(job.output, force=job.force, inputs=(job.model, job.vectors, job.words))
    check_input(job.vectors, job.words)


def _missing(words: list[str] | tuple[str, ...]) -> list[str]:
    """Say which words were left out."""
    if not words:
        return []
    shown = ", ".join(map(repr, words[:_NAMED]))
    more = ", ..." if len(words) > _NAMED else ""
    return [f"{len(words)} words have no vector and are left out: {shown}{more}"]
